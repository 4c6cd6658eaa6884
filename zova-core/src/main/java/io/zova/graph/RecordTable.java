package io.zova.graph;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Looks up the rows of tables that nodes stand for.
 */
final class RecordTable {

	private static final String TYPE = """
			select type from sqlite_schema where type in ('table', 'view') and name = ?1 collate nocase
			""";

	private static final String PRIMARY_KEY = "select name from pragma_table_info(?1) where pk > 0 order by pk";

	/**
	 * Compares as the column does, and for columns that leave values as they are also as
	 * a number or as bytes in hex digits.
	 */
	private static final String ROW = """
			select 1 from %1$s where %2$s = ?1 or %2$s = unhex(?1, '-')
				or %2$s = iif(cast(cast(?1 as numeric) as text) = ?1, cast(?1 as numeric), null)
			""";

	/** Where nothing can be looked up, nothing is claimed. */
	private static final String ANY_ROW = "select 1 where ?1 is not null";

	private static final String NOT_A_TABLE = "";

	private final Connection connection;

	/** The statement that finds a row, for each table. */
	private final Map<String, String> statements = new HashMap<>();

	RecordTable(Connection connection) {
		this.connection = connection;
	}

	/**
	 * Tells why a record does not exist.
	 * @param target the record
	 * @return the reason, or {@code null} if it exists or nothing can be said
	 */
	@Nullable String reason(NodeTarget target) throws SQLException {
		String table = target.namespace();
		if (table == null || target.ref() == null) {
			return "The target names no row and its table";
		}
		String statement = this.statements.get(table);
		if (statement == null) {
			statement = statement(table);
			this.statements.put(table, statement);
		}
		if (statement.equals(NOT_A_TABLE)) {
			return "There is no table of this name";
		}
		return Rows.any(this.connection, statement, target.ref()) ? null : "The table has no row with this key";
	}

	/**
	 * A key is stored as text, but compares as the column it belongs to.
	 */
	private String statement(String table) throws SQLException {
		String type = Rows.first(this.connection, TYPE, (row) -> row.getString(1), table);
		if (type == null) {
			return NOT_A_TABLE;
		}
		List<String> key = Rows.list(this.connection, PRIMARY_KEY, (row) -> row.getString(1), table);
		if (type.equals("view") || key.size() > 1) {
			// A view has no key, and one text cannot name a row of several columns.
			return ANY_ROW;
		}
		String column = key.isEmpty() ? "rowid" : identifier(key.get(0));
		return ROW.formatted(identifier(table), column);
	}

	private static String identifier(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

}
