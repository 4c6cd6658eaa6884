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
import io.zova.format.DatabasePath;
import io.zova.format.FormatValidation;
import io.zova.format.SqliteFailure;
import io.zova.sqlite.DriverConnections;

/**
 * Copies a Zova file that need not be open into a new file or into memory.
 */
public final class Restore {

	private Restore() {
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
		String task = task(source);
		Copy copy = new Copy(options);
		try (SQLiteConnection connection = FormatValidation.open(source, true, options.busyTimeoutMillis())) {
			return copy.into(destination, task,
					(file) -> copySnapshot(connection, DriverConnections.uri(file), options.progress(), task));
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(task, ex);
		}
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
		String task = task(source);
		Copy copy = new Copy(options);
		try (SQLiteConnection connection = FormatValidation.open(source, true, options.busyTimeoutMillis())) {
			SQLiteConnection target = memory.unwrap(SQLiteConnection.class);
			String uri = DriverConnections.uriOf(target);
			if (isWriteAheadLogged(connection)) {
				copyWithoutWriteAheadLog(connection, uri, options.progress(), task);
			}
			else {
				copySnapshot(connection, uri, options.progress(), task);
			}
			VerificationReport verification = options.verify()
					? Verification.of(target, "The copy of " + source + " in memory") : null;
			return copy.report(target, verification);
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(task, ex);
		}
	}

	private static String task(Path source) {
		return "The restore of " + source + " failed";
	}

	private static void copySnapshot(SQLiteConnection connection, String destination, CopyProgress progress,
			String task) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("begin");
			try {
				PageCopy.takeSnapshot(connection);
				PageCopy.copy(connection, destination, progress, task);
			}
			finally {
				statement.execute("rollback");
			}
		}
	}

	private static boolean isWriteAheadLogged(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("pragma journal_mode")) {
			return row.next() && row.getString(1).equals("wal");
		}
	}

	/**
	 * A file with a write-ahead log says so in its first page, and SQLite can't read such
	 * a page in shared memory. On the way through a temporary file it gets another one.
	 */
	private static void copyWithoutWriteAheadLog(SQLiteConnection connection, String destination, CopyProgress progress,
			String task) throws SQLException {
		try {
			Path directory = Files.createTempDirectory("zova-restore");
			Path file = Files.createFile(directory.resolve("content.zova"));
			try {
				copySnapshot(connection, DriverConnections.uri(file), progress, task);
				try (SQLiteConnection plain = DriverConnections.readWrite(file, 0).open()) {
					leaveWriteAheadLog(plain);
					copySnapshot(plain, destination, CopyProgress.NONE, task);
				}
			}
			finally {
				Files.deleteIfExists(file);
				Files.deleteIfExists(directory);
			}
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN, task + ": no temporary file could be made: " + ex, ex);
		}
	}

	private static void leaveWriteAheadLog(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("pragma journal_mode=delete");
		}
	}

}
