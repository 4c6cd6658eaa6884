package io.zova.sqlite.function;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Aggregate functions of the application, with groups and with windows.
 */
class AggregateFunctionTests {

	private static final AggregateFunction MEDIAN = AggregateFunction.of("middle", 1, Median::new);

	private static final AggregateFunction RECENT = AggregateFunction.of("joined", 1, Joined::new);

	@Test
	void groupsAreKeptApart() throws SQLException {
		try (FunctionDatabase db = FunctionDatabase.inMemory(MEDIAN, RECENT)) {
			db.run("create table t(g, v)", "insert into t values (1, 5), (2, 7), (1, 1), (1, 9), (2, 8)");
			assertThat(db.rows("select g, middle(v), middle(-v) from t group by g")).containsExactly("1|5|-5",
					"2|8|-7");
			assertThat(db.rows("select middle(v), count(*) from t")).containsExactly("7|5");
			assertThat(db.rows("select middle(distinct v % 2) from t")).containsExactly("1");
			assertThat(db.rows("select middle(v) filter (where v < 6) from t")).containsExactly("5");
			assertThat(db.rows("select g from t group by g having middle(v) > 5")).containsExactly("2");
			assertThat(db.rows("select g, joined(v order by v) from t group by g")).containsExactly("1|1 5 9", "2|7 8");
		}
	}

	@Test
	void noRowsHaveAResultToo() throws SQLException {
		try (FunctionDatabase db = FunctionDatabase.inMemory(MEDIAN, RECENT)) {
			db.run("create table t(v)");
			assertThat(db.rows("select middle(v), joined(v) from t")).containsExactly("null|");
			assertThat(db.rows("select middle(v) from t group by v")).isEmpty();
		}
	}

	@Test
	void growingFramesNeedNothingMoreAndMovingOnesNeedRemoval() throws SQLException {
		try (FunctionDatabase db = FunctionDatabase.inMemory(MEDIAN, RECENT)) {
			db.run("create table t(v)", "insert into t values (3), (1), (2)");
			assertThat(db.rows("select v, middle(v) over (order by v) from t")).containsExactly("1|1", "2|2", "3|2");
			assertThat(db
				.rows("select joined(v) over (order by v rows between 1 preceding and current row) from t order by v"))
				.containsExactly("1", "1 2", "2 3");
			assertThatExceptionOfType(SQLException.class).isThrownBy(
					() -> db.rows("select middle(v) over (order by v rows between 1 preceding and current row) from t"))
				.withMessageContaining("middle cannot be used with a moving frame");
			assertThat(db.rows("select middle(v) from t")).containsExactly("2");
		}
	}

	@Test
	void aFailingRowEndsTheStatementWithItsText() throws SQLException {
		try (FunctionDatabase db = FunctionDatabase.inMemory(MEDIAN)) {
			SQLException failed = org.junit.jupiter.api.Assertions.assertThrows(SQLException.class,
					() -> db.rows("select middle(v) from (select 1 as v union all select 'x')"));
			Throwable explained = SqlFunctions.explain(failed);
			assertThat(explained).hasMessage("Argument 1 of middle is INTEGER: got TEXT")
				.hasCauseInstanceOf(IllegalArgumentException.class);
			assertThat(db.rows("select middle(1)")).containsExactly("1");
		}
	}

	@Test
	void abandonedGroupsAreLetGo() throws SQLException {
		try (FunctionDatabase db = FunctionDatabase.inMemory(MEDIAN)) {
			try (var statement = db.connection().createStatement();
					var rows = statement.executeQuery("with recursive n(i) as (select 1 union all select i + 1 from n "
							+ "where i < 1000) select middle(i) over (order by i) from n")) {
				assertThat(rows.next()).isTrue();
				assertThat(rows.getLong(1)).isEqualTo(1);
			}
			assertThat(db.rows("select middle(3)")).containsExactly("3");
		}
	}

	/**
	 * The upper median of whole numbers.
	 */
	private static final class Median implements AggregateFunction.Accumulator {

		private final List<Long> values = new ArrayList<>();

		@Override
		public void add(SqlArguments arguments) {
			this.values.add(arguments.integer(0));
		}

		@Override
		public @Nullable Object result() {
			List<Long> sorted = new ArrayList<>(this.values);
			Collections.sort(sorted);
			return sorted.isEmpty() ? null : sorted.get(sorted.size() / 2);
		}

	}

	/**
	 * The values with blanks between them.
	 */
	private static final class Joined implements AggregateFunction.Removing {

		private final Deque<String> values = new ArrayDeque<>();

		@Override
		public void add(SqlArguments arguments) {
			this.values.addLast(String.valueOf(arguments.value(0)));
		}

		@Override
		public void remove(SqlArguments arguments) {
			assertThat(this.values.removeFirst()).isEqualTo(String.valueOf(arguments.value(0)));
		}

		@Override
		public Object result() {
			return String.join(" ", this.values);
		}

	}

}
