package io.zova.sqlite;

import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.zova.ZovaException;
import io.zova.ZovaOptions.ForeignTransaction;
import io.zova.ZovaStatus;

/**
 * Notices what is written outside any transaction of ours while the thread is in one of
 * another transaction manager: it is committed at once, and stays when that transaction
 * is rolled back.
 * <p>
 * Asked only before a write that is about to commit by itself. Reads are left alone: they
 * see the newest commit, as they do outside a transaction, and nothing is lost.
 */
final class ForeignTransactions {

	private static final Logger logger = LoggerFactory.getLogger(ForeignTransactions.class);

	/** Names that are made up at run time shall not fill the memory. */
	private static final int MOST_NAMES = 1000;

	private final String database;

	private final ForeignTransaction policy;

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	ForeignTransactions(String database, ForeignTransaction policy) {
		this.database = database;
		this.policy = policy;
	}

	/**
	 * Looks before a write that commits by itself.
	 * @param pool what has lent the connection, {@code null} if nothing has
	 * @throws ZovaException if the write is refused; nothing is written
	 * @throws SQLException if the connection of a transaction of ours is closed
	 */
	void beforeWrite(@Nullable Object pool) throws SQLException {
		// Listeners that run after the completion have no synchronizations any more.
		if (this.policy == ForeignTransaction.ALLOW || !TransactionSynchronizationManager.isActualTransactionActive()
				|| !TransactionSynchronizationManager.isSynchronizationActive() || pool == null
				|| isInTransactionOfOurs(pool)) {
			return;
		}
		String name = TransactionSynchronizationManager.getCurrentTransactionName();
		if (this.policy == ForeignTransaction.FAIL) {
			throw new ZovaException(ZovaStatus.MISUSE, message(name) + " So nothing was written.");
		}
		if (this.warned.size() < MOST_NAMES && this.warned.add((name != null) ? name : "")) {
			logger.warn("{} zova.transaction.foreign can also be fail or allow. This is logged once for each name.",
					message(name));
		}
	}

	/** Somebody may borrow a second connection inside a transaction. */
	private static boolean isInTransactionOfOurs(Object pool) throws SQLException {
		return TransactionSynchronizationManager.getResource(pool) instanceof ConnectionHolder holder
				&& !holder.getConnection().getAutoCommit();
	}

	private String message(@Nullable String name) {
		return "The transaction " + ((name != null) ? name : "without a name")
				+ " belongs to another transaction manager. What is written to the Zova database " + this.database
				+ " inside it is committed at once, and stays when it is rolled back."
				+ " Name Zova's transaction manager where it begins, with the starter by @Transactional(\"zova\").";
	}

}
