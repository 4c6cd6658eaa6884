package io.zova.sqlite;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.ConnectionTransaction.State;
import io.zova.sqlite.lock.ConnectionLocks;
import io.zova.sqlite.lock.Deadline;
import io.zova.sqlite.lock.OpenFile;
import io.zova.sqlite.lock.ReadLease;
import io.zova.sqlite.statement.StatementAnalysis;

/**
 * What the statements of one connection hold while they run: in a transaction nothing
 * more than that has; outside one, a lock of their own. Also knows which of them is
 * inside SQLite, and so calls functions.
 */
final class StatementLocks {

	/**
	 * What a statement outside a transaction holds until its result is closed.
	 */
	enum Held {

		NOTHING, READ, WRITE,

		/** A function asks this within a writing statement, which holds all it needs. */
		INSIDE

	}

	private final ConnectionTransaction transaction;

	private final ConnectionLocks locks;

	private final boolean readOnlyFile;

	private final TransactionChanges changes;

	private final ConnectionListeners listeners;

	private final TransactionEnd end;

	private final CommitMode mode;

	/** Whether a writing statement runs that is its own transaction. */
	private boolean writesAlone;

	/** What is inside SQLite now. */
	private @Nullable Object inside;

	StatementLocks(ConnectionTransaction transaction, ConnectionLocks locks, boolean readOnlyFile,
			TransactionChanges changes, ConnectionListeners listeners, TransactionEnd end, CommitMode mode) {
		this.transaction = transaction;
		this.locks = locks;
		this.readOnlyFile = readOnlyFile;
		this.changes = changes;
		this.listeners = listeners;
		this.end = end;
		this.mode = mode;
	}

	/**
	 * Takes what a statement needs; if JDBC says that a transaction begins with it, it
	 * does.
	 * @param analysis the statement
	 * @param autoCommit whether the statement is its own transaction if none is open
	 * @param readOnly whether the connection may only read
	 * @param mayLease whether reads may begin to share a transaction, see
	 * {@link ReadLease}
	 * @param deadline when to give up
	 * @return what to give to {@link #giveBack}
	 * @throws SQLException if a lock could not be had or the transaction is lost
	 */
	Held take(StatementAnalysis analysis, boolean autoCommit, boolean readOnly, boolean mayLease, Deadline deadline)
			throws SQLException {
		this.transaction.requireNotLost();
		if (!autoCommit && needsTransaction(analysis) && !this.transaction.isActive()) {
			this.transaction.begin(readOnly, deadline);
		}
		if (this.writesAlone || this.transaction.state() == State.WRITE) {
			this.changes.follow(analysis.changes(), this.inside);
		}
		if (this.transaction.isActive()) {
			this.transaction.runs(analysis);
			return Held.NOTHING;
		}
		if (this.writesAlone) {
			return Held.INSIDE;
		}
		if (analysis.writes() && !readOnly && !this.readOnlyFile) {
			enterWrite(analysis, deadline);
			return Held.WRITE;
		}
		if (analysis.plainRead()) {
			this.locks.enterSharedRead(deadline, mayLease && this.inside == null);
			return Held.READ;
		}
		if (analysis.kind() != StatementAnalysis.Kind.NEUTRAL) {
			this.locks.enterRead(deadline);
			return Held.READ;
		}
		return Held.NOTHING;
	}

	private static boolean needsTransaction(StatementAnalysis analysis) {
		return switch (analysis.kind()) {
			case READ, WRITE -> true;
			case NEUTRAL -> analysis.changes().elsewhere();
			default -> false;
		};
	}

	private void enterWrite(StatementAnalysis analysis, Deadline deadline) throws SQLException {
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
		chooseMode(analysis);
		this.changes.writingBegan(false);
		this.changes.follow(analysis.changes(), this.inside);
		this.writesAlone = true;
	}

	private void chooseMode(StatementAnalysis analysis) throws SQLException {
		boolean chosen = false;
		try {
			if (analysis.kind() == StatementAnalysis.Kind.EXCLUSIVE) {
				this.mode.full();
			}
			else {
				this.mode.beforeWriting(this.changes.isBypassed());
			}
			chosen = true;
		}
		finally {
			if (!chosen) {
				this.locks.leaveWrite();
			}
		}
	}

	/**
	 * Gives back what a statement held when it has ended, and tells of that.
	 * @param held what it held
	 * @param statement the statement
	 * @param caller the statement that ran it, if one did
	 * @param success whether it did its work
	 * @throws SQLException if it is committed, but not known to be on disk
	 */
	void giveBack(Held held, Object statement, @Nullable Object caller, boolean success) throws SQLException {
		if (held == Held.WRITE) {
			this.writesAlone = false;
			this.end.answer(this.end.ofStatement(statement, caller, success, this.transaction.isActive()));
			return;
		}
		this.listeners.statementEnded(statement, caller, success, this.transaction.isActive());
		if (held == Held.READ) {
			this.locks.leaveRead(success);
		}
	}

	/**
	 * Notes which statement is inside SQLite from now on, and so calls functions.
	 * @param statement the statement, {@code null} for none
	 * @return the one that was before; it has called a function if this one runs at all
	 */
	@Nullable Object enter(@Nullable Object statement) {
		Object before = this.inside;
		this.inside = statement;
		return before;
	}

	@Nullable Object inside() {
		return this.inside;
	}

	/**
	 * Ends the transaction that reads outside a transaction share, if one is open.
	 * @throws SQLException if SQLite cannot end it
	 */
	void endLease() throws SQLException {
		this.locks.endLease();
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
		if (this.writesAlone || this.transaction.isActive()) {
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
	 * Work that reads the file.
	 *
	 * @param <T> what comes out of it
	 */
	@FunctionalInterface
	interface ReadingWork<T> {

		T run() throws SQLException;

	}

}
