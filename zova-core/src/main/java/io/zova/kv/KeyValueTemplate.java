package io.zova.kv;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.SqlAccess;
import org.jspecify.annotations.Nullable;

/**
 * Key-values in a Zova file.
 */
public final class KeyValueTemplate implements KeyValueOperations {

	private static final String GET = "select value from _zova_kv where namespace = ?1 and key = ?2";

	private static final String EXISTS = "select 1 from _zova_kv where namespace = ?1 and key = ?2";

	private static final String PUT = """
			insert into _zova_kv(namespace, key, value) values (?1, ?2, ?3)
			on conflict(namespace, key) do update set value = excluded.value
			""";

	private static final String PUT_IF_ABSENT = """
			insert into _zova_kv(namespace, key, value) values (?1, ?2, ?3) on conflict(namespace, key) do nothing
			""";

	private static final String REPLACE = "update _zova_kv set value = ?3 where namespace = ?1 and key = ?2";

	/** A value that other programs wrote as text or number counts as its bytes. */
	private static final String COMPARE_AND_SET = """
			update _zova_kv set value = ?3 where namespace = ?1 and key = ?2 and cast(value as blob) = ?4
			""";

	private static final String DELETE = "delete from _zova_kv where namespace = ?1 and key = ?2";

	private static final String COMPARE_AND_DELETE = """
			delete from _zova_kv where namespace = ?1 and key = ?2 and cast(value as blob) = ?3
			""";

	private static final String COUNT = "select count(*) from _zova_kv where namespace = ?1";

	private static final String CLEAR = "delete from _zova_kv where namespace = ?1";

	private static final String FIRST_NAMESPACE = """
			select namespace from _zova_kv where namespace >= x'' order by namespace limit 1
			""";

	private static final String NEXT_NAMESPACE = """
			select namespace from _zova_kv where namespace > ?1 order by namespace limit 1
			""";

	private static final long MAX_BYTES = 1_000_000_000;

	private static final int ROWS_PER_CALL = 1024;

	/** A batch is handed to the driver when this many bytes wait. */
	private static final long BYTES_PER_CALL = 4 << 20;

	private static final byte[] EMPTY = {};

