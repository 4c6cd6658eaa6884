package io.zova.kv;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.zova.Arguments;

/**
 * The keys and values of one namespace.
 *
 * <p>
 * A handle is a name that never changes. It holds nothing open, may be shared by threads,
 * and is valid whether the namespace has keys or not. What holds for every call is said
 * at {@link KeyValueOperations}.
 */
public interface KeyValueNamespace {

	/**
	 * The namespace.
	 * @return its bytes, a copy
	 */
	byte[] name();

	/**
	 * Gets a value.
	 * @param key the key
	 * @return the value, which may be empty, or nothing if the key is not there
	 */
	Optional<byte[]> find(byte[] key);

	/**
	 * Gets many values, all of the same moment.
	 * @param keys the keys; they may repeat
	 * @return for each key its value or nothing
	 */
	List<Optional<byte[]>> findAll(List<byte[]> keys);

	/**
	 * Tells whether a key is there.
	 * @param key the key
	 * @return whether it is
	 */
	boolean exists(byte[] key);

	/**
	 * Puts a value, in place of the one that is there.
	 * @param key the key
	 * @param value the value
	 */
	void put(byte[] key, byte[] value);

	/**
	 * Puts many values or none. Of repeated keys, the last wins.
	 * @param entries the keys and values
	 */
	void putAll(Collection<KeyValue> entries);

	/**
	 * Puts a value unless the key is there.
	 * @param key the key
	 * @param value the value
	 * @return whether it was put
	 */
	boolean putIfAbsent(byte[] key, byte[] value);

	/**
	 * Puts a value if the key is there.
	 * @param key the key
	 * @param value the value
	 * @return whether it was put
	 */
	boolean replace(byte[] key, byte[] value);

	/**
	 * Puts a value if the one that is there has certain bytes.
	 * @param key the key
	 * @param expected the bytes of the old value
	 * @param value the new value
	 * @return whether it was put
	 */
	boolean compareAndSet(byte[] key, byte[] expected, byte[] value);

	/**
	 * Puts a value and gives the old one.
	 * @param key the key
	 * @param value the value
	 * @return the old value or nothing
	 */
	Optional<byte[]> getAndPut(byte[] key, byte[] value);

	/**
	 * Deletes a key.
	 * @param key the key
	 * @return whether it was there
	 */
	boolean delete(byte[] key);

	/**
	 * Deletes many keys or none. Those that are not there do no harm.
	 * @param keys the keys
	 * @return how many were there
	 */
	long deleteAll(Collection<byte[]> keys);

	/**
	 * Deletes a key if its value has certain bytes.
	 * @param key the key
	 * @param expected the bytes of the value
	 * @return whether it was deleted
	 */
	boolean compareAndDelete(byte[] key, byte[] expected);

	/**
	 * Deletes a key and gives its value.
	 * @param key the key
	 * @return the value or nothing
	 */
	Optional<byte[]> getAndDelete(byte[] key);

	/**
	 * Counts the keys of a namespace, one by one: this takes time in large ones.
	 * @return how many keys it has
	 */
	long count();

	/**
	 * Counts the keys in a range.
	 * @param range which keys; its limit does not count
	 * @return how many there are
	 */
	long count(KeyRange range);

	/**
	 * Deletes all keys of a namespace.
	 * @return how many there were
	 */
	long clear();

	/**
	 * Lists keys and values in the order of the keys.
	 * @param range which keys; give it a limit, or the whole result has to fit into
	 * memory
	 * @return the keys and values
	 */
	List<KeyValue> page(KeyRange range);

	/**
	 * Lists keys in their order.
	 * @param range which keys; give it a limit, or the whole result has to fit into
	 * memory
	 * @return the keys
	 */
	List<byte[]> keys(KeyRange range);

	/**
	 * Streams keys and values in the order of the keys. The stream reads page by page:
	 * inside a transaction all of the same moment, else each page of its own moment.
	 * There is nothing to close. A key is never seen twice.
	 * @param range which keys
	 * @return the keys and values
	 */
	Stream<KeyValue> stream(KeyRange range);

	/**
	 * A map of what the namespace holds.
	 * @param <K> the type of the keys
	 * @param <V> the type of the values
	 * @param keys turns keys into bytes and back
	 * @param values turns values into bytes and back
	 * @return the map
	 */
	default <K, V> ZovaMap<K, V> map(Codec<K> keys, Codec<V> values) {
		Arguments.required("keys", keys);
		Arguments.required("values", values);
		return new ZovaMap<>(this, keys, values);
	}

	/**
	 * A map of what the namespace holds, in the order of the keys.
	 * @param <K> the type of the keys
	 * @param <V> the type of the values
	 * @param keys turns keys into bytes of the same order and back
	 * @param values turns values into bytes and back
	 * @return the map
	 */
	default <K, V> ZovaNavigableMap<K, V> navigableMap(OrderedCodec<K> keys, Codec<V> values) {
		Arguments.required("keys", keys);
		Arguments.required("values", values);
		return new ZovaNavigableMap<>(this, keys, values);
	}

	/**
	 * Puts a buffer in front of a namespace, for values that come faster than they can be
	 * committed one by one. Close it at the end.
	 * @param options how much it holds and when it is written
	 * @return the buffer
	 */
	WriteBehind writeBehind(WriteBehindOptions options);

}
