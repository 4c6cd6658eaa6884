package io.zova.sqlite;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SqlScriptTests {

	@Test
	void statementsEndAtSemicolons() {
		assertThat(SqlScript.statements("select 1; select 2;select 3")).containsExactly("select 1", "select 2",
				"select 3");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  \n\t", ";", ";;; ;", "-- nothing", "/* nothing */", "/* never closed ; ",
			"-- a\n;/* b */;", "\ufeff" })
	void blanksAndCommentsAreNoStatements(String text) {
		assertThat(SqlScript.statements(text)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "select ';', 'it''s; fine', \";\", \"a\"\";b\", `;`, [;]", "select 1 -- not; here\n + 2",
			"select /* ; */ 1", "create trigger x after insert on t begin update t set a = 1; delete from u; end",
			"CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 1; END",
			"create temporary trigger if not exists x after insert on t begin select 1; /* c */ end",
			"explain create trigger x after insert on t begin select 1; end", "select 'never closed ; " })
	void aSemicolonInsideAStatementDoesNotEndIt(String statement) {
		assertThat(SqlScript.statements(statement)).containsExactly(statement.strip());
		assertThat(SqlScript.statements(statement + ";")).hasSize(1);
	}

	@Test
	void aTriggerIsFollowedByOtherStatements() {
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
	void aTableCalledTriggerIsNoTrigger() {
		assertThat(SqlScript.statements("create table trigger_log(a); select 1")).hasSize(2);
		assertThat(SqlScript.statements("create view v as select 1 as \"trigger\"; select 1")).hasSize(2);
	}

}
