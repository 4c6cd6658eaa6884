package io.zova.sqlite.statement;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.vector.VectorSpace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * However long a text is and whatever it repeats, it is read in one pass: no stack
 * overflows, and no time is lost.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LongSqlTextTests {

	private static final int MANY = 300_000;

	/** SQLite itself takes statements of up to a million bytes. */
	private static final int LONG = 900_000;

	private ZovaDatabase database;

	private Connection connection;

	@BeforeEach
	void open() throws SQLException {
		this.database = ZovaDatabase.inMemory(ZovaOptions.builder().maximumPoolSize(1).build());
		this.connection = this.database.dataSource().getConnection();
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
		this.database.close();
	}

	static Stream<Named<String>> gaps() {
		return Stream.of(Named.of("line comments", "-- licence\n"), Named.of("empty line comments", "--\n"),
				Named.of("comments", "/* licence */"), Named.of("long comments", "/*" + "* /".repeat(100) + "*/"),
				Named.of("spaces", " ".repeat(10)), Named.of("line breaks", "\r\n"),
				Named.of("marks of the encoding", " \ufeff"), Named.of("quotes in comments", "-- it's \"a\n/* ' */"),
				Named.of("a bit of all", " --\n/**/\t"));
	}

	@ParameterizedTest
	@MethodSource("gaps")
	void aStatementMayHaveLongGapsBeforeAndInAndBehindIt(String unit) throws SQLException {
		String gap = unit.repeat(MANY);
		String inside = inside(unit);
		try (PreparedStatement statement = this.connection.prepareStatement(gap + "select" + inside + " 7;" + gap);
				ResultSet row = statement.executeQuery()) {
			assertThat(row.getInt(1)).isEqualTo(7);
		}
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("create table t(a)" + gap + ";;;" + gap + "insert into t values (1), (2)");
			assertThat(statement.executeUpdate(gap + "create trigger x after insert on t begin" + inside + " select 1;"
					+ inside + "end;" + gap + "delete from t"))
				.isEqualTo(2);
		}
	}

	@ParameterizedTest
	@MethodSource("gaps")
	void aPragmaBehindALongGapDoesNotReachTheNextBorrower(String unit) throws SQLException {
		run(unit.repeat(MANY) + "pragma" + inside(unit) + " foreign_keys" + inside(unit) + "=off");
		this.connection.close();
		this.connection = this.database.dataSource().getConnection();
		assertThat(number("pragma foreign_keys")).isOne();
	}

	@Test
	void severalHundredThousandStatementsAreCut() throws SQLException {
		run("create table t(a)");
		run(";".repeat(MANY) + "insert into t values (1)" + ";".repeat(MANY));
		assertThat(SqlScript.statements("select ';'; -- x\n".repeat(MANY))).hasSize(MANY);
		assertThat(number("select count(*) from t")).isEqualTo(1);
	}

	@Test
	void quotesMayBeNestedAsDeepAsOneLikes() throws SQLException {
		assertThat(number("select length('" + "''".repeat(MANY) + "')")).isEqualTo(MANY);
		assertThat(number("select 5 as \"" + "\"\"';[`".repeat(MANY / 3) + "\"")).isEqualTo(5);
		assertThat(number("select 6 as [" + "\"';`".repeat(MANY / 3) + "]")).isEqualTo(6);
	}

	@Test
	void whatIsNeverClosedEndsWithTheText() throws SQLException {
		assertThat(number("select 8 /*" + " ; '".repeat(MANY / 2))).isEqualTo(8);
		assertThat(number("select 8 --" + " ; '".repeat(MANY / 2))).isEqualTo(8);
		for (String quote : new String[] { "'", "\"", "`", "[" }) {
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> run("select 8, " + quote + "a; ".repeat(MANY / 2)))
				.withMessageContaining("unrecognized token");
		}
	}

	@Test
	void namesOfSavepointsMayBeLong() throws SQLException {
		String name = "s".repeat(LONG);
		run("begin; savepoint \"" + name + "\"; savepoint inner; rollback to \"" + name + "\"; release \"" + name
				+ "\"; commit");
		this.connection.setAutoCommit(false);
		for (String refused : new String[] { name, " ".repeat(LONG), "\0", "a".repeat(65) }) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.connection.setSavepoint(refused))
				.withMessageContaining("is not allowed");
		}
		this.connection.rollback();
	}

	@Test
	void errorsAboutLongNamesAreExplained() {
		for (String name : new String[] { "t".repeat(LONG), "t.".repeat(LONG / 2), "no such table: ".repeat(LONG / 15),
				" ".repeat(LONG) }) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run("select * from \"" + name + "\""))
				.withMessageContaining("no such table: ");
		}
	}

	@Test
	void longNamesOfThingsAreRefused() {
		String name = "a. ".repeat(MANY);
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> this.database.vectors().create(name, VectorSpace.cosine(3)));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> this.database.graphs().create(name));
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> this.database.notifications().publish(name, "x"));
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> ScalarFunction.of(name, 0, (arguments) -> 1));
	}

	@Test
	void aPragmaThatOnlyWasCompiledOrExplainedOrFailedDoesNotReachTheNextBorrower() throws SQLException {
		for (String sql : new String[] { "pragma foreign_keys=off", "explain pragma foreign_keys=off",
				"explain query plan pragma foreign_keys=off", "pragma foreign_keys=off garbage",
				"/**/pragma/**/'foreign_keys'/**/(off)", "\ufeffpragma foreign_keys=off" }) {
			try {
				this.connection.prepareStatement(sql).close();
			}
			catch (SQLException ex) {
				assertThat(ex.getMessage()).contains("garbage");
			}
			assertThat(number("pragma foreign_keys")).as(sql).isZero();
			this.connection.close();
			this.connection = this.database.dataSource().getConnection();
			assertThat(number("pragma foreign_keys")).as(sql).isOne();
		}
	}

	private static String inside(String unit) {
		return unit.repeat(LONG / 4 / unit.length());
	}

	private void run(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private long number(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			return row.getLong(1);
		}
	}

}
