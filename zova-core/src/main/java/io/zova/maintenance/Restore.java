package io.zova.maintenance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.sqlite.SQLiteConnection;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.BoundStore;
import io.zova.format.DatabasePath;
import io.zova.format.FormatValidation;
import io.zova.format.SqliteFailure;
import io.zova.sqlite.driver.DriverConnections;

/**
 * Copies a Zova file that need not be open into a new file or into memory. What the file
 * keeps in bound stores is brought into the copy, which is self-contained.
 */
public final class Restore {

	private final Path source;

	private final CopyOptions options;

	private final String task;

	private final Copy copy;

	private Restore(Path source, CopyOptions options) {
		this.source = source;
		this.options = options;
		this.task = "The restore of " + source + " failed";
		this.copy = new Copy(options);
	}

	/**
	 * Restores a file into a new one.
	 * @param source the file to copy, usually a backup; it is only read
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @param options how
	 * @return what was made
	 * @throws ZovaException with the status of the first rule that the source breaks, as
	 * when it is opened; with {@link ZovaStatus#NOT_ZOVA_PATH},
	 * {@link ZovaStatus#DESTINATION_EXISTS} or {@link ZovaStatus#CANT_OPEN} for a
	 * destination that can't be created; with {@link ZovaStatus#CORRUPT},
	 * {@link ZovaStatus#OBJECT_CORRUPT} or {@link ZovaStatus#VECTOR_CORRUPT} if the copy
	 * did not pass its verification. There is no new file then
	 */
	public static CopyReport toFile(Path source, Path destination, CopyOptions options) {
		DatabasePath.requireName(source);
		DatabasePath.requireFree(destination);
		return new Restore(source, options).toFile(destination);
	}

	/**
	 * Restores a file into a database in memory, which then has nothing to do with the
	 * file any more.
	 * @param source the file to copy, usually a backup; it is only read
	 * @param memory a connection to an empty database in memory, as
	 * {@link DriverConnections#memory} makes it; no other is in use
	 * @param options how
	 * @return what was made
	 * @throws ZovaException with the status of the first rule that the source breaks, as
	 * when it is opened, or that the copy breaks in its verification; the database in
	 * memory is of no use then
	 */
	public static CopyReport intoMemory(Path source, Connection memory, CopyOptions options) {
		return new Restore(source, options).intoMemory(memory);
	}

	/**
	 * Copies a main file and its stores into one file, while nobody writes to them.
	 * @param mainFile the main file
	 * @param file what to copy to; it is there and empty
	 * @param options how to copy
	 */
	static void copySet(Path mainFile, Path file, CopyOptions options) throws SQLException {
		Restore restore = new Restore(mainFile, options);
		try (SQLiteConnection connection = FormatValidation.openSet(mainFile, options.busyTimeoutMillis())) {
			restore.copyWithStores(connection, file);
		}
	}

	private CopyReport toFile(Path destination) {
		try (SQLiteConnection connection = FormatValidation.openSet(this.source, this.options.busyTimeoutMillis())) {
			return this.copy.into(destination, this.task, (file) -> copyWithStores(connection, file));
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(this.task, ex);
		}
	}

	private CopyReport intoMemory(Connection memory) {
		try (SQLiteConnection connection = FormatValidation.openSet(this.source, this.options.busyTimeoutMillis())) {
			SQLiteConnection target = memory.unwrap(SQLiteConnection.class);
			if (isWriteAheadLogged(connection) || !BoundStore.of(connection).isEmpty()) {
				copyByTemporaryFile(connection, DriverConnections.uriOf(target));
			}
			else {
				copySnapshot(connection, DriverConnections.uriOf(target));
			}
			VerificationReport verification = this.options.verify()
					? Verification.of(target, "The copy of " + this.source + " in memory") : null;
			return this.copy.report(target, verification);
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(this.task, ex);
		}
	}

	private void copyWithStores(SQLiteConnection connection, Path file) throws SQLException {
		copySnapshot(connection, DriverConnections.uri(file));
		if (!BoundStore.of(connection).isEmpty()) {
			try (SQLiteConnection copy = DriverConnections.readWrite(file, this.options.busyTimeoutMillis()).open()) {
				StoreMerge.into(copy, this.source);
			}
		}
	}

	private void copySnapshot(SQLiteConnection connection, String destination) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("begin");
			try {
				PageCopy.takeSnapshot(connection);
				PageCopy.copy(connection, destination, this.options.progress(), this.task);
			}
			finally {
				statement.execute("rollback");
			}
		}
	}

	/**
	 * A file with a write-ahead log says so in its first page, which SQLite can't read in
	 * shared memory; and a database in memory can't attach the file of a store. Both are
	 * mended on the way, in a temporary file.
	 */
	private void copyByTemporaryFile(SQLiteConnection connection, String destination) throws SQLException {
		try {
			Path directory = Files.createTempDirectory("zova-restore");
			Path file = Files.createFile(directory.resolve("content.zova"));
			try {
				copyWithStores(connection, file);
				try (SQLiteConnection plain = DriverConnections.readWrite(file, 0).open()) {
					leaveWriteAheadLog(plain);
					copySnapshot(plain, destination);
				}
			}
			finally {
				Files.deleteIfExists(file);
				Files.deleteIfExists(directory);
			}
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN, this.task + ": no temporary file could be made: " + ex, ex);
		}
	}

	private static boolean isWriteAheadLogged(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("pragma journal_mode")) {
			return row.next() && row.getString(1).equals("wal");
		}
	}

	private static void leaveWriteAheadLog(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("pragma journal_mode=delete");
		}
	}

}
