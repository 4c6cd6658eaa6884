package io.zova.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

import io.zova.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TransactionsInEveryJournalModeTests {

	@ParameterizedTest
	@EnumSource
	void transactionsKeepTheirPromisesInAFile(JournalMode mode, @TempDir Path directory) {
		ZovaOptions options = ZovaOptions.builder().journalMode(mode).build();
		try (ZovaDatabase database = ZovaDatabase.create(directory.resolve("test.zova"), options)) {
			useEverything(database);
		}
		try (ZovaDatabase database = ZovaDatabase.open(directory.resolve("test.zova"), options)) {
			assertThat(names(database)).containsExactly("alone", "template", "transaction", "with key");
		}
	}

	@Test
	void transactionsKeepTheirPromisesInMemory() {
		try (ZovaDatabase database = ZovaDatabase.inMemory()) {
			useEverything(database);
			assertThat(names(database)).containsExactly("alone", "template", "transaction", "with key");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aTransactionThatHasWrittenNothingIsCommittedWhileOthersRead(JournalMode mode, @TempDir Path directory) {
		ZovaOptions options = ZovaOptions.builder().journalMode(mode).busyTimeout(Duration.ZERO).build();
		try (ZovaDatabase database = ZovaDatabase.create(directory.resolve("test.zova"), options)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t(id integer primary key, name text unique)").update();
			TransactionTemplate reading = new TransactionTemplate(database.transactionManager());
			reading.setReadOnly(true);
			reading.executeWithoutResult((status) -> {
				assertThat(names(database)).isEmpty();
				OtherThreads.inAnotherThread(() -> new TransactionTemplate(database.transactionManager())
					.executeWithoutResult((inner) -> assertThat(names(database)).isEmpty()));
			});
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatIsWrittenToTemporaryTablesOnlyIsCommittedToo(JournalMode mode, @TempDir Path directory) throws Exception {
		ZovaOptions options = ZovaOptions.builder().journalMode(mode).build();
		try (ZovaDatabase database = ZovaDatabase.create(directory.resolve("test.zova"), options);
				Connection connection = database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("create temp table mine(v)");
			connection.setAutoCommit(false);
			statement.executeQuery("select count(*) from sqlite_schema").close();
			statement.execute("insert into mine values (1)");
			connection.commit();
			try (ResultSet row = statement.executeQuery("select v from mine")) {
				assertThat(row.next()).isTrue();
			}
		}
	}

	private static void useEverything(ZovaDatabase database) {
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		jdbc.sql("create table t(id integer primary key, name text unique)").update();
		assertThat(jdbc.sql("insert into t(name) values ('alone')").update()).isEqualTo(1);

		new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
			jdbc.sql("insert into t(name) values ('transaction')").update();
			Object savepoint = status.createSavepoint();
			jdbc.sql("insert into t(name) values ('undone')").update();
			status.rollbackToSavepoint(savepoint);
			insert(database, "template");
		});
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> insert(database, "alone"))
			.withMessageContaining("UNIQUE constraint failed: t.name");

		GeneratedKeyHolder key = new GeneratedKeyHolder();
		jdbc.sql("insert into t(name) values ('with key')").update(key, "id");
		assertThat(jdbc.sql("select id from t where name = 'with key'").query(Long.class).single())
			.isEqualTo(key.getKeyAs(Number.class).longValue());
		assertThat(jdbc.sql("delete from t where name = 'gone' returning id").query(Long.class).list()).isEmpty();
	}

	private static void insert(ZovaDatabase database, String name) {
		database.sql().write("insert", (connection) -> {
			try (var statement = connection.prepareStatement("insert into t(name) values (?)")) {
				statement.setString(1, name);
				return statement.executeUpdate();
			}
		});
	}

	private static List<String> names(ZovaDatabase database) {
		return JdbcClient.create(database.dataSource())
			.sql("select name from t order by name")
			.query(String.class)
			.list();
	}

}
