package io.zova.contract;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.notification.Notification;
import io.zova.notification.NotificationOperations;
import io.zova.notification.Subscription;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is published belongs to the transaction it is published in.
 */
class NotificationContractTests extends Contract {

	private NotificationOperations notifications;

	private JdbcClient jdbc;

	private Subscription subscription;

	@BeforeEach
	void open() {
		this.notifications = this.database.notifications();
		this.jdbc = JdbcClient.create(this.database.dataSource());
		this.jdbc.sql("create table t (v text unique)").update();
		this.subscription = this.notifications.subscribe("m");
	}

	@Test
	void outsideATransactionItGoesOutAtOnce() {
		this.notifications.publish("m", "x");
		assertThat(received()).containsExactly("x");
	}

	@Test
	void inATransactionItGoesOutAfterTheCommit() {
		this.transaction.executeWithoutResult((status) -> {
			this.notifications.publish("m", "first of all");
			insert("a");
			this.notifications.publish("m", "x");
			assertThat(received()).isEmpty();
		});
		assertThat(received()).containsExactly("first of all", "x");
	}

	@Test
	void aTransactionThatOnlyPublishesIsATransactionToo() {
		this.transaction.executeWithoutResult((status) -> {
			this.notifications.publish("m", "lost");
			status.setRollbackOnly();
		});
		this.transaction.executeWithoutResult((status) -> {
			this.notifications.publish("m", "kept");
			assertThat(received()).isEmpty();
		});
		assertThat(received()).containsExactly("kept");
	}

	@Test
	void anExceptionDiscardsIt() {
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				insert("a");
				this.notifications.publish("m", "lost");
				throw new IllegalStateException("on purpose");
			}));
		assertThat(received()).isEmpty();
		assertThat(this.notifications.statistics().discarded()).isEqualTo(1);
	}

	@Test
	void aReadOnlyTransactionMayPublish() {
		TransactionTemplate readOnly = new TransactionTemplate(this.database.transactionManager());
		readOnly.setReadOnly(true);
		readOnly.executeWithoutResult((status) -> {
			this.notifications.publish("m", "x");
			assertThat(received()).isEmpty();
		});
		assertThat(received()).containsExactly("x");
	}

	@Test
	void aNestedTransactionThatRollsBackTakesOnlyItsOwnAlong() {
		TransactionTemplate nested = new TransactionTemplate(this.database.transactionManager());
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		this.transaction.executeWithoutResult((status) -> {
			this.notifications.publish("m", "1");
			nested.executeWithoutResult((inner) -> this.notifications.publish("m", "2"));
			nested.executeWithoutResult((inner) -> {
				this.notifications.publish("m", "3");
				inner.setRollbackOnly();
			});
			this.notifications.publish("m", "4");
		});
		assertThat(received()).containsExactly("1", "2", "4");
	}

	@Test
	void savepointsOfJdbcAreFollowed() throws SQLException {
		this.transaction.executeWithoutResult((status) -> {
			Connection connection = DataSourceUtils.getConnection(this.database.dataSource());
			try {
				this.notifications.publish("m", "1");
				Savepoint outer = connection.setSavepoint("outer");
				this.notifications.publish("m", "2");
				connection.setSavepoint();
				this.notifications.publish("m", "3");
				connection.rollback(outer);
				this.notifications.publish("m", "4");
				connection.releaseSavepoint(outer);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(received()).containsExactly("1", "4");
	}

	@Test
	void aStatementThatFailsAndIsCaughtDoesNotTouchWhatWasPublishedBefore() {
		insert("a");
		this.transaction.executeWithoutResult((status) -> {
			this.notifications.publish("m", "1");
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> insert("a"));
			this.notifications.publish("m", "2");
		});
		assertThat(received()).containsExactly("1", "2");
	}

	@Test
	void withinATransactionBadArgumentsLeaveTheTransactionAsItWas() {
		this.transaction.executeWithoutResult((status) -> {
			this.notifications.publish("m", "1");
			assertThatExceptionOfType(ZovaException.class)
				.isThrownBy(() -> this.notifications.publish("not allowed", "x"))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.INVALID_ARGUMENT));
			assertThatExceptionOfType(ZovaException.class)
				.isThrownBy(() -> this.notifications.publish("m", "x".repeat(65_537)));
			this.notifications.publish("m", "2");
		});
		List<Notification> all = new ArrayList<>();
		this.subscription.tryReceive().ifPresent(all::add);
		this.subscription.tryReceive().ifPresent(all::add);
		assertThat(all).containsExactly(new Notification("m", "1", 1, 0), new Notification("m", "2", 2, 0));
	}

	@Test
	void whoReceivesANotificationSeesWhatItsTransactionWrote() throws Exception {
		for (int i = 0; i < 50; i++) {
			String value = "v" + i;
			CompletableFuture<Void> writer = CompletableFuture
				.runAsync(() -> this.transaction.executeWithoutResult((status) -> {
					insert(value);
					this.notifications.publish("m", value);
				}));
			Notification notification = this.subscription.receive(Duration.ofSeconds(10)).orElseThrow();
			assertThat(this.jdbc.sql("select count(*) from t where v = ?")
				.param(notification.payload())
				.query(Integer.class)
				.single()).isEqualTo(1);
			writer.get(10, TimeUnit.SECONDS);
		}
	}

	@Test
	void manyThreadsAreHeardInTheOrderOfTheirCommits() throws Exception {
		this.jdbc.sql("create table counter (n integer)").update();
		this.jdbc.sql("insert into counter values (0)").update();
		int threads = 8;
		int each = 15;
		List<CompletableFuture<Void>> writers = new ArrayList<>();
		for (int t = 0; t < threads; t++) {
			writers.add(CompletableFuture.runAsync(() -> {
				for (int i = 0; i < each; i++) {
					this.transaction.executeWithoutResult((status) -> {
						this.jdbc.sql("update counter set n = n + 1").update();
						Integer n = this.jdbc.sql("select n from counter").query(Integer.class).single();
						this.notifications.publish("m", "" + n);
					});
				}
			}, (task) -> new Thread(task).start()));
		}
		CompletableFuture.allOf(writers.toArray(new CompletableFuture<?>[0])).get(20, TimeUnit.SECONDS);
		List<String> received = received();
		assertThat(received).hasSize(threads * each);
		for (int i = 0; i < threads * each; i++) {
			assertThat(received.get(i)).isEqualTo("" + (i + 1));
		}
	}

	@Test
	void closingTheDatabaseClosesItsSubscriptions() {
		this.database.close();
		assertThat(this.subscription.isClosed()).isTrue();
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
