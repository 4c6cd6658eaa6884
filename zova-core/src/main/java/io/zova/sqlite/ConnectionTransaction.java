package io.zova.sqlite;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.file.AttachedStores;
import io.zova.sqlite.driver.ControlStatements;
import io.zova.sqlite.lock.ConnectionLocks;
import io.zova.sqlite.lock.Deadline;
import io.zova.sqlite.lock.OpenFile;
import io.zova.sqlite.lock.ReadLease;
import io.zova.sqlite.lock.ReaderDoor;
import io.zova.sqlite.lock.WriteGate;
import io.zova.sqlite.statement.SavepointNames;
import io.zova.sqlite.statement.StatementAnalysis;

/**
 * The transaction of one connection: when it begins and ends in SQLite, which locks it
 * holds in this process meanwhile, and its savepoints.
 * <p>
 * A writing transaction takes the {@link WriteGate} and then {@code BEGIN IMMEDIATE}, so
 * that it can never find out halfway that it may not write. A reading one is
 * {@code BEGIN}. Where readers and a commit exclude each other, the {@link ReaderDoor}
 * keeps them apart, for exactly as long as {@link OpenFile.Exclusion} says. SQLite may
 * end a transaction by itself after some errors; then this object says so to every
 * further statement until the caller rolls back, because whatever ran next would be
 * committed without what came before.
 */
final class ConnectionTransaction {

	enum State {

		NONE, READ, WRITE, LOST

	}

	/**
	 * What a statement outside a transaction holds until its result is closed.
	 */
	enum Held {

		NOTHING, READ, WRITE,

		/** A function asks this within a writing statement, which holds all it needs. */
		INSIDE

	}

	/** From here on a transaction may write dirty pages early, see {@link #grewBy}. */
	private static final long SPILL_BYTES = 32 << 20;

	private static final int COMMIT_TRIES = 40;

	private static final long BETWEEN_COMMITS_NANOS = 200_000;

	private static final Duration SPILL_PATIENCE = Duration.ofSeconds(1);

	private final ControlStatements sql;

	private final ConnectionLocks locks;

	private final boolean readOnlyFile;

	private final ConnectionListeners listeners = new ConnectionListeners();

	private final ConnectionCounters counters;

	private final ConnectionHistory history;

	private AttachedStores stores = AttachedStores.NONE;

	private final List<String> savepoints = new ArrayList<>();

	private State state = State.NONE;

	private boolean startedBySavepoint;

	/** Whether a writing statement runs that is its own transaction. */
	private boolean writesAlone;

	private boolean wrote;

	/** Whether it belongs to an operation that writes if there is anything to write. */
	private boolean meantToWrite;

	private boolean spillsOff;

	private long grown;

	private @Nullable SQLException lossReason;

	ConnectionTransaction(ControlStatements sql, ConnectionLocks locks, boolean readOnlyFile,
			ConnectionCounters counters, ConnectionHistory history) {
		this.sql = sql;
		this.locks = locks;
		this.readOnlyFile = readOnlyFile;
		this.counters = counters;
		this.history = history;
	}

	/**
	 * Who hears what becomes of this transaction.
	 * @return the listeners
	 */
	ConnectionListeners listeners() {
		return this.listeners;
	}

	/**
	 * The files that take part in each transaction from now on, besides the main file.
	 * @param stores the stores
	 */
	void use(AttachedStores stores) {
		this.stores = stores;
	}

	boolean isActive() {
		return this.state != State.NONE;
	}

	State state() {
		return this.state;
	}

	void begin(boolean readOnly, Deadline deadline) throws SQLException {
		requireNotLost();
		if (isActive()) {
			throw new SQLSyntaxErrorException("cannot start a transaction within a transaction", "25001", 1);
		}
		if (readOnly || this.readOnlyFile) {
			beginRead(deadline);
		}
		else {
			beginWrite(deadline);
		}
	}

	private void beginRead(Deadline deadline) throws SQLException {
		this.locks.enterRead(deadline);
		try {
			this.history.readingBegins(this.locks.isReadingOnce());
			this.sql.run("begin");
			if (!this.stores.isEmpty()) {
				touchStores();
			}
			this.state = State.READ;
			this.history.readingBegan();
		}
		finally {
			if (this.state != State.READ) {
				this.locks.leaveRead(true);
			}
		}
	}

