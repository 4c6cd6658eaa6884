package io.zova.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.util.Collections;

import io.zova.sqlite.lock.Deadline;
import io.zova.sqlite.statement.StatementAnalysis;

/**
 * The transaction of one connection as JDBC and SQL text ask for it: with auto-commit off
 * it is there before anything has begun in SQLite, and begins with the first statement
 * that touches the file, or with the first that writes, if the options say so. Until then
 * each statement reads as it would outside a transaction.
 */
final class JdbcTransaction {

	private final OpenDriver driver;

	private final ConnectionSettings settings;

	private final TimeLimits limits;

	private final ConnectionTransaction transaction;

	private final OpenStatements openStatements;

	private final OpenReads openReads;

	private boolean autoCommit = true;

	private boolean readOnly;

	private int isolation;

	/** Whether the open transaction has read without having begun. */
	private boolean hasReadUnbegun;

	JdbcTransaction(OpenDriver driver, ConnectionSettings settings, TimeLimits limits,
			ConnectionTransaction transaction, OpenStatements openStatements, OpenReads openReads) {
		this.driver = driver;
		this.settings = settings;
		this.limits = limits;
		this.transaction = transaction;
		this.openStatements = openStatements;
		this.openReads = openReads;
		this.isolation = settings.isolation();
	}

	// How it is set

	boolean isAutoCommit() {
		return this.autoCommit;
	}

	void setAutoCommit(boolean autoCommit) throws SQLException {
		this.driver.requireOpen();
		if (autoCommit && !this.autoCommit) {
			endIfOpen(true);
		}
		this.autoCommit = autoCommit;
	}

	boolean isReadOnly() {
		return this.readOnly;
	}

	void setReadOnly(boolean readOnly) throws SQLException {
		this.driver.requireOpen();
		if (readOnly != this.readOnly && this.transaction.isActive()) {
			throw new SQLNonTransientException("Cannot change read-only inside a transaction: end it first", "25001");
		}
		this.readOnly = readOnly;
	}

	int isolation() {
		return this.isolation;
	}

	void setIsolation(int level) throws SQLException {
		this.driver.requireOpen();
		switch (level) {
			// SQLite's transactions are serializable, which is all of these and more,
			// once they have begun.
			case Connection.TRANSACTION_READ_UNCOMMITTED, Connection.TRANSACTION_READ_COMMITTED,
					Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE ->
				this.isolation = level;
			default -> throw new SQLNonTransientException("Not an isolation level: " + level, "HY092");
		}
	}

	// What it is now

	/**
	 * Whether statements belong to a transaction that somebody else ends.
	 * @return {@code true} if one is open, or begins with the first statement
	 */
	boolean isOpen() {
		return this.transaction.isActive() || !this.autoCommit;
	}

	/**
	 * Whether it begins with its first write and has not yet: each statement reads as it
	 * would outside a transaction.
	 * @return {@code true} if so
	 */
	boolean readsUnbegun() {
		return !this.autoCommit && this.settings.beginsAtFirstWrite() && !this.readOnly
				&& this.isolation < Connection.TRANSACTION_REPEATABLE_READ && !this.settings.readOnlyFile()
				&& !this.transaction.isActive();
	}

	/**
	 * Whether a reading transaction is open that nobody asked for, to show one state to
	 * the statements of one call.
	 * @return {@code true} if so
	 */
	boolean isSnapshot() {
		return this.transaction.state() == ConnectionTransaction.State.READ && !this.readOnly
				&& !this.settings.readOnlyFile();
	}

	// When it begins

	/**
	 * Begins it if a statement is the one that it begins with, and otherwise sees to it
	 * that the statement can.
	 * @param analysis the statement
	 * @param deadline when to give up
	 * @return whether the statement is its own transaction if none is open
	 * @throws SQLException if it cannot begin
	 */
	boolean beginFor(StatementAnalysis analysis, Deadline deadline) throws SQLException {
		if (readsUnbegun()) {
			if (beginsWith(analysis)) {
				this.openReads.leave();
				this.transaction.begin(false, deadline);
				return false;
			}
			this.hasReadUnbegun = true;
			return true;
		}
		if (!this.readOnly && (analysis.writes() || !this.autoCommit)) {
			this.openReads.renew();
		}
		return this.autoCommit;
	}

	private boolean beginsWith(StatementAnalysis analysis) {
		if (analysis.kind() == StatementAnalysis.Kind.EXCLUSIVE) {
			return false;
		}
		return analysis.writes() || analysis.changes().elsewhere()
				|| !Collections.disjoint(analysis.functions(), this.settings.functionsThatMayWrite());
	}

	/**
	 * Begins the transaction that JDBC says is open, if no statement has begun it yet.
	 * @throws SQLException if it cannot begin
	 */
	void requireBegun() throws SQLException {
		this.driver.requireOpen();
		if (!this.autoCommit && !this.transaction.isActive()) {
			begin(false);
		}
	}

	void begin(boolean reading) throws SQLException {
		this.driver.requireOpen();
		if (!reading) {
			letGoOfReads();
		}
		this.transaction.begin(reading || this.readOnly, this.limits.lockWait());
	}

	private void letGoOfReads() throws SQLException {
		if (readsUnbegun()) {
			this.openReads.leave();
		}
		else if (!this.readOnly) {
			this.openReads.renew();
		}
	}

	void savepoint(String name) throws SQLException {
		this.driver.requireOpen();
		letGoOfReads();
		this.transaction.savepoint(name, this.readOnly, this.autoCommit, this.limits.lockWait());
	}

	// When it ends

	/**
	 * Does what a statement such as BEGIN or RELEASE asks for.
	 * @param analysis the statement
	 * @throws SQLException if the state of the transaction does not allow it
	 */
	void control(StatementAnalysis analysis) throws SQLException {
		this.driver.requireOpen();
		String savepoint = (analysis.savepoint() != null) ? analysis.savepoint() : "";
		switch (analysis.kind()) {
			case BEGIN -> begin(false);
			case COMMIT, ROLLBACK -> {
				if (readsUnbegun()) {
					endUnbegun(analysis.kind() == StatementAnalysis.Kind.COMMIT);
				}
				else {
					end(analysis.kind() == StatementAnalysis.Kind.COMMIT);
				}
			}
			case SAVEPOINT -> savepoint(savepoint);
			case RELEASE -> release(savepoint);
			case ROLLBACK_TO -> rollbackTo(savepoint);
			default -> throw new IllegalArgumentException("Not a control statement: " + analysis);
		}
	}

	void release(String name) throws SQLException {
		this.transaction.release(name, this.limits.lockWait());
	}

	void rollbackTo(String name) throws SQLException {
		this.transaction.rollbackTo(name);
	}

	void endIfOpen(boolean commit) throws SQLException {
		if (this.transaction.isActive()) {
			end(commit);
		}
		else {
			endUnbegun(commit);
		}
	}

	void end(boolean commit) throws SQLException {
		if (!isSnapshot()) {
			this.openStatements.closeResults();
			this.hasReadUnbegun = false;
		}
		if (commit) {
			this.transaction.commit(this.limits.lockWait());
		}
		else {
			this.transaction.rollback();
		}
	}

	/** As after a commit, no result stays open. */
	private void endUnbegun(boolean commit) throws SQLException {
		if (readsUnbegun()) {
			this.openStatements.closeResults();
		}
		this.transaction.endedUnbegun(commit, this.hasReadUnbegun);
		this.hasReadUnbegun = false;
	}

	/** Nobody will end it any more. */
	void forget() {
		this.hasReadUnbegun = false;
	}

}
