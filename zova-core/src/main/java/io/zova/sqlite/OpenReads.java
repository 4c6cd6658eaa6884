package io.zova.sqlite;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

import io.zova.sqlite.lock.ConnectionLocks;
import io.zova.sqlite.lock.OpenFile;

/**
 * The state of the file that the open results of one connection show. A transaction that
 * begins to write must not begin with it.
 */
final class OpenReads {

	/** What helps where a transaction cannot begin with the write that comes. */
	static final String BEGIN_BEFORE = "let the transaction begin with a write, or give it the isolation "
			+ "SERIALIZABLE (zova.transaction.begin: immediate does so for all)";

	private final OpenStatements statements;

	private final StatementLocks statementLocks;

	private final ConnectionTransaction transaction;

	private final ConnectionLocks locks;

	OpenReads(OpenStatements statements, StatementLocks statementLocks, ConnectionTransaction transaction,
			ConnectionLocks locks) {
		this.statements = statements;
		this.statementLocks = statementLocks;
		this.transaction = transaction;
		this.locks = locks;
	}

	/**
	 * Whether results are open that hold a state of the file.
	 * @return {@code true} if so
	 */
	boolean areThere() {
		return this.locks.isReading();
	}

	/**
	 * Lets go of that state, because SQLite would begin a transaction with it and not
	 * with the newest. The rows that are left are read ahead.
	 * @throws SQLException if that cannot be done
	 */
	void leave() throws SQLException {
		if (this.statementLocks.inside() != null) {
			throw new SQLFeatureNotSupportedException("The first write of a transaction cannot come from within a "
					+ "statement that reads, through a function that it calls: " + BEGIN_BEFORE, "0A000");
		}
		if (areThere() && !this.statements.readAhead()) {
			throw new SQLFeatureNotSupportedException(
					"The transaction cannot begin to write while a result is open " + "that has more than "
							+ RowsAhead.LIMIT + " left: read it into a list, close it, or " + BEGIN_BEFORE,
					"0A000");
		}
		if (areThere()) {
			throw new SQLFeatureNotSupportedException(
					"The transaction cannot begin to write while a result of DatabaseMetaData is open: close it before",
					"0A000");
		}
	}

	/**
	 * Lets go of that state as far as it can be done: with a write-ahead log SQLite
	 * refuses to write after an old one.
	 * @throws SQLException if a statement is closed
	 */
	void renew() throws SQLException {
		if (areThere() && this.statementLocks.inside() == null && !this.transaction.isActive()
				&& this.locks.exclusion() == OpenFile.Exclusion.NEVER) {
			this.statements.readAhead();
		}
	}

}
