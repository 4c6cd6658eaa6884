package io.zova.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientException;
import java.sql.SQLWarning;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.statement.CachedStatement;
import io.zova.sqlite.statement.StatementAnalysis;

/**
 * What statements with and without parameters have in common: they run compiled
 * statements one after the other and hold the result of the last.
 */
abstract class AbstractStatement implements Statement {

	private static final String GENERATED_KEYS = "select last_insert_rowid() as GENERATED_KEY where ?";

	private final ZovaConnection connection;

	private boolean closed;

	private boolean closeOnCompletion;

	private int queryTimeout;

	private long maxRows;

	private int fetchSize;

	/** Read by other threads, to cancel. */
	private volatile @Nullable Execution execution;

	private @Nullable ZovaResultSet resultSet;

	private long updateCount = -1;

	private @Nullable Long generatedKey;

	AbstractStatement(ZovaConnection connection) {
		this.connection = connection;
		connection.session().openStatements().opened(this);
	}

	final ZovaConnection zova() throws SQLException {
		if (this.closed) {
			throw new SQLNonTransientException("The statement is closed", "HY010");
		}
		return this.connection;
	}

	/**
	 * Runs a compiled statement; what an earlier one left is closed first.
	 * @param statement the statement
	 * @param returnKey whether to note the key of an inserted row
	 * @return whether there is a result set
	 * @throws SQLException if it failed
	 */
	final boolean run(CachedStatement statement, boolean returnKey) throws SQLException {
		ZovaConnection connection = zova();
		closeResult();
		this.generatedKey = null;
		StatementAnalysis analysis = statement.analysis();
		if (analysis.isTransactionControl()) {
			connection.session().jdbc().control(analysis);
			this.updateCount = 0;
			return false;
		}
		if (this.maxRows > 0) {
			statement.driver().setLargeMaxRows(this.maxRows);
		}
		Execution execution = Execution.start(connection.session(), statement, this.queryTimeout);
		this.execution = execution;
		ResultSet rows = execution.run();
		if (rows != null) {
			this.resultSet = new ZovaResultSet(rows, this, execution);
		}
		else {
			try {
				this.updateCount = analysis.countsRows() ? connection.changedRows() : 0;
			}
			finally {
				execution.end(true);
			}
			if (returnKey && analysis.countsRows() && this.updateCount > 0) {
				this.generatedKey = connection.lastInsertRowId();
			}
		}
		connection.statements().ran(statement);
		return rows != null;
	}

	/**
	 * Runs a compiled statement for the number of rows it changes; rows that it returns
	 * ({@code RETURNING}) are dropped.
	 * @param statement the statement
	 * @param returnKey whether to note the key of an inserted row
	 * @return the number of rows
	 * @throws SQLException if it failed, or only reads
	 */
	final long runUpdate(CachedStatement statement, boolean returnKey) throws SQLException {
		if (run(statement, returnKey)) {
			boolean countsRows = statement.analysis().countsRows();
			drainResult();
			if (!countsRows && statement.analysis().kind() == StatementAnalysis.Kind.READ) {
				throw new SQLNonTransientException("The statement is a query: use executeQuery or execute", "07005");
			}
			this.updateCount = countsRows ? this.connection.changedRows() : 0;
		}
		return this.updateCount;
	}

	final ResultSet runQuery(CachedStatement statement) throws SQLException {
		if (!run(statement, false)) {
			throw new SQLNonTransientException("The statement returns no rows: use executeUpdate or execute", "07005");
		}
		ResultSet rows = this.resultSet;
		if (rows == null) {
			throw new IllegalStateException("no result");
		}
		return rows;
	}

	private void drainResult() throws SQLException {
		ResultSet rows = this.resultSet;
		while (rows != null && rows.next()) {
			// The rows are changed when the first is returned; reading on ends the
			// statement.
			continue;
		}
		closeResult();
	}

	final void closeResult() throws SQLException {
		ZovaResultSet open = this.resultSet;
		this.resultSet = null;
		this.execution = null;
		this.updateCount = -1;
		if (open != null) {
			open.close();
		}
	}

	final boolean readAhead(RowsAhead.Allowance allowance) throws SQLException {
		ZovaResultSet open = this.resultSet;
		return open == null || open.readAhead(allowance);
	}

	/** Called by the result set when it is closed. */
	void resultClosed() throws SQLException {
		if (this.closeOnCompletion && !this.closed) {
			close();
		}
	}

	@Override
	public void close() throws SQLException {
		if (!this.closed) {
			try {
				closeResult();
			}
			finally {
				this.closed = true;
				this.connection.session().openStatements().closed(this);
			}
		}
	}

