package io.zova.kv;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * The statements on single keys, on the connection that the caller holds.
 */
final class KeyValueTable {

	private static final String GET = "select value from _zova_kv where namespace = ?1 and key = ?2";

	private static final String EXISTS = "select 1 from _zova_kv where namespace = ?1 and key = ?2";

	private static final String PUT = """
			insert into _zova_kv(namespace, key, value) values (?1, ?2, ?3)
			on conflict(namespace, key) do update set value = excluded.value
			""";

	/**
	 * So many rows are put by one run of a statement, which saves a third of the calls.
	 */
	private static final int ROWS_AT_ONCE = 16;

	private static final String PUT_SEVERAL = PUT.replace("(?1, ?2, ?3)",
			IntStream.range(0, ROWS_AT_ONCE)
				.mapToObj((row) -> "(?1, ?" + (2 * row + 2) + ", ?" + (2 * row + 3) + ")")
				.collect(Collectors.joining(", ")));

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

	private static final int ROWS_PER_CALL = 1024;

	/** A batch is handed to the driver when this many bytes wait. */
	private static final long BYTES_PER_CALL = 4 << 20;

	private static final byte[] EMPTY = {};

	private KeyValueTable() {
	}

	static Optional<byte[]> get(Connection connection, byte[] namespace, byte[] key) throws SQLException {
		try (PreparedStatement get = connection.prepareStatement(GET)) {
			get.setBytes(1, namespace);
			return value(get, key);
		}
	}

	static List<Optional<byte[]>> getAll(Connection connection, byte[] namespace, Collection<byte[]> keys)
			throws SQLException {
		List<Optional<byte[]>> values = new ArrayList<>(keys.size());
		try (PreparedStatement get = connection.prepareStatement(GET)) {
			get.setBytes(1, namespace);
			for (byte[] key : keys) {
				values.add(value(get, key));
			}
		}
		return values;
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

	static boolean exists(Connection connection, byte[] namespace, byte[] key) throws SQLException {
		try (PreparedStatement exists = bound(connection, EXISTS, namespace, key);
				ResultSet row = exists.executeQuery()) {
			return row.next();
		}
	}

	static void put(Connection connection, byte[] namespace, byte[] key, byte[] value) throws SQLException {
		update(connection, PUT, namespace, key, value);
	}

	/**
	 * Puts entries in the order given.
	 */
	static void putAll(Connection connection, byte[] namespace, Collection<KeyValue> entries) throws SQLException {
		Iterator<KeyValue> rest = entries.iterator();
		int several = entries.size() - entries.size() % ROWS_AT_ONCE;
		putAll(connection, PUT_SEVERAL, namespace, rest, several, ROWS_AT_ONCE);
		putAll(connection, PUT, namespace, rest, entries.size() - several, 1);
	}

	private static void putAll(Connection connection, String sql, byte[] namespace, Iterator<KeyValue> entries,
			int count, int atOnce) throws SQLException {
		if (count == 0) {
			return;
		}
		try (PreparedStatement put = connection.prepareStatement(sql)) {
			long bytes = 0;
			int waiting = 0;
			for (int done = 0; done < count; done += atOnce) {
				put.setBytes(1, namespace);
				for (int row = 0; row < atOnce; row++) {
					KeyValue entry = entries.next();
					put.setBytes(2 * row + 2, entry.key());
					put.setBytes(2 * row + 3, entry.value());
					bytes += entry.value().length;
				}
				put.addBatch();
				waiting += atOnce;
				if (waiting >= ROWS_PER_CALL || bytes > BYTES_PER_CALL) {
					put.executeBatch();
					waiting = 0;
					bytes = 0;
				}
			}
			put.executeBatch();
		}
	}

	static boolean putIfAbsent(Connection connection, byte[] namespace, byte[] key, byte[] value) throws SQLException {
		return update(connection, PUT_IF_ABSENT, namespace, key, value) > 0;
	}

	static boolean replace(Connection connection, byte[] namespace, byte[] key, byte[] value) throws SQLException {
		return update(connection, REPLACE, namespace, key, value) > 0;
	}

	static boolean compareAndSet(Connection connection, byte[] namespace, byte[] key, byte[] expected, byte[] value)
			throws SQLException {
		return update(connection, COMPARE_AND_SET, namespace, key, value, expected) > 0;
	}

	static Optional<byte[]> getAndPut(Connection connection, byte[] namespace, byte[] key, byte[] value)
			throws SQLException {
		Optional<byte[]> old = get(connection, namespace, key);
		put(connection, namespace, key, value);
		return old;
	}

	static boolean delete(Connection connection, byte[] namespace, byte[] key) throws SQLException {
		return update(connection, DELETE, namespace, key) > 0;
	}

	static long deleteAll(Connection connection, byte[] namespace, Collection<byte[]> keys) throws SQLException {
		long deleted = 0;
		try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
			delete.setBytes(1, namespace);
			for (byte[] key : keys) {
				delete.setBytes(2, key);
				deleted += delete.executeUpdate();
			}
		}
		return deleted;
	}

	static boolean compareAndDelete(Connection connection, byte[] namespace, byte[] key, byte[] expected)
			throws SQLException {
		return update(connection, COMPARE_AND_DELETE, namespace, key, expected) > 0;
	}

	static Optional<byte[]> getAndDelete(Connection connection, byte[] namespace, byte[] key) throws SQLException {
		Optional<byte[]> old = get(connection, namespace, key);
		delete(connection, namespace, key);
		return old;
	}

	static long count(Connection connection, byte[] namespace) throws SQLException {
		try (PreparedStatement count = bound(connection, COUNT, namespace); ResultSet row = count.executeQuery()) {
			row.next();
			return row.getLong(1);
		}
	}

	static long clear(Connection connection, byte[] namespace) throws SQLException {
		return update(connection, CLEAR, namespace);
	}

	static List<byte[]> namespaces(Connection connection) throws SQLException {
		List<byte[]> namespaces = new ArrayList<>();
		byte[] namespace = namespace(connection, FIRST_NAMESPACE);
		while (namespace != null) {
			namespaces.add(namespace);
			namespace = namespace(connection, NEXT_NAMESPACE, namespace);
		}
		return namespaces;
	}

	private static byte @Nullable [] namespace(Connection connection, String sql, byte[]... values)
			throws SQLException {
		try (PreparedStatement statement = bound(connection, sql, values); ResultSet row = statement.executeQuery()) {
			return row.next() ? bytes(row, 1) : null;
		}
	}

	private static long update(Connection connection, String sql, byte[]... values) throws SQLException {
		try (PreparedStatement update = bound(connection, sql, values)) {
			return update.executeLargeUpdate();
		}
	}

	private static PreparedStatement bound(Connection connection, String sql, byte[]... values) throws SQLException {
		PreparedStatement statement = connection.prepareStatement(sql);
		for (int i = 0; i < values.length; i++) {
			statement.setBytes(i + 1, values[i]);
		}
		return statement;
	}

}
