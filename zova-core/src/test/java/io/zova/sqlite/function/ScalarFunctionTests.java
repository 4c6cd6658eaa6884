package io.zova.sqlite.function;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Scalar functions of the application: their arguments, results and places of use.
 */
class ScalarFunctionTests {

	@Test
	void argumentsAndResultsOfEveryTypePassThrough() throws SQLException {
		ScalarFunction same = ScalarFunction.of("same", 1, (arguments) -> arguments.value(0));
		try (FunctionDatabase db = FunctionDatabase.inMemory(same)) {
			for (String literal : List.of("null", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5",
					"-0.0", "9e999", "''", "'é😀'", "x''", "x'00ff'", "zeroblob(3)", "char(97, 0, 98)")) {
				assertThat(db.rows("select typeof(same(v)), same(v) is v, hex(same(v)) = hex(v) from (select " + literal
						+ " as v)"))
					.describedAs(literal)
					.first()
					.isEqualTo(db.rows("select typeof(" + literal + ")").get(0) + "|1|1");
			}
			assertThat(db.rows("select length(same(?))", "x".repeat(1_000_000))).containsExactly("1000000");
			assertThat(db.rows("select hex(same(?))", new byte[0])).containsExactly("");
		}
	}

	@Test
	void textIsReadTheSameWayFromDatabasesOfEveryEncoding() throws SQLException {
		ScalarFunction reversed = ScalarFunction.of("reversed", 1,
				(arguments) -> new StringBuilder(arguments.text(0)).reverse());
		for (String encoding : List.of("UTF-8", "UTF-16le", "UTF-16be")) {
			try (FunctionDatabase db = FunctionDatabase.inMemory(reversed)) {
				db.run("pragma encoding = '" + encoding + "'", "create table t(v)", "insert into t values ('aé😀')");
				assertThat(db.rows("pragma encoding")).containsExactly(encoding);
				assertThat(db.rows("select reversed(v), reversed('xyz') from t")).containsExactly("😀éa|zyx");
			}
		}
	}

