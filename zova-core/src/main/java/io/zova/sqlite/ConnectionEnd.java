package io.zova.sqlite;

import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * How a connection ends: it is given back and goes on with the next borrower, it is
 * closed, or another thread cuts it off.
 */
final class ConnectionEnd {

	private final Session session;

	private final OpenDriver driver;

	private final ConnectionStatements statements;

	ConnectionEnd(Session session, ConnectionStatements statements) {
		this.session = session;
		this.driver = session.driver();
		this.statements = statements;
	}

	/**
	 * Ends what a borrower of the pool may have left open.
	 * @return whether the connection is as good as new; if not, it must be replaced
	 * @throws SQLException if a transaction was left open and cannot be rolled back
	 */
	boolean ofBorrow() throws SQLException {
		if (this.driver.isClosed()) {
			closed();
			return false;
		}
		if (this.driver.isAborted()) {
			closeAborted();
			return false;
		}
		this.session.openStatements().closeAll();
		this.session.transaction().forgetListeners();
		if (this.session.transaction().isActive()) {
			try {
				this.session.transaction().rollback();
			}
			catch (SQLException ex) {
				// At once, so that its locks keep nobody out until the pool gets round to
				// it.
				closeQuietly();
				throw ex;
			}
		}
		if (this.session.openReads().areThere()) {
			// Meta data was left open: only closing the connection ends that.
			close();
			return false;
		}
		return this.session.borrowEnded();
	}

	/**
	 * Ends what runs, and then closes the connection, whoever is using it.
	 * @param executor where to close it
	 * @throws SQLException if there is no executor
	 */
	void abort(@Nullable Executor executor) throws SQLException {
		if (executor == null) {
			throw new SQLNonTransientException("An executor is needed to abort a connection");
		}
		this.driver.abort();
		try {
			this.driver.interrupt();
		}
		catch (SQLException ex) {
			// It was closed already, so nothing is running.
		}
		executor.execute(this::closeAborted);
	}

	/**
	 * Closes what another thread may be using: it finds that out at its next step, which
	 * must not come between the end of its transaction and that of the connection.
	 */
	private void closeAborted() {
		try {
			closeDriver();
		}
		catch (SQLException | RuntimeException ex) {
			// Whoever has borrowed it tries again.
			this.driver.abort();
		}
	}

	private void closeQuietly() {
		try {
			close();
		}
		catch (SQLException | RuntimeException ex) {
			// Nobody uses it any more, or whoever does meets the end at this moment.
			this.driver.abort();
		}
	}

	void close() throws SQLException {
		if (this.driver.isClosed()) {
			// Somebody may have closed the driver's connection itself.
			closed();
			return;
		}
		try {
			this.session.openStatements().closeAll();
			if (this.session.transaction().isActive()) {
				this.session.transaction().rollback();
			}
			this.statements.clear();
		}
		finally {
			closeDriver();
		}
	}

	private void closeDriver() throws SQLException {
		this.session.locks().connectionCloses();
		this.driver.close();
		closed();
	}

	private synchronized void closed() {
		this.session.locks().connectionClosed();
		this.session.transaction().connectionClosed();
	}

}
