package io.zova.transaction;

import java.sql.SQLException;

/**
 * Hears what becomes of one transaction, however that is run: by Spring, by JDBC or as
 * SQL text. All calls come from the thread that uses the connection. But for
 * {@link #beforeCommit} they must neither fail nor use the connection.
 * <p>
 * Savepoints are told by their depth: 0 is the first one that is set in the transaction,
 * 1 the next one inside it. A listener that comes later is first told of those that are
 * set already.
 */
public interface TransactionListener {

	/**
	 * The transaction is about to be committed, and can still do something.
	 * @throws SQLException if it must not be committed; it stays open then
	 */
	default void beforeCommit() throws SQLException {
	}

	/**
	 * A savepoint was set.
	 * @param depth how many are around it
	 */
	default void savepoint(int depth) {
	}

	/**
	 * What was done since a savepoint was undone. It stays set, those inside it are gone.
	 * @param depth how many savepoints are around it
	 */
	default void rolledBackTo(int depth) {
	}

	/**
	 * A savepoint and those inside it are no more; what was done since belongs to what is
	 * around them.
	 * @param depth how many savepoints are around it
	 */
	default void released(int depth) {
	}

	/**
	 * The transaction is committed: others see it, and the next writer does not come
	 * before this call has returned. It is on disk, as far as the settings promise that,
	 * when the call that commits returns, and may not be yet.
	 */
	default void committed() {
	}

	/** The transaction was rolled back, by whomever. */
	default void rolledBack() {
	}

}
