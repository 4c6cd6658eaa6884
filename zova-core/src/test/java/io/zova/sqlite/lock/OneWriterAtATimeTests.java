package io.zova.sqlite.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.zova.NewDatabase;
import io.zova.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Writers of one process queue in memory.
 */
@Timeout(30)
class OneWriterAtATimeTests extends NewDatabase {

	private static final ZovaOptions OPTIONS = ZovaOptions.builder()
		.journalMode(JournalMode.WAL)
		.busyTimeout(Duration.ZERO)
		.lockWaitTimeout(Duration.ofMillis(400))
		.build();

	@Override
	protected ZovaOptions options() {
		return OPTIONS;
	}

	@BeforeEach
	void create() {
		JdbcClient.create(this.database.dataSource()).sql("create table t(v)").update();
	}

	@Test
	void aWriterThatWaitsTooLongIsToldWhoHoldsTheGate() throws Exception {
		try (Connection holder = writing(this.database)) {
			assertThatExceptionOfType(CannotAcquireLockException.class)
				.isThrownBy(() -> OtherThreads.inAnotherThread(() -> insert(this.database)))
				.withMessageContaining("400 ms")
				.withMessageContaining("thread '" + Thread.currentThread().getName() + "' has held it for");
			holder.rollback();
		}
		insert(this.database);
	}

	@Test
	void twoDatabasesOnTheSameFileShareTheGate() throws Exception {
		try (ZovaDatabase second = ZovaDatabase
			.open(this.directory.resolve("../" + this.directory.getFileName() + "/new.zova"), OPTIONS);
				Connection holder = writing(this.database)) {
			assertThatExceptionOfType(CannotAcquireLockException.class)
				.isThrownBy(() -> OtherThreads.inAnotherThread(() -> insert(second)))
				.withMessageContaining("has held it for");
			holder.rollback();
			insert(second);
		}
	}

