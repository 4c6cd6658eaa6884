package io.zova.notification;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.NewDatabase;
import io.zova.ZovaOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is published follows a transaction that is run by SQL text, or ended by SQLite.
 */
@Timeout(30)
class PublishingInSqlTransactionsTests extends NewDatabase {

	private NotificationOperations notifications;

	private JdbcClient jdbc;

	private TransactionTemplate transaction;

	private Subscription subscription;

	@Override
	protected ZovaOptions options() {
		return ZovaOptions.builder().journalMode(ZovaOptions.JournalMode.WAL).build();
	}

	@BeforeEach
	void open() {
		this.notifications = this.database.notifications();
		this.jdbc = JdbcClient.create(this.database.dataSource());
		this.jdbc.sql("create table t (id integer primary key, v text unique)").update();
		this.transaction = new TransactionTemplate(this.database.transactionManager());
		this.subscription = this.notifications.subscribe("m");
	}

	@Test
	void savepointsTypedAsSqlAreFollowed() {
		this.transaction.executeWithoutResult((status) -> {
			this.notifications.publish("m", "1");
			this.jdbc.sql("savepoint \"Select\"").update();
			this.notifications.publish("m", "2");
			this.jdbc.sql("rollback to \"sELECT\"").update();
			this.notifications.publish("m", "3");
			this.jdbc.sql("release \"SELECT\"").update();
		});
		assertThat(received()).containsExactly("1", "3");
	}

	@Test
	void inATransactionThatSqliteHasRolledBackPublishingFails() {
		insert("a");
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.notifications.publish("m", "1");
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> this.jdbc.sql("insert or rollback into t (v) values ('a')").update());
				this.notifications.publish("m", "2");
			}))
			.withMessageContaining("rolled the transaction back");
		assertThat(received()).isEmpty();
		this.notifications.publish("m", "3");
		assertThat(received()).containsExactly("3");
	}

	private void insert(String value) {
		this.jdbc.sql("insert into t (v) values (?)").param(value).update();
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
