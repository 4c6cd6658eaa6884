package io.zova.sqlite.statement;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StatementAnalysisTests {

	private Connection connection;

	@BeforeEach
	void open() throws SQLException {
		this.connection = DriverManager.getConnection("jdbc:sqlite::memory:");
		try (Statement statement = this.connection.createStatement()) {
			statement.executeUpdate("""
					create table t(id integer primary key, v);
					create view w as select * from t;
					create trigger wi instead of insert on w begin insert into t values (new.id, new.v); end;
					create temp table mine(a);
					""");
		}
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			select 1                                              | NEUTRAL
			select last_insert_rowid(), changes()                 | NEUTRAL
			select * from t                                       | READ
			with x as (select 1) select * from x, t               | READ
			explain insert into t values (1, 2)                   | READ
			explain query plan delete from t                      | READ
			select * from mine                                    | NEUTRAL
			insert into mine values (1)                           | NEUTRAL
			insert into mine select v from t                      | READ
			insert into t values (1, 2)                           | WRITE
			insert into w values (1, 2)                           | WRITE
			insert into t values (1, 2) returning id              | WRITE
			with x as (select 1) delete from t                    | WRITE
			/* c */ -- d\\n replace into t values (1, 2)           | WRITE
			update t set v = 1 where 0                            | WRITE
			create table u(a)                                     | WRITE
			create temp table v(a)                                | NEUTRAL
			drop table t                                          | WRITE
			analyze                                               | WRITE
			pragma user_version                                   | READ
			pragma user_version = 7                               | WRITE
			pragma table_info(t)                                  | READ
			pragma foreign_keys = on                              | NEUTRAL
			pragma journal_mode                                   | READ
			pragma journal_mode = delete                          | EXCLUSIVE
			pragma wal_checkpoint                                 | WRITE
			vacuum                                                | EXCLUSIVE
			vacuum into 'x.db'                                    | READ
			begin                                                 | BEGIN
			begin immediate                                       | BEGIN
			begin exclusive transaction                           | BEGIN
			commit                                                | COMMIT
			end transaction                                       | COMMIT
			rollback                                              | ROLLBACK
			""")
	void theProgramTellsWhatAStatementDoes(String sql, StatementAnalysis.Kind kind) throws SQLException {
		assertThat(StatementAnalysis.of(this.connection, sql.replace("\\n", "\n")).kind()).isEqualTo(kind);
	}

	@ParameterizedTest
	@CsvSource({ "savepoint one,SAVEPOINT,one", "savepoint \"a b\",SAVEPOINT,a b",
			"release savepoint [one],RELEASE,one", "release one,RELEASE,one", "rollback to one,ROLLBACK_TO,one",
			"rollback transaction to savepoint \"select\",ROLLBACK_TO,select" })
	void savepointsAreNamed(String sql, StatementAnalysis.Kind kind, String name) throws SQLException {
		StatementAnalysis analysis = StatementAnalysis.of(this.connection, sql);
		assertThat(analysis.kind()).isEqualTo(kind);
		assertThat(analysis.savepoint()).isEqualTo(name);
	}

	/** It makes the tables of statistics where they are missing. */
	@Test
	void whatOptimizeRunsChangesTheSchema() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.executeUpdate("create index ti on t(v); insert into t values (1, 1)");
		}
		StatementAnalysis analysis = StatementAnalysis.of(this.connection, "pragma optimize(0x10002)");
		assertThat(analysis.changesSchema()).isTrue();
		assertThat(analysis.writes()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "create table u(a),true", "drop view w,true", "alter table t add column c,true",
			"insert into t(v) values (1),false", "pragma user_version=3,false", "create temp table u(a),false" })
	void schemaChangesAreSeen(String sql, boolean changes) throws SQLException {
		assertThat(StatementAnalysis.of(this.connection, sql).changesSchema()).isEqualTo(changes);
	}

	@ParameterizedTest
	@CsvSource({ "pragma foreign_keys=off,true", "pragma foreign_keys,false", "pragma recursive_triggers(1),true",
			"pragma main.cache_size=-100,true", "pragma mmap_size(100),true", "pragma table_info(t),false",
			"pragma index_list('t'),false", "attach ':memory:' as other,true", "select 1,false",
			"pragma integrity_check,false", "pragma wal_checkpoint(passive),false",
			"pragma/**/busy_timeout/* a */=/* b */0,true", "pragma 'busy_timeout'(0),true",
			"pragma [busy_timeout]=0,true", "pragma main.`busy_timeout`=0,true", "\ufeffpragma foreign_keys=off,true",
			"explain pragma busy_timeout=0,true", "explain query plan pragma foreign_keys=off,true",
			"explain pragma foreign_keys,false", "explain pragma table_info(t),false", "explain select 1,false" })
	void changesOfTheConnectionAreSeen(String sql, boolean changes) throws SQLException {
		assertThat(StatementAnalysis.of(this.connection, sql).changesConnection()).isEqualTo(changes);
	}

	@Test
	void aStatementThatDoesNotCompileIsRefused() {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> StatementAnalysis.of(this.connection, "selec 1"))
			.withMessageContaining("near \"selec\": syntax error");
	}

	@Test
	void aPragmaIsNotReusedBecauseItMayTakeEffectWhenItIsCompiled() throws SQLException {
		assertThat(StatementAnalysis.of(this.connection, "pragma foreign_keys=off").reusable()).isFalse();
		assertThat(StatementAnalysis.of(this.connection, "select 1").reusable()).isTrue();
	}

}