	private final SqlAccess sql;

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
		return this.sql.read("Getting a key", (connection) -> {
			try (PreparedStatement get = connection.prepareStatement(GET)) {
				get.setBytes(1, namespace);
				return value(get, key);
			}
		});
	}

	@Override
	public List<Optional<byte[]>> getMany(byte[] namespace, List<byte[]> keys) {
		required("list of keys", keys).forEach((key) -> check(namespace, key));
		if (keys.isEmpty()) {
			return List.of();
		}
		return this.sql.snapshot("Getting keys", (connection) -> {
			List<Optional<byte[]>> values = new ArrayList<>(keys.size());
			try (PreparedStatement get = connection.prepareStatement(GET)) {
				get.setBytes(1, namespace);
				for (byte[] key : keys) {
					values.add(value(get, key));
				}
			}
			return values;
		});
	}

	private static Optional<byte[]> value(PreparedStatement get, byte[] key) throws SQLException {
		get.setBytes(2, key);
		try (ResultSet row = get.executeQuery()) {
			return row.next() ? Optional.of(bytes(row, 1)) : Optional.empty();
		}
	}

	/** The driver has no bytes for an empty value. */
	static byte[] bytes(ResultSet row, int column) throws SQLException {
		byte[] bytes = row.getBytes(column);
		return (bytes != null) ? bytes : EMPTY;
	}

	@Override
	public boolean exists(byte[] namespace, byte[] key) {
		check(namespace, key);
		return this.sql.read("Looking for a key", (connection) -> {
			try (PreparedStatement exists = bound(connection, EXISTS, namespace, key);
					ResultSet row = exists.executeQuery()) {
				return row.next();
			}
		});
	}

	@Override
	public void put(byte[] namespace, byte[] key, byte[] value) {
		check(namespace, key, value);
		update("Putting a key", PUT, namespace, key, value);
	}

	@Override
	public void putMany(byte[] namespace, Collection<KeyValue> entries) {
		for (KeyValue entry : required("collection of entries", entries)) {
			required("entry", entry);
			check(namespace, entry.key(), entry.value());
		}
		if (entries.isEmpty()) {
			return;
		}
		this.sql.write("Putting keys", (connection) -> {
			try (PreparedStatement put = connection.prepareStatement(PUT)) {
				int rows = 0;
				long bytes = 0;
				for (KeyValue entry : entries) {
					put.setBytes(1, namespace);
					put.setBytes(2, entry.key());
					put.setBytes(3, entry.value());
					put.addBatch();
					bytes += entry.value().length;
					if (++rows == ROWS_PER_CALL || bytes > BYTES_PER_CALL) {
						put.executeBatch();
						rows = 0;
						bytes = 0;
					}
				}
				put.executeBatch();
			}
			return true;
		});
	}

	@Override
	public boolean putIfAbsent(byte[] namespace, byte[] key, byte[] value) {
		check(namespace, key, value);
		return update("Putting a key", PUT_IF_ABSENT, namespace, key, value) > 0;
	}

	@Override
	public boolean replace(byte[] namespace, byte[] key, byte[] value) {
		check(namespace, key, value);
		return update("Replacing a key", REPLACE, namespace, key, value) > 0;
	}

	@Override
	public boolean compareAndSet(byte[] namespace, byte[] key, byte[] expected, byte[] value) {
		check(namespace, key, value);
		return update("Replacing a key", COMPARE_AND_SET, namespace, key, value,
				required("expected value", expected)) > 0;
	}

	@Override
	public Optional<byte[]> getAndPut(byte[] namespace, byte[] key, byte[] value) {
		check(namespace, key, value);
		return exchange(namespace, key, PUT, namespace, key, value);
	}

	@Override
	public boolean delete(byte[] namespace, byte[] key) {
		check(namespace, key);
		return update("Deleting a key", DELETE, namespace, key) > 0;
	}

	@Override
	public long deleteMany(byte[] namespace, Collection<byte[]> keys) {
		required("collection of keys", keys).forEach((key) -> check(namespace, key));
		if (keys.isEmpty()) {
			return 0;
		}
		return this.sql.write("Deleting keys", (connection) -> {
			long deleted = 0;
			try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
				delete.setBytes(1, namespace);
				for (byte[] key : keys) {
					delete.setBytes(2, key);
					deleted += delete.executeUpdate();
				}
			}
			return deleted;
		});
	}

	@Override
	public boolean compareAndDelete(byte[] namespace, byte[] key, byte[] expected) {
		check(namespace, key);
		return update("Deleting a key", COMPARE_AND_DELETE, namespace, key, required("expected value", expected)) > 0;
	}

	@Override
	public Optional<byte[]> getAndDelete(byte[] namespace, byte[] key) {
		check(namespace, key);
		return exchange(namespace, key, DELETE, namespace, key);
	}

	private Optional<byte[]> exchange(byte[] namespace, byte[] key, String change, byte[]... values) {
		return this.sql.write("Changing a key", (connection) -> {
			Optional<byte[]> old;
			try (PreparedStatement get = bound(connection, GET, namespace)) {
				old = value(get, key);
			}
			try (PreparedStatement statement = bound(connection, change, values)) {
				statement.executeUpdate();
			}
			return old;
		});
	}

	@Override
	public long count(byte[] namespace) {
		check(namespace, EMPTY);
		return this.sql.read("Counting keys", (connection) -> {
			try (PreparedStatement count = bound(connection, COUNT, namespace); ResultSet row = count.executeQuery()) {
				row.next();
				return row.getLong(1);
			}
		});
	}

	@Override
	public long count(byte[] namespace, KeyRange range) {
		check(namespace, range);
		return this.sql.read("Counting keys", (connection) -> KeyScan.count(connection, namespace, range));
	}

	@Override
	public long clear(byte[] namespace) {
		check(namespace, EMPTY);
		return update("Clearing a namespace", CLEAR, namespace);
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
		KeyPages<KeyValue> pages = new KeyPages<>(range, KeyPages.ENTRIES_PER_PAGE, (page) -> scan(namespace, page),
				KeyValue::key);
		return StreamSupport.stream(Spliterators.spliteratorUnknownSize(pages,
				Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL), false);
	}

	@Override
	public List<byte[]> namespaces() {
		return this.sql.snapshot("Listing namespaces", (connection) -> {
			List<byte[]> namespaces = new ArrayList<>();
			byte[] namespace = namespace(connection, FIRST_NAMESPACE);
			while (namespace != null) {
				namespaces.add(namespace);
				namespace = namespace(connection, NEXT_NAMESPACE, namespace);
			}
			return namespaces;
		});
	}

	private static byte @Nullable [] namespace(Connection connection, String sql, byte[]... values)
			throws SQLException {
		try (PreparedStatement statement = bound(connection, sql, values); ResultSet row = statement.executeQuery()) {
			return row.next() ? bytes(row, 1) : null;
		}
	}

	private long update(String task, String statement, byte[]... values) {
		return this.sql.write(task, (connection) -> {
			try (PreparedStatement update = bound(connection, statement, values)) {
				return update.executeLargeUpdate();
			}
		});
	}

	private static PreparedStatement bound(Connection connection, String sql, byte[]... values) throws SQLException {
		PreparedStatement statement = connection.prepareStatement(sql);
		for (int i = 0; i < values.length; i++) {
			statement.setBytes(i + 1, values[i]);
		}
		return statement;
	}

	private static void check(byte[] namespace, KeyRange range) {
		check(namespace, EMPTY);
		required("range", range);
	}

	private static void check(byte[] namespace, byte[] key) {
		check(namespace, key, EMPTY);
	}

	private static void check(byte[] namespace, byte[] key, byte[] value) {
		long bytes = (long) required("namespace", namespace).length + required("key", key).length
				+ required("value", value).length;
		if (bytes > MAX_BYTES) {
			throw new ZovaException(ZovaStatus.KV_TOO_LARGE, "Namespace, key and value have " + bytes
					+ " bytes together: at most " + MAX_BYTES + " fit; put large values as objects");
		}
	}

	private static <T> T required(String what, @Nullable T value) {
		if (value == null) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT, "The " + what + " is null: a value is required");
		}
		return value;
	}

}
