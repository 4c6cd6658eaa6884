package io.zova.kv;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.UnicodeText;

/**
 * Key-values: byte strings under byte strings, in namespaces that are byte strings too.
 *
 * <p>
 * Any bytes will do, also none. Nothing is created or named beforehand: a namespace is
 * there while it has keys. Every call takes part in the transaction that is open, else it
 * is one of its own; a call that throws has changed nothing. The row of a namespace, a
 * key and its value has at most 1,000,000,000 bytes, of which up to 16 tell how long the
 * three are; values above some kilobytes make their neighbours slow, so large ones belong
 * into objects. Bytes handed in must not be changed during the call.
 * <p>
 * All calls throw {@link ZovaException} with the status {@code INVALID_ARGUMENT} for a
 * missing value and {@code KV_TOO_LARGE} for too many bytes.
 */
public interface KeyValueOperations {

	/**
	 * Gives a handle on one namespace.
	 * @param name the name; its bytes in UTF-8 are the namespace
	 * @return the handle
	 * @throws ZovaException with {@code INVALID_ARGUMENT} if the name holds half of a
	 * surrogate pair, which has no such bytes
	 */
	default KeyValueNamespace namespace(String name) {
		int half = UnicodeText.halfPairIn(KeyValueTemplate.required("name", name));
		if (half >= 0) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					"The name of the namespace holds half of a surrogate pair at index " + half
							+ ", which has no form in UTF-8: give another name, or bytes");
		}
		return namespace(name.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Gives a handle on one namespace.
	 * @param namespace the namespace
	 * @return the handle
	 */
	default KeyValueNamespace namespace(byte[] namespace) {
		return new KeyValueNamespace(this, namespace);
	}

	/**
	 * Gets a value.
	 * @param namespace the namespace
	 * @param key the key
	 * @return the value, which may be empty, or nothing if the key is not there
	 */
	Optional<byte[]> get(byte[] namespace, byte[] key);

	/**
	 * Gets many values, all of the same moment.
	 * @param namespace the namespace
	 * @param keys the keys; they may repeat
	 * @return for each key its value or nothing
	 */
	List<Optional<byte[]>> getMany(byte[] namespace, List<byte[]> keys);

	/**
	 * Tells whether a key is there.
	 * @param namespace the namespace
	 * @param key the key
	 * @return whether it is
	 */
	boolean exists(byte[] namespace, byte[] key);

	/**
	 * Puts a value, in place of the one that is there.
	 * @param namespace the namespace
	 * @param key the key
	 * @param value the value
	 */
	void put(byte[] namespace, byte[] key, byte[] value);

	/**
	 * Puts many values or none. Of repeated keys, the last wins.
	 * @param namespace the namespace
	 * @param entries the keys and values
	 */
	void putMany(byte[] namespace, Collection<KeyValue> entries);

	/**
	 * Puts a value unless the key is there.
	 * @param namespace the namespace
	 * @param key the key
	 * @param value the value
	 * @return whether it was put
	 */
	boolean putIfAbsent(byte[] namespace, byte[] key, byte[] value);

	/**
	 * Puts a value if the key is there.
	 * @param namespace the namespace
	 * @param key the key
	 * @param value the value
	 * @return whether it was put
	 */
	boolean replace(byte[] namespace, byte[] key, byte[] value);

	/**
	 * Puts a value if the one that is there has certain bytes.
	 * @param namespace the namespace
	 * @param key the key
	 * @param expected the bytes of the old value
	 * @param value the new value
	 * @return whether it was put
	 */
	boolean compareAndSet(byte[] namespace, byte[] key, byte[] expected, byte[] value);

	/**
	 * Puts a value and gives the old one.
	 * @param namespace the namespace
	 * @param key the key
	 * @param value the value
	 * @return the old value or nothing
	 */
	Optional<byte[]> getAndPut(byte[] namespace, byte[] key, byte[] value);

	/**
	 * Deletes a key.
	 * @param namespace the namespace
	 * @param key the key
	 * @return whether it was there
	 */
	boolean delete(byte[] namespace, byte[] key);

	/**
	 * Deletes many keys or none. Those that are not there do no harm.
	 * @param namespace the namespace
	 * @param keys the keys
	 * @return how many were there
	 */
	long deleteMany(byte[] namespace, Collection<byte[]> keys);

	/**
	 * Deletes a key if its value has certain bytes.
	 * @param namespace the namespace
	 * @param key the key
	 * @param expected the bytes of the value
	 * @return whether it was deleted
	 */
	boolean compareAndDelete(byte[] namespace, byte[] key, byte[] expected);

	/**
	 * Deletes a key and gives its value.
	 * @param namespace the namespace
	 * @param key the key
	 * @return the value or nothing
	 */
	Optional<byte[]> getAndDelete(byte[] namespace, byte[] key);

	/**
	 * Counts the keys of a namespace, one by one: this takes time in large ones.
	 * @param namespace the namespace
	 * @return how many keys it has
	 */
	long count(byte[] namespace);

	/**
	 * Counts the keys in a range.
	 * @param namespace the namespace
	 * @param range which keys; its limit does not count
	 * @return how many there are
	 */
	long count(byte[] namespace, KeyRange range);

	/**
	 * Deletes all keys of a namespace.
	 * @param namespace the namespace
	 * @return how many there were
	 */
	long clear(byte[] namespace);

	/**
	 * Lists keys and values in the order of the keys.
	 * @param namespace the namespace
	 * @param range which keys; give it a limit, or the whole result has to fit into
	 * memory
	 * @return the keys and values
	 */
	List<KeyValue> scan(byte[] namespace, KeyRange range);

	/**
	 * Lists keys in their order.
	 * @param namespace the namespace
	 * @param range which keys; give it a limit, or the whole result has to fit into
	 * memory
	 * @return the keys
	 */
	List<byte[]> scanKeys(byte[] namespace, KeyRange range);

	/**
	 * Streams keys and values in the order of the keys. The stream reads page by page:
	 * inside a transaction all of the same moment, else each page of its own moment.
	 * There is nothing to close. A key is never seen twice.
	 * @param namespace the namespace
	 * @param range which keys
	 * @return the keys and values
	 */
	Stream<KeyValue> stream(byte[] namespace, KeyRange range);

	/**
	 * Lists the namespaces that have keys.
	 * @return the namespaces in the order of their bytes
	 */
	List<byte[]> namespaces();

	/**
	 * Puts a buffer in front of a namespace, for values that come faster than they can be
	 * committed one by one. Close it at the end.
	 * @param namespace the namespace
	 * @param options how much it holds and when it is written
	 * @return the buffer
	 */
	WriteBehind writeBehind(byte[] namespace, WriteBehindOptions options);

}
