package io.zova.sqlite.statement;

import java.sql.SQLException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SqlScriptTests {

	@Test
	void statementsEndAtSemicolons() throws SQLException {
		assertThat(SqlScript.statements("select 1; select 2;select 3")).containsExactly("select 1", "select 2",
				"select 3");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  \n\t", ";", ";;; ;", "-- nothing", "/* nothing */", "/* never closed ; ",
			"-- a\n;/* b */;", "\ufeff" })
	void blanksAndCommentsAreNoStatements(String text) throws SQLException {
		assertThat(SqlScript.statements(text)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "select ';', 'it''s; fine', \";\", \"a\"\";b\", `;`, [;]", "select 1 -- not; here\n + 2",
			"select /* ; */ 1", "create trigger x after insert on t begin update t set a = 1; delete from u; end",
			"CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 1; END",
			"create temporary trigger if not exists x after insert on t begin select 1; /* c */ end",
			"explain create trigger x after insert on t begin select 1; end",
			"explain query plan create trigger x after insert on t begin select 1; end", "select 'never closed ;",
			"select $a::b(;)", "select x';'" })
	void aSemicolonInsideAStatementDoesNotEndIt(String statement) throws SQLException {
		assertThat(SqlScript.statements(statement)).containsExactly(statement.strip());
		assertThat(SqlScript.statements(statement + ";")).hasSize(1);
	}

	@Test
	void commentsAroundAStatementAreLeftOut() throws SQLException {
		assertThat(SqlScript.statements("-- a\n/* b */ select /* c */ 1 -- d\n; /* e"))
			.containsExactly("select /* c */ 1");
	}

	@Test
	void aNulCharacterIsRefusedBecauseSqliteWouldStopThere() {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> SqlScript.statements("select 1;\0 drop table t"))
			.withMessageContaining("NUL character at index 9");
	}

	@Test
	void aTriggerIsFollowedByOtherStatements() throws SQLException {
		List<String> statements = SqlScript.statements("""
				create table "trigger" (a, "end");
				-- keeps a log
				create trigger log after insert on "trigger" begin
					insert into audit values (new.a);
				end;
				insert into "trigger" values (1, 2);
				""");
		assertThat(statements).hasSize(3);
		assertThat(statements.get(1)).endsWith("end");
		assertThat(statements.get(2)).startsWith("insert");
	}

	@Test
	void aTableCalledTriggerIsNoTrigger() throws SQLException {
		assertThat(SqlScript.statements("create table trigger_log(a); select 1")).hasSize(2);
		assertThat(SqlScript.statements("create view v as select 1 as \"trigger\"; select 1")).hasSize(2);
	}

}
