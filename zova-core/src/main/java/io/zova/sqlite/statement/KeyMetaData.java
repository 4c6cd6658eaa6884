package io.zova.sqlite.statement;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/**
 * What the driver says of primary and foreign keys, without its regular expressions over
 * the text of a table: that text comes from the file, and with the right blanks in it
 * they would run for hours, or overflow the stack. The text gives only the names here,
 * which SQLite shows nowhere else.
 */
public final class KeyMetaData {

	private static final String TABLES = """
			select name, sql from sqlite_schema where type = 'table' and (?1 is null or name = ?1 collate nocase)
			""";

	private static final String PRIMARY_KEY = """
			select null as TABLE_CAT, null as TABLE_SCHEM, ?1 as TABLE_NAME, name as COLUMN_NAME, pk as KEY_SEQ,
				?2 as PK_NAME
			from pragma_table_info(?1) where pk > 0 order by name
			""";

	private static final String FOREIGN_KEYS = """
			select k.id, k.seq + 1, k."table", k."from",
				coalesce(k."to", (select name from pragma_table_info(k."table") where pk = k.seq + 1)),
				%s, %s
			from pragma_foreign_key_list(?1) k where ?2 is null or k."table" = ?2 collate nocase
			order by k.id desc, k.seq
			""".formatted(rule("on_update"), rule("on_delete"));

	private static final String COLUMNS = """
			with k(PKTABLE_CAT, PKTABLE_SCHEM, PKTABLE_NAME, PKCOLUMN_NAME, FKTABLE_CAT, FKTABLE_SCHEM, FKTABLE_NAME,
				FKCOLUMN_NAME, KEY_SEQ, UPDATE_RULE, DELETE_RULE, FK_NAME, PK_NAME, DEFERRABILITY) as (
			""";

	private final SQLiteConnection driver;

	public KeyMetaData(SQLiteConnection driver) {
		this.driver = driver;
	}

	public ResultSet primaryKeys(@Nullable String table) throws SQLException {
		Names names = names(table).get(table);
		PreparedStatement statement = this.driver.prepareStatement(PRIMARY_KEY);
		statement.closeOnCompletion();
		statement.setString(1, table);
		statement.setString(2, (names != null) ? names.primaryKey : null);
		return statement.executeQuery();
	}

	/**
	 * The columns of foreign keys.
	 * @param referenced the table that they lead to, {@code null} for any
	 * @param referencing the table that has them, {@code null} for any
	 * @param byReferenced whether to sort by the first
	 */
	public ResultSet foreignKeys(@Nullable String referenced, @Nullable String referencing, boolean byReferenced)
			throws SQLException {
		StringBuilder rows = new StringBuilder();
		Map<String, @Nullable Names> known = new HashMap<>(names(referencing));
		try (PreparedStatement keys = this.driver.prepareStatement(FOREIGN_KEYS)) {
			for (String table : List.copyOf(known.keySet())) {
				keys.setString(1, table);
				keys.setString(2, referenced);
				try (ResultSet key = keys.executeQuery()) {
					while (key.next()) {
						String target = key.getString(3);
						if (!known.containsKey(target)) {
							known.put(target, names(target).get(target));
						}
						append(rows, table, key, known.get(table), known.get(target));
					}
				}
			}
		}
		String none = "select null, null, null, null, null, null, null, null, null, null, null, null, null, null where 0";
		String sorted = ") select * from k order by " + (byReferenced ? "FKTABLE_NAME" : "PKTABLE_NAME")
				+ ", FK_NAME, KEY_SEQ";
		PreparedStatement statement = this.driver
			.prepareStatement(COLUMNS + (rows.isEmpty() ? none : "values " + rows) + sorted);
		statement.closeOnCompletion();
		return statement.executeQuery();
	}

	private static void append(StringBuilder rows, String table, ResultSet key, @Nullable Names own,
			@Nullable Names target) throws SQLException {
		// SQLite numbers the keys from the last one.
		String name = (own != null) ? own.foreignKey(key.getInt(1)) : null;
		rows.append(rows.isEmpty() ? "(" : ", (")
			.append("null, null, ")
			.append(literal(key.getString(3)))
			.append(", ")
			.append(literal(key.getString(5)))
			.append(", null, null, ")
			.append(literal(table))
			.append(", ")
			.append(literal(key.getString(4)))
			.append(", ")
			.append(key.getInt(2))
			.append(", ")
			.append(key.getInt(6))
			.append(", ")
			.append(key.getInt(7))
			.append(", ")
			.append(literal((name != null) ? name : ""))
			.append(", ")
			.append(literal((target != null && target.primaryKey != null) ? target.primaryKey : ""))
			.append(", 5)");
	}

	private static String literal(@Nullable String value) {
		return (value != null) ? "'" + value.replace("'", "''") + "'" : "null";
	}

	/** The numbers of JDBC. */
	private static String rule(String column) {
		return "case k." + column + " when 'CASCADE' then 0 when 'RESTRICT' then 1 when 'SET NULL' then 2 "
				+ "when 'SET DEFAULT' then 4 else 3 end";
	}

	/** By the names of the tables, and by the name that was asked for. */
	private Map<String, Names> names(@Nullable String table) throws SQLException {
		Map<String, Names> names = new HashMap<>();
		try (PreparedStatement tables = this.driver.prepareStatement(TABLES)) {
			tables.setString(1, table);
			try (ResultSet row = tables.executeQuery()) {
				while (row.next()) {
					Names found = new Names();
					found.read(row.getString(2));
					names.put((table != null) ? table : row.getString(1), found);
				}
			}
		}
		return names;
	}

	/**
	 * The names that a table gives to its keys.
	 */
	private static final class Names {

		private @Nullable String primaryKey;

		private final List<@Nullable String> foreignKeys = new ArrayList<>();

		@Nullable String foreignKey(int id) {
			int index = this.foreignKeys.size() - 1 - id;
			return (index >= 0) ? this.foreignKeys.get(index) : null;
		}

		void read(@Nullable String sql) throws SQLException {
			SqlTokens tokens = new SqlTokens((sql != null) ? sql : "");
			String name = null;
			boolean foreign = false;
			boolean more = tokens.next();
			while (more) {
				if (tokens.is("constraint")) {
					more = tokens.next();
					name = tokens.name();
					more = more && tokens.next();
					foreign = false;
					if (tokens.is("primary")) {
						this.primaryKey = name;
					}
					else if (tokens.is("foreign")) {
						foreign = true;
					}
					else if (!tokens.is("references")) {
						name = null;
					}
					continue;
				}
				if (tokens.is("references")) {
					this.foreignKeys.add(name);
					name = null;
				}
				else if (!foreign) {
					name = null;
				}
				more = tokens.next();
			}
		}

	}

}
