package io.zova.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import io.zova.Arguments;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.SqlWork;

/**
 * Key-values of one namespace as they are with what waits in a buffer.
 */
final class BufferedKeyValues implements KeyValueNamespace {

	private final KeyValueNamespace file;

	private final byte[] namespace;

	private final SqlAccess sql;

	private final WriteBehindBuffer buffer;

	BufferedKeyValues(KeyValueNamespace file, byte[] namespace, SqlAccess sql, WriteBehindBuffer buffer) {
		this.file = file;
		this.namespace = namespace;
		this.sql = sql;
		this.buffer = buffer;
	}

	@Override
	public byte[] name() {
		return this.namespace.clone();
	}

	@Override
	public Optional<byte[]> find(byte[] key) {
		KeyValueRules.check(this.namespace, key);
		byte[] buffered = this.buffer.get(key);
		return (buffered != null) ? Optional.of(buffered) : this.file.find(key);
	}

	@Override
	public List<Optional<byte[]>> findAll(List<byte[]> keys) {
		KeyValueRules.required("list of keys", keys).forEach((key) -> KeyValueRules.check(this.namespace, key));
		List<Optional<byte[]>> values = new ArrayList<>(keys.size());
		List<byte[]> missing = new ArrayList<>();
		Map<Integer, Integer> places = new HashMap<>();
		for (int i = 0; i < keys.size(); i++) {
			values.add(Optional.ofNullable(this.buffer.get(keys.get(i))));
			if (values.get(i).isEmpty()) {
				places.put(i, missing.size());
				missing.add(keys.get(i));
			}
		}
		List<Optional<byte[]>> stored = this.file.findAll(missing);
		places.forEach((place, index) -> values.set(place, stored.get(index)));
		return values;
	}

	@Override
	public boolean exists(byte[] key) {
		KeyValueRules.check(this.namespace, key);
		return this.buffer.get(key) != null || this.file.exists(key);
	}

	@Override
	public void put(byte[] key, byte[] value) {
		KeyValueRules.check(this.namespace, key, value);
		if (!this.buffer.passesBy(key, value)) {
			this.buffer.put(key, value);
			return;
		}
		inFile("Putting a key", key, (connection) -> {
			KeyValueTable.put(connection, this.namespace, key, value);
			return true;
		});
	}

	@Override
	public void putAll(Collection<KeyValue> entries) {
		KeyValueRules.check(this.namespace, entries);
		if (!entries.isEmpty()) {
			this.buffer.inFile("Putting keys", entries.stream().map(KeyValue::key).toList(), (connection) -> {
				KeyValueTable.putAll(connection, this.namespace, entries);
				return true;
			});
		}
	}

	@Override
	public boolean putIfAbsent(byte[] key, byte[] value) {
		KeyValueRules.check(this.namespace, key, value);
		return inFile("Putting a key", key,
				(connection) -> KeyValueTable.putIfAbsent(connection, this.namespace, key, value));
	}

	@Override
	public boolean replace(byte[] key, byte[] value) {
		KeyValueRules.check(this.namespace, key, value);
		return inFile("Replacing a key", key,
				(connection) -> KeyValueTable.replace(connection, this.namespace, key, value));
	}

	@Override
	public boolean compareAndSet(byte[] key, byte[] expected, byte[] value) {
		KeyValueRules.check(this.namespace, key, value);
		KeyValueRules.required("expected value", expected);
		return inFile("Replacing a key", key,
				(connection) -> KeyValueTable.compareAndSet(connection, this.namespace, key, expected, value));
	}

	@Override
	public Optional<byte[]> getAndPut(byte[] key, byte[] value) {
		KeyValueRules.check(this.namespace, key, value);
		if (!this.buffer.passesBy(key, value)) {
			Optional<byte[]> old = find(key);
			this.buffer.put(key, value);
			return old;
		}
		return inFile("Changing a key", key,
				(connection) -> KeyValueTable.getAndPut(connection, this.namespace, key, value));
	}

