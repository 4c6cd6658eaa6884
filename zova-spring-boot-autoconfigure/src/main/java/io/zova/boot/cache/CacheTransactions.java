package io.zova.boot.cache;

import java.util.function.Supplier;

import javax.sql.DataSource;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;

/**
 * When a cache writes. A write belongs to the database's transaction that is open, is one
 * of its own where none is, and waits for the end of one that only reads.
 */
final class CacheTransactions {

	private final DataSource dataSource;

	private final TransactionTemplate joining;

	private final TransactionTemplate separate;

	/** Whether writes wait for the commit of any transaction. */
	private final boolean afterCommit;

	CacheTransactions(ZovaDatabase database, boolean afterCommit) {
		this.dataSource = database.dataSource();
		this.joining = new TransactionTemplate(database.transactionManager());
		this.separate = new TransactionTemplate(database.transactionManager());
		this.separate.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.afterCommit = afterCommit;
	}

	/** Writes now, in the open transaction or in one of its own. */
	<T> T now(Supplier<T> write) {
		return java.util.Objects.requireNonNull(this.joining.execute((status) -> write.get()));
	}

	/** Writes as soon as it is right to. */
	void write(Runnable write) {
		if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			this.joining.executeWithoutResult((status) -> write.run());
		}
		else if (this.afterCommit) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
				@Override
				public void afterCommit() {
					CacheTransactions.this.separate.executeWithoutResult((status) -> write.run());
				}
			});
		}
		else if (isReading()) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
				@Override
				public void afterCompletion(int status) {
					CacheTransactions.this.separate.executeWithoutResult((none) -> write.run());
				}
			});
		}
		else {
			this.joining.executeWithoutResult((status) -> write.run());
		}
	}

	/** Whether the thread may hold the write lock that others need for their values. */
	boolean mayHoldTheWriteLock() {
		return isInTransaction() && !TransactionSynchronizationManager.isCurrentTransactionReadOnly();
	}

	private boolean isReading() {
		return isInTransaction() && TransactionSynchronizationManager.isCurrentTransactionReadOnly();
	}

	private boolean isInTransaction() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.hasResource(this.dataSource);
	}

}
