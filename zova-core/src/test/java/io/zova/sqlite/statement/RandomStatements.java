package io.zova.sqlite.statement;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

import io.zova.format.NewDatabase;
import io.zova.sqlite.driver.DriverConnections;
import io.zova.sqlite.file.Topic;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random statements, and what SQLite itself shows of what they do: whether it refuses
 * them where the file may only be read, and what of the file is another one after they
 * have run. {@link StatementAnalysis} must say the same.
 */
public final class RandomStatements {

	private static final int SQLITE_READONLY = 8;

	/** However slow the machine is. */
	private static final int AT_LEAST = 600;

	private static final List<String> TABLES = List.of("item", "other", "seen", "mine", "_zova_kv",
			"_zova_object_chunks", "_zova_graphs", "_zova_graph_nodes", "main.item", "temp.mine", "fts", "Item",
			"'item'", "[other]", "parts");

	private static final List<String> STATEMENTS = List.of("select * from T", "select count(*) from T where C",
			"select 1", "select zova_none()", "select last_insert_rowid()", "insert into T default values",
			"insert or ignore into T select * from T", "insert into item(a) values (N)",
			"insert into item(id, a) values (N, 1) on conflict(id) do update set a = a + 1",
			"replace into item values (N, N) returning id", "insert into fts values ('N')", "delete from T",
			"delete from T where C", "delete from item where id = N returning a", "update T set rowid = rowid",
			"update item set a = N where C", "update item set a = o.b from other o where o.a = id",
			"with w as (select N as n) select * from w, T",
			"with w as (select N as n) insert into item(a) select n from w",
			"with recursive w(n) as (select 1 union all select n + 1 from w where n < N) delete from item where id in w",
			"insert into mine select id from item", "insert into item(a) select * from mine",
			"insert into seen values (N, N)", "delete from seen where id = N", "update seen set a = N",
			"insert into _zova_kv values (x'0N', x'0N', x'00')", "delete from _zova_graphs where graph_key = N",
			"insert into _zova_graphs values (N, 'N', N)", "insert into parent values (N)",
			"delete from parent where id = N", "update parent set id = id + 1", "create table tN(a)",
			"create temp table uN(a)", "create table if not exists item(a)", "create index xN on item(a)",
			"create view vN as select * from item", "create temp trigger zN after insert on item begin select 1; end",
			"drop table if exists tN", "drop index if exists xN", "drop view if exists vN",
			"alter table other rename to other", "alter table other add column cN", "reindex", "reindex item",
			"analyze", "analyze item", "pragma user_version", "pragma user_version = N", "pragma application_id = N",
			"pragma table_info(T)", "pragma schema_version", "pragma index_list('item')", "pragma journal_mode",
			"pragma incremental_vacuum(N)", "pragma optimize", "pragma wal_checkpoint", "pragma integrity_check",
			"pragma foreign_key_check", "pragma page_count", "pragma freelist_count", "pragma data_version",
			"pragma main.user_version(N)", "pragma quick_check(N)", "pragma encoding", "pragma auto_vacuum",
			"pragma journal_mode = delete", "vacuum", "select * from pragma_table_info('item')",
			"select * from json_each('[1,2]')", "values (1), (N)", "explain S", "explain query plan S", "S;", "S; ");

	private static final List<String> CONDITIONS = List.of("1", "0", "rowid = N", "exists (select 1 from T)",
			"rowid in (select id from item)", "(select max(id) from item) > N");

	private final Path file;

	private final Random random;

	private RandomStatements(Path file, Random random) {
		this.file = file;
		this.random = random;
	}

	/**
	 * Compares.
	 * @param directory an empty directory
	 * @param random decides the statements
	 * @param statements how many
	 * @param time for how long at most
	 * @param tally counts what was done
	 * @throws Exception if the analysis of a statement is wrong
	 */
	public static void compare(Path directory, Random random, int statements, Duration time, Consumer<String> tally)
			throws Exception {
		long end = System.nanoTime() + time.toNanos();
		RandomStatements all = new RandomStatements(directory.resolve("statements.zova"), random);
		int done = 0;
		while (done < statements && (done < AT_LEAST || System.nanoTime() < end)) {
			all.create();
			try (Connection writing = DriverConnections.readWrite(all.file, 0).openWithoutDriverTransactions();
					Connection watching = DriverConnections.readWrite(all.file, 0).openWithoutDriverTransactions();
					Connection reading = DriverConnections.readOnly(all.file, 0).openWithoutDriverTransactions()) {
				execute(writing, "create temp table mine(a)");
				execute(reading, "create temp table mine(a)");
				for (int i = 0; i < 200; i++) {
					all.compare(all.statement(), writing, watching, reading, tally);
					done++;
				}
			}
			Files.delete(all.file);
		}
	}

	private void create() throws SQLException {
		NewDatabase.create(this.file, 0);
		try (Connection connection = DriverConnections.readWrite(this.file, 0).open()) {
			for (String sql : List.of("create table item(id integer primary key, a)", "create table other(a, b)",
					"create view seen as select * from item",
					"create trigger seen_insert instead of insert on seen begin insert into item values (new.id, 1); end",
					"create trigger seen_delete instead of delete on seen begin delete from _zova_graphs; end",
					"create trigger seen_update instead of update on seen begin select 1; end",
					"create trigger item_insert after insert on item when new.a = 3 begin"
							+ " insert or ignore into _zova_graphs values (new.id, 'of ' || new.id, 1); end",
					"create virtual table fts using fts5(text)", "create table parent(id integer primary key)",
					"create table parts(id integer references parent on delete cascade on update cascade)",
					"insert into item values (1, 1), (2, 2), (5, 5)", "insert into other values (1, 2)",
					"insert into parent values (1), (3)", "insert into parts values (1), (3)")) {
				execute(connection, sql);
			}
		}
	}

