package io.zova.maintenance.salvage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.zova.sqlite.lock.Interruption;

/**
 * Copies the tables that are not Zova's own, row by row where it must be: tables first,
 * then indexes, views and triggers, so that no trigger fires.
 */
final class UserRows {

	private static final String SCHEMA = """
			select type, name, tbl_name, sql
			from SCHEMA
			where sql is not null and lower(substr(name, 1, 6)) <> '_zova_' and lower(substr(tbl_name, 1, 6)) <> '_zova_'
				and lower(substr(name, 1, 7)) <> 'sqlite_'
			order by name""";

	/** What {@link RawDatabase} has found. */
	private static final String RESCUED_SCHEMA = "source._zova_salvage_schema";

	private static final String LIVE_SCHEMA = "source.sqlite_schema";

	private static final String COLUMNS = """
			select name, type, pk, hidden from pragma_table_xinfo(?, 'source') order by cid""";

	private static final String SHADOWS = """
			select name from pragma_table_list where schema = 'source' and type = 'shadow'""";

	private static final String WITHOUT_ROWID = """
			select wr from pragma_table_list where schema = 'source' and name = ?""";

	private static final String PRIVATE_OBJECTS = """
			select count(*) from main.sqlite_schema
			where lower(substr(name, 1, 6)) = '_zova_' or lower(substr(tbl_name, 1, 6)) = '_zova_'""";

	/** Memory, interruption, input and output, a full disk. */
	private static final Set<Integer> ENDING = Set.of(7, 9, 10, 13);

	private static final int INTERRUPTED = 9;

	private final Connection connection;

	private final boolean rescued;

	private long privateObjects;

	private final Map<SalvageCounter, Long> copied = new EnumMap<>(SalvageCounter.class);

	private final Map<SalvageCounter, Long> inSource = new EnumMap<>(SalvageCounter.class);

	UserRows(Connection connection, boolean rescued) {
		this.connection = connection;
		this.rescued = rescued;
	}

	void copy() throws SQLException {
		this.privateObjects = number(PRIVATE_OBJECTS);
		List<Entry> schema = schema();
		List<String> virtual = schema.stream().filter(Entry::isVirtual).map(Entry::name).toList();
		List<String> shadows = shadows(virtual, schema);
		for (Entry entry : schema) {
			if (entry.type.equals("table") && !shadows.contains(entry.name)) {
				Interruption.check("salvaging tables");
				count(this.inSource, SalvageCounter.USER_TABLES, 1);
				if (entry.isVirtual()) {
					virtualTable(entry);
				}
				else {
					table(entry);
				}
			}
		}
		for (String type : List.of("index", "view", "trigger")) {
			for (Entry entry : schema) {
				if (entry.type.equals(type)) {
					count(this.inSource, SalvageCounter.USER_SCHEMA_OBJECTS, 1);
					if (defines(entry.sql)) {
						count(this.copied, SalvageCounter.USER_SCHEMA_OBJECTS, 1);
					}
				}
			}
		}
		sequences();
	}

	Map<SalvageCounter, Long> copied() {
		return this.copied;
	}

	Map<SalvageCounter, Long> inSource() {
		return this.inSource;
	}

	private List<Entry> schema() throws SQLException {
		List<Entry> entries = new ArrayList<>();
		try (Statement statement = this.connection.createStatement();
				ResultSet rows = statement
					.executeQuery(SCHEMA.replace("SCHEMA", this.rescued ? RESCUED_SCHEMA : LIVE_SCHEMA))) {
			while (rows.next()) {
				if (Definitions.isOne(rows.getString(1), rows.getString(4))) {
					entries.add(new Entry(rows.getString(1), rows.getString(2), rows.getString(4)));
				}
			}
		}
		return entries;
	}

