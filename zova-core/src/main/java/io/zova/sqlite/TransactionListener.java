package io.zova.sqlite;

/**
 * Is told what becomes of the transactions of one connection. All calls come from the
 * thread that uses the connection, and must neither fail nor use the connection.
 */
public interface TransactionListener {

	/** Listens to nothing. */
	TransactionListener NONE = new TransactionListener() {
	};

	/** A transaction has begun: an explicit one, or that of a single statement. */
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

	/** A statement inside the transaction is about to run. */
	default void statementBegan() {
	}

	/** That statement failed, and all it did was undone. */
	default void statementFailed() {
	}

	/** The transaction is committed and, as far as its settings promise, durable. */
	default void committed() {
	}

	/** The transaction was rolled back. */
	default void rolledBack() {
	}

}
