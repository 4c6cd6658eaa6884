package io.zova.migration;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.DatabasePath;
import io.zova.format.FormatProbe;
import io.zova.format.FormatVersion;
import io.zova.format.SqliteFailure;
import io.zova.format.StoreRole;
import io.zova.format.StoredSchema;
import io.zova.sqlite.driver.DriverConnections;

/**
 * A file of an older format while it is migrated: nobody changes it meanwhile.
 * <p>
 * One connection takes the write lock, which keeps other writers away, and writes
 * nothing. Another one reads. It is the last to be closed and can't write: so SQLite does
 * not fold a write-ahead log into the file at the end, and the file stays as it was to
 * the byte. (What a process has left that ended in the middle of a transaction is rolled
 * back first, as whoever opens the file does it.) A file that can't be written is just
 * read.
 */
final class OldSource implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(OldSource.class);

	private final Path file;

	private final @Nullable SQLiteConnection lock;

	private final SQLiteConnection reader;

	private final OldFormat format;

	private OldSource(Path file, @Nullable SQLiteConnection lock, SQLiteConnection reader, OldFormat format) {
		this.file = file;
		this.lock = lock;
		this.reader = reader;
		this.format = format;
	}

	/**
	 * Opens a file for a migration into another one.
	 * @param file the file; it is there
	 * @param busyTimeoutMillis how long to wait for others
	 * @return the file, locked
	 * @throws ZovaException with the status of the first rule that it breaks,
	 * {@link ZovaStatus#NO_MIGRATION_PATH} if it has the current format already
	 */
	static OldSource open(Path file, int busyTimeoutMillis) {
		DatabasePath.requireFile(file);
		List<SQLiteConnection> opened = new ArrayList<>();
		try {
			SQLiteConnection lock = DriverConnections.readWrite(file, busyTimeoutMillis).open();
			opened.add(lock);
			OldFormat format = format(lock, file.toString());
			boolean locked = tryLock(lock, file);
			SQLiteConnection reader = DriverConnections.readOnly(file, busyTimeoutMillis).open();
			opened.add(reader);
			execute(reader, "begin");
			requireOf(reader, format, file);
			if (!locked) {
				lock.close();
			}
			return new OldSource(file, locked ? lock : null, reader, format);
		}
		catch (SQLException ex) {
			close(opened, ex);
			throw SqliteFailure.of(file + " could not be read for its migration", ex);
		}
		catch (RuntimeException | Error ex) {
			close(opened, ex);
			throw ex;
		}
	}

	/**
	 * Opens a file that is to be replaced: nobody else can even read it until this is
	 * closed.
	 * @param file the file; it is there
	 * @param busyTimeoutMillis how long to wait for others
	 * @return the file, locked exclusively
	 * @throws ZovaException with the status of the first rule that it breaks,
	 * {@link ZovaStatus#NO_MIGRATION_PATH} if it has the current format already
	 */
	static OldSource openExclusively(Path file, int busyTimeoutMillis) {
		DatabasePath.requireFile(file);
		List<SQLiteConnection> opened = new ArrayList<>();
		try {
			foldJournalIn(file, busyTimeoutMillis);
			SQLiteConnection connection = DriverConnections.readWrite(file, busyTimeoutMillis).open();
			opened.add(connection);
			execute(connection, "pragma locking_mode=exclusive");
			// In this mode the lock outlives the transaction, from which SQLite could not
			// copy.
			execute(connection, "begin exclusive");
			execute(connection, "rollback");
			execute(connection, "begin");
			OldFormat format = format(connection, file.toString());
			return new OldSource(file, null, connection, format);
		}
		catch (SQLException ex) {
			close(opened, ex);
			if (SqliteFailure.status(ex) == ZovaStatus.BUSY) {
				throw new ZovaException(ZovaStatus.BUSY, file
						+ " can't be migrated while another process or connection uses it. Stop it, then try again",
						ex);
			}
			throw SqliteFailure.of(file + " could not be locked for its migration", ex);
		}
		catch (RuntimeException | Error ex) {
			close(opened, ex);
			throw ex;
		}
	}

	/** In exclusive mode SQLite would keep the journal's file. */
	private static void foldJournalIn(Path file, int busyTimeoutMillis) throws SQLException {
		try (SQLiteConnection connection = DriverConnections.readWrite(file, busyTimeoutMillis).open()) {
			format(connection, file.toString());
		}
	}

	private static OldFormat format(Connection connection, String file) throws SQLException {
		FormatVersion version = FormatProbe.read(connection, file);
		if (version.support() == FormatVersion.Support.CURRENT) {
			throw nothingToDo(file);
		}
		if (version.support() != FormatVersion.Support.MIGRATABLE) {
			version.requireCurrent(file);
		}
		return OldFormat.of((int) version.number());
	}

	static ZovaException nothingToDo(String file) {
		return new ZovaException(ZovaStatus.NO_MIGRATION_PATH, file + " has format " + FormatVersion.CURRENT.number()
				+ " already: there is nothing to migrate. Open it");
	}

	/** It may have been replaced or changed since the first look. */
	private static void requireOf(Connection reader, OldFormat format, Path file) throws SQLException {
		if (format(reader, file.toString()).number() != format.number()) {
			throw new ZovaException(ZovaStatus.BUSY, file + " was changed just now by somebody else. Try again");
		}
	}

	private static boolean tryLock(Connection lock, Path file) throws SQLException {
		try {
			execute(lock, "begin immediate");
			return true;
		}
		catch (SQLException ex) {
			ZovaStatus status = SqliteFailure.status(ex);
			if (status == ZovaStatus.BUSY) {
				throw new ZovaException(ZovaStatus.BUSY, file
						+ " can't be migrated while another process or connection writes to it: what it writes would be lost. "
						+ "Stop it, then try again", ex);
			}
			if (status != ZovaStatus.READ_ONLY && status != ZovaStatus.CANT_OPEN) {
				throw ex;
			}
			logger.debug("{} is migrated without a lock, because it can't be written", file, ex);
			return false;
		}
	}

	/**
	 * Checks what the file says that it is.
	 * @param role which store it has to be, {@code null} for a main file
	 * @throws SQLException if it can't be read
	 * @throws ZovaException with {@link ZovaStatus#BOUND_STORE_INVALID} for a store
	 * without its main file, else {@link ZovaStatus#NOT_ZOVA_DATABASE}
	 */
	void requireRole(@Nullable StoreRole role) throws SQLException {
		String stored = FormatProbe.metaValue(this.reader, "main", "store_role");
		if (role != null && !role.storeName().equals(stored)) {
			throw StoredSchema.invalid(name(), "its store_role is not '" + role.storeName() + "'");
		}
		if (role != null || stored == null) {
			return;
		}
		if (Arrays.stream(StoreRole.values()).map(StoreRole::storeName).anyMatch(stored::equals)) {
			throw new ZovaException(ZovaStatus.BOUND_STORE_INVALID, name() + " is the " + stored.replace('_', ' ')
					+ " of another Zova file and can't be migrated by itself. Migrate the file that it is bound "
					+ "to: its stores go with it");
		}
		throw StoredSchema.invalid(name(), "its store_role is '" + stored + "', which no Zova file has");
	}

	/**
	 * Checks that the file has the tables of its format.
	 * @throws SQLException if it can't be read
	 * @throws ZovaException with the status of the first rule that it breaks
	 */
	void requireSchema() throws SQLException {
		this.format.require(StoredSchema.read(this.reader, "main", name()), name());
	}

	String name() {
		return this.file.toString();
	}

	Path file() {
		return this.file;
	}

	OldFormat format() {
		return this.format;
	}

	SQLiteConnection reader() {
		return this.reader;
	}

	/**
	 * Leaves no journal and no log beside a file that was opened exclusively. It stays
	 * locked, and can't be read here any more.
	 * @throws SQLException if somebody else has it open
	 */
	void foldLogIn() throws SQLException {
		execute(this.reader, "rollback");
		try (Statement statement = this.reader.createStatement();
				ResultSet row = statement.executeQuery("pragma journal_mode=delete")) {
			if (!row.next() || !row.getString(1).equals("delete")) {
				throw new ZovaException(ZovaStatus.BUSY, name() + " can't leave the WAL mode. Stop who else uses it");
			}
		}
		execute(this.reader, "begin exclusive");
		execute(this.reader, "rollback");
	}

	static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static void close(List<SQLiteConnection> connections, Throwable cause) {
		connections.forEach((connection) -> closeAfter(connection, cause));
	}

	static void closeAfter(AutoCloseable closeable, Throwable cause) {
		try {
			closeable.close();
		}
		catch (Exception ex) {
			cause.addSuppressed(ex);
		}
	}

	/** The lock first, see above. */
	@Override
	public void close() throws SQLException {
		try {
			if (this.lock != null) {
				this.lock.close();
			}
		}
		finally {
			this.reader.close();
		}
	}

}
