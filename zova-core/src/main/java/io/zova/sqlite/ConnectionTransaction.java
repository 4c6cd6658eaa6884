package io.zova.sqlite;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransactionRollbackException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.file.AttachedStores;
import io.zova.sqlite.driver.ControlStatements;
import io.zova.sqlite.lock.ConnectionLocks;
import io.zova.sqlite.lock.Deadline;
import io.zova.sqlite.lock.OpenFile;
import io.zova.sqlite.lock.ReadLease;
import io.zova.sqlite.lock.ReaderDoor;
import io.zova.sqlite.lock.SharedSync;
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

	private final ControlStatements sql;

	private final ConnectionLocks locks;

	private final boolean readOnlyFile;

	private final ConnectionListeners listeners;

	private final ConnectionCounters counters;

	private final TransactionChanges changes;

	private final TransactionEnd end;

	private final CommitMode mode;

	private final CacheSpill spill;

	private AttachedStores stores = AttachedStores.NONE;

	private final List<String> savepoints = new ArrayList<>();

	private State state = State.NONE;

	private boolean startedBySavepoint;

	private boolean wrote;

	/** Whether it belongs to an operation that writes if there is anything to write. */
	private boolean meantToWrite;

	private @Nullable SQLException lossReason;

	ConnectionTransaction(ControlStatements sql, ConnectionLocks locks, boolean readOnlyFile,
			ConnectionListeners listeners, ConnectionCounters counters, TransactionChanges changes, TransactionEnd end,
			CommitMode mode) {
		this.sql = sql;
		this.locks = locks;
		this.readOnlyFile = readOnlyFile;
		this.listeners = listeners;
		this.counters = counters;
		this.changes = changes;
		this.end = end;
		this.mode = mode;
		this.spill = new CacheSpill(sql, locks);
	}

	/**
	 * The files that take part in each transaction from now on, besides the main file.
	 * @param stores the stores
	 */
	void use(AttachedStores stores) {
		this.stores = stores;
		this.changes.hasStores(!stores.isEmpty());
	}

	/**
	 * The files that take part in each transaction, besides the main file.
	 * @return the stores
	 */
	AttachedStores stores() {
		return this.stores;
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
		try {
			beginReadOfSet(deadline);
		}
		catch (StoresMovedException ex) {
			// At its entry the connection finds out which stores there are now.
			this.locks.storesAreUnsure();
			beginReadOfSet(deadline);
		}
	}

	private void beginReadOfSet(Deadline deadline) throws SQLException {
		this.locks.enterRead(deadline);
		try {
			this.changes.readingBegins(this.locks.isReadingOnce());
			this.sql.run("begin");
			if (!this.stores.isEmpty()) {
				OneStateOfStores.find(this.sql, this.stores);
			}
			this.state = State.READ;
			this.changes.readingBegan();
		}
		finally {
			if (this.state != State.READ) {
				this.locks.leaveRead(true);
			}
		}
	}

	private void beginWrite(Deadline deadline) throws SQLException {
		this.locks.enterWrite(deadline);
		try {
			if (this.locks.exclusion() == OpenFile.Exclusion.WHOLE_TRANSACTION) {
				this.locks.shutReadersOut(deadline);
			}
			else if (this.locks.exclusion() == OpenFile.Exclusion.AT_COMMIT) {
				this.spill.switchOff();
			}
			this.mode.beforeWriting(this.changes.isBypassed());
			this.sql.run("begin immediate");
			this.state = State.WRITE;
			this.changes.writingBegan(true);
		}
		finally {
			if (this.state != State.WRITE) {
				this.locks.leaveWrite();
			}
		}
	}

	/**
	 * Commits. SQLite does so in {@link #commitInSqlite}; what follows from that, up to
	 * the moment when the caller may rely on it, is the matter of {@link TransactionEnd}.
	 */
	void commit(Deadline deadline) throws SQLException {
		requireNotLost();
		requireActive("commit");
		this.listeners.beforeCommit();
		commitInSqlite(deadline);
		this.end.answer(ended(true));
	}

	private void commitInSqlite(Deadline deadline) throws SQLException {
		boolean writing = this.state == State.WRITE;
		if (writing) {
			this.locks.sharedSync().requireSound();
			this.locks.fileIdentity().requireInPlace();
		}
		boolean amongReaders = writing && !this.locks.shutsReadersOut()
				&& this.locks.exclusion() == OpenFile.Exclusion.AT_COMMIT;
		boolean unchanged = amongReaders && !this.wrote && !this.changes.isBypassed();
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
			SQLException explained = (writing && !unchanged && this.sql.isClosed()) ? unknown(ex)
					: this.locks.fileIdentity().explain(ex);
			afterFailure(explained);
			throw explained;
		}
	}

	private static SQLException unknown(SQLException cause) {
		String message = "Whether the transaction is committed is not known: its connection was closed while it was "
				+ "committing. Look whether it is there before you repeat it";
		return new SQLNonTransientConnectionException(message, "08007",
				new ZovaException(ZovaStatus.OUTCOME_UNKNOWN, message, cause));
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
		this.end.answer(ended(false));
	}

	/** SQLite has closed the connection, and with it has undone what was open. */
	void connectionClosed() {
		if (this.state == State.LOST) {
			forgetLoss();
		}
		else if (isActive()) {
			ended(false);
		}
		this.listeners.closed();
	}

	/** Listeners of a transaction that has never begun hear that it never will. */
	void forgetListeners() {
		if (!isActive()) {
			this.end.ofUnbegun(false, false);
		}
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
		this.end.ofUnbegun(committed, hasRead);
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
	 * Looks whether an error has ended the transaction: SQLite rolls back by itself when
	 * the disk is full, for example, or at {@code ON CONFLICT ROLLBACK}.
	 * @param reason the error
	 */
	void afterFailure(SQLException reason) {
		if ((this.state == State.READ || this.state == State.WRITE) && !isOpenInSqlite()) {
			SharedSync.Commit nothing = ended(false);
			this.state = State.LOST;
			this.lossReason = reason;
			try {
				this.end.answer(nothing);
			}
			catch (SQLException ex) {
				reason.addSuppressed(ex);
			}
		}
	}

	/**
	 * A statement is about to run in the open transaction.
	 * @param analysis the statement
	 */
	void runs(StatementAnalysis analysis) {
		this.wrote |= analysis.writes() || analysis.changes().elsewhere();
	}

	/**
	 * A statement has written something.
	 * @param bytes the size of the values written
	 */
	void grewBy(long bytes) {
		if (this.state == State.WRITE) {
			this.spill.grewBy(bytes);
		}
	}

	/**
	 * Tells that a transaction needs the write lock even if it writes nothing in the end.
	 */
	void meansToWrite() {
		this.meantToWrite = true;
	}

	/** SQLite has ended the transaction. */
	private SharedSync.@Nullable Commit ended(boolean committed) {
		boolean writing = this.state == State.WRITE;
		boolean mayHaveWritten = this.wrote || this.changes.isBypassed();
		boolean unused = writing && !mayHaveWritten && !this.meantToWrite && this.locks.makesWritersWait();
		this.state = State.NONE;
		this.savepoints.clear();
		this.startedBySavepoint = false;
		this.wrote = false;
		this.meantToWrite = false;
		this.spill.transactionEnded();
		SharedSync.Commit commit = this.end.ofTransaction(writing, committed, mayHaveWritten);
		if (unused) {
			this.counters.writeLockUnused();
		}
		return commit;
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

	private void forgetLoss() {
		this.state = State.NONE;
		this.end.ofUnbegun(false, false);
		this.lossReason = null;
	}

}
