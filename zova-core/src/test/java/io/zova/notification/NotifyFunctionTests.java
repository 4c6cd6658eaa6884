package io.zova.notification;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.NewDatabase;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code zova_notify(channel, payload)} in SQL.
 */
class NotifyFunctionTests extends NewDatabase {

	private JdbcClient jdbc;

	private Subscription subscription;

	@BeforeEach
	void open() {
		this.jdbc = JdbcClient.create(this.database.dataSource());
		this.jdbc.sql("create table t (id integer primary key, v text unique)").update();
		this.subscription = this.database.notifications().subscribe("m");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "'text'|text", "''|\"\"", "12|12", "-9223372036854775808|-9223372036854775808", "1.5|1.5",
					"1e300|1.0e+300", "0.1|0.1", "x'6869'|hi", "x''|\"\"", "'gr''ün €'|gr'ün €", "true|1" })
	void publishesTheTextOfAnyValue(String payload, String published) {
		assertThat(this.jdbc.sql("select zova_notify('m', " + payload + ")").query(Integer.class).single())
			.isEqualTo(1);
		assertThat(received()).containsExactly(published);
	}

	@Test
	void aPayloadMayHoldNul() {
		this.jdbc.sql("select zova_notify('m', ?)").param("a\u0000b").query(Integer.class).single();
		assertThat(received()).containsExactly("a\u0000b");
	}

	@Test
	void aPayloadMayHoldTheReplacementCharacter() {
		this.jdbc.sql("select zova_notify('m', ?)").param("a\uFFFDb").query(Integer.class).single();
		assertThat(received()).containsExactly("a\uFFFDb");
	}

	@ParameterizedTest
	@ValueSource(strings = { "null, 'x'", "'m', null", "'', 'x'", "'a b', 'x'", "'_Zova_x', 'x'", "'m', x'c080'",
			"'m', x'eda080'", "'m', cast(x'ff' as text)", "'m', zeroblob(65537)", "'é', 'x'", "x'ff', 'x'" })
	void anythingElseFailsAndUsesUpNoNumber(String arguments) {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.jdbc.sql("select zova_notify(" + arguments + ")").query(Integer.class).single())
			.withStackTraceContaining("invalid notification channel or payload");
		this.jdbc.sql("select zova_notify('m', 'next')").query(Integer.class).single();
		assertThat(this.subscription.tryReceive()).contains(new Notification("m", "next", 1, 0));
	}

	@ParameterizedTest
	@ValueSource(strings = { "zova_notify()", "zova_notify('m')", "zova_notify('m', 'x', 'y')" })
	void needsTwoArguments(String call) {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.jdbc.sql("select " + call).query(Integer.class).single())
			.withStackTraceContaining("wrong number of arguments");
	}

	@Test
	void inATransactionOfSpringThatHasDoneNothingElseItWaitsForTheCommit() {
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			this.jdbc.sql("select zova_notify('m', '1')").query(Integer.class).single();
			assertThat(received()).isEmpty();
		});
		assertThat(received()).containsExactly("1");
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			this.jdbc.sql("select zova_notify('m', '2')").query(Integer.class).single();
			status.setRollbackOnly();
		});
		assertThat(received()).isEmpty();
	}

	@Test
	void aTriggerPublishesItsRowsWithTheirCommit() {
		trigger("'row:' || new.v");
		this.jdbc.sql("insert into t (v) values ('a'), ('b')").update();
		assertThat(received()).containsExactly("row:a", "row:b");
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.jdbc.sql("insert into t (v) values ('c'), ('a')").update());
		assertThat(received()).isEmpty();
		assertThat(this.jdbc.sql("select v from t").query(String.class).list()).containsExactly("a", "b");
	}

	@Test
	void aTriggerThatPublishesANumberAsksSqliteForItsTextAndStillWaitsForTheCommit() {
		for (JournalMode mode : JournalMode.values()) {
			Path file = this.directory.resolve(mode + ".zova");
			try (ZovaDatabase other = ZovaDatabase.create(file, ZovaOptions.builder().journalMode(mode).build())) {
				JdbcClient client = JdbcClient.create(other.dataSource());
				client.sql("create table t (id integer primary key, v real unique)").update();
				client.sql("create trigger tr after insert on t begin select zova_notify('m', new.v); end").update();
				Subscription numbers = other.notifications().subscribe("m");
				client.sql("insert into t (v) values (1.5), (2.5)").update();
				assertThat(numbers.tryReceive()).map(Notification::payload).contains("1.5");
				assertThat(numbers.tryReceive()).map(Notification::payload).contains("2.5");
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> client.sql("insert into t (v) values (3.5), (1.5)").update());
				assertThat(numbers.tryReceive()).isEmpty();
				client.sql("insert into t (v) values (4.5)").update();
				assertThat(numbers.tryReceive()).map(Notification::payload).contains("4.5");
			}
		}
	}

	@Test
	void inATransactionAFailedStatementTakesOnlyItsOwnAlong() {
		trigger("new.v");
		this.jdbc.sql("insert into t (v) values ('a')").update();
		assertThat(received()).containsExactly("a");
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			this.jdbc.sql("insert into t (v) values ('b')").update();
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> this.jdbc.sql("insert into t (v) values ('c'), ('a')").update());
			this.jdbc.sql("insert into t (v) values ('d')").update();
		});
		assertThat(received()).containsExactly("b", "d");
		assertThat(this.jdbc.sql("select v from t order by id").query(String.class).list()).containsExactly("a", "b",
				"d");
	}

	@Test
	void aConnectionClosedInATransactionDiscards() throws SQLException {
		trigger("new.v");
		try (Connection connection = this.database.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.executeUpdate("insert into t (v) values ('lost')");
			}
		}
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("begin");
			statement.executeUpdate("insert into t (v) values ('lost too')");
		}
		this.jdbc.sql("insert into t (v) values ('a')").update();
		assertThat(received()).containsExactly("a");
	}

	@Test
	void inAReadOnlyDatabaseItWorks() {
		this.database.close();
		try (ZovaDatabase readOnly = ZovaDatabase.open(file(), ZovaOptions.builder().readOnly(true).build())) {
			Subscription listening = readOnly.notifications().subscribe("m");
			JdbcClient.create(readOnly.dataSource()).sql("select zova_notify('m', 'x')").query(Integer.class).single();
			readOnly.notifications().publish("m", "y");
			assertThat(listening.tryReceive()).map(Notification::payload).contains("x");
			assertThat(listening.tryReceive()).map(Notification::payload).contains("y");
		}
	}

	@Test
	void twoDatabasesOnOneFileDoNotHearEachOther() {
		try (ZovaDatabase other = ZovaDatabase.open(file())) {
			other.notifications().publish("m", "x");
			JdbcClient.create(other.dataSource()).sql("select zova_notify('m', 'y')").query(Integer.class).single();
			assertThat(received()).isEmpty();
		}
	}

	private void trigger(String payload) {
		this.jdbc.sql("create trigger tr after insert on t begin select zova_notify('m', " + payload + "); end")
			.update();
	}

	private List<String> received() {
		List<String> received = new ArrayList<>();
		for (Optional<Notification> next = this.subscription.tryReceive(); next
			.isPresent(); next = this.subscription.tryReceive()) {
			received.add(next.get().payload());
		}
		return received;
	}

}
