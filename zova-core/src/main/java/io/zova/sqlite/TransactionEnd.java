package io.zova.sqlite;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.lock.ConnectionLocks;

/**
 * The one place where "SQLite has ended it" becomes the answer to whoever asked for it:
 * for transactions, and for statements that were one by themselves.
 * <p>
 * Nothing here can fail. The order is always the same:
 * <ol>
 * <li>whoever remembers something of the file can tell what has become of it,
 * <li>it is counted,
 * <li>listeners hear of it, before the gate opens, so that they hear of commits in their
 * order,
 * <li>the locks are given back, and the next writer comes.
 * </ol>
 */
final class TransactionEnd {

	private final TransactionChanges changes;

	private final ConnectionCounters counters;

	private final ConnectionListeners listeners;

	private final ConnectionLocks locks;

	TransactionEnd(TransactionChanges changes, ConnectionCounters counters, ConnectionListeners listeners,
			ConnectionLocks locks) {
		this.changes = changes;
		this.counters = counters;
		this.listeners = listeners;
		this.locks = locks;
	}

	/**
	 * A transaction has ended.
	 * @param writing whether it could write
	 * @param committed whether by a commit
	 */
	void ofTransaction(boolean writing, boolean committed) {
		inSqlite(writing, committed, committed);
		this.listeners.ended(committed);
		if (writing) {
			this.locks.leaveWrite();
		}
		else {
			this.locks.leaveRead(true);
		}
	}

	/**
	 * A statement that was a writing transaction by itself has ended.
	 * @param statement the statement
	 * @param caller the statement that ran it, if one did
	 * @param success whether it did its work
	 * @param inTransaction whether a transaction is open
	 */
	void ofStatement(Object statement, @Nullable Object caller, boolean success, boolean inTransaction) {
		// If it fails, it may leave what it did before (ON CONFLICT FAIL).
		inSqlite(true, true, success);
		this.listeners.statementEnded(statement, caller, success, inTransaction);
		this.locks.leaveWrite();
	}

	private void inSqlite(boolean writing, boolean mayHaveChanged, boolean committed) {
		this.changes.ended(writing, mayHaveChanged);
		this.counters.ended(writing, committed);
	}

	/**
	 * A transaction has ended that had never begun, or of which the listeners have heard
	 * everything but that.
	 * @param committed whether by a commit
	 * @param hasRead whether it has read
	 */
	void ofUnbegun(boolean committed, boolean hasRead) {
		this.listeners.ended(committed);
		if (hasRead) {
			this.counters.ended(false, true);
		}
	}

}