	@Test
	void writersGetOnInTheOrderOfAsking() throws Exception {
		ZovaOptions patient = OPTIONS.toBuilder().lockWaitTimeout(Duration.ofSeconds(20)).build();
		List<Integer> order = new CopyOnWriteArrayList<>();
		List<Thread> threads = new ArrayList<>();
		try (ZovaDatabase second = ZovaDatabase.open(file(), patient); Connection holder = writing(this.database)) {
			List<Connection> connections = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				connections.add(second.dataSource().getConnection());
			}
			for (int i = 0; i < 8; i++) {
				int number = i;
				Thread thread = new Thread(() -> insert(connections.get(number), () -> order.add(number)));
				thread.start();
				OtherThreads.awaitParked(thread);
				threads.add(thread);
			}
			holder.commit();
			for (Thread thread : threads) {
				thread.join();
			}
		}
		assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
	}

	@Test
	void whoHasJustWrittenDoesNotPushInFrontOfThoseWhoWait() throws Exception {
		for (int round = 0; round < 50; round++) {
			WriteGate gate = new WriteGate();
			List<String> order = new CopyOnWriteArrayList<>();
			Deadline deadline = Deadline.after(Duration.ofSeconds(20));
			gate.enter("first", deadline);
			Thread waiting = new Thread(() -> {
				try {
					gate.enter("waiting", deadline);
					order.add("waiting");
					gate.leave("waiting");
				}
				catch (SQLException ex) {
					order.add(ex.getMessage());
				}
			});
			waiting.start();
			OtherThreads.awaitParked(waiting);
			gate.leave("first");
			gate.enter("first again", deadline);
			order.add("first again");
			gate.leave("first again");
			waiting.join();
			assertThat(order).containsExactly("waiting", "first again");
		}
	}

	@Test
	void aWaitingWriterCanBeInterrupted() throws Exception {
		try (Connection holder = writing(this.database)) {
			CompletableFuture<Throwable> outcome = new CompletableFuture<>();
			Connection waiting = this.database.dataSource().getConnection();
			Thread thread = new Thread(() -> {
				try (Statement statement = waiting.createStatement()) {
					statement.execute("insert into t values (1)");
					outcome.complete(null);
				}
				catch (SQLException ex) {
					outcome.complete(Thread.currentThread().isInterrupted() ? ex : new AssertionError("flag lost"));
				}
			});
			thread.start();
			OtherThreads.awaitParked(thread);
			thread.interrupt();
			assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(SQLTransactionRollbackException.class)
				.hasMessageContaining("Interrupted while waiting to write");
			waiting.close();
			holder.rollback();
		}
	}

	@Test
	void requiresNewInsideAWriteTransactionFailsAtOnceWithAdvice() {
		TransactionTemplate outer = new TransactionTemplate(this.database.transactionManager());
		TransactionTemplate inner = new TransactionTemplate(this.database.transactionManager());
		inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		ZovaOptions patient = OPTIONS.toBuilder().lockWaitTimeout(Duration.ofMinutes(1)).build();
		assertThat(patient.lockWaitTimeout()).isGreaterThan(Duration.ofSeconds(30));
		outer.executeWithoutResult((status) -> {
			insert(this.database);
			assertThatExceptionOfType(CannotAcquireLockException.class)
				.isThrownBy(() -> inner.executeWithoutResult((innerStatus) -> insert(this.database)))
				.withMessageContaining("waits for itself")
				.withMessageContaining("PROPAGATION_NESTED");
			insert(this.database);
		});
		assertThat(count()).isEqualTo(2);
	}

	@Test
	void requiresNewInsideAReadOnlyTransactionWrites() {
		TransactionTemplate outer = new TransactionTemplate(this.database.transactionManager());
		outer.setReadOnly(true);
		TransactionTemplate inner = new TransactionTemplate(this.database.transactionManager());
		inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		outer.executeWithoutResult((status) -> {
			assertThat(count()).isZero();
			inner.executeWithoutResult((innerStatus) -> insert(this.database));
			assertThat(count()).as("the outer transaction keeps its snapshot").isZero();
		});
		assertThat(count()).isEqualTo(1);
	}

	@Test
	void readersNeverWaitForAWriterInWalMode() throws Exception {
		try (Connection holder = writing(this.database)) {
			TransactionTemplate reading = new TransactionTemplate(this.database.transactionManager());
			reading.setReadOnly(true);
			OtherThreads.inAnotherThread(() -> assertThat(count()).isZero());
			OtherThreads.inAnotherThread(() -> assertThat(reading.<Long>execute((status) -> count())).isZero());
			holder.rollback();
		}
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsThatWaitLeaveTheirCarriers() throws Exception {
		ZovaOptions patient = OPTIONS.toBuilder()
			.lockWaitTimeout(Duration.ofSeconds(20))
			.maximumPoolSize(Runtime.getRuntime().availableProcessors() * 4 + 4)
			.build();
		try (ZovaDatabase second = ZovaDatabase.open(file(), patient); Connection holder = writing(this.database)) {
			List<Thread> waiting = new ArrayList<>();
			for (int i = 0; i < Runtime.getRuntime().availableProcessors() * 4; i++) {
				Thread thread = startVirtual(() -> insert(second));
				OtherThreads.awaitParked(thread);
				waiting.add(thread);
			}
			CountDownLatch ran = new CountDownLatch(1);
			startVirtual(ran::countDown);
			assertThat(ran.await(10, TimeUnit.SECONDS)).as("a carrier is free").isTrue();
			holder.rollback();
			for (Thread thread : waiting) {
				thread.join();
			}
		}
		assertThat(count()).isEqualTo(Runtime.getRuntime().availableProcessors() * 4L);
	}

	private static Thread startVirtual(Runnable task) throws ReflectiveOperationException {
		return (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
	}

	private static Connection writing(ZovaDatabase database) throws SQLException {
		Connection connection = database.dataSource().getConnection();
		connection.setAutoCommit(false);
		connection.createStatement().executeQuery("select count(*) from t").close();
		return connection;
	}

	private static void insert(Connection connection, Runnable inTransaction) {
		try (connection; Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("insert into t values (1)");
			inTransaction.run();
			connection.commit();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void insert(ZovaDatabase database) {
		JdbcClient.create(database.dataSource()).sql("insert into t values (1)").update();
	}

	private long count() {
		return JdbcClient.create(this.database.dataSource()).sql("select count(*) from t").query(Long.class).single();
	}

}
