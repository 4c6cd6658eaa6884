package io.zova.sqlite;

import org.jspecify.annotations.Nullable;

/**
 * Is told what becomes of the transactions of one connection. All calls come from the
 * thread that uses the connection, and must neither fail nor use the connection.
 */
public interface TransactionListener {

	/** Listens to nothing. */
	TransactionListener NONE = new TransactionListener() {
	};

	/** A transaction has begun that lasts until somebody ends it. */
	default void began() {
	}

	/**
	 * A savepoint was set.
	 * @param name its name as written; SQLite compares names without regard to ASCII case
	 */
	default void savepoint(String name) {
	}

	/**
	 * What was done since the innermost savepoint of this name was undone; it stays set.
	 * @param name its name
	 */
	default void rolledBackTo(String name) {
	}

	/**
	 * The innermost savepoint of this name and those set after it are no more.
	 * @param name its name
	 */
	default void released(String name) {
	}

	/**
	 * A statement has ended. Outside a transaction that was its own commit or rollback.
	 * @param statement the statement, one object for each run
	 * @param caller the statement within which it ran, because a function of that one ran
	 * it; {@code null} if it was nobody's
	 * @param success whether it did its work; if not, all it did was undone
	 */
	default void statementEnded(Object statement, @Nullable Object caller, boolean success) {
	}

	/** The transaction is committed and, as far as its settings promise, durable. */
	default void committed() {
	}

	/** The transaction was rolled back. */
	default void rolledBack() {
	}

}