	@Test
	void resultsOfRelatedClassesAreConverted() throws SQLException {
		AtomicReference<Object> result = new AtomicReference<>();
		ScalarFunction f = ScalarFunction.ofAny("f", (arguments) -> result.get());
		try (FunctionDatabase db = FunctionDatabase.inMemory(f)) {
			Object[][] expected = { { (byte) 1, "integer|1" }, { (short) 2, "integer|2" }, { 3, "integer|3" },
					{ 4L, "integer|4" }, { 1.5f, "real|1.5" }, { Double.NaN, "null|null" }, { true, "integer|1" },
					{ false, "integer|0" }, { new StringBuilder("s"), "text|s" } };
			for (Object[] pair : expected) {
				result.set(pair[0]);
				assertThat(db.rows("select typeof(f()), f(1, 2)")).containsExactly((String) pair[1]);
			}
			result.set(new java.math.BigDecimal("1"));
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> db.rows("select f()"))
				.withMessageContaining("a function returns null, a whole number")
				.withMessageContaining("got a java.math.BigDecimal");
		}
	}

	@Test
	void argumentsAreReadStrictly() throws SQLException {
		ScalarFunction text = ScalarFunction.of("want_text", 1, (arguments) -> arguments.text(0));
		ScalarFunction whole = ScalarFunction.of("want_integer", 1, (arguments) -> arguments.integer(0));
		ScalarFunction real = ScalarFunction.of("want_real", 1, (arguments) -> arguments.real(0));
		ScalarFunction blob = ScalarFunction.of("want_blob", 1, (arguments) -> arguments.blob(0));
		try (FunctionDatabase db = FunctionDatabase.inMemory(text, whole, real, blob)) {
			assertThat(db
				.rows("select want_text('1'), want_integer(1), want_real(1), want_real(1.5), hex(want_blob(x'01'))"))
				.containsExactly("1|1|1.0|1.5|01");
			for (String wrong : List.of("want_text(1)", "want_text(null)", "want_text(x'00')", "want_integer('1')",
					"want_integer(1.0)", "want_real('1')", "want_real(null)", "want_blob('a')", "want_blob(null)")) {
				String name = wrong.substring(0, wrong.indexOf('('));
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> db.rows("select " + wrong))
					.withMessageContaining("Argument 1 of " + name + " is ")
					.withMessageContaining(": got ");
			}
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> db.rows("select want_text(1, 2)"))
				.withMessageContaining("wrong number of arguments to function want_text()");
		}
	}

	@Test
	void argumentsBeyondTheLastAreRefused() throws SQLException {
		ScalarFunction third = ScalarFunction.ofAny("third", (arguments) -> arguments.value(2));
		try (FunctionDatabase db = FunctionDatabase.inMemory(third)) {
			assertThat(db.rows("select third(1, 2, 3)")).containsExactly("3");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> db.rows("select third(1, 2)"))
				.withMessageContaining("Index 2 out of bounds for length 2");
		}
	}

	@Test
	void argumentsCannotBeReadAfterTheCall() throws SQLException {
		AtomicReference<SqlArguments> kept = new AtomicReference<>();
		ScalarFunction keep = ScalarFunction.of("keep", 1, (arguments) -> {
			kept.set(arguments);
			return null;
		});
		try (FunctionDatabase db = FunctionDatabase.inMemory(keep)) {
			db.rows("select keep('x')");
			assertThatIllegalStateException().isThrownBy(() -> kept.get().text(0))
				.withMessageContaining("only during its call");
			assertThatIllegalStateException().isThrownBy(() -> kept.get().type(0));
		}
	}

	@Test
	void onlyDeterministicFunctionsServeIndexesAndGeneratedColumns() throws SQLException {
		AtomicInteger calls = new AtomicInteger();
		ScalarFunction stable = ScalarFunction.of("stable", 1, (arguments) -> {
			calls.incrementAndGet();
			return arguments.integer(0) * 2;
		}).deterministic().allowedInSchema();
		ScalarFunction volatileOne = ScalarFunction.of("volatile", 1, (arguments) -> calls.incrementAndGet())
			.allowedInSchema();
		try (FunctionDatabase db = FunctionDatabase.inMemory(stable, volatileOne)) {
			db.run("create table t(v, twice generated always as (stable(v)) stored)", "create index i on t(stable(v))",
					"insert into t(v) values (1), (2), (3)");
			assertThat(db.rows("select twice from t where stable(v) = 4")).containsExactly("4");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> db.run("create index j on t(volatile(v))"))
				.withMessageContaining("non-deterministic functions prohibited in index expressions");
			calls.set(0);
			db.rows("select stable(7) from t");
			assertThat(calls).hasValue(1);
			calls.set(0);
			db.rows("select volatile(7) from t");
			assertThat(calls).hasValue(3);
		}
	}

	@Test
	void whereItMayBeStoredFollowsItsDeclaration() throws SQLException {
		ScalarFunction plain = ScalarFunction.of("plain", 0, (arguments) -> 1).allowedInSchema();
		ScalarFunction direct = ScalarFunction.of("direct", 0, (arguments) -> 2);
		ScalarFunction harmless = ScalarFunction.of("harmless", 0, (arguments) -> 3).innocuous();
		try (FunctionDatabase db = FunctionDatabase.inMemory(plain, direct, harmless)) {
			db.run("create view a as select plain() as v", "create view b as select direct() as v",
					"create view c as select harmless() as v");
			assertThat(db.rows("select v from a union all select v from c")).containsExactly("1", "3");
			assertThat(db.rows("select direct()")).containsExactly("2");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> db.rows("select v from b"))
				.withMessageContaining("unsafe use of direct()");
			db.run("pragma trusted_schema = off");
			assertThat(db.rows("select v from c")).containsExactly("3");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> db.rows("select v from a"))
				.withMessageContaining("unsafe use of plain()");
		}
	}

	@Test
	void itQueriesTheConnectionOfItsCaller() throws SQLException {
		ScalarFunction count = ScalarFunction.of("rows_of", 1, (arguments) -> Long.valueOf(
				FunctionDatabase.rows(arguments.connection(), "select count(*) from " + arguments.text(0)).get(0)));
		try (FunctionDatabase db = FunctionDatabase.inMemory(count)) {
			db.run("create table t(v)", "begin", "insert into t values (1), (2)");
			assertThat(db.rows("select v, rows_of('t') from t")).containsExactly("1|2", "2|2");
		}
	}

	@Test
	void aFunctionThatCallsItselfThroughSqlFailsAndLeavesTheConnectionUsable() throws SQLException {
		ScalarFunction deep = ScalarFunction.of("deep", 1, (arguments) -> {
			long n = arguments.integer(0);
			return (n == 0) ? 0
					: Long.valueOf(FunctionDatabase.rows(arguments.connection(), "select deep(?)", n - 1).get(0)) + 1;
		});
		try (FunctionDatabase db = FunctionDatabase.inMemory(deep)) {
			assertThat(db.rows("select deep(0)")).containsExactly("0");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> db.rows("select deep(1)"));
			assertThat(db.rows("select deep(0)")).containsExactly("0");
		}
	}

	@Test
	void wrongDefinitionsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> ScalarFunction.of("", 1, (arguments) -> 1));
		assertThatIllegalArgumentException().isThrownBy(() -> ScalarFunction.of("1a", 1, (arguments) -> 1))
			.withMessageContaining("got '1a'");
		assertThatIllegalArgumentException().isThrownBy(() -> ScalarFunction.of("x".repeat(101), 1, (arguments) -> 1));
		assertThatIllegalArgumentException().isThrownBy(() -> ScalarFunction.of("f", 128, (arguments) -> 1))
			.withMessage("The SQL function f can have 0 to 127 arguments: got 128");
		assertThatIllegalArgumentException().isThrownBy(() -> ScalarFunction.of("f", -1, (arguments) -> 1));
	}

	@Test
	void aFunctionCanHave127Arguments() throws SQLException {
		ScalarFunction wide = ScalarFunction.of("wide", 127, (arguments) -> arguments.integer(126));
		try (FunctionDatabase db = FunctionDatabase.inMemory(wide)) {
			String numbers = String.join(",",
					java.util.stream.IntStream.rangeClosed(1, 127).mapToObj(String::valueOf).toList());
			// SQLite allows 100 unless told otherwise: the function is there, the call is
			// not.
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> db.rows("select wide(" + numbers + ")"))
				.withMessageContaining("too many arguments on function wide");
		}
	}

}