	/**
	 * Lets the transaction that has begun see one state of all files. In WAL mode another
	 * one can commit between the looks at two of them; then their counts of changes
	 * differ, and the transaction begins once more.
	 */
	private void touchStores() throws SQLException {
		boolean same = false;
		try {
			for (int tries = 0; !same; tries++) {
				if (tries > 0) {
					requireUntorn(tries);
					this.sql.run("rollback");
					LockSupport.parkNanos(tries * BETWEEN_COMMITS_NANOS);
					this.sql.run("begin");
				}
				same = "1".equals(this.sql.query(this.stores.sameCounts()));
			}
		}
		finally {
			if (!same) {
				this.sql.run("rollback");
			}
		}
	}

	/** A commit takes no longer. */
	private static void requireUntorn(int tries) throws SQLException {
		if (tries > COMMIT_TRIES) {
			throw new SQLNonTransientConnectionException("The main file and its stores have seen different changes: "
					+ "another process has died while it wrote the set in WAL mode, or was given other files. Close "
					+ "the database and restore a backup of the set, or bind the store again to take its content as "
					+ "it is (Stores.of(mainFile).bind)", "08007");
		}
	}

	private void beginWrite(Deadline deadline) throws SQLException {
		this.locks.enterWrite(deadline);
		try {
			if (this.locks.exclusion() == OpenFile.Exclusion.WHOLE_TRANSACTION) {
				this.locks.shutReadersOut(deadline);
			}
			else if (this.locks.exclusion() == OpenFile.Exclusion.AT_COMMIT && !this.spillsOff) {
				this.sql.run("pragma cache_spill=off");
				this.spillsOff = true;
			}
			this.sql.run("begin immediate");
			this.state = State.WRITE;
			this.history.writingBegan();
		}
		finally {
			if (this.state != State.WRITE) {
				this.locks.leaveWrite();
			}
		}
	}

	void commit(Deadline deadline) throws SQLException {
		requireNotLost();
		requireActive("commit");
		this.listeners.beforeCommit();
		if (this.state == State.WRITE) {
			this.locks.fileIdentity().requireInPlace();
		}
		boolean amongReaders = this.state == State.WRITE && !this.locks.shutsReadersOut()
				&& this.locks.exclusion() == OpenFile.Exclusion.AT_COMMIT;
		boolean unchanged = amongReaders && !this.wrote && !this.history.isBypassed();
		boolean exclusive = amongReaders && !unchanged;
		if (exclusive) {
			this.locks.shutReadersOut(deadline);
		}
		try {
			// SQLite wants the file for itself even to commit nothing.
			this.sql.run(unchanged ? "rollback" : "commit");
		}
		catch (SQLException ex) {
			if (exclusive) {
				this.locks.letReadersIn();
			}
			SQLException explained = this.locks.fileIdentity().explain(ex);
			afterFailure(explained);
			throw explained;
		}
		// Before the gate opens, so that listeners hear of commits in their order.
		this.listeners.ended(true);
		this.counters.ended(this.state == State.WRITE, true);
		this.history.ended(this.state == State.WRITE, true);
		end();
	}

	void rollback() throws SQLException {
		if (this.state == State.LOST) {
			forgetLoss();
			return;
		}
		requireActive("rollback");
		try {
			this.sql.run("rollback");
		}
		catch (SQLException ex) {
			if (isOpenInSqlite()) {
				throw new SQLNonTransientConnectionException("The transaction could not be rolled back: "
						+ ex.getMessage() + ". The connection is discarded, which undoes it.", "08007", ex);
			}
		}
		rolledBack();
	}

	/** SQLite has closed the connection, and with it has undone what was open. */
	void connectionClosed() {
		if (this.state == State.LOST) {
			forgetLoss();
		}
		else if (isActive()) {
			rolledBack();
		}
		this.listeners.closed();
	}

	/** Listeners of a transaction that has never begun hear that it never will. */
	void forgetListeners() {
		if (!isActive()) {
			this.listeners.ended(false);
		}
	}

	private void rolledBack() {
		this.listeners.ended(false);
		this.counters.ended(this.state == State.WRITE, false);
		this.history.ended(this.state == State.WRITE, false);
		end();
	}

	/**
	 * The caller has ended a transaction that has never begun.
	 * @param committed whether by a commit
	 * @param hasRead whether it has read
	 */
	void endedUnbegun(boolean committed, boolean hasRead) throws SQLException {
		if (committed) {
			this.listeners.beforeCommit();
		}
		this.listeners.ended(committed);
		if (hasRead) {
			this.counters.ended(false, true);
		}
	}