	/** Tables in which virtual tables keep what they hold. */
	private List<String> shadows(List<String> virtual, List<Entry> schema) throws SQLException {
		if (this.rescued) {
			return schema.stream()
				.map(Entry::name)
				.filter((name) -> virtual.stream().anyMatch((owner) -> name.startsWith(owner + "_")))
				.toList();
		}
		List<String> shadows = new ArrayList<>();
		try (Statement statement = this.connection.createStatement();
				ResultSet rows = statement.executeQuery(SHADOWS)) {
			while (rows.next()) {
				shadows.add(rows.getString(1));
			}
		}
		return shadows;
	}

	private void table(Entry entry) throws SQLException {
		long rows = rowCount(entry.name);
		count(this.inSource, SalvageCounter.USER_ROWS, rows);
		if (!defines(entry.sql)) {
			return;
		}
		count(this.copied, SalvageCounter.USER_TABLES, 1);
		List<String> columns = new ArrayList<>();
		List<String> all = new ArrayList<>();
		boolean rowidIsColumn = false;
		int keys = 0;
		try (PreparedStatement statement = this.connection.prepareStatement(COLUMNS)) {
			statement.setString(1, entry.name);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					all.add(row.getString(1).toLowerCase(Locale.ROOT));
					if (row.getInt(4) == 0) {
						columns.add(quoted(row.getString(1)));
					}
					keys += (row.getInt(3) > 0) ? 1 : 0;
					rowidIsColumn |= row.getInt(3) == 1 && "integer".equalsIgnoreCase(row.getString(2));
				}
			}
		}
		String rowid = List.of("rowid", "_rowid_", "oid")
			.stream()
			.filter((name) -> !all.contains(name))
			.findFirst()
			.orElse("");
		if (isWithoutRowid(entry.name)) {
			rowid = "";
		}
		if (!rowid.isEmpty() && !(rowidIsColumn && keys == 1)) {
			columns.add(0, rowid);
		}
		String list = String.join(", ", columns);
		rows("insert or ignore into main." + quoted(entry.name) + "(" + list + ") select " + list + " from source."
				+ quoted(entry.name), rowid, entry.name);
		count(this.copied, SalvageCounter.USER_ROWS, number("select count(*) from main." + quoted(entry.name)));
	}

	/** All at once; if a row is in the way, one by one. */
	private void rows(String insert, String rowid, String name) throws SQLException {
		if (tries(insert) || rowid.isEmpty()) {
			return;
		}
		try (Statement statement = this.connection.createStatement();
				ResultSet rows = statement.executeQuery("select " + rowid + " from source." + quoted(name));
				PreparedStatement one = this.connection.prepareStatement(insert + " where " + rowid + " = ?")) {
			while (rows.next()) {
				Interruption.check("salvaging tables");
				one.setLong(1, rows.getLong(1));
				try {
					one.executeUpdate();
				}
				catch (SQLException ex) {
					// This row stays behind, and is counted as such.
					requireAboutData(ex);
				}
			}
		}
	}

	private void virtualTable(Entry entry) throws SQLException {
		if (!defines(entry.sql)) {
			return;
		}
		count(this.copied, SalvageCounter.USER_TABLES, 1);
		List<String> columns = new ArrayList<>();
		try (Statement statement = this.connection.createStatement();
				ResultSet row = statement.executeQuery("select name from pragma_table_xinfo(" + literal(entry.name)
						+ ", 'main') where hidden = 0 order by cid")) {
			while (row.next()) {
				columns.add(quoted(row.getString(1)));
			}
		}
		String list = String.join(", ", columns);
		boolean keepsContent = Definitions.keepsContent(entry.sql);
		String table = quoted(entry.name);
		if (!this.rescued) {
			count(this.inSource, SalvageCounter.USER_ROWS, keepsContent ? rowCount(entry.name) : 0);
			if (keepsContent && !tries("insert into main." + table + "(rowid, " + list + ") select rowid, " + list
					+ " from source." + table)) {
				tries("insert into main." + table + "(" + list + ") select " + list + " from source." + table);
			}
		}
		else if (keepsContent && entry.sql.toLowerCase(Locale.ROOT).contains("fts")) {
			List<String> stored = new ArrayList<>();
			for (int i = 0; i < columns.size(); i++) {
				stored.add("c" + i);
			}
			String content = quoted(entry.name + "_content");
			count(this.inSource, SalvageCounter.USER_ROWS, rowCount(entry.name + "_content"));
			tries("insert into main." + table + "(rowid, " + list + ") select id, " + String.join(", ", stored)
					+ " from source." + content);
		}
		count(this.copied, SalvageCounter.USER_ROWS, keepsContent ? number("select count(*) from main." + table) : 0);
	}

	private void sequences() throws SQLException {
		if (!this.rescued && number("select count(*) from source.sqlite_schema where name = 'sqlite_sequence'") > 0
				&& number("select count(*) from main.sqlite_schema where name = 'sqlite_sequence'") > 0) {
			tries("""
					update main.sqlite_sequence
					set seq = max(seq, (select s.seq from source.sqlite_sequence s where s.name = main.sqlite_sequence.name))
					where name in (select name from source.sqlite_sequence)""");
			tries("""
					insert into main.sqlite_sequence(name, seq)
					select name, seq from source.sqlite_sequence
					where name not in (select name from main.sqlite_sequence)
						and name in (select name from main.sqlite_schema)""");
		}
	}

	private boolean isWithoutRowid(String name) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(WITHOUT_ROWID)) {
			statement.setString(1, name);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() && row.getInt(1) != 0;
			}
		}
	}

	/** A definition may have another name, or be for another table, than its row says. */
	private boolean defines(String sql) throws SQLException {
		return tries(sql, () -> number(PRIVATE_OBJECTS) == this.privateObjects);
	}

	/** What can't be done for the sake of what is in the source is left out. */
	private boolean tries(String sql) throws SQLException {
		return tries(sql, () -> true);
	}

	private boolean tries(String sql, Proof proof) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("savepoint salvage_step");
			try {
				statement.execute(sql);
				boolean passed = proof.passes();
				if (!passed) {
					statement.execute("rollback to salvage_step");
				}
				statement.execute("release salvage_step");
				return passed;
			}
			catch (SQLException ex) {
				requireAboutData(ex);
				statement.execute("rollback to salvage_step");
				statement.execute("release salvage_step");
				return false;
			}
		}
	}

	/**
	 * Passes if an error is about what is stored, and not about memory, disks or time.
	 * @param ex the error
	 * @throws SQLException the error itself, if it ends the salvage
	 */
	static void requireAboutData(SQLException ex) throws SQLException {
		if (ENDING.contains(ex.getErrorCode() & 0xff)) {
			throw ex;
		}
	}

	/** What takes long is ended by an interrupt, and then nothing is counted on. */
	static void requireUninterrupted(SQLException ex) throws SQLException {
		if ((ex.getErrorCode() & 0xff) == INTERRUPTED) {
			throw ex;
		}
	}

	private long rowCount(String table) throws SQLException {
		try {
			return number("select count(*) from source." + quoted(table));
		}
		catch (SQLException ex) {
			// Nobody can say how many there are.
			requireUninterrupted(ex);
			return 0;
		}
	}

	private long number(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			return row.next() ? row.getLong(1) : 0;
		}
	}

	private static void count(Map<SalvageCounter, Long> counts, SalvageCounter counter, long more) {
		counts.merge(counter, more, Long::sum);
	}

	static String quoted(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	private static String literal(String text) {
		return "'" + text.replace("'", "''") + "'";
	}

	/**
	 * A row of the schema.
	 */
	private record Entry(String type, String name, String sql) {

		boolean isVirtual() {
			return this.type.equals("table") && Definitions.isVirtual(this.sql);
		}

	}

	/**
	 * Says whether a step has done what it should.
	 */
	@FunctionalInterface
	private interface Proof {

		boolean passes() throws SQLException;

	}

}
