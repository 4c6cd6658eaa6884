package io.zova.kv;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * The buffered values that one transaction has moved into the file. They stay in the
 * buffer until it ends: a commit drops them, a rollback, also one to a savepoint, makes
 * them wait for the next flush again.
 */
final class BufferClaim implements TransactionSynchronization {

	private final WriteBehindBuffer buffer;

	private final List<BufferedEntry> entries = new ArrayList<>();

	private final Map<Object, Integer> savepoints = new IdentityHashMap<>();

	private final CountDownLatch ended = new CountDownLatch(1);

	BufferClaim(WriteBehindBuffer buffer) {
		this.buffer = buffer;
	}

	boolean isOf(WriteBehindBuffer buffer) {
		return this.buffer == buffer;
	}

	void take(BufferedEntry entry) {
		entry.claim = this;
		this.entries.add(entry);
	}

	int size() {
		return this.entries.size();
	}

	List<BufferedEntry> since(int size) {
		return this.entries.subList(size, this.entries.size());
	}

	/** Gives back what was taken since the claim was of a certain size. */
	void releaseSince(int size) {
		for (BufferedEntry entry : since(size)) {
			entry.claim = null;
		}
		since(size).clear();
		this.buffer.released();
	}

	boolean awaitEnd(long seconds) throws InterruptedException {
		return this.ended.await(seconds, TimeUnit.SECONDS);
	}

	void committed() {
		this.entries.forEach(this.buffer::drop);
		this.entries.clear();
		this.ended.countDown();
	}

	void rolledBack() {
		releaseSince(0);
		this.ended.countDown();
	}

	// In a transaction of Spring's

	/** Early, because somebody who writes one of these keys next waits for it. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void savepoint(Object savepoint) {
		this.savepoints.put(savepoint, this.entries.size());
	}

	@Override
	public void savepointRollback(Object savepoint) {
		// A savepoint that is older than the claim is not known here.
		releaseSince(Math.min(this.savepoints.getOrDefault(savepoint, 0), this.entries.size()));
	}

	@Override
	public void afterCommit() {
		committed();
	}

	@Override
	public void afterCompletion(int status) {
		if (status == STATUS_COMMITTED) {
			committed();
		}
		else {
			rolledBack();
		}
	}

}