	@Override
	public boolean delete(byte[] key) {
		KeyValueRules.check(this.namespace, key);
		return inFile("Deleting a key", key, (connection) -> KeyValueTable.delete(connection, this.namespace, key));
	}

	@Override
	public long deleteAll(Collection<byte[]> keys) {
		KeyValueRules.required("collection of keys", keys).forEach((key) -> KeyValueRules.check(this.namespace, key));
		return keys.isEmpty() ? 0 : this.buffer.inFile("Deleting keys", keys,
				(connection) -> KeyValueTable.deleteAll(connection, this.namespace, keys));
	}

	@Override
	public boolean compareAndDelete(byte[] key, byte[] expected) {
		KeyValueRules.check(this.namespace, key);
		KeyValueRules.required("expected value", expected);
		return inFile("Deleting a key", key,
				(connection) -> KeyValueTable.compareAndDelete(connection, this.namespace, key, expected));
	}

	@Override
	public Optional<byte[]> getAndDelete(byte[] key) {
		KeyValueRules.check(this.namespace, key);
		return inFile("Changing a key", key,
				(connection) -> KeyValueTable.getAndDelete(connection, this.namespace, key));
	}

	private <T> T inFile(String task, byte[] key, SqlWork<T> work) {
		return this.buffer.inFile(task, List.of(key), work);
	}

	@Override
	public long count() {
		return count(KeyRange.all());
	}

	@Override
	public long count(KeyRange range) {
		Arguments.required("range", range);
		List<KeyValue> buffered = this.buffer.entries(range.limit(Long.MAX_VALUE));
		return this.sql.snapshot("Counting keys", (connection) -> {
			long count = KeyRangeTable.count(connection, this.namespace, range);
			for (KeyValue entry : buffered) {
				count += KeyValueTable.exists(connection, this.namespace, entry.key()) ? 0 : 1;
			}
			return count;
		});
	}

	@Override
	public long clear() {
		return this.buffer.inFile("Clearing a namespace", this.buffer.keys(),
				(connection) -> KeyValueTable.clear(connection, this.namespace));
	}

	@Override
	public List<KeyValue> page(KeyRange range) {
		Arguments.required("range", range);
		List<KeyValue> buffered = this.buffer.entries(range);
		return merged(buffered, this.file.page(range), KeyValue::key, range);
	}

	@Override
	public List<byte[]> keys(KeyRange range) {
		Arguments.required("range", range);
		List<byte[]> buffered = this.buffer.entries(range).stream().map(KeyValue::key).toList();
		return merged(buffered, this.file.keys(range), Function.identity(), range);
	}

	/** Both are in the order of the range; of equal keys, the buffered one wins. */
	private static <T> List<T> merged(List<T> buffered, List<T> stored, Function<T, byte[]> keys, KeyRange range) {
		if (buffered.isEmpty()) {
			return stored;
		}
		Comparator<byte[]> order = range.isReversed() ? (a, b) -> Arrays.compareUnsigned(b, a)
				: Arrays::compareUnsigned;
		List<T> merged = new ArrayList<>(buffered.size() + stored.size());
		int next = 0;
		for (T entry : buffered) {
			int side = -1;
			while (next < stored.size()
					&& (side = order.compare(keys.apply(stored.get(next)), keys.apply(entry))) < 0) {
				merged.add(stored.get(next++));
			}
			next += (next < stored.size() && side == 0) ? 1 : 0;
			merged.add(entry);
		}
		merged.addAll(stored.subList(next, stored.size()));
		return (merged.size() > range.limit()) ? new ArrayList<>(merged.subList(0, (int) range.limit())) : merged;
	}

	@Override
	public Stream<KeyValue> stream(KeyRange range) {
		Arguments.required("range", range);
		return KeyPages.stream(range, (page) -> page(page));
	}

	@Override
	public WriteBehind writeBehind(WriteBehindOptions options) {
		Arguments.required("options", options);
		throw new IllegalStateException("This namespace is buffered already: make other maps with its namespace()");
	}

	@Override
	public String toString() {
		return this.file.toString();
	}

}
