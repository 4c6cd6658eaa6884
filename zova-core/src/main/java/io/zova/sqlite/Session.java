package io.zova.sqlite;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientException;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

import io.zova.sqlite.driver.ControlStatements;
import io.zova.sqlite.extension.InternalKey;
import io.zova.sqlite.lock.ConnectionLocks;
import io.zova.sqlite.lock.Deadline;
import io.zova.sqlite.statement.CachedStatement;
import io.zova.sqlite.statement.StatementAnalysis;

/**
 * What one connection is in the middle of, and the rules of that: whether a statement may
 * run, in which transaction, and with which locks.
 * <p>
 * Its parts know only those that are made before them.
 */
final class Session {

	private final OpenDriver driver;

	private final ConnectionSettings settings;

	private final TimeLimits limits;

	private final ConnectionLocks locks;

	private final TransactionChanges changes;

	private final ConnectionListeners listeners = new ConnectionListeners();

	private final ConnectionTransaction transaction;

	private final StatementLocks statementLocks;

	private final CommitMode commitMode;

	private final TransactionEnd end;

	private final OpenStatements openStatements = new OpenStatements();

	private final OpenReads openReads;

	private final JdbcTransaction jdbc;

	/** The pool that has lent the connection, by which Spring knows its transaction. */
	private @Nullable Object pool;

	private boolean settingsChanged;

	Session(OpenDriver driver, ConnectionSettings settings, InternalKey key) {
		this.driver = driver;
		this.settings = settings;
		this.limits = new TimeLimits(settings.lockWaitTimeout(), settings.statementTimeout());
		ControlStatements control = new ControlStatements(driver.driver());
		this.locks = new ConnectionLocks(settings.locks(), control);
		this.changes = new TransactionChanges(settings.locks(), driver.driver(), key);
		this.commitMode = new CommitMode(settings.locks(), driver.driver(), key, settings.groupsCommits());
		this.end = new TransactionEnd(this.changes, settings.counters(), this.listeners, this.locks, this.commitMode,
				settings.log());
		this.transaction = new ConnectionTransaction(control, this.locks, settings.readOnlyFile(), this.listeners,
				settings.counters(), this.changes, this.end, this.commitMode);
		this.statementLocks = new StatementLocks(this.transaction, this.locks, settings.readOnlyFile(), this.changes,
				this.listeners, this.end, this.commitMode);
		this.openReads = new OpenReads(this.openStatements, this.statementLocks, this.transaction, this.locks);
		this.jdbc = new JdbcTransaction(driver, settings, this.limits, this.transaction, this.openStatements,
				this.openReads);
	}

	OpenDriver driver() {
		return this.driver;
	}

	TimeLimits limits() {
		return this.limits;
	}

	ConnectionLocks locks() {
		return this.locks;
	}

	TransactionChanges changes() {
		return this.changes;
	}

	ConnectionListeners listeners() {
		return this.listeners;
	}

	ConnectionTransaction transaction() {
		return this.transaction;
	}

	CommitMode commitMode() {
		return this.commitMode;
	}

	TransactionEnd end() {
		return this.end;
	}

	StatementLocks statementLocks() {
		return this.statementLocks;
	}

	OpenStatements openStatements() {
		return this.openStatements;
	}

	OpenReads openReads() {
		return this.openReads;
	}

	JdbcTransaction jdbc() {
		return this.jdbc;
	}

	/**
	 * Takes what a statement needs, if it may run.
	 * @param statement the statement
	 * @param deadline when to give up
	 * @return what to give back when it has ended
	 * @throws SQLException if it may not run, or a lock could not be had
	 */
	StatementLocks.Held lockFor(CachedStatement statement, Deadline deadline) throws SQLException {
		StatementLocks.Held held = lockFor(statement.analysis(), deadline);
		if (statement.isForOthersThan(this.transaction.stores())) {
			this.statementLocks.giveBack(held, statement, null, false);
			throw new StoresMovedException(this.settings.name());
		}
		return held;
	}

