package io.zova.maintenance.salvage;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.zova.format.SchemaObject;
import io.zova.format.ZovaSchema;
import io.zova.maintenance.check.OldShapes;
import io.zova.maintenance.pages.Cell;
import io.zova.maintenance.pages.Cell.StoredText;
import io.zova.maintenance.salvage.RescuedTable.Column;
import io.zova.migration.OldFormat;
import io.zova.sqlite.driver.DriverConnections;

/**
 * Where rows are put as they are found in pages, before anything is proven: the tables of
 * the source in a sound file that nobody else sees.
 */
final class RawDatabase implements AutoCloseable {

	private static final String COLUMNS = """
			select cid, name, type, "notnull", pk, hidden from pragma_table_xinfo(?) order by cid""";

	/** In a table without rowids the key's columns come first. */
	private static final String STORED_ORDER = """
			select x.cid
			from pragma_index_list(?1) l, pragma_index_xinfo(l.name) x
			where l.origin = 'pk'
			order by x.seqno""";

	private static final String WITHOUT_ROWID = "select wr from pragma_table_list where schema = 'main' and name = ?";

	private static final String NEWEST_TABLE = """
			select coalesce(
				(select name from sqlite_schema where type = 'table' and name = ?),
				(select name from sqlite_schema where type = 'table' order by rowid desc limit 1))""";

	private final Connection connection;

	private final Map<String, RescuedTable> tables = new LinkedHashMap<>();

	private final Map<String, PreparedStatement> inserts = new HashMap<>();

	private String lostAndFound = "lost_and_found";

	private int lostColumns = -1;

	private long lost;

	private RawDatabase(Connection connection) {
		this.connection = connection;
	}

	static RawDatabase create(Path file) throws SQLException {
		Connection connection = DriverConnections.readWrite(file, 0).open();
		RawDatabase raw = new RawDatabase(connection);
		raw.execute("pragma journal_mode=memory");
		raw.execute("pragma synchronous=off");
		raw.execute("pragma foreign_keys=off");
		raw.execute("create table _zova_salvage_schema(type, name, tbl_name, sql)");
		raw.execute("begin");
		return raw;
	}

	/**
	 * Makes the tables of Zova itself.
	 * @param format the format of the source
	 */
	void createTables(int format) throws SQLException {
		List<SchemaObject> objects = OldShapes.has(format) ? OldFormat.of(format).tables() : ZovaSchema.objects();
		for (SchemaObject object : objects) {
			if (object.kind().equals("table")) {
				table(object.name(), object.sql());
			}
		}
	}

	/**
	 * Takes a row of the source's schema.
	 * @param type what it defines
	 * @param name its name
	 * @param table the table to which it belongs
	 * @param sql its definition
	 */
	void define(String type, String name, String table, String sql) throws SQLException {
		if (!sql.isEmpty() && !Definitions.isOne(type, sql)) {
			return;
		}
		String definition = sql;
		if (type.equals("table") && !this.tables.containsKey(name) && !name.startsWith("sqlite_")
				&& !Definitions.isVirtual(sql)) {
			try {
				definition = table(name, sql);
			}
			catch (SQLException ex) {
				// Its rows have no place of their own then.
				UserRows.requireAboutData(ex);
			}
		}
		try (PreparedStatement insert = this.connection
			.prepareStatement("insert into _zova_salvage_schema values (?, ?, ?, ?)")) {
			insert.setString(1, type);
			insert.setString(2, name);
			insert.setString(3, table);
			insert.setString(4, definition);
			insert.executeUpdate();
		}
	}

	/**
	 * Makes a table of the name that its row in the schema has, also if its definition
	 * has another one because it is damaged.
	 */
	private String table(String name, String sql) throws SQLException {
		execute(sql);
		String made = text(NEWEST_TABLE, name);
		if (!made.equals(name)) {
			execute("alter table " + UserRows.quoted(made) + " rename to " + UserRows.quoted(name));
		}
		describe(name);
		return made.equals(name) ? sql : text("select sql from sqlite_schema where name = ?", name);
	}

