package io.zova.sqlite;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.zova.transaction.TransactionListener;
import io.zova.transaction.TransactionListeners;

/**
 * Who hears what becomes of the transaction of one connection. A listener that comes
 * outside a transaction hears of the statements that end, and then of the next
 * transaction. Where another thread cuts the connection off, that thread says so, and who
 * comes afterwards hears it at once.
 */
final class ConnectionListeners implements TransactionListeners {

	private final Map<Object, TransactionListener> byKey = new IdentityHashMap<>();

	/** In the order in which they have come; mostly there are none. */
	private volatile List<TransactionListener> all = new ArrayList<>();

	private int savepoints;

	private boolean closed;

	@Override
	@SuppressWarnings("unchecked")
	public synchronized <L extends TransactionListener> L get(Object key, Supplier<L> first) {
		TransactionListener known = this.byKey.get(key);
		if (known == null) {
			known = first.get();
			if (this.closed) {
				known.rolledBack();
				return (L) known;
			}
			for (int depth = 0; depth < this.savepoints; depth++) {
				known.savepoint(depth);
			}
			this.byKey.put(key, known);
			this.all.add(known);
		}
		return (L) known;
	}

	@Override
	public synchronized @Nullable TransactionListener find(Object key) {
		return this.byKey.get(key);
	}

	/** Those that come meanwhile are asked, too. */
	void beforeCommit() throws SQLException {
		for (int i = 0; i < this.all.size(); i++) {
			this.all.get(i).beforeCommit();
		}
	}

	void savepoint() {
		for (TransactionListener listener : this.all) {
			listener.savepoint(this.savepoints);
		}
		this.savepoints++;
	}

	void rolledBackTo(int depth) {
		this.savepoints = depth + 1;
		for (TransactionListener listener : this.all) {
			listener.rolledBackTo(depth);
		}
	}

	void released(int depth) {
		this.savepoints = depth;
		for (TransactionListener listener : this.all) {
			listener.released(depth);
		}
	}

	void statementEnded(Object statement, @Nullable Object caller, boolean success, boolean inTransaction) {
		for (TransactionListener listener : this.all) {
			if (listener instanceof StatementListener hearsStatements) {
				hearsStatements.statementEnded(statement, caller, success, inTransaction);
			}
		}
	}

	/** There will be no more transactions. */
	void closed() {
		synchronized (this) {
			this.closed = true;
		}
		ended(false);
	}

	void ended(boolean committed) {
		tell(detach(), committed);
	}

	/**
	 * The transaction has ended. Whoever cuts the connection off from now on has nobody
	 * to tell.
	 * @return who is still to be {@linkplain #tell told}
	 */
	synchronized List<TransactionListener> detach() {
		this.savepoints = 0;
		if (this.all.isEmpty()) {
			return List.of();
		}
		List<TransactionListener> detached = this.all;
		this.all = new ArrayList<>();
		this.byKey.clear();
		return detached;
	}

	void tell(List<TransactionListener> detached, boolean committed) {
		for (TransactionListener listener : detached) {
			if (committed) {
				listener.committed();
			}
			else {
				listener.rolledBack();
			}
		}
	}

}
