package io.zova.migration;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.StoreRole;
import io.zova.maintenance.CopyOptions;
import io.zova.maintenance.PageCopy;
import io.zova.maintenance.Verification;
import io.zova.maintenance.VerificationReport;
import io.zova.sqlite.driver.DriverConnections;

/**
 * A new file that is made of an old one, before it has its name.
 */
final class MigratedFile {

	private static final Logger logger = LoggerFactory.getLogger(MigratedFile.class);

	private static final String SET_PATH = """
			update _zova_bound_stores
			set path = ?
			where role = ? and name = 'default'""";

	private final OldSource source;

	private final Path file;

	private final Path destination;

	private boolean writeAheadLogged;

	/**
	 * Prepares a file.
	 * @param source the old file
	 * @param file where to write; an empty file is there
	 * @param destination what it will be called, for messages
	 */
	MigratedFile(OldSource source, Path file, Path destination) {
		this.source = source;
		this.file = file;
		this.destination = destination;
	}

	/**
	 * Copies the old file and brings the copy to the current format.
	 * @param options how
	 * @return the user's indexes and triggers that don't fit any more
	 * @throws SQLException if SQLite failed
	 * @throws ZovaException if the old file is damaged
	 */
	List<String> write(CopyOptions options) throws SQLException {
		PageCopy.copy(this.source.reader(), DriverConnections.uri(this.file), options.progress(),
				"The migration of " + this.source.name() + " failed");
		try (SQLiteConnection copy = DriverConnections.readWrite(this.file, 0).openWithoutDriverTransactions()) {
			this.writeAheadLogged = isWriteAheadLogged(copy);
			return FormatUpgrade.run(this.source, copy);
		}
	}

	/**
	 * Says where a store will be.
	 * @param role what is kept there
	 * @param path its path
	 * @throws SQLException if SQLite failed
	 */
	void setStorePath(StoreRole role, String path) throws SQLException {
		try (SQLiteConnection copy = DriverConnections.readWrite(this.file, 0).openWithoutDriverTransactions();
				PreparedStatement update = copy.prepareStatement(SET_PATH)) {
			OldSource.execute(copy, "pragma journal_mode=off");
			update.setString(1, path);
			update.setString(2, role.storeName());
			update.executeUpdate();
		}
	}

	/**
	 * Reads everything back.
	 * @return how much was checked
	 * @throws SQLException if it can't be read
	 * @throws ZovaException with the status of the first defect
	 */
	VerificationReport verify() throws SQLException {
		try (SQLiteConnection connection = DriverConnections.immutable(this.file).open()) {
			// The damage was there before.
			return Verification.ofContent(connection, this.source.name());
		}
	}

	/**
	 * Gives the file the journal mode and the permissions of the old one.
	 * @throws SQLException if SQLite failed
	 */
	void complete() throws SQLException {
		if (this.writeAheadLogged) {
			try (SQLiteConnection copy = DriverConnections.readWrite(this.file, 0).open()) {
				OldSource.execute(copy, "pragma journal_mode=wal");
			}
		}
		try {
			becomeLike(this.source.file());
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN,
					"The permissions of " + this.source.name() + " could not be given to the new file: " + ex, ex);
		}
	}

	/** Who could not read the old file can't read the new one. */
	private void becomeLike(Path old) throws IOException {
		PosixFileAttributeView view = Files.getFileAttributeView(this.file, PosixFileAttributeView.class);
		if (view == null) {
			return;
		}
		PosixFileAttributes wanted = Files.readAttributes(old, PosixFileAttributes.class);
		PosixFileAttributes present = view.readAttributes();
		try {
			if (!wanted.group().equals(present.group())) {
				view.setGroup(wanted.group());
			}
			if (!wanted.owner().equals(present.owner())) {
				view.setOwner(wanted.owner());
			}
		}
		catch (FileSystemException ex) {
			logger.debug("{} keeps its own owner or group", this.destination, ex);
		}
		view.setPermissions(wanted.permissions());
	}

	Path file() {
		return this.file;
	}

	private static boolean isWriteAheadLogged(SQLiteConnection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("pragma journal_mode")) {
			return row.next() && row.getString(1).equals("wal");
		}
	}

}
