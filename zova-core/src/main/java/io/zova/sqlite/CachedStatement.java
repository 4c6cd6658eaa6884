package io.zova.sqlite;

import java.sql.SQLException;

import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * A statement that the driver has compiled, with what is known about it. Between two
 * users it holds no values and no open cursor.
 *
 * @param sql its text
 * @param driver the driver's statement
 * @param analysis what it does
 * @param generation the state of the schema when it was compiled
 */
record CachedStatement(String sql, JDBC4PreparedStatement driver, StatementAnalysis analysis, long generation) {

	/** The driver gives a statement up after most errors. */
	boolean isUsable() {
		return !this.driver.pointer.isClosed();
	}

	/**
	 * Sets all parameters to null, for the next user.
	 * <p>
	 * They are null for the driver, which binds them anew at each run. SQLite is not told
	 * before: clearing its bindings makes it compile a statement again whose plan has
	 * looked at a value.
	 * @throws SQLException never in practice
	 */
	void forgetValues() throws SQLException {
		this.driver.clearBatch();
	}

	void close() throws SQLException {
		this.driver.close();
	}

}
