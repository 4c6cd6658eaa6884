package io.zova.sqlite.lock;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Remembers transactions that held the write lock, wrote nothing, and made others wait
 * for it, and says so once for each name.
 */
public final class UnusedWriteLocks {

	private static final Logger logger = LoggerFactory.getLogger(UnusedWriteLocks.class);

	/** More names than this are neither kept nor logged. */
	static final int MOST_NAMES = 100;

	private final String database;

	private final LongAdder count = new LongAdder();

	private final Set<String> names = new LinkedHashSet<>();

	public UnusedWriteLocks(String database) {
		this.database = database;
	}

	/**
	 * The transaction of this thread has given the write lock back unused.
	 */
	public void noticed() {
		this.count.increment();
		String declared = TransactionSynchronizationManager.getCurrentTransactionName();
		String name = (declared != null) ? declared : "thread " + Thread.currentThread().getName();
		if (isNew(name)) {
			logger.warn("Transaction '{}' held the write lock of {}, wrote nothing, and others had to wait for it. "
					+ "If it only reads, declare it @Transactional(readOnly = true): it takes no lock then. "
					+ "If it writes now and then, zova.transaction.begin: first-write lets it read without the lock. "
					+ "This is logged once for each transaction; the meter zova.writer.unused counts them all.", name,
					this.database);
		}
	}

	private synchronized boolean isNew(String name) {
		return this.names.size() < MOST_NAMES && this.names.add(name);
	}

	public long count() {
		return this.count.sum();
	}

	public synchronized List<String> names() {
		return new ArrayList<>(this.names);
	}

}
