package io.zova.sqlite.function;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same definitions on many connections and threads at once.
 */
@Timeout(60)
class TableFunctionConcurrencyTests {

	private static final TableFunction NUMBERS = TableFunction.named("numbers")
		.column("i", SqlType.INTEGER)
		.argument("n", SqlType.INTEGER)
		.rows((arguments, rows) -> {
			for (String row : FunctionDatabase.rows(arguments.connection(),
					"with recursive c(i) as (select 1 union all select i + 1 from c where i < ?) select i from c",
					arguments.integer(0))) {
				rows.add(Long.valueOf(row));
			}
		});

	private static final ScalarFunction TWICE = ScalarFunction.of("twice", 1, (arguments) -> arguments.integer(0) * 2);

	@TempDir
	Path directory;

	private static void inThreads(int threads, Work work) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				int number = i;
				running.add(executor.submit(() -> {
					work.run(number);
					return null;
				}));
			}
			for (Future<?> one : running) {
				one.get(50, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void threadsWithAConnectionEachGetTheirOwnRows() throws Exception {
		Path file = this.directory.resolve("a.db");
		try (FunctionDatabase db = FunctionDatabase.file(file, NUMBERS, TWICE)) {
			db.run("create table t(n)", "insert into t values (1), (2), (3)");
		}
		SqlFunctions functions = new SqlFunctions(List.of(NUMBERS, TWICE));
		inThreads(4, (thread) -> {
			for (int round = 0; round < 5; round++) {
				try (FunctionDatabase db = FunctionDatabase.open("jdbc:sqlite:" + file, functions);
						PreparedStatement statement = db.connection()
							.prepareStatement("select t.n, twice(i) from t, numbers(t.n + ?) order by 1, 2")) {
					for (int query = 0; query < 50; query++) {
						int extra = (thread + query) % 5;
						assertThat(FunctionDatabase.rows(statement, extra)).hasSize(6 + 3 * extra).contains("3|" + 2);
					}
				}
			}
		});
	}

	@Test
	void databasesWithFunctionsOfOneNameKeepThemApart() throws Exception {
		inThreads(4, (thread) -> {
			TableFunction numbers = TableFunction.named("numbers")
				.column("i", SqlType.INTEGER)
				.rows((arguments, rows) -> rows.add(thread));
			ScalarFunction number = ScalarFunction.of("number", 0, (arguments) -> thread);
			try (FunctionDatabase db = FunctionDatabase.inMemory(numbers, number)) {
				for (int query = 0; query < 200; query++) {
					assertThat(db.rows("select i, number() from numbers")).containsExactly(thread + "|" + thread);
				}
			}
		});
	}

	@Test
	void threadsThatShareAConnectionTakeTurns() throws Exception {
		try (FunctionDatabase db = FunctionDatabase.inMemory(NUMBERS, TWICE)) {
			inThreads(3, (thread) -> {
				for (int query = 0; query < 200; query++) {
					assertThat(db.rows("select max(i), sum(twice(i)) from numbers(?)", query + 1))
						.containsExactly((query + 1) + "|" + (query + 1) * (query + 2));
				}
			});
		}
	}

	@Test
	void failuresStayWithTheirThread() throws Exception {
		ScalarFunction fail = ScalarFunction.of("fail", 1, (arguments) -> {
			throw new IllegalStateException("thread " + arguments.integer(0));
		});
		inThreads(4, (thread) -> {
			try (FunctionDatabase db = FunctionDatabase.inMemory(fail)) {
				for (int query = 0; query < 200; query++) {
					try {
						db.rows("select fail(?)", thread);
					}
					catch (SQLException ex) {
						Throwable explained = SqlFunctions.explain(ex);
						assertThat(explained).hasMessage("thread " + thread)
							.hasCauseInstanceOf(IllegalStateException.class);
						continue;
					}
					throw new AssertionError("No failure");
				}
			}
		});
	}

	@FunctionalInterface
	private interface Work {

		void run(int thread) throws Exception;

	}

}
