package io.zova.sqlite.statement;

import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.sqlite.core.DB;
import org.sqlite.jdbc4.JDBC4PreparedStatement;
import org.sqlite.jdbc4.JDBC4ResultSet;

import io.zova.sqlite.file.AttachedStores;

/**
 * A statement that the driver has compiled, with what is known about it. Between two
 * users it holds no values and no open cursor.
 */
public final class CachedStatement {

	private final String sql;

	private final JDBC4PreparedStatement driver;

	private final StatementAnalysis analysis;

	private final long generation;

	/** The stores that its text is for, if it is a feature's. */
	private @Nullable AttachedStores stores;

	/** The driver has one result set for each statement, and opens it again and again. */
	private @Nullable JDBC4ResultSet rows;

	private String[] columnNames = new String[0];

	/**
	 * Creates it.
	 * @param sql its text
	 * @param driver the driver's statement
	 * @param analysis what it does
	 * @param generation the state of the schema when it was compiled
	 */
	CachedStatement(String sql, JDBC4PreparedStatement driver, StatementAnalysis analysis, long generation) {
		this.sql = sql;
		this.driver = driver;
		this.analysis = analysis;
		this.generation = generation;
	}

	public String sql() {
		return this.sql;
	}

	public JDBC4PreparedStatement driver() {
		return this.driver;
	}

	public StatementAnalysis analysis() {
		return this.analysis;
	}

	long generation() {
		return this.generation;
	}

	/**
	 * Says that its text was made for a set of files.
	 * @param stores the stores of the set
	 */
	public void isFor(AttachedStores stores) {
		this.stores = stores;
	}

	/**
	 * Whether its text was made for other files.
	 * @param now the stores that are attached
	 * @return {@code false} if it may run
	 */
	public boolean isForOthersThan(AttachedStores now) {
		return this.stores != null && this.stores != now;
	}

	/** The driver gives a statement up after most errors. */
	public boolean isUsable() {
		return !this.driver.pointer.isClosed();
	}

	/**
	 * Runs the statement up to its first row.
	 * <p>
	 * The driver asks SQLite for the names of all columns at each run, which costs more
	 * than to read a row. So it is handed those of the last run, and {@link #nameColumns}
	 * gets them anew when somebody looks at names: should another process have changed
	 * the schema, SQLite has compiled the statement again meanwhile.
	 * @return the rows, or {@code null} if it has no columns
	 * @throws SQLException if it failed
	 */
	public @Nullable ResultSet run() throws SQLException {
		if (!this.driver.execute()) {
			return null;
		}
		JDBC4ResultSet known = this.rows;
		if (known != null && this.driver.pointer.safeRunInt(DB::column_count) == this.columnNames.length) {
			known.colsMeta = this.columnNames;
		}
		ResultSet opened = this.driver.getResultSet();
		if (opened instanceof JDBC4ResultSet ours && ours.colsMeta != this.columnNames) {
			this.rows = ours;
			this.columnNames = ours.colsMeta;
		}
		return opened;
	}

	/**
	 * Makes sure that the open result has the names that SQLite knows.
	 * @throws SQLException if the statement is closed
	 */
	public void nameColumns() throws SQLException {
		JDBC4ResultSet open = this.rows;
		if (open != null) {
			this.columnNames = this.driver.pointer.safeRun(DB::column_names);
			open.colsMeta = this.columnNames;
			open.cols = this.columnNames;
		}
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
		this.stores = null;
		this.driver.clearBatch();
	}

	void close() throws SQLException {
		this.driver.close();
	}

}
