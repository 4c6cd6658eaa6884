package io.zova.kv;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.zova.sqlite.SqlAccess;

/**
 * Key-values of one namespace of a Zova file.
 */
final class StoredKeyValues implements KeyValueNamespace {

	private final byte[] namespace;

	private final SqlAccess sql;

	private final KeyValueTemplate template;

	StoredKeyValues(byte[] namespace, SqlAccess sql, KeyValueTemplate template) {
		this.namespace = namespace;
		this.sql = sql;
		this.template = template;
	}

	@Override
	public byte[] name() {
		return this.namespace.clone();
	}

	@Override
	public Optional<byte[]> find(byte[] key) {
		KeyValueRules.check(this.namespace, key);
		return this.sql.read("Getting a key", (connection) -> KeyValueTable.get(connection, this.namespace, key));
	}

	@Override
	public List<Optional<byte[]>> findAll(List<byte[]> keys) {
		KeyValueRules.required("list of keys", keys).forEach((key) -> KeyValueRules.check(this.namespace, key));
		return keys.isEmpty() ? List.of() : this.sql.snapshot("Getting keys",
				(connection) -> KeyValueTable.getAll(connection, this.namespace, keys));
	}

	@Override
	public boolean exists(byte[] key) {
		KeyValueRules.check(this.namespace, key);
		return this.sql.read("Looking for a key",
				(connection) -> KeyValueTable.exists(connection, this.namespace, key));
	}

	@Override
	public void put(byte[] key, byte[] value) {
		this.sql.requireWritable();
		KeyValueRules.check(this.namespace, key, value);
		this.sql.writeWithoutResult("Putting a key",
				(connection) -> KeyValueTable.put(connection, this.namespace, key, value));
	}

	@Override
	public void putAll(Collection<KeyValue> entries) {
		this.sql.requireWritable();
		KeyValueRules.check(this.namespace, entries);
		if (!entries.isEmpty()) {
			this.sql.writeWithoutResult("Putting keys",
					(connection) -> KeyValueTable.putAll(connection, this.namespace, entries));
		}
	}

	@Override
	public boolean putIfAbsent(byte[] key, byte[] value) {
		this.sql.requireWritable();
		KeyValueRules.check(this.namespace, key, value);
		return this.sql.write("Putting a key",
				(connection) -> KeyValueTable.putIfAbsent(connection, this.namespace, key, value));
	}

	@Override
	public boolean replace(byte[] key, byte[] value) {
		this.sql.requireWritable();
		KeyValueRules.check(this.namespace, key, value);
		return this.sql.write("Replacing a key",
				(connection) -> KeyValueTable.replace(connection, this.namespace, key, value));
	}

	@Override
	public boolean compareAndSet(byte[] key, byte[] expected, byte[] value) {
		this.sql.requireWritable();
		KeyValueRules.check(this.namespace, key, value);
		KeyValueRules.required("expected value", expected);
		return this.sql.write("Replacing a key",
				(connection) -> KeyValueTable.compareAndSet(connection, this.namespace, key, expected, value));
	}

	@Override
	public Optional<byte[]> getAndPut(byte[] key, byte[] value) {
		this.sql.requireWritable();
		KeyValueRules.check(this.namespace, key, value);
		return this.sql.write("Changing a key",
				(connection) -> KeyValueTable.getAndPut(connection, this.namespace, key, value));
	}

	@Override
	public boolean delete(byte[] key) {
		this.sql.requireWritable();
		KeyValueRules.check(this.namespace, key);
		return this.sql.write("Deleting a key", (connection) -> KeyValueTable.delete(connection, this.namespace, key));
	}

	@Override
	public long deleteAll(Collection<byte[]> keys) {
		this.sql.requireWritable();
		KeyValueRules.required("collection of keys", keys).forEach((key) -> KeyValueRules.check(this.namespace, key));
		return keys.isEmpty() ? 0 : this.sql.write("Deleting keys",
				(connection) -> KeyValueTable.deleteAll(connection, this.namespace, keys));
	}

	@Override
	public boolean compareAndDelete(byte[] key, byte[] expected) {
		this.sql.requireWritable();
		KeyValueRules.check(this.namespace, key);
		KeyValueRules.required("expected value", expected);
		return this.sql.write("Deleting a key",
				(connection) -> KeyValueTable.compareAndDelete(connection, this.namespace, key, expected));
	}

	@Override
	public Optional<byte[]> getAndDelete(byte[] key) {
		this.sql.requireWritable();
		KeyValueRules.check(this.namespace, key);
		return this.sql.write("Changing a key",
				(connection) -> KeyValueTable.getAndDelete(connection, this.namespace, key));
	}

	@Override
	public long count() {
		KeyValueRules.check(this.namespace);
		return this.sql.read("Counting keys", (connection) -> KeyValueTable.count(connection, this.namespace));
	}

	@Override
	public long count(KeyRange range) {
		KeyValueRules.check(this.namespace, range);
		return this.sql.read("Counting keys", (connection) -> KeyRangeTable.count(connection, this.namespace, range));
	}

	@Override
	public long clear() {
		this.sql.requireWritable();
		KeyValueRules.check(this.namespace);
		return this.sql.write("Clearing a namespace", (connection) -> KeyValueTable.clear(connection, this.namespace));
	}

	@Override
	public List<KeyValue> page(KeyRange range) {
		KeyValueRules.check(this.namespace, range);
		return this.sql.read("Scanning keys", (connection) -> KeyRangeTable.entries(connection, this.namespace, range));
	}

	@Override
	public List<byte[]> keys(KeyRange range) {
		KeyValueRules.check(this.namespace, range);
		return this.sql.read("Scanning keys", (connection) -> KeyRangeTable.keys(connection, this.namespace, range));
	}

	@Override
	public Stream<KeyValue> stream(KeyRange range) {
		KeyValueRules.check(this.namespace, range);
		return KeyPages.stream(range, (page) -> page(page));
	}

	@Override
	public WriteBehind writeBehind(WriteBehindOptions options) {
		this.sql.requireWritable();
		KeyValueRules.check(this.namespace);
		return this.template.writeBehind(this, this.namespace, KeyValueRules.required("options", options));
	}

	@Override
	public String toString() {
		return "KeyValueNamespace[" + new String(this.namespace, StandardCharsets.UTF_8) + "]";
	}

}
