package io.zova.conformance;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.LongStream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Rows damaged by SQL, past all checks, give the same answers and the same errors in both
 * engines, whatever is read. Half of the sequences read what is not yet committed.
 */
@RequiresPeer
class DamageDifferentialTests {

	private static final int ROUNDS = Integer.getInteger("zova.conformance.rounds", 12);

	/** Names of edge types engine 1.3.0 remembers, so it doesn't see them change. */
	private static final List<String> TABLES = List.of("_zova_objects", "_zova_object_chunks", "_zova_object_chunks",
			"_zova_chunks", "_zova_chunks", "_zova_vectors", "_zova_vectors", "_zova_vector_collections",
			"_zova_vector_sources", "_zova_vector_changes", "_zova_graphs", "_zova_graph_nodes", "_zova_graph_edges",
			"_zova_graph_edges", "_zova_kv");

	/**
	 * By the type of the column. What a value of another type is read as, which only SQL
	 * with the checks off can put there, is not compared: some of it engine 1.3.0 reads
	 * and ours calls damage, some the other way round.
	 */
	private static final Map<String, List<String>> VALUES = Map.of("INTEGER",
			List.of("0", "-1", "1", "2", "3", "7", "1000000", "4294967296", "9223372036854775807",
					"-9223372036854775808", "{c} + 1", "{c} - 1", "-{c}", "(select min({c}) from {t})",
					"(select max({c}) from {t})"),
			"TEXT",
			List.of("''", "'text'", "'a'", "'b'", "'g'", "'l2'", "'dot'", "'f32'", "'i8'", "'_zova_a'", "'Größe'",
					"substr({c}, 2)", "{c} || 'x'", "upper({c})", "printf('%.300c', 'x')", "null"),
			"BLOB",
			List.of("x''", "x'00'", "zeroblob(16)", "zeroblob(32)", "zeroblob(100000)", "substr({c}, 2)",
					"substr({c}, 1, 3)", "zeroblob(length({c}))", "cast({c} || x'00' as blob)",
					"(select max({c}) from {t})", "(select min({c}) from {t})"),
			"REAL", List.of("1e300", "{c} * 1.0000001", "null"));

	@TempDir
	Path folder;

	static LongStream seeds() {
		return Seeds.or(1, 2, 3, 4);
	}

	@ParameterizedTest
	@MethodSource("seeds")
	void bothEnginesSayTheSameAboutDamage(long seed) throws SQLException {
		boolean committed = seed % 2 == 0;
		try (TwoEngines engines = new TwoEngines(this.folder, seed)) {
			RecordSteps.createTables(engines);
			EveryRead read = new EveryRead(engines);
			read.fill();
			read.compare();
			try (Connection connection = engines.database().dataSource().getConnection()) {
				for (int i = 0; i < (committed ? ROUNDS / 3 : ROUNDS); i++) {
					same(engines, connection, "pragma ignore_check_constraints = on");
					same(engines, connection, "pragma foreign_keys = off");
					if (committed) {
						damage(engines, connection);
						read.compare();
					}
					else {
						same(engines, connection, "begin");
						damage(engines, connection);
						readOn(connection, engines, read);
						same(engines, connection, "rollback");
						read.compare();
					}
				}
			}
			System.out.println("damage, " + engines.summary());
		}
	}

	/**
	 * Chance takes long to find the one number that a rule is about, so each is tried.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 0, -1 })
	void bothEnginesSayTheSameOfANumberThatIsTooSmall(long number) throws SQLException {
		try (TwoEngines engines = new TwoEngines(this.folder, number)) {
			EveryRead read = new EveryRead(engines);
			read.fill();
			try (Connection connection = engines.database().dataSource().getConnection()) {
				same(engines, connection, "pragma ignore_check_constraints = on");
				same(engines, connection, "pragma foreign_keys = off");
				for (String table : new TreeSet<>(TABLES)) {
					for (String column : columns(engines, table, "INTEGER")) {
						same(engines, connection, "begin");
						String sql = "update %1$s set %2$s = %3$d where %2$s = (select min(%2$s) from %1$s where %2$s > 0)"
							.formatted(table, column, number);
						engines.note("Damage: " + sql);
						same(engines, connection, sql);
						readOn(connection, engines, read);
						same(engines, connection, "rollback");
					}
				}
			}
			System.out.println("numbers that are too small, " + engines.summary());
		}
	}

	private static void readOn(Connection connection, TwoEngines engines, EveryRead read) {
		TransactionSynchronizationManager.bindResource(engines.database().dataSource(),
				new ConnectionHolder(connection));
		try {
			read.compare();
		}
		finally {
			TransactionSynchronizationManager.unbindResource(engines.database().dataSource());
		}
	}

	private static void damage(TwoEngines engines, Connection connection) {
		for (int tries = 0; tries < 20; tries++) {
			String table = engines.oneOf(TABLES);
			String column = column(engines, table);
			String type = String.valueOf(engines
				.rows("select upper(type) from pragma_table_info('%s') where '\"' || name || '\"' = '%s'"
					.formatted(table, column))
				.get(0)
				.get(0));
			String rows = engines.chance(0.2) ? ""
					: " where %1$s = (select %1$s from %2$s order by 1 limit 1 offset %3$d)"
						.formatted(told(column(engines, table)), table, engines.random().nextInt(5));
			String sql = engines.chance(0.1) ? "delete from " + table + rows
					: "update %s set %s = %s%s".formatted(table, column,
							engines.oneOf(Objects.requireNonNull(VALUES.get(type)))
								.replace("{c}", column)
								.replace("{t}", table),
							rows);
			if (same(engines, connection, sql).equals("[]")) {
				engines.note("Damage: " + sql);
				return;
			}
		}
	}

	private static String column(TwoEngines engines, String table) {
		return engines.oneOf(columns(engines, table, "*"));
	}

	private static List<String> columns(TwoEngines engines, String table, String type) {
		return engines
			.rows("select '\"' || name || '\"' from pragma_table_info('%s') where upper(type) glob '%s'"
				.formatted(table, type))
			.stream()
			.map((row) -> String.valueOf(row.get(0)))
			.toList();
	}

	/** Each engine draws tokens of its own, so their order names other rows. */
	private static String told(String column) {
		return column.contains("token") || column.contains("incarnation") ? "\"collection_key\"" : column;
	}

	private static String same(TwoEngines engines, Connection connection, String sql) {
		return engines.sameText(sql, SqlOutcome.ours(connection, sql), SqlOutcome.theirs(engines.peer(), sql));
	}

}
