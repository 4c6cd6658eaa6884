package io.zova.sqlite;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.zova.OtherThreads;
import io.zova.ZovaOptions.JournalMode;
import io.zova.graph.NeighborQuery;
import io.zova.sqlite.function.ScalarFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where a transaction begins with its first write, results that are open then are read
 * ahead, because SQLite would begin with the old state that they show.
 */
@Timeout(60)
class ResultsOpenAtTheFirstWriteTests {

	private static final String NUMBERS = "with recursive n(i) as (select 1 union all select i + 1 from n where i < %d)";

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource
	void rowsThatAreChangedWhileTheyAreReadAreAllSeenOnceAndTheTransactionSeesTheNewestState(JournalMode mode) {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, mode)) {
			test.jdbc.sql("insert into t " + NUMBERS.formatted(100) + " select i from n").update();
			JdbcTemplate template = new JdbcTemplate(test.database.dataSource());
			List<Integer> seen = new ArrayList<>();
			test.transaction().executeWithoutResult((status) -> {
				template.query("select v, v * 10 as tenfold from t order by v", (row) -> {
					if (seen.isEmpty() && mode == JournalMode.WAL) {
						test.elsewhere("elsewhere");
					}
					template.update("update t set v = -v where v = ?", row.getInt("v"));
					assertThat(row.getInt("tenfold")).isEqualTo(row.getInt(1) * 10);
					seen.add(row.getInt(1));
				});
				assertThat(template.queryForObject("select count(*) from t where v < 0", Integer.class)).isEqualTo(100);
			});
			assertThat(seen).hasSize(100).doesNotHaveDuplicates().startsWith(1, 2).endsWith(100);
			assertThat(template.queryForObject("select count(*) from t where v = 'elsewhere'", Integer.class))
				.isEqualTo((mode == JournalMode.WAL) ? 1 : 0);
		}
	}

	@Test
	void aStreamGoesOnAfterAWrite() {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.DELETE)) {
			test.jdbc.sql("insert into t " + NUMBERS.formatted(1000) + " select i from n").update();
			List<Integer> sum = new ArrayList<>();
			test.transaction().executeWithoutResult((status) -> {
				try (Stream<Integer> stream = test.jdbc.sql("select v from t").query(Integer.class).stream()) {
					stream.forEach((value) -> {
						test.jdbc.sql("insert into other values (?)").param(value).update();
						sum.add(value);
					});
				}
			});
			assertThat(sum).hasSize(1000);
			assertThat(test.jdbc.sql("select sum(v) from other").query(Integer.class).single()).isEqualTo(500_500);
		}
	}

	@Test
	void valuesNamesAndPlacesAreThoseOfTheResult() throws SQLException {
		String sql = """
				select 1 as "a ""b ", 9223372036854775807 as big, 1.5 as real, 'text' as text, x'0102' as blob,
					null as none, x'' as empty, '' as emptytext, 'two' as text
				union all select 2, -1, 2.5, 'more', x'03', null, x'', '', 'x'
				union all select 3, -1, 2.5, 'most', x'03', null, x'', '', 'x'
				""";
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL);
				Connection expected = test.database.dataSource().getConnection();
				Connection connection = test.database.dataSource().getConnection();
				Statement reading = connection.createStatement();
				Statement writing = connection.createStatement()) {
			// A table is read, so that there is a state to let go of.
			String joined = sql.strip() + " union all select v, 1, 1, 1, 1, 1, 1, 1, 1 from t";
			connection.setAutoCommit(false);
			try (ResultSet ahead = reading.executeQuery(joined);
					Statement same = expected.createStatement();
					ResultSet usual = same.executeQuery(joined)) {
				assertThat(ahead.next() && usual.next()).isTrue();
				writing.executeUpdate("insert into other values (1)");
				for (int row = 1; row <= 3; row++) {
					assertSameRow(ahead, usual);
					assertThat(ahead.getRow()).isEqualTo(row);
					assertThat(ahead.isFirst()).isEqualTo(row == 1);
					assertThat(ahead.next()).isEqualTo(usual.next()).isEqualTo(row < 3);
				}
				assertThat(ahead.isAfterLast()).isTrue();
				assertThat(ahead.next()).isFalse();
				assertThat(ahead.getRow()).isZero();
			}
			connection.rollback();
		}
	}

	private static void assertSameRow(ResultSet ahead, ResultSet usual) throws SQLException {
		assertThat(ahead.getMetaData().getColumnCount()).isEqualTo(usual.getMetaData().getColumnCount());
		for (int column = 1; column <= usual.getMetaData().getColumnCount(); column++) {
			assertThat(ahead.getMetaData().getColumnLabel(column))
				.isEqualTo(usual.getMetaData().getColumnLabel(column));
			assertThat(ahead.getObject(column)).isEqualTo(usual.getObject(column));
			assertThat(ahead.wasNull()).as("column %d", column).isEqualTo(usual.wasNull());
			assertThat(ahead.getString(column)).isEqualTo(usual.getString(column));
			assertThat(ahead.getBytes(column)).isEqualTo(usual.getBytes(column));
			assertThat(ahead.getLong(column)).isEqualTo(usual.getLong(column));
			assertThat(ahead.getDouble(column)).isEqualTo(usual.getDouble(column));
		}
		assertThat(ahead.getBigDecimal("real")).isEqualTo(usual.getBigDecimal("real")).isInstanceOf(BigDecimal.class);
		assertThat(ahead.findColumn("text")).isEqualTo(usual.findColumn("text"));
		assertThat(ahead.getInt("a \"b ")).isEqualTo(usual.getInt("a \"b "));
	}

	@Test
	void aResultOfWhichNothingWasReadYetBeginsAtItsFirstRow() throws SQLException {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL);
				Connection connection = test.database.dataSource().getConnection();
				Statement reading = connection.createStatement();
				Statement writing = connection.createStatement()) {
			test.insert("a");
			test.insert("b");
			connection.setAutoCommit(false);
			ResultSet rows = reading.executeQuery("select v from t order by v");
			writing.executeUpdate("delete from t");
			assertThat(rows.isBeforeFirst()).isTrue();
			assertThat(rows.getMetaData().getColumnLabel(1)).isEqualTo("v");
			assertThat(rows.next()).isTrue();
			assertThat(rows.getString("v")).isEqualTo("a");
			assertThat(rows.next()).isTrue();
			assertThat(rows.getString("v")).isEqualTo("b");
			assertThat(rows.next()).isFalse();
			connection.commit();
			assertThat(rows.isClosed()).isTrue();
			assertThat(test.values()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 10_000, 10_001 })
	void moreRowsThanTheBoundAreNotReadAheadAndTheWriteIsRefused(int rows) throws SQLException {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL);
				Connection connection = test.database.dataSource().getConnection();
				Statement reading = connection.createStatement();
				Statement writing = connection.createStatement()) {
			test.jdbc.sql("insert into t " + NUMBERS.formatted(rows) + " select i from n").update();
			connection.setAutoCommit(false);
			ResultSet result = reading.executeQuery("select v from t order by v");
			boolean fits = rows < 10_000;
			if (!fits) {
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> writing.executeUpdate("insert into other values (1)"))
					.withMessageContaining("10,000 rows")
					.withMessageContaining("SERIALIZABLE");
			}
			assertThat(test.isLocked()).isFalse();
			for (int i = 1; i <= rows; i++) {
				assertThat(result.next()).isTrue();
				assertThat(result.getInt(1)).isEqualTo(i);
				if (i == 5) {
					// What is left fits now.
					assertThat(writing.executeUpdate("insert into other values (1)")).isEqualTo(1);
				}
			}
			assertThat(result.next()).isFalse();
			connection.commit();
		}
	}

	@Test
	void moreBytesThanTheBoundAreNotReadAhead() throws SQLException {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL);
				Connection connection = test.database.dataSource().getConnection();
				Statement reading = connection.createStatement();
				Statement writing = connection.createStatement()) {
			test.jdbc.sql("insert into t " + NUMBERS.formatted(40) + " select zeroblob(500000) from n").update();
			connection.setAutoCommit(false);
			ResultSet result = reading.executeQuery("select v from t");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> writing.executeUpdate("insert into other values (1)"))
				.withMessageContaining("16 MiB");
			int rows = 0;
			while (result.next()) {
				assertThat(result.getBytes(1)).hasSize(500_000);
				rows++;
			}
			assertThat(rows).isEqualTo(40);
			assertThat(writing.executeUpdate("insert into other values (1)")).isEqualTo(1);
			connection.rollback();
		}
	}

	@Test
	void anErrorOnTheWayComesOutAtItsRow() throws SQLException {
		ScalarFunction picky = ScalarFunction.of("picky", 1, (arguments) -> {
			if (arguments.integer(0) == 3) {
				throw new IllegalStateException("not three");
			}
			return arguments.integer(0);
		}).deterministic();
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL, picky);
				Connection connection = test.database.dataSource().getConnection();
				Statement reading = connection.createStatement();
				Statement writing = connection.createStatement()) {
			test.jdbc.sql("insert into t values (1), (2), (3), (4)").update();
			connection.setAutoCommit(false);
			ResultSet rows = reading.executeQuery("select picky(v) from t");
			assertThat(rows.next()).isTrue();
			writing.executeUpdate("insert into other values (1)");
			assertThat(rows.getInt(1)).isEqualTo(1);
			assertThat(rows.next()).isTrue();
			assertThat(rows.getInt(1)).isEqualTo(2);
			assertThatExceptionOfType(SQLException.class).isThrownBy(rows::next).withMessageContaining("not three");
			connection.commit();
			assertThat(test.jdbc.sql("select count(*) from other").query(Integer.class).single()).isEqualTo(1);
		}
	}

	@Test
	void anOpenResultOfMetaDataHasToBeClosed() throws SQLException {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL);
				Connection connection = test.database.dataSource().getConnection();
				Statement writing = connection.createStatement()) {
			connection.setAutoCommit(false);
			ResultSet tables = connection.getMetaData().getTables(null, null, "t", null);
			assertThat(tables.next()).isTrue();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> writing.executeUpdate("insert into other values (1)"))
				.withMessageContaining("DatabaseMetaData");
			tables.close();
			assertThat(writing.executeUpdate("insert into other values (1)")).isEqualTo(1);
			connection.rollback();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void callsOfOursLeaveOpenResultsOpen(JournalMode mode) {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, mode)) {
			byte[] content = { 1, 2, 3 };
			var id = test.database.objects().put(content);
			test.jdbc.sql("insert into t " + NUMBERS.formatted(20_000) + " select i from n").update();
			JdbcTemplate template = new JdbcTemplate(test.database.dataSource());
			List<byte[]> read = new ArrayList<>();
			test.transaction().executeWithoutResult((status) -> {
				template.query("select v from t", (row) -> {
					if (row.getInt(1) % 1000 == 0) {
						read.add(test.database.objects().get(id));
					}
				});
				assertThat(test.isLocked()).isFalse();
			});
			assertThat(read).hasSize(20).allMatch((bytes) -> bytes.length == 3);
		}
	}

	@Test
	void aFunctionOfOursThatReadsMoreThanTheResultShowsIsNotAnsweredFromNewerMemory() {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL)) {
			test.database.graphs().create("g");
			var graph = test.database.graphs().graph("g");
			graph.putNode("a", "x");
			graph.putNode("b", "x");
			graph.putEdge("a", "knows", "b");
			test.insert("row");
			test.insert("row 2");
			JdbcTemplate template = new JdbcTemplate(test.database.dataSource());
			List<Integer> found = new ArrayList<>();
			test.transaction().executeWithoutResult((status) -> template.query("select v from t", (row) -> {
				OtherThreads.inAnotherThread(() -> {
					graph.putNode("c" + found.size(), "x");
					graph.putEdge("a", "knows", "c" + found.size());
				});
				found.add(graph.neighbors(NeighborQuery.of("a")).size());
			}));
			assertThat(found).as("the state of the open result").containsExactly(1, 1);
			assertThat(graph.neighbors(NeighborQuery.of("a"))).hasSize(3);
		}
	}

	@Test
	void theRefusalIsOneThatSpringCallsWrongUse() {
		try (FirstWriteDatabase test = new FirstWriteDatabase(this.directory, JournalMode.WAL)) {
			test.jdbc.sql("insert into t " + NUMBERS.formatted(10_500) + " select i from n").update();
			JdbcTemplate template = new JdbcTemplate(test.database.dataSource());
			RowCallbackHandler writing = (row) -> template.update("insert into other values (1)");
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class).isThrownBy(() -> test.transaction()
				.executeWithoutResult((status) -> template.query("select v from t", writing)));
		}
	}

}
