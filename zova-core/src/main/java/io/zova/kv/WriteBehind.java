package io.zova.kv;

import java.io.Flushable;

/**
 * A buffer in front of one namespace, for values that come faster than they can be
 * committed one by one. A put goes into memory and returns; everything that waits is
 * written in one transaction when there is enough of it, when the oldest value has waited
 * long enough, at {@link #flush()} and at {@link #close()}.
 *
 * <p>
 * <b>What can be lost.</b> A value that was put and not flushed is in memory only. If the
 * process is killed or the machine stops, such values are gone: at most those of the last
 * {@link WriteBehindOptions#flushInterval()}, as long as flushes succeed and keep up, and
 * never more than {@link WriteBehindOptions#capacityBytes()}. What a flush has returned
 * for is as safe as any commit. The file is never damaged, and a flush is there as a
 * whole or not at all.
 *
 * <p>
 * <b>Who sees what.</b> Reads, scans and maps made here show buffered values over those
 * of the file. Everybody else sees them after the flush. Write to a buffered namespace
 * through its one buffer only: which value wins over one that others write meanwhile is
 * not defined.
 *
 * <p>
 * <b>What is buffered.</b> {@code put}, {@link ZovaMap#set} and {@link ZovaMap#put}
 * outside a transaction. Deleting, clearing, comparing, {@code putIfAbsent} and
 * {@code putAll} commit before they return, together with the buffered values of their
 * keys. {@code ZovaMap.put} looks up the old value and then puts the new one; another
 * thread may come in between.
 *
 * <p>
 * <b>Transactions.</b> A put inside a transaction of Spring's is no longer buffered: it
 * is part of that transaction and undone with it. If it commits, it replaces the value
 * that was buffered for the key before; if it rolls back, also to a savepoint, that value
 * is still there and will be flushed. A flush inside a transaction writes into it.
 *
 * <p>
 * <b>Full, and failing.</b> When the buffer is full, writers wait for a flush,
 * {@link WriteBehindOptions#maxWait()} at most. When a flush fails, all values are kept
 * and readable, the flush is tried again from time to time, and until it has succeeded
 * further puts are refused with the reason; {@link #flush()} tries at once.
 *
 * <p>
 * Safe for use by many threads. Closing the database flushes and closes it too.
 */
public interface WriteBehind extends AutoCloseable, Flushable {

	/**
	 * The namespace as it is with the buffered values.
	 * @return the handle; it shares this buffer
	 */
	KeyValueNamespace namespace();

	/**
	 * A buffered map of what the namespace holds.
	 * @param <K> the type of the keys
	 * @param <V> the type of the values
	 * @param keys turns keys into bytes and back
	 * @param values turns values into bytes and back
	 * @return the map; it shares this buffer
	 */
	default <K, V> ZovaMap<K, V> map(Codec<K> keys, Codec<V> values) {
		return namespace().map(keys, values);
	}

	/**
	 * A buffered map of what the namespace holds, in the order of the keys.
	 * @param <K> the type of the keys
	 * @param <V> the type of the values
	 * @param keys turns keys into bytes of the same order and back
	 * @param values turns values into bytes and back
	 * @return the map; it shares this buffer
	 */
	default <K, V> ZovaNavigableMap<K, V> navigableMap(OrderedCodec<K> keys, Codec<V> values) {
		return namespace().navigableMap(keys, values);
	}

	/**
	 * Writes all values that were put before this call, and returns when they are
	 * committed; inside a transaction, they are part of it.
	 * @throws RuntimeException if they could not be written; nothing was, and all are
	 * kept
	 */
	@Override
	void flush();

	/**
	 * What waits in the buffer and what it has done.
	 * @return the state of this moment
	 */
	WriteBehindStatistics statistics();

	/**
	 * Writes what waits and ends the buffer; its maps can no longer be written to. Once
	 * closed, closing again does nothing.
	 * @throws RuntimeException if the values could not be written, or if the thread is
	 * inside a transaction; all values are kept then, and the buffer can be used and
	 * closed again
	 */
	@Override
	void close();

}
