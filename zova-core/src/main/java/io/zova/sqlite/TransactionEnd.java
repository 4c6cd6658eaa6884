package io.zova.sqlite;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.lock.ConnectionLocks;
import io.zova.sqlite.lock.SharedSync;
import io.zova.transaction.TransactionListener;

/**
 * The one place where "SQLite has ended it" becomes the answer to whoever asked for it:
 * for transactions, and for statements that were one by themselves.
 * <p>
 * The order is always the same, and but for the last step nothing can fail:
 * <ol>
 * <li>whoever remembers something of the file can tell what has become of it,
 * <li>it is counted,
 * <li>listeners hear of it, before the gate opens, so that they hear of commits in their
 * order,
 * <li>the locks are given back, and the next writer comes,
 * <li>where SQLite has not waited for the disk, the caller does, together with others;
 * what is announced to the world goes out when that has ended.
 * </ol>
 */
final class TransactionEnd {

	private final TransactionChanges changes;

	private final ConnectionCounters counters;

	private final ConnectionListeners listeners;

	private final ConnectionLocks locks;

	private final CommitMode mode;

	private final LogKeeper log;

	/** What the listeners of the end that is being told want to announce. */
	private @Nullable List<Consumer<Boolean>> announcements;

	TransactionEnd(TransactionChanges changes, ConnectionCounters counters, ConnectionListeners listeners,
			ConnectionLocks locks, CommitMode mode, LogKeeper log) {
		this.changes = changes;
		this.counters = counters;
		this.listeners = listeners;
		this.locks = locks;
		this.mode = mode;
		this.log = log;
	}

	/**
	 * A transaction has ended.
	 * @param writing whether it could write
	 * @param committed whether by a commit
	 * @param wrote whether it may have written something
	 * @return what to {@linkplain #answer wait for} before the caller may rely on it
	 */
	SharedSync.@Nullable Commit ofTransaction(boolean writing, boolean committed, boolean wrote) {
		// An abort may close the connection as soon as SQLite is asked for something.
		List<TransactionListener> told = this.listeners.detach();
		inSqlite(writing, committed, committed);
		boolean shared = writing && committed && this.mode.isShared();
		List<Consumer<Boolean>> collected = collect(writing && committed);
		this.listeners.tell(told, committed);
		if (!writing) {
			this.locks.leaveRead(true);
			return null;
		}
		return leaveWrite(shared && (wrote || !collected.isEmpty()), collected);
	}

	/**
	 * A statement that was a writing transaction by itself has ended.
	 * @param statement the statement
	 * @param caller the statement that ran it, if one did
	 * @param success whether it did its work
	 * @param inTransaction whether a transaction is open
	 * @return what to {@linkplain #answer wait for} before the caller may rely on it
	 */
	SharedSync.@Nullable Commit ofStatement(Object statement, @Nullable Object caller, boolean success,
			boolean inTransaction) {
		// If it fails, it may leave what it did before (ON CONFLICT FAIL).
		inSqlite(true, true, success);
		List<Consumer<Boolean>> collected = collect(true);
		this.listeners.statementEnded(statement, caller, success, inTransaction);
		return leaveWrite(this.mode.isShared(), collected);
	}

	private List<Consumer<Boolean>> collect(boolean inOrder) {
		List<Consumer<Boolean>> collected = new ArrayList<>(0);
		this.announcements = inOrder ? collected : null;
		return collected;
	}

	private SharedSync.@Nullable Commit leaveWrite(boolean waits, List<Consumer<Boolean>> collected) {
		this.announcements = null;
		// Inside the gate, so that their order is that of the log.
		SharedSync.Commit commit = null;
		if (waits) {
			commit = this.locks.sharedSync().committed(collected);
		}
		else if (!collected.isEmpty()) {
			this.locks.sharedSync().durable(collected);
		}
		this.locks.leaveWrite();
		return commit;
	}

	/**
	 * Announces something to the world: when the commit is durable whose listeners are
	 * being told, else now.
	 * @param announcement what to do
	 */
	void announce(Consumer<Boolean> announcement) {
		List<Consumer<Boolean>> waiting = this.announcements;
		if (waiting != null) {
			waiting.add(announcement);
		}
		else {
			announcement.accept(true);
		}
	}

	/**
	 * Waits until a commit is on disk.
	 * @param commit the commit, {@code null} if there is nothing to wait for
	 * @throws SQLException if it is not known whether it is
	 */
	void answer(SharedSync.@Nullable Commit commit) throws SQLException {
		try {
			if (commit != null) {
				this.locks.sharedSync().await(commit, this.log);
			}
		}
		catch (SQLException ex) {
			try {
				fullIfBypassed();
			}
			catch (SQLException suppressed) {
				ex.addSuppressed(suppressed);
			}
			throw ex;
		}
		fullIfBypassed();
	}

	private void fullIfBypassed() throws SQLException {
		if (this.changes.isBypassed()) {
			this.mode.full();
		}
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
