package io.zova;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.Test;

import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class InMemoryTests {

	@Test
	void allConnectionsShareItAndNobodyElse() throws SQLException {
		try (ZovaDatabase one = ZovaDatabase.inMemory(); ZovaDatabase two = ZovaDatabase.inMemory()) {
			try (Connection first = one.dataSource().getConnection();
					Connection second = one.dataSource().getConnection();
					Statement create = first.createStatement();
					Statement insert = second.createStatement()) {
				create.execute("create table t(v)");
				insert.execute("insert into t values (1)");
			}
			assertThat(jdbc(one).sql("select v from t").query(Integer.class).single()).isEqualTo(1);
			assertThatExceptionOfType(BadSqlGrammarException.class)
				.isThrownBy(() -> jdbc(two).sql("select v from t").query(Integer.class).single());
		}
	}

	@Test
	void itIsGoneWhenClosed() {
		try (ZovaDatabase database = ZovaDatabase.inMemory()) {
			jdbc(database).sql("create table t(v)").update();
		}
		try (ZovaDatabase database = ZovaDatabase.inMemory()) {
			assertThat(jdbc(database).sql("select count(*) from sqlite_master where name = 't'")
				.query(Integer.class)
				.single()).isZero();
		}
	}

	@Test
	void itLivesWhenNoConnectionIsBorrowed() throws SQLException {
		try (ZovaDatabase database = ZovaDatabase.inMemory(ZovaOptions.builder().minimumIdle(0).build())) {
			jdbc(database).sql("create table t as select 5 as v").update();
			try (Connection connection = database.dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				// A connection with changed settings is not kept by the pool.
				statement.execute("pragma recursive_triggers=on");
			}
			assertThat(jdbc(database).sql("select v from t").query(Integer.class).single()).isEqualTo(5);
		}
	}

	@Test
	void itHasTheWholeSchemaAndTheSettingsOfAFile() {
		try (ZovaDatabase database = ZovaDatabase.inMemory(ZovaOptions.builder().pageSize(1024).build())) {
			assertThat(jdbc(database).sql("select value from _zova_meta where key = 'format_version'")
				.query(String.class)
				.single()).isEqualTo("12");
			assertThat(jdbc(database).sql("pragma foreign_keys").query(Integer.class).single()).isEqualTo(1);
			assertThat(jdbc(database).sql("pragma journal_mode").query(String.class).single()).isEqualTo("memory");
			assertThat(jdbc(database).sql("pragma page_size").query(Integer.class).single()).isEqualTo(1024);
		}
	}

	private static JdbcClient jdbc(ZovaDatabase database) {
		return JdbcClient.create(database.dataSource());
	}

}
