package io.zova.sqlite.function;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertThrows;

/**
 * What a statement's caller learns when a function fails, and what is left usable.
 */
class FunctionErrorTests {

	private static final TableFunction FAILING = TableFunction.named("failing")
		.column("i", SqlType.INTEGER)
		.argument("how", SqlType.TEXT)
		.rows((arguments, rows) -> {
			rows.add(1);
			fail(arguments);
		});

	private static final ScalarFunction SCALAR = ScalarFunction.of("fail", 1, (arguments) -> {
		fail(arguments);
		return 0;
	});

	private FunctionDatabase db;

	@BeforeEach
	void open() throws SQLException {
		this.db = FunctionDatabase.inMemory(FAILING, SCALAR);
		this.db.run("create table t(v)", "insert into t values (1), (2)");
	}

	@AfterEach
	void close() throws SQLException {
		this.db.close();
	}

	private static void fail(SqlArguments arguments) throws Exception {
		switch (arguments.text(0)) {
			case "checked" -> throw new IOException("the disk said: %s %d ''\"");
			case "unchecked" -> throw new IllegalStateException("not now");
			case "no text" -> throw new NullPointerException();
			case "stack" -> fail(arguments);
			case "error" -> throw new AssertionError("an error");
			case "sql" -> FunctionDatabase.rows(arguments.connection(), "select * from nowhere");
			case "nested" -> FunctionDatabase.rows(arguments.connection(), "select i from failing('checked')");
			case "caught" -> {
				assertThrows(SQLException.class,
						() -> FunctionDatabase.rows(arguments.connection(), "select i from failing('checked')"));
			}
			default -> {
			}
		}
	}

	private SQLException failureOf(String sql) {
		return assertThrows(SQLException.class, () -> {
			if (sql.startsWith("insert")) {
				this.db.run(sql);
			}
			else {
				this.db.rows(sql);
			}
		});
	}

	private Throwable explained(String sql) {
		SQLException failed = failureOf(sql);
		Throwable explained = SqlFunctions.explain(failed);
		assertThat(explained).describedAs("%s", failed).isNotNull();
		return explained;
	}

	@Test
	void theTextAndTheExceptionOfATableFunctionReachTheCaller() throws SQLException {
		Throwable explained = explained("select * from failing('checked')");
		assertThat(explained).hasMessage("the disk said: %s %d ''\"").hasCauseInstanceOf(IOException.class);
		assertThat(((SQLException) explained).getSQLState()).isEqualTo("38000");
		assertThat(explained("select * from failing('unchecked')")).hasMessage("not now")
			.hasCauseInstanceOf(IllegalStateException.class);
		assertThat(explained("select * from failing('no text')")).hasMessage("java.lang.NullPointerException")
			.hasCauseInstanceOf(NullPointerException.class);
		assertThat(explained("select * from failing('stack')")).hasCauseInstanceOf(StackOverflowError.class);
		assertThat(explained("select * from failing('error')")).hasCauseInstanceOf(AssertionError.class);
		assertThat(explained("select * from failing('sql')")).hasMessageContaining("no such table: nowhere")
			.hasCauseInstanceOf(SQLException.class);
		assertThat(explained("select * from failing('nested')")).hasMessageContaining("the disk said");
		assertThat(this.db.rows("select i from failing('')")).containsExactly("1");
	}

	@Test
	void theTextAndTheExceptionOfAScalarFunctionReachTheCaller() throws SQLException {
		assertThat(explained("select fail('checked') from t")).hasMessage("the disk said: %s %d ''\"")
			.hasCauseInstanceOf(IOException.class);
		assertThat(explained("insert into t select fail('unchecked')")).hasMessage("not now");
		assertThat(explained("select fail('nested')")).hasMessageContaining("the disk said");
		assertThat(this.db.rows("select fail('')")).containsExactly("0");
	}

	@Test
	void aFailureThatAFunctionCoppedWithDoesNotColourLaterErrors() throws SQLException {
		assertThat(this.db.rows("select i from failing('caught')")).containsExactly("1");
		Throwable other = SqlFunctions.explain(failureOf("select * from missing_table"));
		assertThat(other).isNull();
		assertThat(this.db.rows("select fail('caught')")).containsExactly("0");
		assertThat(SqlFunctions.takeFailure(failureOf("select * from missing_table"))).isNull();
		SQLException failed = failureOf("select fail('unchecked')");
		assertThat(SqlFunctions.takeFailure(failed)).isInstanceOf(IllegalStateException.class);
		assertThat(SqlFunctions.takeFailure(failed)).isNull();
	}

	@Test
	void anArgumentOfTheWrongTypeIsNamed() {
		assertThat(explained("select * from failing(7)"))
			.hasMessage("Argument 1 (how) of failing is TEXT: got INTEGER");
	}

	@Test
	void rowsOfTheWrongShapeAreNamed() throws SQLException {
		TableFunction odd = TableFunction.named("odd")
			.column("a", SqlType.INTEGER)
			.column("b", SqlType.INTEGER)
			.optionalArgument("x", SqlType.INTEGER)
			.rows((arguments, rows) -> {
				if (arguments.isGiven(0)) {
					rows.add(1, new java.util.Date());
				}
				rows.add(1);
			});
		try (FunctionDatabase other = FunctionDatabase.inMemory(odd)) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> other.rows("select * from odd"))
				.withMessageContaining("A row of the table function odd has 2 values: got 1");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> other.rows("select * from odd(1)"))
				.withMessageContaining("Column 2 of the table function odd")
				.withMessageContaining("got a java.util.Date");
		}
	}

	@Test
	void thePreparedStatementAndTheTransactionStayUsable() throws SQLException {
		this.db.run("begin", "insert into t values (3)");
		try (PreparedStatement statement = this.db.connection().prepareStatement("select i from failing(?)")) {
			statement.setString(1, "checked");
			SQLiteException failed = assertThrows(SQLiteException.class, statement::executeQuery);
			assertThat(failed.getResultCode()).isEqualTo(SQLiteErrorCode.SQLITE_CONSTRAINT_VTAB);
			assertThat(FunctionDatabase.rows(statement, "")).containsExactly("1");
		}
		assertThat(failureOf("insert into t select i from failing('checked')").getMessage()).contains("the disk said");
		this.db.run("commit");
		assertThat(this.db.rows("select v from t")).containsExactly("1", "2", "3");
	}

	@Test
	void onlyTheStatementIsUndoneThatTheFailureEnded() throws SQLException {
		this.db.run("begin", "insert into t values (3)");
		assertThat(failureOf("insert into t select v from t union all select i from failing('unchecked')").getMessage())
			.contains("not now");
		assertThat(this.db.rows("select count(*) from t")).containsExactly("3");
		this.db.run("commit");
	}

	@Test
	void anInterruptEndsTheStatementAsAnInterrupt() throws SQLException {
		TableFunction interrupting = TableFunction.named("interrupting")
			.column("i", SqlType.INTEGER)
			.rows((arguments, rows) -> {
				arguments.connection().unwrap(org.sqlite.SQLiteConnection.class).getDatabase().interrupt();
				FunctionDatabase.rows(arguments.connection(), "select count(*) from t, t, t, t");
				rows.add(1);
			});
		try (FunctionDatabase other = FunctionDatabase.inMemory(interrupting)) {
			other.run("create table t(v)", "insert into t values (1), (2)");
			Throwable failed = assertThrows(SQLException.class, () -> other.rows("select * from interrupting"));
			assertThat(failed).hasMessageContaining("INTERRUPT");
			assertThat(other.rows("select count(*) from t")).containsExactly("2");
		}
	}

}