	void savepoint(String name, boolean readOnly, boolean autoCommit, Deadline deadline) throws SQLException {
		requireNotLost();
		if (!isActive()) {
			begin(readOnly, deadline);
			this.startedBySavepoint = autoCommit;
		}
		try {
			this.sql.run("savepoint " + SavepointNames.quoted(name));
		}
		catch (SQLException ex) {
			afterFailure(ex);
			throw ex;
		}
		this.savepoints.add(SavepointNames.compared(name));
		this.listeners.savepoint();
	}

	void release(String name, Deadline deadline) throws SQLException {
		requireNotLost();
		int index = indexOf(name);
		if (index == 0 && this.startedBySavepoint) {
			commit(deadline);
			return;
		}
		this.sql.run("release " + SavepointNames.quoted(name));
		this.savepoints.subList(index, this.savepoints.size()).clear();
		this.listeners.released(index);
	}

	void rollbackTo(String name) throws SQLException {
		requireNotLost();
		int index = indexOf(name);
		this.sql.run("rollback to " + SavepointNames.quoted(name));
		this.savepoints.subList(index + 1, this.savepoints.size()).clear();
		this.listeners.rolledBackTo(index);
	}

	/**
	 * Takes what a statement needs: in a transaction nothing more than that has; outside
	 * one, a lock for itself, or the transaction that JDBC says begins here.
	 * @param analysis the statement
	 * @param autoCommit whether the statement is its own transaction if none is open
	 * @param readOnly whether the connection may only read
	 * @param mayLease whether reads may begin to share a transaction, see
	 * {@link ReadLease}
	 * @param deadline when to give up
	 * @return what to give to {@link #afterStatement}
	 * @throws SQLException if a lock could not be had or the transaction is lost
	 */
	Held beforeStatement(StatementAnalysis analysis, boolean autoCommit, boolean readOnly, boolean mayLease,
			Deadline deadline) throws SQLException {
		requireNotLost();
		boolean needsTransaction = analysis.kind() == StatementAnalysis.Kind.READ
				|| analysis.kind() == StatementAnalysis.Kind.WRITE
				|| (analysis.kind() == StatementAnalysis.Kind.NEUTRAL && analysis.changes().elsewhere());
		if (!isActive() && !autoCommit && needsTransaction) {
			begin(readOnly, deadline);
		}
		if (this.state == State.WRITE || this.writesAlone) {
			this.history.follow(analysis.changes());
		}
		if (isActive()) {
			this.wrote |= analysis.writes() || analysis.changes().elsewhere();
			return Held.NOTHING;
		}
		if (this.writesAlone) {
			return Held.INSIDE;
		}
		Held held = Held.NOTHING;
		if (analysis.writes() && !readOnly && !this.readOnlyFile) {
			this.locks.enterWrite(deadline);
			if (this.locks.exclusion() != OpenFile.Exclusion.NEVER) {
				try {
					this.locks.shutReadersOut(deadline);
				}
				finally {
					if (!this.locks.shutsReadersOut()) {
						this.locks.leaveWrite();
					}
				}
			}
			held = Held.WRITE;
			this.history.writingBegan();
			this.history.follow(analysis.changes());
		}
		else if (analysis.plainRead()) {
			this.locks.enterSharedRead(deadline, mayLease);
			held = Held.READ;
		}
		else if (analysis.kind() != StatementAnalysis.Kind.NEUTRAL) {
			this.locks.enterRead(deadline);
			held = Held.READ;
		}
		this.writesAlone = held == Held.WRITE;
		return held;
	}

	/**
	 * Does something that reads the file without being a statement of its own.
	 * @param <T> the type of the result
	 * @param deadline when to give up waiting
	 * @param work what to do
	 * @return what the work returned
	 * @throws SQLException if it failed or the file could not be read in time
	 */
	<T> T whileReading(Deadline deadline, ReadingWork<T> work) throws SQLException {
		if (isActive() || this.writesAlone) {
			return work.run();
		}
		this.locks.enterRead(deadline);
		try {
			return work.run();
		}
		finally {
			this.locks.leaveRead(true);
		}
	}

	/**
	 * Ends the transaction that reads outside a transaction share, if one is open.
	 * @throws SQLException if SQLite cannot end it
	 */
	void endLease() throws SQLException {
		this.locks.endLease();
	}

