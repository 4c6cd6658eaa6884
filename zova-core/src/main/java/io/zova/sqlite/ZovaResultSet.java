package io.zova.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.Statement;

/**
 * The rows of one run of a statement. Its end, by reading or closing, ends the run and
 * gives its locks back; it never shows rows of a later run of the same compiled
 * statement.
 */
final class ZovaResultSet extends ForwardingResultSet {

	private final ResultSet rows;

	private final AbstractStatement statement;

	private final Execution execution;

	private boolean closed;

	private boolean named;

	ZovaResultSet(ResultSet rows, AbstractStatement statement, Execution execution) {
		this.rows = rows;
		this.statement = statement;
		this.execution = execution;
	}

	@Override
	ResultSet delegate() throws SQLException {
		if (this.closed) {
			throw new SQLNonTransientException("The result set is closed", "HY010");
		}
		return this.rows;
	}

	@Override
	ResultSet named() throws SQLException {
		ResultSet open = delegate();
		if (!this.named) {
			this.execution.nameColumns();
			this.named = true;
		}
		return open;
	}

	@Override
	public boolean next() throws SQLException {
		if (this.execution.next(delegate())) {
			return true;
		}
		this.execution.end(true);
		return false;
	}

	@Override
	public void close() throws SQLException {
		if (this.closed) {
			return;
		}
		this.closed = true;
		try {
			this.rows.close();
		}
		finally {
			this.execution.end(true);
			this.statement.resultClosed();
		}
	}

	@Override
	public boolean isClosed() {
		return this.closed;
	}

	@Override
	public Statement getStatement() throws SQLException {
		delegate();
		return this.statement;
	}

}
