package io.zova.kv;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.SqlAccess;
import org.jspecify.annotations.Nullable;

/**
 * Key-values in a Zova file.
 */
public final class KeyValueTemplate implements KeyValueOperations {

	/** What a row may have, for us and for every Zova library. */
	private static final long MAX_ROW_BYTES = 1_000_000_000;

	private static final byte[] EMPTY = {};

	private final SqlAccess sql;

	private final Set<WriteBehind> buffers = ConcurrentHashMap.newKeySet();

	/**
	 * Creates the template.
	 * @param sql how to reach the file
	 */
	public KeyValueTemplate(SqlAccess sql) {
		this.sql = sql;
	}

	@Override
	public Optional<byte[]> get(byte[] namespace, byte[] key) {
		check(namespace, key);
		return this.sql.read("Getting a key", (connection) -> KeyValueTable.get(connection, namespace, key));
	}

	@Override
	public List<Optional<byte[]>> getMany(byte[] namespace, List<byte[]> keys) {
		Arguments.required("namespace", namespace);
		required("list of keys", keys).forEach((key) -> check(namespace, key));
		return keys.isEmpty() ? List.of()
				: this.sql.snapshot("Getting keys", (connection) -> KeyValueTable.getAll(connection, namespace, keys));
	}

	@Override
	public boolean exists(byte[] namespace, byte[] key) {
		check(namespace, key);
		return this.sql.read("Looking for a key", (connection) -> KeyValueTable.exists(connection, namespace, key));
	}

	@Override
	public void put(byte[] namespace, byte[] key, byte[] value) {
		this.sql.requireWritable();
		check(namespace, key, value);
		this.sql.write("Putting a key", (connection) -> {
			KeyValueTable.put(connection, namespace, key, value);
			return true;
		});
	}

	@Override
	public void putMany(byte[] namespace, Collection<KeyValue> entries) {
		this.sql.requireWritable();
		check(namespace, entries);
		if (!entries.isEmpty()) {
			this.sql.write("Putting keys", (connection) -> {
				KeyValueTable.putAll(connection, namespace, entries);
				return true;
			});
		}
	}

	@Override
	public boolean putIfAbsent(byte[] namespace, byte[] key, byte[] value) {
		this.sql.requireWritable();
		check(namespace, key, value);
		return this.sql.write("Putting a key",
				(connection) -> KeyValueTable.putIfAbsent(connection, namespace, key, value));
	}

	@Override
	public boolean replace(byte[] namespace, byte[] key, byte[] value) {
		this.sql.requireWritable();
		check(namespace, key, value);
		return this.sql.write("Replacing a key",
				(connection) -> KeyValueTable.replace(connection, namespace, key, value));
	}

	@Override
	public boolean compareAndSet(byte[] namespace, byte[] key, byte[] expected, byte[] value) {
		this.sql.requireWritable();
		check(namespace, key, value);
		required("expected value", expected);
		return this.sql.write("Replacing a key",
				(connection) -> KeyValueTable.compareAndSet(connection, namespace, key, expected, value));
	}

	@Override
	public Optional<byte[]> getAndPut(byte[] namespace, byte[] key, byte[] value) {
		this.sql.requireWritable();
		check(namespace, key, value);
		return this.sql.write("Changing a key",
				(connection) -> KeyValueTable.getAndPut(connection, namespace, key, value));
	}

	@Override
	public boolean delete(byte[] namespace, byte[] key) {
		this.sql.requireWritable();
		check(namespace, key);
		return this.sql.write("Deleting a key", (connection) -> KeyValueTable.delete(connection, namespace, key));
	}

	@Override
	public long deleteMany(byte[] namespace, Collection<byte[]> keys) {
		this.sql.requireWritable();
		required("namespace", namespace);
		required("collection of keys", keys).forEach((key) -> check(namespace, key));
		return keys.isEmpty() ? 0
				: this.sql.write("Deleting keys", (connection) -> KeyValueTable.deleteAll(connection, namespace, keys));
	}

	@Override
	public boolean compareAndDelete(byte[] namespace, byte[] key, byte[] expected) {
		this.sql.requireWritable();
		check(namespace, key);
		required("expected value", expected);
		return this.sql.write("Deleting a key",
				(connection) -> KeyValueTable.compareAndDelete(connection, namespace, key, expected));
	}

