package io.zova.kv;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import io.zova.sqlite.extension.PackedInput;
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

	/** The driver's calls for each row cost as much as putting it does. */
	private static final String PUT_MANY = """
			insert into _zova_kv(namespace, key, value) select ?1, c1, c2 from zova_unpacked(?2) where true
			on conflict(namespace, key) do update set value = excluded.value
			""";

	/** From here on it pays to hand entries over as one value. */
	private static final int MANY = 8;

	/** Copying longer entries costs more than it saves. */
	private static final int LONG = 1 << 15;

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
		if (entries.size() >= MANY && PackedInput.isAvailable()) {
			putMany(connection, namespace, entries);
			return;
		}
		try (PreparedStatement put = connection.prepareStatement(PUT)) {
			for (KeyValue entry : entries) {
				put(put, namespace, entry);
			}
		}
	}

	private static void putMany(Connection connection, byte[] namespace, Collection<KeyValue> entries)
			throws SQLException {
		PackedInput rows = new PackedInput(2);
		try (PreparedStatement many = connection.prepareStatement(PUT_MANY);
				PreparedStatement one = connection.prepareStatement(PUT)) {
			many.setBytes(1, namespace);
			for (KeyValue entry : entries) {
				boolean isLong = entry.key().length + (long) entry.value().length > LONG;
				if (!isLong) {
					rows.add(entry.key()).add(entry.value());
				}
				if (!rows.isEmpty() && (isLong || rows.isFull())) {
					rows.moveTo(many, 2);
					many.executeUpdate();
				}
				if (isLong) {
					put(one, namespace, entry);
				}
			}
			if (!rows.isEmpty()) {
				rows.moveTo(many, 2);
				many.executeUpdate();
			}
		}
	}

	private static void put(PreparedStatement put, byte[] namespace, KeyValue entry) throws SQLException {
		put.setBytes(1, namespace);
		put.setBytes(2, entry.key());
		put.setBytes(3, entry.value());
		put.executeUpdate();
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
