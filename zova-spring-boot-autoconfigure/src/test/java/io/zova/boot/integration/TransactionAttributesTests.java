package io.zova.boot.integration;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.boot.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaDataSourceAutoConfiguration;
import io.zova.boot.ZovaTemplatesAutoConfiguration;
import io.zova.graph.GraphNode;
import io.zova.graph.GraphOperations;
import io.zova.graph.NodeTarget;
import io.zova.kv.KeyValueOperations;
import io.zova.notification.NotificationOperations;
import io.zova.notification.Subscription;
import io.zova.object.ObjectOperations;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorSpace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What {@code @Transactional} can be told: read-only, a timeout, an isolation level,
 * rollback rules. Each is tried with each part, and the file is looked at with nothing
 * but the driver.
 */
@Timeout(60)
class TransactionAttributesTests {

	private static final List<String> TABLES = List.of("t", "_zova_objects", "_zova_chunks", "_zova_vectors",
			"_zova_graph_nodes", "_zova_kv");

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
				ZovaTemplatesAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				JdbcClientAutoConfiguration.class, TransactionAutoConfiguration.class,
				TransactionManagerCustomizationAutoConfiguration.class))
		.withBean(Service.class);

	@ParameterizedTest
	@EnumSource
	void aReadOnlyTransactionRefusesToWriteAnyPart(Part part) {
		run((context, service) -> {
			Map<String, Integer> before = rows();
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> service.readOnly(part));
			assertThat(rows()).isEqualTo(before);
		});
	}

	@ParameterizedTest
	@EnumSource
	void aTransactionWhoseTimeIsUpWritesNothingMoreAndIsRolledBack(Part part) {
		run((context, service) -> {
			Map<String, Integer> before = rows();
			assertThatExceptionOfType(TransactionTimedOutException.class).isThrownBy(() -> service.late(part));
			assertThat(rows()).isEqualTo(before);
		});
	}

	@ParameterizedTest
	@EnumSource
	void waitingForAnotherWriterTakesNoLongerThanTheTimeout(Part part) {
		run((context, service) -> {
			CountDownLatch written = new CountDownLatch(1);
			CountDownLatch goOn = new CountDownLatch(1);
			CompletableFuture<Void> other = CompletableFuture
				.runAsync(() -> new TransactionTemplate(context.getBean(ZovaDatabase.class).transactionManager())
					.executeWithoutResult((status) -> {
						service.write(Part.RECORD);
						written.countDown();
						OtherThreads.await(goOn);
					}), (task) -> new Thread(task, "other").start());
			OtherThreads.await(written);
			long start = System.nanoTime();
			Throwable failure = catchThrowable(() -> service.inOneSecond(part));
			long took = System.nanoTime() - start;
			goOn.countDown();
			other.get(10, TimeUnit.SECONDS);
			assertThat(failure).isInstanceOfAny(DataAccessException.class, TransactionException.class);
			assertThat(Duration.ofNanos(took)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(10));
		});
	}

	@ParameterizedTest
	@EnumSource
	void anyIsolationLevelIsAcceptedAndNoneShowsWhatIsNotCommitted(Isolation isolation) {
		run((context, service) -> {
			TransactionTemplate reading = new TransactionTemplate(
					context.getBean(ZovaDatabase.class).transactionManager());
			reading.setIsolationLevel(isolation.value());
			reading.setReadOnly(true);
			CountDownLatch written = new CountDownLatch(1);
			CountDownLatch goOn = new CountDownLatch(1);
			CompletableFuture<Void> writer = CompletableFuture
				.runAsync(() -> new TransactionTemplate(context.getBean(ZovaDatabase.class).transactionManager())
					.executeWithoutResult((status) -> {
						service.write(Part.RECORD);
						service.write(Part.KEY_VALUE);
						written.countDown();
						OtherThreads.await(goOn);
					}), (task) -> new Thread(task, "writer").start());
			OtherThreads.await(written);
			reading.executeWithoutResult((status) -> {
				assertThat(service.records()).isZero();
				goOn.countDown();
				writer.join();
				assertThat(service.records()).isZero();
				assertThat(service.hasKeyValue()).isFalse();
			});
			assertThat(service.records()).isEqualTo(1);
			assertThat(service.hasKeyValue()).isTrue();
		});
	}

	@Test
	void whatOneTransactionSeesOfItselfIsAllOfIt() {
		run((context, service) -> service.writeAndRead());
	}

	@ParameterizedTest
	@EnumSource
	void aRuntimeExceptionRollsBack(Part part) {
		run((context, service) -> assertUndone(part,
				() -> service.fail(part, new IllegalStateException("on purpose"))));
	}

	@ParameterizedTest
	@EnumSource
	void anErrorRollsBack(Part part) {
		run((context, service) -> assertUndone(part, () -> service.fail(part, new AssertionError("on purpose"))));
	}

	@ParameterizedTest
	@EnumSource
	void aCheckedExceptionDoesNotRollBackUnlessARuleSaysSo(Part part) {
		run((context, service) -> {
			assertUndone(part, () -> service.failWithRule(part, new IOException("on purpose")));
			Map<String, Integer> before = rows();
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> service.fail(part, new IOException("on purpose")));
			assertThat(rows()).isNotEqualTo(before);
		});
	}

	@ParameterizedTest
	@EnumSource
	void aRuleMayKeepWhatARuntimeExceptionWouldUndo(Part part) {
		run((context, service) -> {
			Map<String, Integer> before = rows();
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> service.failAndKeep(part));
			assertThat(rows()).isNotEqualTo(before);
		});
	}

	@Test
	void notificationsFollowTheRulesToo() {
		run((context, service) -> {
			NotificationOperations notifications = context.getBean(NotificationOperations.class);
			try (Subscription subscription = notifications.subscribe("m")) {
				catchThrowable(() -> service.publishAndFail("lost", new IllegalStateException()));
				catchThrowable(() -> service.publishAndFail("kept", new IOException()));
				catchThrowable(() -> service.publishLate("late"));
				assertThat(subscription.tryReceive()).get().extracting("payload").isEqualTo("kept");
				assertThat(subscription.tryReceive()).isEmpty();
			}
		});
	}

	private void assertUndone(Part part, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
		Map<String, Integer> before = rows();
		assertThat(catchThrowable(call)).hasMessage("on purpose");
		assertThat(rows()).as(part.name()).isEqualTo(before);
	}

	private void run(Scenario scenario) {
		this.runner.withPropertyValues("zova.path=" + file()).run((context) -> {
			assertThat(context).hasNotFailed();
			Service service = context.getBean(Service.class);
			service.prepare();
			scenario.run(context, service);
		});
	}

	/** Read by the driver alone, from the file. */
	private Map<String, Integer> rows() {
		Map<String, Integer> rows = new LinkedHashMap<>();
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
				Statement statement = connection.createStatement()) {
			for (String table : TABLES) {
				try (ResultSet row = statement.executeQuery("select count(*) from " + table)) {
					rows.put(table, row.getInt(1));
				}
			}
			return rows;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Path file() {
		return this.directory.resolve("app.zova");
	}

	@FunctionalInterface
	private interface Scenario {

		void run(ApplicationContext context, Service service) throws Exception;

	}

	enum Part {

		RECORD, OBJECT, VECTOR, GRAPH, KEY_VALUE

	}

	static class Service {

		private final JdbcClient jdbc;

		private final ObjectOperations objects;

		private final VectorOperations vectors;

		private final GraphOperations graphs;

		private final KeyValueOperations keyValues;

		private final NotificationOperations notifications;

		Service(JdbcClient jdbc, ObjectOperations objects, VectorOperations vectors, GraphOperations graphs,
				KeyValueOperations keyValues, NotificationOperations notifications) {
			this.jdbc = jdbc;
			this.objects = objects;
			this.vectors = vectors;
			this.graphs = graphs;
			this.keyValues = keyValues;
			this.notifications = notifications;
		}

		void prepare() {
			this.jdbc.sql("create table t (v text)").update();
			this.vectors.create("v", VectorSpace.cosine(2));
			this.graphs.create("g");
		}

		void write(Part part) {
			switch (part) {
				case RECORD -> this.jdbc.sql("insert into t values ('x')").update();
				case OBJECT -> this.objects.put(new byte[] { 1, 2, 3 });
				case VECTOR -> this.vectors.collection("v").put("a", 1, 0);
				case GRAPH -> this.graphs.graph("g").putNode(new GraphNode("a", "k", NodeTarget.NONE));
				case KEY_VALUE -> this.keyValues.namespace("n").put(new byte[] { 1 }, new byte[] { 2 });
			}
		}

		int records() {
			return this.jdbc.sql("select count(*) from t").query(Integer.class).single();
		}

		boolean hasKeyValue() {
			return this.keyValues.namespace("n").find(new byte[] { 1 }).isPresent();
		}

		@Transactional(readOnly = true)
		public void readOnly(Part part) {
			write(part);
		}

		@Transactional(timeout = 1)
		public void late(Part part) throws InterruptedException {
			write(Part.RECORD);
			TimeUnit.MILLISECONDS.sleep(1100);
			write(part);
		}

		@Transactional(timeout = 1)
		public void inOneSecond(Part part) {
			write(part);
		}

		@Transactional
		public void writeAndRead() {
			write(Part.RECORD);
			write(Part.KEY_VALUE);
			assertThat(records()).isEqualTo(1);
			assertThat(hasKeyValue()).isTrue();
		}

		@Transactional
		public void fail(Part part, Throwable failure) throws Throwable {
			write(part);
			throw failure;
		}

		@Transactional(rollbackFor = IOException.class)
		public void failWithRule(Part part, Throwable failure) throws Throwable {
			write(part);
			throw failure;
		}

		@Transactional(noRollbackFor = UnsupportedOperationException.class)
		public void failAndKeep(Part part) {
			write(part);
			throw new UnsupportedOperationException("on purpose");
		}

		@Transactional
		public void publishAndFail(String payload, Exception failure) throws Exception {
			this.notifications.publish("m", payload);
			throw failure;
		}

		@Transactional(timeout = 1)
		public void publishLate(String payload) throws InterruptedException {
			TimeUnit.MILLISECONDS.sleep(1100);
			this.notifications.publish("m", payload);
		}

	}

}
