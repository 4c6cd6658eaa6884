package io.zova;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import io.zova.sqlite.function.SqlType;
import io.zova.sqlite.function.TableFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The tables and functions that the native library adds for our own SQL are of no use to
 * anybody else's.
 */
@Timeout(120)
class InternalTablesTests extends NewDatabase {

	private static final List<String> TABLES = List.of("zova_connection", "zova_declare", "zova_log", "zova_packed",
			"zova_unpacked");

	private static final List<String> CALLS = IntStream.range(0, 8).mapToObj((depth) -> "zova_call_" + depth).toList();

	private static final String SETTINGS = "select foreign_keys || ' ' || timeout || ' ' || locking_mode"
			+ " from pragma_foreign_keys, pragma_busy_timeout, pragma_locking_mode";

	private JdbcTemplate jdbc;

	@Override
	protected ZovaOptions options() {
		return ZovaOptions.builder().maximumPoolSize(1).build();
	}

	@BeforeEach
	void open() {
		// One connection: whoever borrows it next has what the one before left.
		this.jdbc = new JdbcTemplate(this.database.dataSource());
	}

	/** Each of these has ended the process, or could. */
	@Test
	void noStatementThatRunsItselfEndsTheProcess() throws Exception {
		List<String> lines = new ArrayList<>();
		try (ChildJvm child = ChildJvm.start(List.of(), Attacker.class, this.directory)) {
			String line = child.readLine();
			while (line != null) {
				lines.add(line);
				line = child.readLine();
			}
		}
		assertThat(lines).filteredOn((line) -> line.startsWith("> "))
			.containsExactly("> writable refused", "> writable refused", "> read-only refused", "> read-only refused",
					"> table function refused", "> alive");
	}

	@Test
	void theConnectionStaysAsItIsForLaterBorrowers() {
		String before = this.jdbc.queryForObject(SETTINGS, String.class);
		assertThat(before).startsWith("1 ");
		for (String attack : List.of("select autocommit from zova_connection where enforce = 0",
				"select foreign_keys from zova_connection where enforce = 0", "select * from zova_connection(null, 0)",
				"select * from zova_connection(zeroblob(24), 0)",
				"select rows from zova_packed('pragma locking_mode=exclusive', 100)",
				"select rows from zova_packed('pragma busy_timeout=0', 100)",
				"select rows from zova_packed(null, 'pragma busy_timeout=0', 100)",
				"select rows from zova_packed(zeroblob(24), 'pragma busy_timeout=0', 100)",
				"select * from zova_declare(zeroblob(24))", "select * from zova_unpacked(zeroblob(36))",
				"select zova_call_0(zeroblob(24), 0, 0, -1)")) {
			assertThatThrownBy(() -> this.jdbc.queryForList(attack)).as(attack)
				.rootCause()
				.hasMessageMatching("(?s).*(is internal|no such column: autocommit).*");
		}
		assertThat(this.jdbc.queryForObject(SETTINGS, String.class)).isEqualTo(before);
	}

	/** If the native library gets one more, it has to be added here. */
	@Test
	void theseAreAllThereAre() {
		assertThat(this.jdbc
			.queryForList("select name from pragma_module_list where name glob 'zova*' and name not glob 'zova_graph*'"
					+ " and name not glob 'zova_vector*' order by name", String.class))
			.containsExactlyElementsOf(TABLES);
		assertThat(this.jdbc.queryForList(
				"select distinct name from pragma_function_list where name glob 'zova_call*' order by name",
				String.class))
			.containsExactlyElementsOf(CALLS);
	}

	@Test
	void noneTakesArgumentsWithoutTheKey() throws SQLException {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		String before = this.jdbc.queryForObject(SETTINGS, String.class);
		try (Connection connection = this.database.dataSource().getConnection()) {
			for (int i = 0; i < 4000; i++) {
				boolean table = random.nextBoolean();
				List<String> names = table ? TABLES : CALLS;
				String name = names.get(random.nextInt(names.size()));
				String arguments = String.join(", ",
						IntStream.range(0, random.nextInt(14)).mapToObj((n) -> value(random)).toList());
				String call = name + "(" + arguments + ")";
				String sql = switch (random.nextInt(4)) {
					case 0 -> table ? "select * from " + call : "select " + call;
					case 1 -> table ? "with w as (select * from " + call + ") select * from w"
							: "with w as (select " + call + ") select * from w";
					case 2 -> table ? "select * from (select 1 as a) t left join " + call
							: "select 1 where " + call + " is null";
					default -> table ? "select (select count(*) from " + call + ")" : "select max(" + call + ")";
				};
				assertThatExceptionOfType(SQLException.class).as("seed %d: %s", seed, sql)
					.isThrownBy(() -> rows(connection, sql))
					.withMessageMatching("(?s).*(is internal|no query solution|too many arguments).*");
			}
		}
		assertThat(this.jdbc.queryForObject(SETTINGS, String.class)).isEqualTo(before);
	}

