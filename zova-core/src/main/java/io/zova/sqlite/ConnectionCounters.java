package io.zova.sqlite;

import java.util.concurrent.atomic.LongAdder;

import io.zova.sqlite.lock.SharedSync;
import io.zova.sqlite.lock.UnusedWriteLocks;
import io.zova.sqlite.lock.WriteGate;

/**
 * Counts what the connections of one database do.
 */
final class ConnectionCounters {

	private final LongAdder commits = new LongAdder();

	private final LongAdder rollbacks = new LongAdder();

	private final LongAdder reads = new LongAdder();

	private final LongAdder cached = new LongAdder();

	private final LongAdder compiled = new LongAdder();

	private final UnusedWriteLocks unusedLocks;

	ConnectionCounters(String database) {
		this.unusedLocks = new UnusedWriteLocks(database);
	}

	/**
	 * A transaction has ended, or a writing statement that was one by itself.
	 * @param writing whether it could write
	 * @param committed whether it took effect
	 */
	void ended(boolean writing, boolean committed) {
		if (!writing) {
			this.reads.increment();
		}
		else if (committed) {
			this.commits.increment();
		}
		else {
			this.rollbacks.increment();
		}
	}

	void statementCached() {
		this.cached.increment();
	}

	void statementCompiled() {
		this.compiled.increment();
	}

	/** A transaction has made others wait for the write lock and has not written. */
	void writeLockUnused() {
		this.unusedLocks.noticed();
	}

	ConnectionStatistics read(WriteGate gate, SharedSync sync) {
		return new ConnectionStatistics(this.commits.sum(), this.rollbacks.sum(), this.reads.sum(), gate.waits(),
				gate.waited(), gate.waiting(), this.unusedLocks.count(), this.unusedLocks.names(), this.cached.sum(),
				this.compiled.sum(), sync.commits(), sync.syncs(), sync.syncTime(), sync.waitTime());
	}

}
