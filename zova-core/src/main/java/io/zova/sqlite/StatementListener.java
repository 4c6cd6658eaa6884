package io.zova.sqlite;

import org.jspecify.annotations.Nullable;

import io.zova.transaction.TransactionListener;

/**
 * Hears of the statements of one connection too, and so of what is done by functions and
 * triggers.
 */
public interface StatementListener extends TransactionListener {

	/**
	 * A statement has ended.
	 * @param statement the statement, one object for each run
	 * @param caller the statement within which it ran, because a function of that one ran
	 * it; {@code null} if it was nobody's
	 * @param success whether it did its work; if not, all it did was undone
	 * @param inTransaction whether a transaction is open. If not, this was the
	 * statement's own commit or rollback, unless it has a caller
	 */
	void statementEnded(Object statement, @Nullable Object caller, boolean success, boolean inTransaction);

}
