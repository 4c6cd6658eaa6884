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
final class ZovaResultSet extends LobResultSet {

	private final ResultSet rows;

	private final AbstractStatement statement;

	private final Execution execution;

	private boolean closed;

	private boolean named;

	private boolean onRow;

	private int row;

	/** The rows that come before those that the driver has left. */
	private @Nullable RowsAhead ahead;

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
		RowsAhead known = this.ahead;
		return (known != null) ? known.shown() : this.rows;
	}

	@Override
	ResultSet named() throws SQLException {
		ResultSet open = delegate();
		if (!this.named && this.ahead == null) {
			this.execution.nameColumns();
			this.named = true;
		}
		return open;
	}

	@Override
	public boolean next() throws SQLException {
		this.onRow = (this.ahead != null) ? nextAhead() : nextOfDriver();
		this.row++;
		return this.onRow;
	}

	private boolean nextOfDriver() throws SQLException {
		if (this.execution.next(delegate())) {
			return true;
		}
		this.execution.end(true);
		return false;
	}

	private boolean nextAhead() throws SQLException {
		RowsAhead known = this.ahead;
		if (known == null || known.next()) {
			return known != null;
		}
		if (!this.execution.holdsRead()) {
			return false;
		}
		known.close();
		this.ahead = null;
		return nextOfDriver();
	}

	/**
	 * Reads the rows that are left, so that the statement lets go of the file. An error
	 * on the way comes out where its row would have.
	 * @param allowance how much may be read
	 * @return whether that was enough; if not, the statement goes on afterwards
	 * @throws SQLException if the result cannot be read
	 */
	boolean readAhead(RowsAhead.Allowance allowance) throws SQLException {
		if (!this.execution.holdsRead()) {
			return true;
		}
		RowsAhead rowsAhead = this.ahead;
		if (rowsAhead == null) {
			rowsAhead = new RowsAhead(this.statement.zova().driver(), named(), this.onRow);
			this.ahead = rowsAhead;
		}
		else {
			rowsAhead.use(allowance);
		}
		while (!allowance.isUsedUp()) {
			boolean more;
			try {
				more = this.execution.next(this.rows);
			}
			catch (SQLException ex) {
				rowsAhead.fail(ex);
				return true;
			}
			if (!more) {
				this.execution.end(true);
				return true;
			}
			rowsAhead.add(this.rows, allowance);
		}
		return false;
	}

	@Override
	public int getRow() throws SQLException {
		return (this.ahead != null) ? (this.onRow ? this.row : 0) : super.getRow();
	}

	@Override
	public boolean isBeforeFirst() throws SQLException {
		return (this.ahead != null) ? this.row == 0 : super.isBeforeFirst();
	}

	@Override
	public boolean isFirst() throws SQLException {
		return (this.ahead != null) ? this.row == 1 && this.onRow : super.isFirst();
	}

	@Override
	public boolean isAfterLast() throws SQLException {
		return (this.ahead != null) ? this.row > 0 && !this.onRow : super.isAfterLast();
	}

	@Override
	public <T> @Nullable T getObject(int columnIndex, Class<T> type) throws SQLException {
		if (isLob(type)) {
			return type.cast(lob(columnIndex, type));
		}
		return StoredTimes.TYPES.contains(type) ? time(delegate().getObject(columnIndex), type)
				: delegate().getObject(columnIndex, type);
	}

	@Override
	public <T> @Nullable T getObject(String columnLabel, Class<T> type) throws SQLException {
		if (isLob(type)) {
			return type.cast(lob(findColumn(columnLabel), type));
		}
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
			if (this.ahead != null) {
				this.ahead.close();
			}
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
