package io.zova.maintenance;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

import org.sqlite.SQLiteConnection;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.SqliteFailure;
import io.zova.sqlite.driver.DriverConnections;
import io.zova.sqlite.SqlAccess;

/**
 * Copies an open database, page by page, into a new file.
 *
 * <p>
 * The copy is the state at one moment. With a write-ahead log, others read and write
 * meanwhile; with a rollback journal they read, and writers wait until the pages are
 * copied.
 */
public final class Backup {

	private final SqlAccess sql;

	/**
	 * Makes backups of a database.
	 * @param sql the way to its connections
	 */
	public Backup(SqlAccess sql) {
		this.sql = sql;
	}

	/**
	 * Makes a backup.
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @param options how
	 * @return what was made
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH},
	 * {@link ZovaStatus#DESTINATION_EXISTS} or {@link ZovaStatus#CANT_OPEN} for a
	 * destination that can't be created, {@link ZovaStatus#BUSY} inside a transaction
	 * that has written, {@link ZovaStatus#CORRUPT}, {@link ZovaStatus#OBJECT_CORRUPT} or
	 * {@link ZovaStatus#VECTOR_CORRUPT} if the copy did not pass its verification; there
	 * is no such file then, and the database is as it was
	 */
	public CopyReport to(Path destination, CopyOptions options) {
		String task = "The backup to " + destination + " failed";
		return new Copy(options).into(destination, task, (file) -> OpenSet.of(this.sql)
			.ifPresentOrElse((set) -> set.copyTo(file, options, task), () -> copy(file, options, task)));
	}

	private void copy(Path file, CopyOptions options, String task) {
		this.sql.snapshot("back up", (connection) -> {
			copy(connection, file, options.progress(), task);
			return file;
		});
	}

	private static void copy(Connection connection, Path file, CopyProgress progress, String task) {
		try {
			PageCopy.takeSnapshot(connection);
			PageCopy.copy(connection.unwrap(SQLiteConnection.class), DriverConnections.uri(file), progress, task);
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(task, ex);
		}
	}

}