	@Override
	public boolean isClosed() {
		return this.closed;
	}

	@Override
	public void cancel() throws SQLException {
		Execution running = this.execution;
		if (running != null) {
			running.cancel();
		}
	}

	@Override
	public @Nullable ResultSet getResultSet() throws SQLException {
		zova();
		return this.resultSet;
	}

	@Override
	public long getLargeUpdateCount() throws SQLException {
		zova();
		return this.updateCount;
	}

	@Override
	public int getUpdateCount() throws SQLException {
		return (int) Math.min(getLargeUpdateCount(), Integer.MAX_VALUE);
	}

	@Override
	public boolean getMoreResults() throws SQLException {
		zova();
		closeResult();
		return false;
	}

	@Override
	public boolean getMoreResults(int current) throws SQLException {
		if (current != CLOSE_CURRENT_RESULT) {
			throw new SQLFeatureNotSupportedException("Only one result can be open: use CLOSE_CURRENT_RESULT");
		}
		return getMoreResults();
	}

	@Override
	public ResultSet getGeneratedKeys() throws SQLException {
		Long key = this.generatedKey;
		ZovaPreparedStatement statement = (ZovaPreparedStatement) zova().prepareStatement(GENERATED_KEYS);
		statement.closeOnCompletion();
		statement.setBoolean(1, key != null);
		return statement.executeQuery();
	}

	@Override
	public Connection getConnection() throws SQLException {
		ZovaConnection connection = zova();
		BorrowedConnection borrower = connection.borrower();
		return (borrower != null) ? borrower : connection;
	}

	@Override
	public void setQueryTimeout(int seconds) throws SQLException {
		if (seconds < 0) {
			throw new SQLNonTransientException("The query timeout must not be negative: " + seconds);
		}
		this.queryTimeout = seconds;
	}

	@Override
	public int getQueryTimeout() {
		return this.queryTimeout;
	}

	@Override
	public void setLargeMaxRows(long max) throws SQLException {
		if (max < 0) {
			throw new SQLNonTransientException("The maximum number of rows must not be negative: " + max);
		}
		this.maxRows = max;
	}

	@Override
	public long getLargeMaxRows() {
		return this.maxRows;
	}

	@Override
	public void setMaxRows(int max) throws SQLException {
		setLargeMaxRows(max);
	}

	@Override
	public int getMaxRows() {
		return (int) this.maxRows;
	}

	@Override
	public void setFetchSize(int rows) {
		// Rows come one by one whatever is asked for.
		this.fetchSize = rows;
	}

	@Override
	public int getFetchSize() {
		return this.fetchSize;
	}

	@Override
	public void closeOnCompletion() throws SQLException {
		zova();
		this.closeOnCompletion = true;
	}

	@Override
	public boolean isCloseOnCompletion() throws SQLException {
		zova();
		return this.closeOnCompletion;
	}

	@Override
	public int getMaxFieldSize() {
		return 0;
	}

	@Override
	public void setMaxFieldSize(int max) {
		// Values are never cut.
	}

	@Override
	public void setEscapeProcessing(boolean enable) {
		// SQLite knows no JDBC escapes.
	}

	@Override
	public @Nullable SQLWarning getWarnings() {
		return null;
	}

	@Override
	public void clearWarnings() {
		// There are none.
	}

	@Override
	public void setCursorName(String name) {
		// Cursors have no names.
	}

	@Override
	public void setFetchDirection(int direction) throws SQLException {
		if (direction != ResultSet.FETCH_FORWARD && direction != ResultSet.FETCH_UNKNOWN) {
			throw new SQLFeatureNotSupportedException("Results can only be read forward");
		}
	}

	@Override
	public int getFetchDirection() {
		return ResultSet.FETCH_FORWARD;
	}

	@Override
	public int getResultSetConcurrency() {
		return ResultSet.CONCUR_READ_ONLY;
	}

	@Override
	public int getResultSetType() {
		return ResultSet.TYPE_FORWARD_ONLY;
	}

	@Override
	public int getResultSetHoldability() {
		return ResultSet.CLOSE_CURSORS_AT_COMMIT;
	}

	@Override
	public void setPoolable(boolean poolable) {
		// Compiled statements are cached by their text.
	}

	@Override
	public boolean isPoolable() {
		return true;
	}

	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		if (type.isInstance(this)) {
			return type.cast(this);
		}
		throw new SQLNonTransientException("Not a " + type.getName() + ": " + this);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) {
		return type.isInstance(this);
	}

}
