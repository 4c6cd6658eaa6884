package io.zova.sqlite;

import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.Statement;
import java.time.DateTimeException;

import org.jspecify.annotations.Nullable;

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
	public <T> @Nullable T getObject(int columnIndex, Class<T> type) throws SQLException {
		return StoredTimes.TYPES.contains(type) ? time(delegate().getObject(columnIndex), type)
				: delegate().getObject(columnIndex, type);
	}

	@Override
	public <T> @Nullable T getObject(String columnLabel, Class<T> type) throws SQLException {
		return StoredTimes.TYPES.contains(type) ? time(named().getObject(columnLabel), type)
				: named().getObject(columnLabel, type);
	}

	private static <T> @Nullable T time(@Nullable Object stored, Class<T> type) throws SQLException {
		try {
			return (stored != null) ? StoredTimes.read(stored, type) : null;
		}
		catch (DateTimeException ex) {
			throw new SQLDataException("The value '" + stored + "' is no " + type.getName(), "22007", ex);
		}
	}

	@Override
	public void close() throws SQLException {
		if (this.closed) {
			return;
		}
		this.closed = true;
		try {
			this.execution.finish(this.rows);
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
