package io.zova.sqlite;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

import org.sqlite.SQLiteConnection;

import io.zova.sqlite.driver.SqlErrors;
import io.zova.sqlite.file.FileIdentity;
import io.zova.sqlite.function.SqlFunctions;

/**
 * The driver's connection, for as long as nobody has closed or aborted it. Any thread may
 * do that; whoever works on it finds out at the next step.
 */
final class OpenDriver {

	private final SQLiteConnection driver;

	private final FileIdentity file;

	private volatile boolean aborted;

	OpenDriver(SQLiteConnection driver, FileIdentity file) {
		this.driver = driver;
		this.file = file;
	}

	/**
	 * The driver's connection, open or not.
	 * @return always the same
	 */
	SQLiteConnection driver() {
		return this.driver;
	}

	SQLiteConnection requireOpen() throws SQLException {
		if (this.aborted) {
			throw new SQLNonTransientConnectionException("The connection was aborted", "08003");
		}
		if (this.driver.isClosed()) {
			throw new SQLNonTransientConnectionException("The connection is closed", "08003");
		}
		return this.driver;
	}

	boolean isClosed() {
		return this.driver.getDatabase().isClosed();
	}

	boolean isAborted() {
		return this.aborted;
	}

	void abort() {
		this.aborted = true;
	}

	void interrupt() throws SQLException {
		this.driver.getDatabase().interrupt();
	}

	void close() throws SQLException {
		this.driver.close();
	}

	/**
	 * Says what an error of SQLite means.
	 * @param ex the driver's error
	 * @return the error to throw
	 */
	SQLException translate(SQLException ex) {
		SQLException explained = SqlFunctions.explain(ex);
		SQLException translated = (explained != null) ? explained : this.file.explain(SqlErrors.translate(ex));
		if (translated != ex && this.aborted) {
			return new SQLNonTransientConnectionException("The connection was aborted", "08003", ex);
		}
		return translated;
	}

}
