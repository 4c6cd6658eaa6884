package io.zova.sqlite.driver;

import java.sql.SQLException;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import io.zova.sqlite.SqlAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Errors arrive as Spring's exceptions, from JdbcTemplate and from our templates alike.
 */
class ErrorsOfSqlTests {

	private ZovaDatabase database;

	private JdbcTemplate jdbc;

	@BeforeEach
	void open() {
		this.database = ZovaDatabase.inMemory();
		this.jdbc = new JdbcTemplate(this.database.dataSource());
		this.jdbc.execute(
				"""
						create table parent(id integer primary key, name text unique not null check (length(name) < 5));
						create table child(p references parent);
						create trigger no_zero before insert on parent when new.id = 0 begin select raise(abort, 'zero is taken'); end;
						insert into parent values (1, 'one');
						""");
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					insert into parent values (1, 'two')   | DuplicateKeyException           | 1555 | 23505 | UNIQUE constraint failed: parent.id
					insert into parent values (2, 'one')   | DuplicateKeyException           | 2067 | 23505 | UNIQUE constraint failed: parent.name
					insert into parent values (2, null)    | DataIntegrityViolationException | 1299 | 23502 | NOT NULL constraint failed: parent.name
					insert into parent values (2, 'three') | DataIntegrityViolationException | 275  | 23514 | CHECK constraint failed: length(name) < 5
					insert into child values (9)           | DataIntegrityViolationException | 787  | 23503 | FOREIGN KEY constraint failed
					insert into parent values (0, 'nil')   | DataIntegrityViolationException | 1811 | 23000 | zero is taken
					selec 1                                | BadSqlGrammarException          | 1    | 42000 | near "selec": syntax error
					select * from nowhere                  | BadSqlGrammarException          | 1    | 42000 | no such table: nowhere
					""")
	void eachErrorHasItsClassItsCodeAndSqlitesWords(String sql, String type, int code, String state, String message) {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.jdbc.update(sql)).satisfies((ex) -> {
			assertThat(ex.getClass().getSimpleName()).isEqualTo(type);
			SQLException cause = (SQLException) ex.getCause();
			assertThat(cause.getMessage()).contains(message);
			assertThat(cause.getErrorCode()).isEqualTo(code);
			assertThat(cause.getSQLState()).isEqualTo(state);
			assertThat(cause.getCause()).isInstanceOf(SQLiteException.class);
		});
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.database.sql().write("test", (c) -> {
			try (var statement = c.prepareStatement(sql)) {
				return statement.executeUpdate();
			}
		})).satisfies((ex) -> assertThat(ex.getClass().getSimpleName()).isEqualTo(type));
	}

	@Test
	void aStatementThatFailsInATransactionLeavesTheRestOfIt() {
		this.database.sql().write("test", (connection) -> {
			try (var statement = connection.createStatement()) {
				statement.execute("insert into parent values (2, 'two')");
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.execute("insert into parent values (2, 'tri')"));
				statement.execute("insert into parent values (3, 'tri')");
			}
			return null;
		});
		assertThat(this.jdbc.queryForObject("select count(*) from parent", Integer.class)).isEqualTo(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "select * from zova_graph_neighbors('missing', 'a')",
			"select zova_vector_distance('missing', 'a', x'')" })
	void afterAFailedFunctionTheCodeIsThatOfAPlainError(String sql) {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.jdbc.queryForList(sql))
			.satisfies((ex) -> assertThat(((SQLException) ex.getCause()).getErrorCode())
				.isEqualTo(SQLiteErrorCode.SQLITE_ERROR.code));
	}

	@Test
	void theTypesAreThoseThatCallersCatch() {
		assertThat(DuplicateKeyException.class).isAssignableTo(DataIntegrityViolationException.class);
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> this.jdbc.update("insert into parent values (1, 'x')"));
		assertThatExceptionOfType(BadSqlGrammarException.class).isThrownBy(() -> this.jdbc.update("nonsense"));
	}

	@ParameterizedTest
	@CsvSource({ "SQLITE_BUSY,BUSY", "SQLITE_BUSY_SNAPSHOT,BUSY", "SQLITE_LOCKED,LOCKED",
			"SQLITE_CONSTRAINT_UNIQUE,CONSTRAINT", "SQLITE_CANTOPEN_ISDIR,CANT_OPEN", "SQLITE_READONLY,READ_ONLY",
			"SQLITE_CORRUPT,CORRUPT", "SQLITE_MISUSE,MISUSE", "SQLITE_NOMEM,OUT_OF_MEMORY", "SQLITE_ERROR,SQLITE_ERROR",
			"SQLITE_FULL,SQLITE_ERROR", "SQLITE_IOERR_FSYNC,SQLITE_ERROR", "SQLITE_TOOBIG,SQLITE_ERROR",
			"SQLITE_INTERRUPT,SQLITE_ERROR", "SQLITE_NOTADB,SQLITE_ERROR" })
	void everySqliteCodeHasAStatus(SQLiteErrorCode code, ZovaStatus status) {
		SQLException translated = SqlErrors.translate(new SQLiteException("[" + code.name() + "] x (text)", code));
		assertThat(ZovaStatus.of(translated)).isEqualTo(status);
		assertThat(ZovaStatus.of(SqlAccess.translate("task", translated))).isEqualTo(status);
	}

	@Test
	void aFullDatabaseSaysSoAndLosesNothingElse() {
		ZovaOptions options = ZovaOptions.builder().maximumPoolSize(1).build();
		try (ZovaDatabase small = ZovaDatabase.inMemory(options)) {
			JdbcTemplate template = new JdbcTemplate(small.dataSource());
			template.execute("create table t(v); insert into t values (1); pragma max_page_count=60");
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> small.sql().write("fill", (c) -> {
				try (var statement = c.createStatement()) {
					statement.execute("pragma max_page_count=60");
					statement.execute("insert into t values (2)");
					statement.execute("insert into t values (randomblob(1000000))");
				}
				return null;
			})).withStackTraceContaining("No space is left");
			assertThat(template.queryForList("select v from t", Integer.class)).containsExactly(1);
			template.update("insert into t values (3)");
		}
	}

}
