package io.zova.notification;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Savepoints that are typed as SQL undo notifications as those of Spring do.
 */
class SavepointsBySqlTests {

	private final ZovaDatabase database = ZovaDatabase.inMemory();

	private final JdbcClient sql = JdbcClient.create(this.database.dataSource());

	private final TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());

	private final Subscription subscription = this.database.notifications().subscribe("m");

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aRollbackToASavepointDropsWhatWasPublishedSince() {
		this.transaction.executeWithoutResult((status) -> {
			publish("1");
			this.sql.sql("savepoint s").update();
			publish("2");
			this.sql.sql("select zova_notify('m', '3')").query().singleRow();
			this.sql.sql("rollback to S").update();
			publish("4");
			this.sql.sql("release s").update();
			publish("5");
		});
		assertThat(received()).containsExactly("1", "4", "5");
	}

	@Test
	void aSavepointThatIsOlderThanTheFirstNotificationDropsAll() {
		this.transaction.executeWithoutResult((status) -> {
			this.sql.sql("savepoint s").update();
			this.sql.sql("savepoint t").update();
			publish("1");
			this.sql.sql("release t").update();
			publish("2");
			this.sql.sql("rollback to s").update();
			publish("3");
		});
		assertThat(received()).containsExactly("3");
	}

	@Test
	void namesAreThoseOfSqliteNotOfJava() {
		this.transaction.executeWithoutResult((status) -> {
			this.sql.sql("savepoint \"É\"").update();
			publish("1");
			this.sql.sql("savepoint \"é\"").update();
			publish("2");
			this.sql.sql("rollback to \"É\"").update();
			publish("3");
			this.sql.sql("savepoint \"Key\"").update();
			publish("4");
			this.sql.sql("rollback to \"kEY\"").update();
		});
		assertThat(received()).containsExactly("3");
	}

	private void publish(String payload) {
		this.database.notifications().publish("m", payload);
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
