package io.zova.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.zova.ZovaStatus;
import io.zova.sqlite.extension.InternalKey;

/**
 * A pooled connection in the hands of a borrower. When it is closed, whatever the
 * borrower left open is ended before the pool gets it back. A connection whose settings
 * were changed, or that another thread than the borrower's closes, is replaced.
 * <p>
 * Settings go through HikariCP's connection, which resets them afterwards. Statements
 * come straight from ours, which keeps track of them itself: HikariCP's three layers
 * around them would cost as much as our own.
 */
final class BorrowedConnection extends StatementSource {

	private static final Logger logger = LoggerFactory.getLogger(BorrowedConnection.class);

	private final ZovaDataSource pool;

	private final Connection pooled;

	private final ZovaConnection physical;

	private final Thread borrower = Thread.currentThread();

	private final @Nullable Throwable borrowed;

	private volatile boolean returned;

	/** Whether the last commit has ended the transaction, and nobody knows how. */
	private boolean outcomeUnknown;

	BorrowedConnection(ZovaDataSource pool, Connection pooled, boolean rememberWhere) throws SQLException {
		this.pool = pool;
		this.pooled = pooled;
		this.physical = pooled.unwrap(ZovaConnection.class);
		this.borrowed = rememberWhere ? new Throwable("Borrowed here") : null;
		this.physical.lendTo(this);
	}

	ZovaDataSource pool() {
		return this.pool;
	}

	@Override
	Connection delegate() {
		return this.pooled;
	}

	@Override
	Statement newStatement() throws SQLException {
		requireNotReturned();
		return this.physical.newStatement();
	}

	@Override
	PreparedStatement newStatement(String sql, boolean returnKeys) throws SQLException {
		requireNotReturned();
		return this.physical.newStatement(sql, returnKeys);
	}

	@Override
	public void commit() throws SQLException {
		this.outcomeUnknown = false;
		try {
			super.commit();
		}
		catch (SQLException ex) {
			this.outcomeUnknown = ZovaStatus.of(ex) == ZovaStatus.OUTCOME_UNKNOWN;
			throw ex;
		}
	}

	/**
	 * Spring rolls back when a commit has failed, and would tell only of a rollback that
	 * fails because the pool has given the connection up by then.
	 */
	@Override
	public void rollback() throws SQLException {
		if (this.outcomeUnknown) {
			this.outcomeUnknown = false;
			return;
		}
		super.rollback();
	}

	private void requireNotReturned() throws SQLException {
		if (this.returned) {
			throw new SQLNonTransientConnectionException("The connection is closed: its borrower has returned it",
					"08003");
		}
	}

	@Override
	public void close() throws SQLException {
		synchronized (this) {
			if (this.returned) {
				return;
			}
			this.returned = true;
		}
		if (Thread.currentThread() != this.borrower) {
			// The borrower may be at work: that must end, and not go on in the hands of
			// the next.
			this.physical.abort(Runnable::run);
		}
		boolean good = endOfBorrow();
		this.physical.lendTo(null);
		if (good) {
			this.pooled.close();
		}
		else {
			// Closes it and makes room for another; there is nothing to give back any
			// more.
			this.pool.evictConnection(this.pooled);
		}
	}

	/** What comes after the return would meet the next borrower: as in JDBC, nothing. */
	@Override
	public synchronized void abort(Executor executor) throws SQLException {
		if (!this.returned) {
			super.abort(executor);
		}
	}

	private boolean endOfBorrow() {
		try {
			return this.physical.end().ofBorrow();
		}
		catch (SQLException ex) {
			logger.warn("{} is discarded: what its borrower left open could not be ended", this.physical, ex);
			return false;
		}
	}

	/**
	 * Who holds this connection, for the message of a database that cannot be closed.
	 * @return the thread, and where it borrowed if that is known
	 */
	String describeBorrower() {
		StringBuilder text = new StringBuilder("thread '").append(this.borrower.getName()).append('\'');
		if (this.borrowed != null) {
			for (StackTraceElement element : this.borrowed.getStackTrace()) {
				text.append("\n\tat ").append(element);
			}
		}
		return text.toString();
	}

	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		requireNotReturned();
		if (type.isInstance(this.physical)) {
			return type.cast(this.physical);
		}
		if (type == InternalKey.class) {
			return this.physical.unwrap(type);
		}
		return super.unwrap(type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) throws SQLException {
		return type.isInstance(this.physical) || super.isWrapperFor(type);
	}

}