	private static String value(Random random) {
		return switch (random.nextInt(8)) {
			case 0 -> "null";
			case 1 -> String.valueOf(random.nextInt(100) - 10);
			case 2 -> "'select 1'";
			case 3 -> "'pragma busy_timeout=0'";
			case 4 -> "zeroblob(" + random.nextInt(40) + ")";
			case 5 -> "randomblob(24)";
			case 6 -> "1.5";
			default -> "x'5a5052310100000000000000'";
		};
	}

	@Test
	void noPartOfTheSchemaReachesThem() {
		this.jdbc.execute("create table t(a)");
		this.jdbc.execute("insert into t values (1)");
		this.jdbc.execute("create view packed as select * from zova_packed(zeroblob(24), 'select 1', 100)");
		this.jdbc.execute("create view call as select zova_call_0(zeroblob(24), 0, 0, -1)");
		for (String view : List.of("packed", "call")) {
			assertThatThrownBy(() -> this.jdbc.queryForList("select * from " + view)).rootCause()
				.hasMessageMatching("(?s).*(unsafe use of|is internal).*");
		}
		this.jdbc.execute("create trigger tables after insert on t begin"
				+ " insert into t select foreign_keys from zova_connection(zeroblob(24), 0); end");
		assertThatThrownBy(() -> this.jdbc.execute("insert into t values (2)")).rootCause()
			.hasMessageMatching("(?s).*(unsafe use of|is internal).*");
		this.jdbc.execute("drop trigger tables");
		this.jdbc.execute(
				"create trigger calls after insert on t begin" + " select zova_call_0(zeroblob(24), 0, 0, -1); end");
		assertThatThrownBy(() -> this.jdbc.execute("insert into t values (2)")).rootCause()
			.hasMessageContaining("unsafe use of");
		this.jdbc.execute("drop trigger calls");
		assertThatThrownBy(() -> this.jdbc.execute("create index i on t(zova_call_0(a))")).rootCause()
			.hasMessageContaining("unsafe use of");
		assertThatThrownBy(() -> this.jdbc.execute("alter table t add column g as (zova_call_0(a))"))
			.isInstanceOf(DataAccessException.class);
		assertThat(this.jdbc.queryForList("select a from t", Integer.class)).containsExactly(1);
	}

	@Test
	void aTableOfTheirNameGetsNoKey() throws SQLException {
		// FTS5 shows what it is asked for in its errors.
		for (String table : TABLES) {
			this.jdbc.execute("create virtual table " + table + " using fts5(rows, c1, c2, c3, file_state, log_state,"
					+ " written, foreign_keys, declared)");
		}
		byte[] namespace = "n".getBytes(StandardCharsets.UTF_8);
		List<io.zova.kv.KeyValue> values = IntStream.range(0, 5000)
			.mapToObj((i) -> new io.zova.kv.KeyValue(("k" + i).getBytes(StandardCharsets.UTF_8), new byte[3]))
			.toList();
		assertThatThrownBy(() -> this.database.keyValues().namespace(namespace).putAll(values))
			.satisfies((ex) -> assertThat(NestedExceptionUtils.getMostSpecificCause(ex).getMessage())
				.matches("(?s)[\\p{ASCII}]{0,300}"));
		for (String table : TABLES) {
			this.jdbc.execute("drop table " + table);
		}
		this.database.keyValues().namespace(namespace).putAll(values);
		assertThat(this.database.keyValues().namespace(namespace).count()).isEqualTo(5000);
	}

	private static void rows(Connection connection, String sql) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql);
				ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				rows.getObject(1);
			}
		}
	}

	/**
	 * Tries to end the process.
	 */
	static final class Attacker {

		private static final TableFunction AGAIN = TableFunction.named("again")
			.column("n", SqlType.INTEGER)
			.rows((arguments, rows) -> {
				rows(arguments.connection(), "select n from again");
				rows.add(1);
			});

		private Attacker() {
		}

		public static void main(String[] arguments) {
			Path file = Path.of(arguments[0]).resolve("attacked.zova");
			ZovaOptions options = ZovaOptions.builder().functions(AGAIN).build();
			try (ZovaDatabase database = ZovaDatabase.create(file, options)) {
				attack(database, "writable");
			}
			try (ZovaDatabase database = ZovaDatabase.open(file, options.toBuilder().readOnly(true).build())) {
				attack(database, "read-only");
				refused("table function",
						() -> new JdbcTemplate(database.dataSource()).queryForList("select n from again"));
			}
			System.out.println("> alive");
		}

		private static void attack(ZovaDatabase database, String name) {
			JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
			String itself = "select rows from zova_packed(?1, 100, ?1)";
			refused(name, () -> jdbc.queryForList(itself, itself));
			String withKey = "select rows from zova_packed(?1, ?2, 100, ?1, ?2)";
			refused(name, () -> jdbc.queryForList(withKey, new byte[24], withKey));
		}

		private static void refused(String name, Runnable call) {
			try {
				call.run();
				System.out.println("> " + name + " done");
			}
			catch (DataAccessException ex) {
				System.out.println("> " + name + " refused");
			}
		}

	}

}
