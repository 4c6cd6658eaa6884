package io.zova;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import io.zova.notification.Subscription;
import io.zova.sqlite.function.AggregateFunction;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.sqlite.function.SqlArguments;
import io.zova.sqlite.function.SqlFunction;
import io.zova.sqlite.function.SqlType;
import io.zova.sqlite.function.TableFunction;
import io.zova.vector.VectorSpace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a file brings along (triggers, views, generated columns, rules, indexes, default
 * values) calls only the functions that are declared for it, and nothing of it runs
 * longer than a foreign file may.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ForeignFilesTests {

	private static final Duration SHORT = Duration.ofMillis(500);

	private static final String ENDLESS = """
			create view endless as
			with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) as n from c
			""";

	private final AtomicInteger calls = new AtomicInteger();

	@TempDir
	Path folder;

	private Path file;

	@BeforeEach
	void name() {
		this.file = this.folder.resolve("from-elsewhere.zova");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					create view x as select spy(1) as a                                         | select * from x
					create view x as select spy_sum(1) as a                                     | select * from x
					create view x as select * from spy_rows                                     | select * from x
					create trigger x after insert on t begin select spy(1); end                 | insert into t values (5)
					create trigger x before delete on t begin select spy_sum(1) from t; end     | delete from t
					create trigger x after insert on t begin insert into u select * from spy_rows; end | insert into t values (5)
					create table x(a, b as (spy(a))); insert into x values (1)                  | select b from x
					create table x(a, b as (spy(a)) stored)                                     | insert into x values (1)
					create table x(a check (spy(a)))                                            | insert into x values (1)
					create table x(a, b default (spy(1)))                                       | insert into x(a) values (1)
					create index x on t(spy(a))                                                 | insert into t values (5)
					create index x on t(a) where spy(a)                                         | insert into t values (5)
					create view v as select 1 as id, spy(1) as body; create virtual table x using fts5(body, content=v, content_rowid=id) | insert into x(x) values ('rebuild')
					""")
	void whatAFileBringsAlongCallsOnlyFunctionsDeclaredForIt(String brought, String use) {
		craft(brought.split("; (?=create virtual|insert into x)"));
		assertThat(refusal(ZovaOptions.builder(), Allowed.NOTHING, use)).contains("unsafe use of ",
				"allowedInSchema()");
		assertThat(refusal(foreign(), Allowed.NOTHING, use)).contains("unsafe use of ", "innocuous()");
		assertThat(refusal(foreign(), Allowed.OWN_FILES, use)).contains("unsafe use of ", "innocuous()");
		assertThat(this.calls).hasValue(0);
		assertThat(refusal(ZovaOptions.builder(), Allowed.OWN_FILES, use)).isEmpty();
		assertThat(refusal(foreign(), Allowed.ALL_FILES, use)).isEmpty();
		assertThat(this.calls).hasPositiveValue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "select load_extension('/tmp/evil')", "select readfile('/etc/passwd')",
			"select writefile('/tmp/x', 'y')", "select edit('x', 'vi')", "select * from fsdir('/')",
			"select fts3_tokenizer('simple')", "select zova_notify('x', 'y')",
			"select * from zova_graph_walk('g', 'a', null, 3)", "select * from zova_graph_neighbors('g', 'a')",
			"select * from zova_vector_search where collection = 'docs' and source_vector_id = 'a' and top_k = 3",
			"select * from zova_vector_search_in('docs', x'00', 3, '[]')" })
	void theViewsAndTriggersOfAForeignFileReachNothingOutsideIt(String call) {
		craft("create view x as " + call, "create trigger y after insert on t begin " + call + "; end");
		try (ZovaDatabase database = ZovaDatabase.open(this.file, foreign().build());
				Subscription all = database.notifications().subscribeToAll()) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			for (String use : new String[] { "select * from x", "insert into t values (5)" }) {
				assertThatExceptionOfType(Exception.class).isThrownBy(() -> jdbc.sql(use).query().listOfRows())
					.satisfies((ex) -> assertThat(ex.getCause().getMessage()).containsAnyOf("unsafe use of ",
							"no such function", "no such table", "not authorized", "fts3tokenize disabled"));
			}
			assertThat(all.tryReceive()).isEmpty();
			assertThat(jdbc.sql("select count(*) from t").query(Long.class).single()).isEqualTo(2);
		}
	}

	@Test
	void aTriggerOfTheApplicationsOwnFileNotifiesAndItsViewsSearch() {
		craft("create trigger x after insert on t begin select zova_notify('rows', new.a); end",
				"create view near as select vector_id from zova_vector_search where collection = 'docs' and source_vector_id = 'a' and top_k = 3");
		try (ZovaDatabase database = ZovaDatabase.open(this.file);
				Subscription all = database.notifications().subscribeToAll()) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("insert into t values (5)").update();
			assertThat(all.tryReceive().orElseThrow().payload()).isEqualTo("5");
			assertThat(jdbc.sql("select * from near").query(String.class).list()).containsExactly("b");
		}
	}

	@Test
	void whatOnlyComputesWorksInTheViewsOfAForeignFileAndEverythingInStatements() {
		craft("create view x as select round(zova_vector_distance('docs', 'b', zova_vector_encode_i8('[1,2,3]')), 3)",
				"create virtual table words using fts5(body)",
				"create trigger y after insert on t begin insert into words values (new.a); end");
		try (ZovaDatabase database = ZovaDatabase.open(this.file, foreign().functions(spies(Allowed.NOTHING)).build());
				Subscription all = database.notifications().subscribeToAll()) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("insert into t values ('five')").update();
			assertThat(jdbc.sql("select count(*) from words('five')").query(Long.class).single()).isEqualTo(1);
			assertThat(jdbc.sql(
					"select count(*) from zova_vector_search where collection = 'docs' and source_vector_id = 'a' and top_k = 3")
				.query(Long.class)
				.single()).isEqualTo(1);
			assertThat(jdbc.sql("select spy(1) + zova_notify('x', 'y')").query(Long.class).single()).isEqualTo(2);
			assertThat(all.tryReceive()).isPresent();
			database.vectors().collection("docs").put("c", 1f, 2f, 3f);
			database.objects().put(new byte[100_000]);
			assertThat(database.backup(this.folder.resolve("copy.zova"))).isNotNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "create trigger x after insert on t begin insert into u select n from endless; end",
			"create trigger x before insert on t when (select n from endless) begin select 1; end",
			"create table x(a); create trigger y after insert on t begin insert into x select n from endless; end",
			"create trigger x after insert on t begin insert into u select a.a from many a, many b, many c, many d; end" })
	void anEndlessTriggerIsStoppedAndTheOthersWrite(String trigger) throws Exception {
		craft(trigger.split("; (?=create trigger)"));
		try (ZovaDatabase database = ZovaDatabase.open(this.file, foreign().statementTimeout(SHORT).build())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			CompletableFuture<Integer> other = CompletableFuture.supplyAsync(
					() -> jdbc.sql("insert into u values (7)").update(),
					CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS));
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> jdbc.sql("insert into t values (5)").update())
				.withRootCauseInstanceOf(org.sqlite.SQLiteException.class)
				.withStackTraceContaining(SQLTimeoutException.class.getName())
				.withStackTraceContaining("ran longer than its time limit of 500 ms and was stopped");
			assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(1);
			assertThat(jdbc.sql("select count(*) from t").query(Long.class).single()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "select * from endless", "select max(a) from many a, many b, many c, many d",
			"select count(*) from wide", "select count(*) from deep40" })
	void anEndlessViewIsStopped(String use) {
		String[] brought = new String[43];
		brought[0] = "create view wide as select * from t" + ", t".repeat(30).replace("t", "many");
		brought[1] = "create view deep0 as select a from many";
		for (int i = 2; i < brought.length; i++) {
			brought[i] = "create view deep" + (i - 1) + " as select a.a from deep" + (i - 2) + " a join deep" + (i - 2)
					+ " b on a.a > b.a union select a from deep" + (i - 2);
		}
		craft(brought);
		try (ZovaDatabase database = ZovaDatabase.open(this.file, foreign().statementTimeout(SHORT).build())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> jdbc.sql(use).query().listOfRows());
			assertThat(jdbc.sql("insert into t values (5)").update()).isEqualTo(1);
		}
	}

	@Test
	void theTimeLimitIsForTheOwnStatementNotForTheWaitBeforeIt() throws Exception {
		craft("create table x(a)");
		try (ZovaDatabase database = ZovaDatabase.open(this.file,
				ZovaOptions.builder().statementTimeout(Duration.ofMillis(300)).build())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			try (Connection writer = database.dataSource().getConnection()) {
				writer.setAutoCommit(false);
				writer.createStatement().executeUpdate("insert into x values (1)");
				CompletableFuture<Integer> other = CompletableFuture
					.supplyAsync(() -> jdbc.sql("insert into x values (2)").update());
				TimeUnit.MILLISECONDS.sleep(900);
				assertThat(other).isNotDone();
				writer.commit();
				assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(1);
			}
		}
	}

	@Test
	void foreignFilesHaveATimeLimitOfTheirOwnAndTakeNoMemoryMap() {
		assertThat(ZovaOptions.defaults().statementTimeout()).isZero();
		assertThat(foreign().build().statementTimeout()).isEqualTo(Duration.ofSeconds(30));
		assertThat(foreign().statementTimeout(Duration.ZERO).build().statementTimeout()).isZero();
		assertThat(foreign().build().toBuilder().build().foreignFile()).isTrue();
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> foreign().mmapSize(4096).build())
			.withMessageContaining("mmapSize must be 0 for a foreign file");
	}

	@Test
	void settingsThatABorrowerChangesAreBackForTheNext() throws Exception {
		craft("create view x as select spy(1)");
		try (ZovaDatabase database = ZovaDatabase.open(this.file,
				foreign().functions(spies(Allowed.OWN_FILES)).maximumPoolSize(1).build())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("pragma trusted_schema=on").update();
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> jdbc.sql("select * from x").query().listOfRows())
				.withStackTraceContaining("unsafe use of spy()");
		}
	}

	private static ZovaOptions.Builder foreign() {
		return ZovaOptions.builder().foreignFile(true);
	}

	/** Makes a file with two rows in {@code t}, by somebody who has the functions too. */
	private void craft(String... statements) {
		try (ZovaDatabase database = ZovaDatabase.create(this.file,
				ZovaOptions.builder().functions(spies(Allowed.OWN_FILES)).build())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(a)").update();
			jdbc.sql("create table u(a)").update();
			jdbc.sql("insert into t values (1), (2)").update();
			jdbc.sql("create table many(a)").update();
			jdbc.sql("""
					insert into many
					with recursive c(a) as (select 1 union all select a + 1 from c where a < 1000) select a from c
					""").update();
			jdbc.sql(ENDLESS).update();
			database.vectors().create("docs", VectorSpace.cosine(3));
			database.vectors().collection("docs").put("a", 1f, 0f, 0f);
			database.vectors().collection("docs").put("b", 0f, 1f, 0f);
			for (String sql : statements) {
				jdbc.sql(sql).update();
			}
		}
		this.calls.set(0);
	}

	/** Why a use is refused, empty if it is not. */
	private String refusal(ZovaOptions.Builder options, Allowed allowed, String use) {
		try (ZovaDatabase database = ZovaDatabase.open(this.file, options.functions(spies(allowed)).build())) {
			try (Connection connection = database.dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute(use);
				return "";
			}
		}
		catch (SQLException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	private SqlFunction[] spies(Allowed allowed) {
		ScalarFunction scalar = ScalarFunction.of("spy", 1, (arguments) -> called()).deterministic();
		AggregateFunction aggregate = AggregateFunction.of("spy_sum", 1, Calls::new);
		TableFunction.Builder table = TableFunction.named("spy_rows").column("a", SqlType.INTEGER);
		switch (allowed) {
			case OWN_FILES -> {
				scalar = scalar.allowedInSchema();
				aggregate = aggregate.allowedInSchema();
				table.allowedInSchema();
			}
			case ALL_FILES -> {
				scalar = scalar.innocuous();
				aggregate = aggregate.innocuous();
				table.innocuous();
			}
			case NOTHING -> {
			}
		}
		return new SqlFunction[] { scalar, aggregate, table.rows((arguments, rows) -> rows.add(called())) };
	}

	private int called() {
		this.calls.incrementAndGet();
		return 1;
	}

	private enum Allowed {

		NOTHING, OWN_FILES, ALL_FILES

	}

	private final class Calls implements AggregateFunction.Accumulator {

		@Override
		public void add(SqlArguments arguments) {
			called();
		}

		@Override
		public Object result() {
			return called();
		}

	}

}