	/**
	 * Tells of the end of a statement and gives back what it held, in this order, so that
	 * listeners hear of commits in theirs.
	 * @param held what it held
	 * @param statement the statement
	 * @param caller the statement that ran it, if one did
	 * @param success whether it did its work
	 */
	void afterStatement(Held held, Object statement, @Nullable Object caller, boolean success) {
		this.listeners.statementEnded(statement, caller, success, isActive());
		if (held == Held.READ) {
			this.locks.leaveRead(success);
		}
		else if (held == Held.WRITE) {
			this.writesAlone = false;
			this.counters.ended(true, success);
			// A statement that fails may leave what it did before (ON CONFLICT FAIL).
			this.history.ended(true, true);
			this.locks.leaveWrite();
		}
	}

	/**
	 * Looks whether an error has ended the transaction: SQLite rolls back by itself when
	 * the disk is full, for example, or at {@code ON CONFLICT ROLLBACK}.
	 * @param reason the error
	 */
	void afterFailure(SQLException reason) {
		if ((this.state == State.READ || this.state == State.WRITE) && !isOpenInSqlite()) {
			this.listeners.ended(false);
			this.counters.ended(this.state == State.WRITE, false);
			this.history.ended(this.state == State.WRITE, false);
			end();
			this.state = State.LOST;
			this.lossReason = reason;
		}
	}

	/**
	 * Notes how much a writing transaction has written.
	 * <p>
	 * With a rollback journal, SQLite must lock readers out before it can write dirty
	 * pages that no longer fit its cache, and would do so at any statement. So that is
	 * switched off, and only a transaction that grows large allows it, after it has
	 * closed the {@link ReaderDoor} in good order.
	 * @param bytes the size of the values written
	 */
	void grewBy(long bytes) {
		this.grown += bytes;
		if (this.grown < SPILL_BYTES || this.locks.shutsReadersOut() || this.state != State.WRITE
				|| this.locks.exclusion() != OpenFile.Exclusion.AT_COMMIT) {
			return;
		}
		this.grown = 0;
		try {
			this.locks.shutReadersOut(Deadline.after(SPILL_PATIENCE));
			this.sql.run("pragma cache_spill=on");
			this.spillsOff = false;
		}
		catch (SQLException ex) {
			// Readers stay: the pages stay in memory, and the next 32 MiB try again.
			if (this.spillsOff) {
				this.locks.letReadersIn();
			}
		}
	}

	/**
	 * Tells that a transaction needs the write lock even if it writes nothing in the end.
	 */
	void meansToWrite() {
		this.meantToWrite = true;
	}

	private void end() {
		boolean writing = this.state == State.WRITE;
		boolean unused = writing && !this.wrote && !this.meantToWrite && !this.history.isBypassed()
				&& this.locks.makesWritersWait();
		this.state = State.NONE;
		this.savepoints.clear();
		this.startedBySavepoint = false;
		this.wrote = false;
		this.meantToWrite = false;
		this.grown = 0;
		if (writing) {
			this.locks.leaveWrite();
			if (unused) {
				this.counters.writeLockUnused();
			}
		}
		else {
			this.locks.leaveRead(true);
		}
	}

	private int indexOf(String name) throws SQLException {
		String compared = SavepointNames.compared(name);
		for (int i = this.savepoints.size() - 1; i >= 0; i--) {
			if (this.savepoints.get(i).equals(compared)) {
				return i;
			}
		}
		throw new SQLSyntaxErrorException("no such savepoint: " + name, "3B001", 1);
	}

	/** SQLite accepts BEGIN exactly when no transaction is open. */
	private boolean isOpenInSqlite() {
		try {
			this.sql.run("begin");
		}
		catch (SQLException ex) {
			return true;
		}
		try {
			this.sql.run("rollback");
		}
		catch (SQLException ex) {
			return true;
		}
		return false;
	}

	private void requireActive(String call) throws SQLException {
		if (!isActive()) {
			throw new SQLSyntaxErrorException("cannot " + call + " - no transaction is active", "25000", 1);
		}
	}

	void requireNotLost() throws SQLException {
		if (this.state == State.LOST) {
			SQLException reason = this.lossReason;
			throw new SQLTransactionRollbackException("SQLite has rolled the transaction back after an error ("
					+ ((reason != null) ? reason.getMessage() : "unknown")
					+ "): nothing of it is stored. Roll back, then start again.", "40000", reason);
		}
	}

	/**
	 * Work that reads the file.
	 *
	 * @param <T> what comes out of it
	 */
	@FunctionalInterface
	interface ReadingWork<T> {

		T run() throws SQLException;

	}

	private void forgetLoss() {
		this.state = State.NONE;
		this.listeners.ended(false);
		this.lossReason = null;
	}

}
