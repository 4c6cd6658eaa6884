package io.zova.kv;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.zova.Arguments;

/**
 * A handle on one namespace: {@link KeyValueOperations} without the namespace in each
 * call. It holds nothing open and can be kept and shared.
 */
public final class KeyValueNamespace {

	private final KeyValueOperations operations;

	private final byte[] namespace;

	KeyValueNamespace(KeyValueOperations operations, byte[] namespace) {
		this.operations = operations;
		this.namespace = Arguments.required("namespace", namespace).clone();
	}

	/**
	 * Gets a value.
	 * @param key the key
	 * @return the value or nothing
	 * @see KeyValueOperations
	 */
	public Optional<byte[]> get(byte[] key) {
		return this.operations.get(this.namespace, key);
	}

	/**
	 * Gets many values, all of the same moment.
	 * @param keys the keys
	 * @return for each key its value or nothing
	 * @see KeyValueOperations
	 */
	public List<Optional<byte[]>> getMany(List<byte[]> keys) {
		return this.operations.getMany(this.namespace, keys);
	}

	/**
	 * Tells whether a key is there.
	 * @param key the key
	 * @return whether it is
	 * @see KeyValueOperations
	 */
	public boolean exists(byte[] key) {
		return this.operations.exists(this.namespace, key);
	}

	/**
	 * Puts a value, in place of the one that is there.
	 * @param key the key
	 * @param value the value
	 * @see KeyValueOperations
	 */
	public void put(byte[] key, byte[] value) {
		this.operations.put(this.namespace, key, value);
	}

	/**
	 * Puts many values or none. Of repeated keys, the last wins.
	 * @param entries the keys and values
	 * @see KeyValueOperations
	 */
	public void putMany(Collection<KeyValue> entries) {
		this.operations.putMany(this.namespace, entries);
	}

	/**
	 * Puts a value unless the key is there.
	 * @param key the key
	 * @param value the value
	 * @return whether it was put
	 * @see KeyValueOperations
	 */
	public boolean putIfAbsent(byte[] key, byte[] value) {
		return this.operations.putIfAbsent(this.namespace, key, value);
	}

	/**
	 * Puts a value if the key is there.
	 * @param key the key
	 * @param value the value
	 * @return whether it was put
	 * @see KeyValueOperations
	 */
	public boolean replace(byte[] key, byte[] value) {
		return this.operations.replace(this.namespace, key, value);
	}

	/**
	 * Puts a value if the one that is there has certain bytes.
	 * @param key the key
	 * @param expected the bytes of the old value
	 * @param value the new value
	 * @return whether it was put
	 * @see KeyValueOperations
	 */
	public boolean compareAndSet(byte[] key, byte[] expected, byte[] value) {
		return this.operations.compareAndSet(this.namespace, key, expected, value);
	}

	/**
	 * Puts a value and gives the old one.
	 * @param key the key
	 * @param value the value
	 * @return the old value or nothing
	 * @see KeyValueOperations
	 */
	public Optional<byte[]> getAndPut(byte[] key, byte[] value) {
		return this.operations.getAndPut(this.namespace, key, value);
	}

	/**
	 * Deletes a key.
	 * @param key the key
	 * @return whether it was there
	 * @see KeyValueOperations
	 */
	public boolean delete(byte[] key) {
		return this.operations.delete(this.namespace, key);
	}

	/**
	 * Deletes many keys or none. Those that are not there do no harm.
	 * @param keys the keys
	 * @return how many were there
	 * @see KeyValueOperations
	 */
	public long deleteMany(Collection<byte[]> keys) {
		return this.operations.deleteMany(this.namespace, keys);
	}

	/**
	 * Deletes a key if its value has certain bytes.
	 * @param key the key
	 * @param expected the bytes of the value
	 * @return whether it was deleted
	 * @see KeyValueOperations
	 */
	public boolean compareAndDelete(byte[] key, byte[] expected) {
		return this.operations.compareAndDelete(this.namespace, key, expected);
	}

	/**
	 * Deletes a key and gives its value.
	 * @param key the key
	 * @return the value or nothing
	 * @see KeyValueOperations
	 */
	public Optional<byte[]> getAndDelete(byte[] key) {
		return this.operations.getAndDelete(this.namespace, key);
	}

	/**
	 * Counts the keys, one by one.
	 * @return how many there are
	 * @see KeyValueOperations
	 */
	public long count() {
		return this.operations.count(this.namespace);
	}

	/**
	 * Counts the keys in a range.
	 * @param range which keys
	 * @return how many there are
	 * @see KeyValueOperations
	 */
	public long count(KeyRange range) {
		return this.operations.count(this.namespace, range);
	}

	/**
	 * Deletes all keys.
	 * @return how many there were
	 * @see KeyValueOperations
	 */
	public long clear() {
		return this.operations.clear(this.namespace);
	}

	/**
	 * Lists keys and values in the order of the keys.
	 * @param range which keys
	 * @return the keys and values
	 * @see KeyValueOperations
	 */
	public List<KeyValue> scan(KeyRange range) {
		return this.operations.scan(this.namespace, range);
	}

	/**
	 * Lists keys in their order.
	 * @param range which keys
	 * @return the keys
	 * @see KeyValueOperations
	 */
	public List<byte[]> scanKeys(KeyRange range) {
		return this.operations.scanKeys(this.namespace, range);
	}

	/**
	 * Streams keys and values in the order of the keys.
	 * @param range which keys
	 * @return the keys and values
	 * @see KeyValueOperations
	 */
	public Stream<KeyValue> stream(KeyRange range) {
		return this.operations.stream(this.namespace, range);
	}

	/**
	 * A map of what the namespace holds.
	 * @param <K> the type of the keys
	 * @param <V> the type of the values
	 * @param keys turns keys into bytes and back
	 * @param values turns values into bytes and back
	 * @return the map
	 */
	public <K, V> ZovaMap<K, V> map(Codec<K> keys, Codec<V> values) {
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
	public <K, V> ZovaNavigableMap<K, V> navigableMap(OrderedCodec<K> keys, Codec<V> values) {
		Arguments.required("keys", keys);
		Arguments.required("values", values);
		return new ZovaNavigableMap<>(this, keys, values);
	}

	/**
	 * Puts a buffer in front of this namespace, for values that come faster than they can
	 * be committed one by one. Close it at the end.
	 * @param options how much it holds and when it is written
	 * @return the buffer
	 */
	public WriteBehind writeBehind(WriteBehindOptions options) {
		return this.operations.writeBehind(this.namespace, options);
	}

	@Override
	public String toString() {
		return "KeyValueNamespace[" + new String(this.namespace, StandardCharsets.UTF_8) + "]";
	}

}
