package io.zova.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

import io.zova.sqlite.statement.SavepointNames;

/**
 * Rows of a result that were read before anybody asked for them, so that the statement
 * could let go of the file.
 * <p>
 * They are shown by a statement that selects the values of one row, as often as there are
 * rows. So the driver converts them as it would have converted the originals.
 */
final class RowsAhead {

	/** What is read ahead at most, in words. */
	static final String LIMIT = "10,000 rows or 16 MiB";

	private static final int MOST_ROWS = 10_000;

	private static final long MOST_BYTES = 16 << 20;

	private static final int BYTES_OF_VALUE = 16;

	/**
	 * How much may be read ahead for one transaction.
	 */
	static final class Allowance {

		private int rows = MOST_ROWS;

		private long bytes = MOST_BYTES;

		boolean isUsedUp() {
			return this.rows <= 0 || this.bytes <= 0;
		}

		private void use(int rows, long bytes) {
			this.rows -= rows;
			this.bytes -= bytes;
		}

	}

	private final Deque<@Nullable Object[]> rows = new ArrayDeque<>();

	/** The size of these rows. */
	private long bytes;

	private final PreparedStatement statement;

	private final int columns;

	private ResultSet shown;

	/** What happened when the row after these was to be read. */
	private @Nullable SQLException failure;

	/**
	 * Begins with the row that the result is on.
	 * @param driver the connection
	 * @param result the result, with the names of its columns
	 * @param onRow whether it is on a row
	 * @throws SQLException if it cannot be read
	 */
	RowsAhead(SQLiteConnection driver, ResultSet result, boolean onRow) throws SQLException {
		this.columns = result.getMetaData().getColumnCount();
		StringBuilder sql = new StringBuilder("select ");
		for (int column = 1; column <= this.columns; column++) {
			String name = result.getMetaData().getColumnLabel(column);
			sql.append((column > 1) ? ", ?" : "?").append(" as ").append(SavepointNames.quoted(name));
		}
		this.statement = driver.prepareStatement(sql.toString());
		this.shown = onRow ? show(read(result)) : this.statement.executeQuery();
	}

	/**
	 * Adds the row that the result is on.
	 */
	void add(ResultSet result, Allowance allowance) throws SQLException {
		@Nullable Object[] row = read(result);
		allowance.use(1, bytes(row));
		this.bytes += bytes(row);
		this.rows.add(row);
	}

	/**
	 * Counts what is here already.
	 */
	void use(Allowance allowance) {
		allowance.use(this.rows.size(), this.bytes);
	}

	private static long bytes(@Nullable Object[] row) {
		long bytes = 0;
		for (Object value : row) {
			bytes += BYTES_OF_VALUE;
			if (value instanceof byte[] blob) {
				bytes += blob.length;
			}
			else if (value instanceof String text) {
				bytes += 2L * text.length();
			}
		}
		return bytes;
	}

	/**
	 * Notes that there is no row after these, but an error.
	 */
	void fail(SQLException reason) {
		this.failure = reason;
	}

	/**
	 * Where the values of the present row are.
	 * @return the driver's result
	 */
	ResultSet shown() {
		return this.shown;
	}

	/**
	 * Goes on to the next row.
	 * @return whether there is one here
	 * @throws SQLException if that row could not be read
	 */
	boolean next() throws SQLException {
		@Nullable Object[] row = this.rows.poll();
		if (row != null) {
			this.bytes -= bytes(row);
			this.shown = show(row);
			return true;
		}
		SQLException failed = this.failure;
		if (failed != null) {
			this.failure = null;
			throw failed;
		}
		return false;
	}

	private ResultSet show(@Nullable Object[] row) throws SQLException {
		for (int column = 1; column <= this.columns; column++) {
			this.statement.setObject(column, row[column - 1]);
		}
		ResultSet result = this.statement.executeQuery();
		result.next();
		return result;
	}

	private @Nullable Object[] read(ResultSet result) throws SQLException {
		@Nullable Object[] row = new @Nullable Object[this.columns];
		for (int column = 1; column <= this.columns; column++) {
			Object value = result.getObject(column);
			row[column - 1] = (value == null && !result.wasNull()) ? new byte[0] : value;
		}
		return row;
	}

	void close() throws SQLException {
		this.statement.close();
	}

}
