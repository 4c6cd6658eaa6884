package io.zova.kv;

import java.util.ArrayList;
import java.util.List;

import io.zova.transaction.TransactionListener;

/**
 * The buffered values that one transaction has moved into the file. They stay in the
 * buffer until it ends: a commit drops them, a rollback, also one to a savepoint, makes
 * them wait for the next flush again.
 */
final class BufferClaim implements TransactionListener {

	private final WriteBehindBuffer buffer;

	private final List<BufferedEntry> entries = new ArrayList<>();

	/** How many there were when each of the open savepoints was set. */
	private final List<Integer> savepoints = new ArrayList<>();

	/** By another thread, if that has cut the connection off. */
	private boolean ended;

	BufferClaim(WriteBehindBuffer buffer) {
		this.buffer = buffer;
	}

	/** Once the transaction is over, nothing of what is still tried counts. */
	synchronized void take(BufferedEntry entry) {
		if (!this.ended) {
			entry.claim = this;
			this.entries.add(entry);
		}
	}

	synchronized int size() {
		return this.entries.size();
	}

	synchronized List<BufferedEntry> since(int size) {
		return List.copyOf(this.entries.subList(Math.min(size, this.entries.size()), this.entries.size()));
	}

	private void releaseSince(int size) {
		synchronized (this) {
			List<BufferedEntry> undone = this.entries.subList(size, this.entries.size());
			undone.forEach((entry) -> entry.claim = null);
			undone.clear();
		}
		this.buffer.released();
	}

	@Override
	public void savepoint(int depth) {
		this.savepoints.add(this.entries.size());
	}

	@Override
	public void rolledBackTo(int depth) {
		released(depth + 1);
		releaseSince(this.savepoints.get(depth));
	}

	@Override
	public void released(int depth) {
		this.savepoints.subList(depth, this.savepoints.size()).clear();
	}

	@Override
	public void committed() {
		this.entries.forEach(this.buffer::drop);
	}

	@Override
	public void rolledBack() {
		synchronized (this) {
			this.ended = true;
		}
		releaseSince(0);
	}

}
