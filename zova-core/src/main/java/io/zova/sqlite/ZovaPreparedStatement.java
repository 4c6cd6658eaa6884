package io.zova.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.SQLType;
import java.time.temporal.Temporal;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.support.SqlValue;

import io.zova.sqlite.statement.CachedStatement;

/**
 * A statement with parameters, compiled once; closing it puts the compiled statement back
 * into the connection's cache.
 */
final class ZovaPreparedStatement extends LobParameters {

	/** What a statement adds to a transaction besides its values, roughly. */
	private static final long STATEMENT_BYTES = 256;

	private final String sql;

	private final boolean returnKeys;

	private @Nullable CachedStatement statement;

	private int batchSize;

	private long boundBytes;

	ZovaPreparedStatement(ZovaConnection connection, CachedStatement statement, boolean returnKeys) {
		super(connection);
		this.sql = statement.sql();
		this.statement = statement;
		this.returnKeys = returnKeys;
	}

	@Override
	PreparedStatement delegate() throws SQLException {
		return statement().driver();
	}

	private CachedStatement statement() throws SQLException {
		ZovaConnection connection = zova();
		CachedStatement compiled = this.statement;
		if (compiled == null || !compiled.isUsable()) {
			// The driver gave it up after an error; the caller may well go on.
			compiled = connection.statements().take(this.sql);
			this.statement = compiled;
		}
		return compiled;
	}

	@Override
	public boolean execute() throws SQLException {
		boolean rows = run(statement(), this.returnKeys);
		noteSize();
		return rows;
	}

	@Override
	public ResultSet executeQuery() throws SQLException {
		return runQuery(statement());
	}

	@Override
	public long executeLargeUpdate() throws SQLException {
		long rows = runUpdate(statement(), this.returnKeys);
		noteSize();
		return rows;
	}

	@Override
	public int executeUpdate() throws SQLException {
		return (int) executeLargeUpdate();
	}

	@Override
	public void setBytes(int parameterIndex, byte @Nullable [] value) throws SQLException {
		this.boundBytes += (value != null) ? value.length : 0;
		delegate().setBytes(parameterIndex, value);
	}

	@Override
	public void setObject(int parameterIndex, @Nullable Object value) throws SQLException {
		if (value == null || value instanceof String || value instanceof Number) {
			delegate().setObject(parameterIndex, value);
		}
		else if (value instanceof SqlValue bindsItself) {
			bindsItself.setValue(this, parameterIndex);
		}
		else if (value instanceof Temporal time) {
			delegate().setString(parameterIndex, StoredTimes.write(time));
		}
		else if (!setLob(parameterIndex, value)) {
			delegate().setObject(parameterIndex, value);
		}
	}

	@Override
	public void setObject(int parameterIndex, @Nullable Object value, int sqlTypeOrLength) throws SQLException {
		if (setLob(parameterIndex, value)) {
			return;
		}
		if (value instanceof Temporal) {
			setObject(parameterIndex, value);
		}
		else {
			super.setObject(parameterIndex, value, sqlTypeOrLength);
		}
	}

	@Override
	public void setObject(int parameterIndex, @Nullable Object value, SQLType sqlType) throws SQLException {
		if (value instanceof Temporal) {
			setObject(parameterIndex, value);
		}
		else {
			super.setObject(parameterIndex, value, sqlType);
		}
	}

	private void noteSize() throws SQLException {
		zova().session().transaction().grewBy(this.boundBytes + STATEMENT_BYTES);
		this.boundBytes = 0;
	}

	@Override
	public void addBatch() throws SQLException {
		delegate().addBatch();
		this.batchSize++;
	}

	@Override
	public void clearBatch() throws SQLException {
		delegate().clearBatch();
		this.batchSize = 0;
	}

	@Override
	public long[] executeLargeBatch() throws SQLException {
		int size = this.batchSize;
		this.batchSize = 0;
		if (size == 0) {
			return new long[0];
		}
		CachedStatement compiled = statement();
		closeResult();
		long[] updateCounts = UnitOfWork.batch(zova(), (connection) -> {
			Execution execution = Execution.start(zova().session(), compiled, getQueryTimeout());
			try {
				long[] counts = execution.runBatch();
				execution.end(true);
				return counts;
			}
			catch (SQLException ex) {
				throw BatchErrors.of("Batch of " + size, ex);
			}
		});
		zova().statements().ran(compiled);
		this.boundBytes += (long) size * STATEMENT_BYTES;
		noteSize();
		return updateCounts;
	}

	@Override
	public int[] executeBatch() throws SQLException {
		return Arrays.stream(executeLargeBatch()).mapToInt((count) -> (int) count).toArray();
	}

	@Override
	public void clearParameters() throws SQLException {
		delegate().clearParameters();
	}

	@Override
	public void close() throws SQLException {
		if (isClosed()) {
			return;
		}
		ZovaConnection connection = zova();
		try {
			super.close();
		}
		finally {
			CachedStatement compiled = this.statement;
			this.statement = null;
			if (compiled != null) {
				if (getLargeMaxRows() > 0 && compiled.isUsable()) {
					compiled.driver().setLargeMaxRows(0);
				}
				connection.statements().giveBack(compiled);
			}
		}
	}

	// A prepared statement runs its own text only.

	@Override
	public boolean execute(String other) throws SQLException {
		throw notWithText();
	}

	@Override
	public boolean execute(String other, int autoGeneratedKeys) throws SQLException {
		throw notWithText();
	}

	@Override
	public boolean execute(String other, int[] columnIndexes) throws SQLException {
		throw notWithText();
	}

	@Override
	public boolean execute(String other, String[] columnNames) throws SQLException {
		throw notWithText();
	}

	@Override
	public ResultSet executeQuery(String other) throws SQLException {
		throw notWithText();
	}

	@Override
	public int executeUpdate(String other) throws SQLException {
		throw notWithText();
	}

	@Override
	public int executeUpdate(String other, int autoGeneratedKeys) throws SQLException {
		throw notWithText();
	}

	@Override
	public int executeUpdate(String other, int[] columnIndexes) throws SQLException {
		throw notWithText();
	}

	@Override
	public int executeUpdate(String other, String[] columnNames) throws SQLException {
		throw notWithText();
	}

	@Override
	public void addBatch(String other) throws SQLException {
		throw notWithText();
	}

	private static SQLException notWithText() {
		return new SQLNonTransientException("A prepared statement runs the text it was prepared with", "HY010");
	}

	@Override
	public String toString() {
		return this.sql;
	}

}