	private StatementLocks.Held lockFor(StatementAnalysis analysis, Deadline deadline) throws SQLException {
		this.driver.requireOpen();
		requireMayRun(analysis);
		if (analysis.kind() == StatementAnalysis.Kind.WRITE && !this.jdbc.isOpen()) {
			aboutToWriteAlone();
		}
		if (analysis.kind() == StatementAnalysis.Kind.EXCLUSIVE) {
			// Leaving the log would delete the one of another file.
			this.locks.fileIdentity().requireInPlaceNow();
		}
		boolean alone = this.jdbc.beginFor(analysis, deadline);
		boolean mayLease = !this.settingsChanged && !this.changes.isBypassed();
		return this.statementLocks.take(analysis, alone, this.jdbc.isReadOnly(), mayLease, deadline);
	}

	/**
	 * Refuses to write where only reading is allowed. Not by {@code PRAGMA query_only},
	 * which would make SQLite compile all statements of the connection anew each time it
	 * is switched.
	 */
	private void requireMayRun(StatementAnalysis analysis) throws SQLException {
		if (!analysis.writes()) {
			return;
		}
		if (this.jdbc.isReadOnly()) {
			throw new SQLInvalidAuthorizationSpecException(
					"attempt to write a readonly database: the transaction or connection "
							+ "is read-only, but the statement writes",
					"25006", SQLiteErrorCode.SQLITE_READONLY.code);
		}
		if (this.jdbc.isSnapshot()) {
			throw new SQLNonTransientException("attempt to write within an operation that only reads", "25006",
					SQLiteErrorCode.SQLITE_READONLY.code);
		}
	}

	/**
	 * Says that what is written next will be committed by itself, which a transaction of
	 * another manager may not have meant.
	 * @throws SQLException if the connection of the thread's transaction is closed
	 */
	void aboutToWriteAlone() throws SQLException {
		this.settings.foreignTransactions().beforeWrite(this.pool);
	}

	/**
	 * Says that something will be kept for the commit. Where JDBC says that a transaction
	 * is open but no statement has begun it yet, it begins now, so that what is kept is
	 * part of it.
	 * @throws SQLException if the transaction cannot begin or is lost
	 */
	void aboutToKeepForCommit() throws SQLException {
		this.driver.requireOpen();
		this.transaction.requireNotLost();
		if (!this.jdbc.isOpen()) {
			aboutToWriteAlone();
		}
		if (!this.jdbc.isAutoCommit() && this.jdbc.isSnapshot()) {
			throw new SQLFeatureNotSupportedException("The transaction has not begun yet, and cannot begin from within "
					+ "an operation that reads: " + OpenReads.BEGIN_BEFORE, "0A000");
		}
		this.jdbc.requireBegun();
	}

	/**
	 * Makes the connection a reader of the file although no statement of ours runs.
	 * @return ends that
	 * @throws SQLException if the file could not be read in time
	 */
	Runnable enterRead() throws SQLException {
		if (this.transaction.isActive()) {
			return () -> {
			};
		}
		this.locks.enterRead(this.limits.lockWait());
		return () -> this.locks.leaveRead(true);
	}

	/**
	 * The driver's connection is handed out. Its transaction must be SQLite's, and what
	 * is done with it is not known here.
	 * @throws SQLException if the transaction cannot begin
	 */
	void driverGiven() throws SQLException {
		if (this.jdbc.readsUnbegun()) {
			this.jdbc.begin(false);
		}
		this.changes.bypassed(true);
		if (!this.transaction.isActive()) {
			this.commitMode.full();
		}
		this.statementLocks.endLease();
	}

	/** A statement has set what a borrower of a connection must not leave behind. */
	void settingsChanged() {
		this.settingsChanged = true;
	}

	/**
	 * A pool lends the connection, or has it back.
	 * @param pool the pool, {@code null} when it has it back
	 */
	void lentBy(@Nullable Object pool) {
		this.pool = pool;
	}

	/**
	 * The borrower is gone, and what was left open is ended.
	 * @return whether the connection is as good as new
	 */
	boolean borrowEnded() {
		this.jdbc.forget();
		this.changes.bypassed(false);
		return !this.settingsChanged;
	}

}
