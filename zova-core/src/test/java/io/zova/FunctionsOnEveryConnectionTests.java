package io.zova;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.sqlite.function.AggregateFunction;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.sqlite.function.SqlArguments;
import io.zova.sqlite.function.SqlType;
import io.zova.sqlite.function.TableFunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application's own SQL functions, as it meets them through a database's DataSource.
 */
@Timeout(60)
class FunctionsOnEveryConnectionTests {

	private static final TableFunction WORDS = TableFunction.named("words")
		.column("position", SqlType.INTEGER)
		.column("word", SqlType.TEXT)
		.argument("text", SqlType.TEXT)
		.rows((arguments, rows) -> {
			int position = 0;
			for (String word : arguments.text(0).split(" ")) {
				rows.add(++position, word);
			}
		});

	/** The bodies of all notes, read by a query of its own. */
	private static final TableFunction NOTES = TableFunction.named("notes")
		.column("body", SqlType.TEXT)
		.optionalArgument("after", SqlType.INTEGER)
		.rows((arguments, rows) -> {
			try (PreparedStatement statement = arguments.connection()
				.prepareStatement("select body from note where id > ? order by id")) {
				statement.setLong(1, arguments.integer(0, 0));
				try (ResultSet results = statement.executeQuery()) {
					while (results.next()) {
						rows.add(results.getString(1));
					}
				}
			}
		});

	/** Writes, and is called by SELECT. */
	private static final ScalarFunction LOGGED = ScalarFunction.of("logged", 1, (arguments) -> {
		try (PreparedStatement statement = arguments.connection()
			.prepareStatement("insert into note(body) values (?)")) {
			statement.setString(1, arguments.text(0));
			return statement.executeUpdate();
		}
	});

	private static final ScalarFunction FAIL = ScalarFunction.of("fail", 1, (arguments) -> {
		throw new IOException("failed for " + arguments.text(0));
	});

	private static final TableFunction FAILING = TableFunction.named("failing")
		.column("i", SqlType.INTEGER)
		.argument("why", SqlType.TEXT)
		.rows((arguments, rows) -> {
			throw new IOException("no rows for " + arguments.text(0));
		});

	private static final AggregateFunction LONGEST = AggregateFunction.of("longest", 1, Longest::new);

	@TempDir
	Path directory;

	private ZovaDatabase database;

	private JdbcClient jdbc;

	@BeforeEach
	void open() {
		this.database = ZovaDatabase.openOrCreate(this.directory.resolve("app.zova"),
				ZovaOptions.builder().functions(WORDS, NOTES, LOGGED, FAIL, FAILING, LONGEST).build());
		this.jdbc = JdbcClient.create(this.database.dataSource());
		this.jdbc.sql("create table note(id integer primary key, body text not null)").update();
		this.jdbc.sql("insert into note(body) values ('red green'), ('blue')").update();
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	private List<String> texts(String sql, Object... parameters) {
		return this.jdbc.sql(sql).params(parameters).query(String.class).list();
	}

	@Test
	void allKindsOfFunctionsWorkThroughTheDataSource() {
		assertThat(texts("select word from note, words(body) order by id, position")).containsExactly("red", "green",
				"blue");
		assertThat(texts("select word from words(?) where position > ?", "a b c", 1)).containsExactly("b", "c");
		assertThat(texts("select longest(body) from note")).containsExactly("red green");
	}

	@Test
	void everyConnectionOfThePoolHasThem() throws Exception {
		int threads = 4;
		CyclicBarrier allBorrowed = new CyclicBarrier(threads);
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<List<String>>> results = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				results.add(executor.submit(() -> {
					TransactionTemplate reading = new TransactionTemplate(this.database.transactionManager());
					reading.setReadOnly(true);
					return reading.execute((status) -> {
						OtherThreads.await(allBorrowed);
						List<String> answers = texts("select word from note, words(body) order by id, position");
						answers.addAll(texts("select longest(body) from note"));
						try {
							texts("select fail('here')");
						}
						catch (DataAccessException ex) {
							answers.add(String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex).getMessage()));
						}
						return answers;
					});
				}));
			}
			for (Future<List<String>> result : results) {
				assertThat(result.get(30, TimeUnit.SECONDS)).containsExactly("red", "green", "blue", "red green",
						"failed for here");
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void aFunctionSeesWhatItsTransactionWroteAndOthersDoNot() {
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("insert into note(body) values ('green')").update();
			assertThat(texts("select body from notes")).containsExactly("red green", "blue", "green");
			assertThat(texts("select w.word from notes n, words(n.body) w where n.after = 2")).containsExactly("green");
			status.setRollbackOnly();
		});
		assertThat(texts("select body from notes")).containsExactly("red green", "blue");
	}

	@Test
	void aFunctionWritesInTheTransactionOfItsCaller() {
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		transaction.executeWithoutResult((status) -> {
			assertThat(texts("select logged('one')")).containsExactly("1");
			status.setRollbackOnly();
		});
		assertThat(texts("select body from note where body = 'one'")).isEmpty();
		transaction.executeWithoutResult((status) -> assertThat(texts("select logged('two')")).containsExactly("1"));
		assertThat(texts("select body from note where body = 'two'")).hasSize(1);
	}

	@Test
	void theExceptionOfAFunctionIsTheCauseOfTheError() {
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> texts("select fail('x') from note"))
				.havingRootCause()
				.isInstanceOf(IOException.class)
				.withMessage("failed for x");
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> texts("select i from failing(?)", "y"))
				.havingRootCause()
				.isInstanceOf(IOException.class)
				.withMessage("no rows for y");
		}
		assertThat(texts("select word from words('still works')")).containsExactly("still", "works");
	}

	@Test
	void aFailedFunctionUndoesItsStatementOnly() {
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("insert into note(body) values ('kept')").update();
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.jdbc
				.sql("insert into note(body) select word from words('a b') " + "union all select i from failing('z')")
				.update());
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> this.jdbc.sql("update note set body = fail(body)").update());
		});
		assertThat(texts("select body from note order by id")).containsExactly("red green", "blue", "kept");
	}

	@Test
	void aWrongCallIsReportedAsSuch() {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> texts("select word from words"))
			.havingRootCause()
			.withMessageContaining("no query solution");
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> texts("select word from words(7)"))
			.havingRootCause()
			.withMessage("Argument 1 (text) of words is TEXT: got INTEGER");
	}

	@Test
	void aReadOnlyDatabaseHasThemToo() {
		this.database.close();
		this.database = ZovaDatabase.open(this.directory.resolve("app.zova"),
				ZovaOptions.builder().readOnly(true).functions(WORDS, NOTES).build());
		this.jdbc = JdbcClient.create(this.database.dataSource());
		assertThat(texts("select word from notes n, words(n.body)")).containsExactly("red", "green", "blue");
	}

	/**
	 * The longest text.
	 */
	private static final class Longest implements AggregateFunction.Accumulator {

		private String longest = "";

		@Override
		public void add(SqlArguments arguments) {
			String text = arguments.text(0);
			this.longest = (text.length() > this.longest.length()) ? text : this.longest;
		}

		@Override
		public Object result() {
			return this.longest;
		}

	}

}