	private String statement() {
		String sql = fill(STATEMENTS.get(this.random.nextInt(STATEMENTS.size())));
		return switch (this.random.nextInt(8)) {
			case 0 -> "/* c */ " + sql;
			case 1 -> "-- c\n" + sql.toUpperCase(java.util.Locale.ROOT).replace("_ZOVA", "_zova");
			case 2 -> "\n\t" + sql.replace(" ", "  /**/\n");
			case 3 -> mutated(sql);
			default -> sql;
		};
	}

	private String fill(String pattern) {
		StringBuilder filled = new StringBuilder();
		for (String word : pattern.split("(?<=[^A-Z])(?=[TNCS](?![A-Za-z]))|(?<=(?<![A-Z])[TNCS])(?![A-Za-z])")) {
			filled.append(switch (word) {
				case "T" -> TABLES.get(this.random.nextInt(TABLES.size()));
				case "N" -> Integer.toString(this.random.nextInt(7));
				case "C" -> fill(CONDITIONS.get(this.random.nextInt(CONDITIONS.size())));
				case "S" -> fill(STATEMENTS.get(this.random.nextInt(STATEMENTS.size() - 4)));
				default -> word;
			});
		}
		return filled.toString();
	}

	private String mutated(String sql) {
		List<String> words = new ArrayList<>(List.of(sql.split(" ")));
		int at = this.random.nextInt(words.size());
		if (this.random.nextBoolean()) {
			words.remove(at);
		}
		else {
			words.add(at, words.get(this.random.nextInt(words.size())));
		}
		return String.join(" ", words);
	}

	private void compare(String sql, Connection writing, Connection watching, Connection reading,
			Consumer<String> tally) throws SQLException {
		StatementAnalysis analysis = null;
		String refusal = "";
		try {
			analysis = StatementAnalysis.of(writing, sql);
		}
		catch (SQLException ex) {
			refusal = ex.getMessage();
		}
		// So that it knows the schema of now: a statement that does nothing doesn't look.
		text(reading, "select count(*) from sqlite_schema");
		int readOnly = code(reading, sql);
		Map<String, String> before = state(watching);
		int result = code(writing, sql);
		rollback(writing);
		rollback(reading);
		Map<String, String> after = state(watching);
		String doing = "'%s', taken for %s %s".formatted(sql, analysis, refusal);
		if (analysis == null) {
			assertThat(after).as("%s, has changed the file", doing).isEqualTo(before);
			tally.accept("texts that are no statement");
			return;
		}
		if (!before.get("version").equals(after.get("version"))) {
			assertThat(analysis.writes()).as("%s, has written the file", doing).isTrue();
			tally.accept("statements that wrote");
		}
		if (!before.get("schema").equals(after.get("schema"))) {
			assertThat(analysis.changesSchema() || analysis.kind() == StatementAnalysis.Kind.EXCLUSIVE)
				.as("%s, has changed the schema", doing)
				.isTrue();
			tally.accept("statements that changed the schema");
		}
		if (readOnly == SQLITE_READONLY) {
			assertThat(analysis.writes()).as("%s, was refused by a connection that only reads", doing).isTrue();
			tally.accept("statements refused where only reading is allowed");
		}
		else if (readOnly == 0 && result == 0 && !sql.toLowerCase(java.util.Locale.ROOT).contains("pragma")) {
			assertThat(analysis.kind()).as("%s, worked on a connection that only reads", doing)
				.isNotEqualTo(StatementAnalysis.Kind.WRITE);
			tally.accept("statements that only read");
		}
		for (Topic topic : Topic.values()) {
			if (!before.get(topic.name()).equals(after.get(topic.name()))) {
				StatementAnalysis.Changes changes = analysis.changes();
				assertThat((changes.topics() & topic.bit()) != 0 || changes.byTriggers())
					.as("%s, has changed %s", doing, topic)
					.isTrue();
				tally.accept("statements that changed " + topic);
			}
		}
	}

	private static int code(Connection connection, String sql) {
		try {
			execute(connection, sql);
			return 0;
		}
		catch (SQLException ex) {
			return (ex.getErrorCode() & 0xff) | ((ex.getErrorCode() == 0) ? 1 : 0);
		}
	}

	private static void rollback(Connection connection) {
		try {
			execute(connection, "rollback");
		}
		catch (SQLException ex) {
			// There was no transaction.
		}
	}

	private static Map<String, String> state(Connection watching) throws SQLException {
		Map<String, String> state = new HashMap<>();
		state.put("version", text(watching, "pragma data_version"));
		state.put("schema", text(watching, "pragma schema_version"));
		state.put(Topic.GRAPHS.name(),
				text(watching, "select (select group_concat(graph_key || name || created_order) from _zova_graphs)"
						+ " || (select count(*) from _zova_graph_nodes)"));
		state.put(Topic.OBJECT_CHUNKS.name(),
				text(watching, "select count(*) || ' ' || total(offset) from _zova_object_chunks"));
		return state;
	}

	private static String text(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			@Nullable String text = row.next() ? row.getString(1) : null;
			return String.valueOf(text);
		}
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			if (statement.execute(sql)) {
				try (ResultSet rows = statement.getResultSet()) {
					while (rows.next()) {
						continue;
					}
				}
			}
		}
	}

}