	@Override
	public Optional<byte[]> getAndDelete(byte[] namespace, byte[] key) {
		this.sql.requireWritable();
		check(namespace, key);
		return this.sql.write("Changing a key", (connection) -> KeyValueTable.getAndDelete(connection, namespace, key));
	}

	@Override
	public long count(byte[] namespace) {
		check(namespace, EMPTY);
		return this.sql.read("Counting keys", (connection) -> KeyValueTable.count(connection, namespace));
	}

	@Override
	public long count(byte[] namespace, KeyRange range) {
		check(namespace, range);
		return this.sql.read("Counting keys", (connection) -> KeyScan.count(connection, namespace, range));
	}

	@Override
	public long clear(byte[] namespace) {
		this.sql.requireWritable();
		check(namespace, EMPTY);
		return this.sql.write("Clearing a namespace", (connection) -> KeyValueTable.clear(connection, namespace));
	}

	@Override
	public List<KeyValue> scan(byte[] namespace, KeyRange range) {
		check(namespace, range);
		return this.sql.read("Scanning keys", (connection) -> KeyScan.entries(connection, namespace, range));
	}

	@Override
	public List<byte[]> scanKeys(byte[] namespace, KeyRange range) {
		check(namespace, range);
		return this.sql.read("Scanning keys", (connection) -> KeyScan.keys(connection, namespace, range));
	}

	@Override
	public Stream<KeyValue> stream(byte[] namespace, KeyRange range) {
		check(namespace, range);
		return KeyPages.stream(range, (page) -> scan(namespace, page));
	}

	@Override
	public List<byte[]> namespaces() {
		return this.sql.snapshot("Listing namespaces", KeyValueTable::namespaces);
	}

	@Override
	public WriteBehind writeBehind(byte[] namespace, WriteBehindOptions options) {
		this.sql.requireWritable();
		check(namespace, EMPTY);
		WriteBehind buffer = new WriteBehind(this, this.sql, namespace.clone(), required("options", options),
				this.buffers::remove);
		this.buffers.add(buffer);
		return buffer;
	}

	/**
	 * Flushes and closes every buffer that was made here and is still open, as closing
	 * the database does.
	 * @throws RuntimeException if a buffer could not be flushed; it is closed all the
	 * same, and so are the others
	 */
	public void closeBuffers() {
		RuntimeException failure = null;
		for (WriteBehind buffer : List.copyOf(this.buffers)) {
			try {
				buffer.close();
			}
			catch (RuntimeException ex) {
				buffer.abandon();
				if (failure != null) {
					ex.addSuppressed(failure);
				}
				failure = ex;
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	private static void check(byte[] namespace, KeyRange range) {
		check(namespace, EMPTY);
		required("range", range);
	}

	static void check(byte[] namespace, Collection<KeyValue> entries) {
		required("namespace", namespace);
		for (KeyValue entry : required("collection of entries", entries)) {
			required("entry", entry);
			check(namespace, entry.key(), entry.value());
		}
	}

	static void check(byte[] namespace, byte[] key) {
		check(namespace, key, EMPTY);
	}

	static void check(byte[] namespace, byte[] key, byte[] value) {
		long bytes = (long) required("namespace", namespace).length + required("key", key).length
				+ required("value", value).length;
		long most = MAX_ROW_BYTES - 1 - lengthBytes(namespace) - lengthBytes(key) - lengthBytes(value);
		if (bytes > most) {
			throw new ZovaException(ZovaStatus.KV_TOO_LARGE, "Namespace, key and value have " + bytes
					+ " bytes together: at most " + most + " fit into a row; put large values as objects");
		}
	}

	/**
	 * How many bytes a row needs to say how long a column is: a number of twice the
	 * length and 12, seven bits in each.
	 */
	private static int lengthBytes(byte[] column) {
		long number = 2L * column.length + 12;
		return (Long.SIZE - Long.numberOfLeadingZeros(number) + 6) / 7;
	}

	static <T> T required(String what, @Nullable T value) {
		return Arguments.required(what, value);
	}

}
