package io.zova.sqlite.driver;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import org.sqlite.SQLiteConnection;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * Runs the statements by which a connection controls its transaction, compiled once where
 * their text is fixed.
 */
public final class ControlStatements {

	private final SQLiteConnection driver;

	private final Map<String, JDBC4PreparedStatement> compiled = new HashMap<>();

	public ControlStatements(SQLiteConnection driver) {
		this.driver = driver;
	}

	public void run(String sql) throws SQLException {
		try {
			if (sql.startsWith("pragma") || sql.indexOf('"') >= 0) {
				this.driver.getDatabase().exec(sql, false);
			}
			else {
				statement(sql).execute();
			}
		}
		catch (SQLException ex) {
			throw SqlErrors.translate(ex);
		}
	}

	public boolean isClosed() {
		return this.driver.getDatabase().isClosed();
	}

	/**
	 * Runs a query for one text.
	 * @param sql the query
	 * @return the text, empty if there is none
	 * @throws SQLException if it fails
	 */
	public String query(String sql) throws SQLException {
		try (ResultSet row = statement(sql).executeQuery()) {
			String text = row.next() ? row.getString(1) : null;
			return (text != null) ? text : "";
		}
		catch (SQLException ex) {
			throw SqlErrors.translate(ex);
		}
	}

	private PreparedStatement statement(String sql) throws SQLException {
		JDBC4PreparedStatement statement = this.compiled.get(sql);
		// The driver gives a statement up after most errors.
		if (statement == null || statement.pointer.isClosed()) {
			statement = (JDBC4PreparedStatement) this.driver.prepareStatement(sql);
			this.compiled.put(sql, statement);
		}
		return statement;
	}

}
