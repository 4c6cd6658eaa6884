package io.zova.maintenance.salvage;

import java.sql.Connection;
import java.sql.SQLException;

import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;

/**
 * Ends also a statement that takes long once its thread is interrupted.
 */
final class StatementWatch implements AutoCloseable {

	/** Some tenths of a millisecond in SQLite's virtual machine. */
	private static final int INSTRUCTIONS = 50_000;

	private final SQLiteConnection connection;

	private StatementWatch(SQLiteConnection connection) {
		this.connection = connection;
	}

	/**
	 * Begins to watch.
	 * @param connection where
	 * @return what ends the watch
	 * @throws SQLException if the driver fails
	 */
	static StatementWatch over(Connection connection) throws SQLException {
		SQLiteConnection driver = connection.unwrap(SQLiteConnection.class);
		ProgressHandler.setHandler(driver, INSTRUCTIONS, new ProgressHandler() {
			@Override
			protected int progress() {
				return Thread.currentThread().isInterrupted() ? 1 : 0;
			}
		});
		return new StatementWatch(driver);
	}

	@Override
	public void close() throws SQLException {
		ProgressHandler.clearHandler(this.connection);
	}

}
