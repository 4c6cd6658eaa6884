package io.zova.transaction;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The listeners of the transaction that is open on a connection, each known by a key.
 * They are forgotten when it ends.
 */
public interface TransactionListeners {

	/**
	 * The listener of a key.
	 * @param <L> the type of the listeners that this key is used for
	 * @param key what the listener is known by, compared by identity
	 * @param first makes it, if this transaction has none of this key
	 * @return the same for one transaction
	 */
	<L extends TransactionListener> L get(Object key, Supplier<L> first);

	/**
	 * The listener of a key, if there is one.
	 * @param key what it is known by
	 * @return the listener, or {@code null}
	 */
	@Nullable TransactionListener find(Object key);

}
