package io.zova.kv;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads ranges of keys. Each page is found by its first key, never by counting rows.
 */
final class KeyRangeTable {

	private static final String ENTRIES = """
			select key, value from _zova_kv
			where namespace = ?1 and key FROM ?2 TO
			order by key DIRECTION limit ?3 + 0
			""";

	private static final String KEYS = """
			select key from _zova_kv
			where namespace = ?1 and key FROM ?2 TO
			order by key DIRECTION limit ?3 + 0
			""";

	/** The limit is always positive here; it is there to have the same values to bind. */
	private static final String COUNT = """
			select count(*) from _zova_kv
			where namespace = ?1 and key FROM ?2 TO and ?3 > 0
			""";

	private static final String[] ENTRY_STATEMENTS = variants(ENTRIES);

	private static final String[] KEY_STATEMENTS = variants(KEYS);

	private static final String[] COUNT_STATEMENTS = variants(COUNT);

	private KeyRangeTable() {
	}

	/** One text for each shape of range, so that every one is compiled once. */
	private static String[] variants(String sql) {
		String[] variants = new String[12];
		for (int i = 0; i < variants.length; i++) {
			String to = switch (i / 4) {
				case 0 -> "";
				case 1 -> "and key < ?4";
				default -> "and key <= ?4";
			};
			variants[i] = sql.replace("FROM", ((i & 1) != 0) ? ">=" : ">")
				.replace("DIRECTION", ((i & 2) != 0) ? "desc" : "asc")
				.replace("TO", to);
		}
		return variants;
	}

	static List<KeyValue> entries(Connection connection, byte[] namespace, KeyRange range) throws SQLException {
		return list(connection, ENTRY_STATEMENTS, namespace, range,
				(row) -> new KeyValue(KeyValueTable.bytes(row, 1), KeyValueTable.bytes(row, 2)));
	}

	static List<byte[]> keys(Connection connection, byte[] namespace, KeyRange range) throws SQLException {
		return list(connection, KEY_STATEMENTS, namespace, range, (row) -> KeyValueTable.bytes(row, 1));
	}

	static long count(Connection connection, byte[] namespace, KeyRange range) throws SQLException {
		return list(connection, COUNT_STATEMENTS, namespace, range.limit(Long.MAX_VALUE), (row) -> row.getLong(1))
			.get(0);
	}

	private static <T> List<T> list(Connection connection, String[] statements, byte[] namespace, KeyRange range,
			Reader<T> reader) throws SQLException {
		List<T> list = new ArrayList<>();
		byte[] to = range.to();
		int variant = (range.fromIncluded() ? 1 : 0) + (range.isReversed() ? 2 : 0);
		if (to != null) {
			variant += range.toIncluded() ? 8 : 4;
		}
		try (PreparedStatement statement = connection.prepareStatement(statements[variant])) {
			statement.setBytes(1, namespace);
			statement.setBytes(2, range.from());
			statement.setLong(3, range.limit());
			if (to != null) {
				statement.setBytes(4, to);
			}
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					list.add(reader.read(rows));
				}
			}
		}
		return list;
	}

	/**
	 * Makes a value of the row that a result stands at.
	 *
	 * @param <T> the type of the value
	 */
	@FunctionalInterface
	private interface Reader<T> {

		T read(ResultSet row) throws SQLException;

	}

}
