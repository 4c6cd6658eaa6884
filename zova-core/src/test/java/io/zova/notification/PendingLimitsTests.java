package io.zova.notification;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What waits for a commit is bounded, by number and by bytes.
 */
class PendingLimitsTests {

	private static final String A_MILLION = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000)"
			+ " select sum(zova_notify('m', i)) from n";

	private final ZovaDatabase database = ZovaDatabase
		.inMemory(ZovaOptions.builder().notificationsPerTransaction(3).notificationBytesPerTransaction(100).build());

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	private final TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aPublishBeyondTheNumberIsRefusedAndTheTransactionGoesOn() {
		Subscription subscription = this.database.notifications().subscribe("m");
		this.jdbc.sql("create table t (v text)").update();
		this.transaction.executeWithoutResult((status) -> {
			publish("1", "2", "3");
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> publish("4"))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.MISUSE))
				.withMessageContaining("'m'")
				.withMessageContaining("at most 3 notifications")
				.withMessageContaining("zova.notifications.max-per-transaction")
				.withMessageContaining("notificationsPerTransaction")
				.withMessageContaining("What was published before stays");
			this.jdbc.sql("insert into t values ('still works')").update();
		});
		assertThat(received(subscription)).containsExactly("1", "2", "3");
		assertThat(this.jdbc.sql("select count(*) from t").query(Integer.class).single()).isEqualTo(1);
		publish("5");
		assertThat(received(subscription)).containsExactly("5");
	}

	@Test
	void aPublishBeyondTheBytesIsRefused() {
		Subscription subscription = this.database.notifications().subscribe("m");
		this.transaction.executeWithoutResult((status) -> {
			publish("é".repeat(24));
			publish("a".repeat(49));
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> publish("b"))
				.withMessageContaining("at most 100 bytes")
				.withMessageContaining("zova.notifications.max-bytes-per-transaction");
			publish("");
		});
		assertThat(received(subscription)).containsExactly("é".repeat(24), "a".repeat(49), "");
	}

	@Test
	void whatASavepointUndoesMakesRoom() {
		Subscription subscription = this.database.notifications().subscribe("m");
		this.transaction.executeWithoutResult((status) -> {
			publish("1", "2");
			Object savepoint = status.createSavepoint();
			publish("3");
			status.rollbackToSavepoint(savepoint);
			publish("4");
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> publish("5"));
		});
		assertThat(received(subscription)).containsExactly("1", "2", "4");
	}

	@Test
	void aStatementThatPublishesTooMuchFailsAndWhatWasPublishedBeforeStays() {
		try (ZovaDatabase defaults = ZovaDatabase.inMemory()) {
			Subscription subscription = defaults.notifications().subscribe("m");
			JdbcClient own = JdbcClient.create(defaults.dataSource());
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> own.sql(A_MILLION).query(Integer.class).single())
				.havingRootCause()
				.isInstanceOf(ZovaException.class)
				.withMessageContaining("at most 100000 notifications")
				.withMessageContaining("zova.notifications.max-per-transaction");
			new TransactionTemplate(defaults.transactionManager()).executeWithoutResult((status) -> {
				defaults.notifications().publish("m", "before");
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> own.sql(A_MILLION).query(Integer.class).single());
				defaults.notifications().publish("m", "after");
			});
			assertThat(received(subscription)).containsExactly("before", "after");
			NotificationStatistics counts = defaults.notifications().statistics();
			assertThat(counts.published()).isEqualTo(2);
			assertThat(counts.discarded()).isEqualTo(199_999);
		}
	}

	@Test
	void withoutASubscriberNothingIsRefusedAndEverythingCounted() {
		this.database.notifications().subscribe("other");
		this.transaction.executeWithoutResult((status) -> {
			assertThat(this.jdbc.sql(A_MILLION).query(Integer.class).single()).isEqualTo(1_000_000);
			publish("1");
		});
		assertThat(this.jdbc.sql(A_MILLION).query(Integer.class).single()).isEqualTo(1_000_000);
		assertThat(this.database.notifications().statistics().published()).isEqualTo(2_000_001);
		assertThat(this.database.notifications().statistics().discarded()).isZero();
	}

	@Test
	void aSubscriberThatComesBeforeTheCommitGetsWhatWaitsAndTheRestIsLogged() {
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger(NotificationHub.class);
		log.start();
		logger.addAppender(log);
		try {
			List<Subscription> late = new ArrayList<>();
			this.transaction.executeWithoutResult((status) -> {
				publish("1", "2", "3", "4", "5");
				late.add(this.database.notifications().subscribe("m"));
				assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> publish("6"));
			});
			assertThat(received(late.get(0))).containsExactly("1", "2", "3");
			assertThat(log.list).singleElement()
				.satisfies((event) -> assertThat(event.getFormattedMessage()).startsWith("2 notifications")
					.contains("zova.notifications.max-per-transaction"));
			assertThat(this.database.notifications().statistics().published()).isEqualTo(5);
			late.get(0).close();
			this.transaction.executeWithoutResult((status) -> publish("1", "2", "3", "4"));
			assertThat(log.list).hasSize(1);
		}
		finally {
			logger.detachAppender(log);
		}
	}

	@Test
	void whatIsOnlyCountedIsCountedAsIfItWaited() {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		try (NotificationHub small = new NotificationHub(1, new PendingLimits(2, 1000));
				NotificationHub large = new NotificationHub(ZovaOptions.defaults())) {
			List<FollowedScope> scopes = List.of(new FollowedScope(small), new FollowedScope(large));
			boolean begun = false;
			for (int i = 0; i < 100_000; i++) {
				String name = "abc".substring(random.nextInt(3)).substring(0, 1);
				int call = random.nextInt(14);
				boolean success = random.nextBoolean();
				for (FollowedScope scope : scopes) {
					call(scope, call, name, begun, success);
				}
				begun = (call == 0 || begun) && call != 1 && call != 2;
				assertThat(small.statistics()).as("seed %d, step %d", seed, i).isEqualTo(large.statistics());
			}
		}
	}

	private static void call(FollowedScope scope, int call, String name, boolean begun, boolean success) {
		switch (call) {
			case 0 -> {
				if (!begun) {
					scope.began();
				}
			}
			case 1 -> scope.committed();
			case 2 -> scope.rolledBack();
			case 3, 4 -> scope.savepoint(name);
			case 5, 6 -> scope.rolledBackTo(name);
			case 7 -> scope.released(name);
			case 8, 9 -> {
				Object statement = new Object();
				Object part = new Object();
				scope.publish("m", "1", 1, statement);
				scope.publish("m", "2", 1, part);
				scope.publish("m", "3", 1, part);
				scope.publish("m", "4", 1, statement);
				scope.statementEnded(part, statement, call == 8);
				scope.statementEnded(statement, null, success);
			}
			default -> scope.publish("m", "5", 1, null);
		}
	}

	@Test
	void whatAFailedStatementPublishedIsNotKeptUntilTheTransactionEnds() {
		try (NotificationHub hub = new NotificationHub(ZovaOptions.defaults())) {
			FollowedScope scope = new FollowedScope(hub);
			scope.began();
			scope.publish("m", "stays", 5, null);
			WeakReference<String> payload = new WeakReference<>(publishAndFail(scope));
			long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
			while (payload.get() != null && System.nanoTime() < deadline) {
				System.gc();
			}
			assertThat(payload.get()).isNull();
			scope.committed();
			assertThat(hub.statistics().published()).isEqualTo(1);
		}
	}

	private static String publishAndFail(FollowedScope scope) {
		String payload = "x".repeat(1000);
		Object statement = new Object();
		scope.publish("m", payload, 1000, statement);
		scope.statementEnded(statement, null, false);
		return payload;
	}

	@Test
	void limitsBelowOneAreRefused() {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> new PendingLimits(0, 1));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> new PendingLimits(1, 0));
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> ZovaOptions.builder().notificationsPerTransaction(0))
			.withMessageContaining("notificationsPerTransaction");
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> ZovaOptions.builder().notificationBytesPerTransaction(0))
			.withMessageContaining("notificationBytesPerTransaction");
	}

	private void publish(String... payloads) {
		for (String payload : payloads) {
			this.database.notifications().publish("m", payload);
		}
	}

	private static List<String> received(Subscription subscription) {
		List<String> received = new ArrayList<>();
		for (Optional<Notification> next = subscription.tryReceive(); next
			.isPresent(); next = subscription.tryReceive()) {
			received.add(next.get().payload());
		}
		return received;
	}

}