	private void describe(String name) throws SQLException {
		boolean withRowid = number(WITHOUT_ROWID, name) == 0;
		List<Column> declared = new ArrayList<>();
		List<Integer> hidden = new ArrayList<>();
		int keys = 0;
		try (PreparedStatement statement = this.connection.prepareStatement(COLUMNS)) {
			statement.setString(1, name);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					keys += (row.getInt(5) > 0) ? 1 : 0;
					boolean key = withRowid && row.getInt(5) == 1 && "integer".equalsIgnoreCase(row.getString(3));
					declared.add(new Column(row.getString(2), String.valueOf(row.getString(3)), row.getInt(4) != 0, key,
							row.getInt(6) == 3));
					hidden.add(row.getInt(6));
				}
			}
		}
		List<Column> stored = new ArrayList<>();
		for (int cid : withRowid ? inOrder(declared.size()) : storedOrder(name)) {
			Column column = declared.get(cid);
			if (hidden.get(cid) != 2) {
				stored.add((column.rowid() && keys > 1)
						? new Column(column.name(), column.type(), column.notNull(), false, column.generated())
						: column);
			}
		}
		this.tables.put(name, new RescuedTable(name, withRowid, stored));
	}

	private static List<Integer> inOrder(int count) {
		List<Integer> order = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			order.add(i);
		}
		return order;
	}

	private List<Integer> storedOrder(String name) throws SQLException {
		List<Integer> order = new ArrayList<>();
		try (PreparedStatement statement = this.connection.prepareStatement(STORED_ORDER)) {
			statement.setString(1, name);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					order.add(row.getInt(1));
				}
			}
		}
		return order;
	}

	Map<String, RescuedTable> tables() {
		return this.tables;
	}

	long lost() {
		return this.lost;
	}

	/**
	 * Puts a row into its table.
	 * @param table the table
	 * @param cell the row
	 * @return {@code false} if its key is taken or it breaks a rule of the table
	 */
	boolean put(RescuedTable table, Cell cell) throws SQLException {
		List<@Nullable Object> values = cell.values();
		PreparedStatement insert = insert(table, values.size());
		int parameter = 1;
		if (table.withRowid()) {
			insert.setLong(parameter++, cell.rowid());
		}
		for (int i = 0; i < values.size(); i++) {
			Column column = table.columns().get(i);
			if (!column.rowid() && !column.generated()) {
				bind(insert, parameter++, values.get(i));
			}
		}
		try {
			return insert.executeUpdate() > 0;
		}
		catch (SQLException ex) {
			// A type that a strict table does not take, for example.
			UserRows.requireAboutData(ex);
			return false;
		}
	}

	private PreparedStatement insert(RescuedTable table, int size) throws SQLException {
		String key = size + " " + table.name();
		PreparedStatement insert = this.inserts.get(key);
		if (insert == null) {
			List<String> names = new ArrayList<>();
			if (table.withRowid()) {
				names.add(table.rowidName());
			}
			for (Column column : table.columns().subList(0, size)) {
				if (!column.rowid() && !column.generated()) {
					names.add(UserRows.quoted(column.name()));
				}
			}
			insert = this.connection.prepareStatement("insert or ignore into " + UserRows.quoted(table.name()) + "("
					+ String.join(", ", names) + ") values (" + "?, ".repeat(names.size() - 1) + "?)");
			this.inserts.put(key, insert);
		}
		return insert;
	}

	private static void bind(PreparedStatement insert, int parameter, @Nullable Object value) throws SQLException {
		if (value instanceof StoredText text) {
			insert.setString(parameter, text.text());
		}
		else if (value instanceof byte[] bytes) {
			insert.setBytes(parameter, bytes);
		}
		else if (value instanceof Long number) {
			insert.setLong(parameter, number);
		}
		else if (value instanceof Double number) {
			insert.setDouble(parameter, number);
		}
		else {
			insert.setObject(parameter, null);
		}
	}

	/** Keeps a row that has no table, or whose place is taken. */
	void lose(Cell cell) throws SQLException {
		int columns = cell.values().size();
		widen(columns);
		StringBuilder names = new StringBuilder("page, cell, id");
		for (int i = 0; i < columns; i++) {
			names.append(", c").append(i);
		}
		String key = columns + " lost";
		PreparedStatement insert = this.inserts.get(key);
		if (insert == null) {
			insert = this.connection.prepareStatement(
					"insert into " + this.lostAndFound + "(" + names + ") values (" + "?, ".repeat(columns + 2) + "?)");
			this.inserts.put(key, insert);
		}
		insert.setLong(1, cell.page());
		insert.setLong(2, cell.index());
		insert.setLong(3, cell.rowid());
		for (int i = 0; i < columns; i++) {
			bind(insert, 4 + i, cell.values().get(i));
		}
		insert.executeUpdate();
		this.lost++;
	}

	private void widen(int columns) throws SQLException {
		if (this.lostColumns < 0) {
			for (int i = 1; this.tables.containsKey(this.lostAndFound); i++) {
				this.lostAndFound = "lost_and_found_" + i;
			}
			execute("create table " + this.lostAndFound + "(page integer, cell integer, id integer)");
			this.lostColumns = 0;
		}
		for (; this.lostColumns < columns; this.lostColumns++) {
			execute("alter table " + this.lostAndFound + " add column c" + this.lostColumns);
		}
	}

	@Override
	public void close() throws SQLException {
		try (this.connection) {
			for (PreparedStatement insert : this.inserts.values()) {
				insert.close();
			}
			if (this.lostColumns >= 0) {
				execute("insert into _zova_salvage_schema select type, name, tbl_name, sql from sqlite_schema where name = '"
						+ this.lostAndFound + "'");
			}
			execute("commit");
		}
	}

	private long number(String sql, String argument) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			statement.setString(1, argument);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? row.getLong(1) : 0;
			}
		}
	}

	private String text(String sql, String argument) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			statement.setString(1, argument);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? row.getString(1) : argument;
			}
		}
	}

	private void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	static String text(@Nullable Object value) {
		return (value instanceof StoredText text) ? text.text()
				: (value instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : "";
	}

}
