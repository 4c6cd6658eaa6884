package io.zova.boot.integration;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import io.zova.ZovaDatabase;
import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaDataSourceAutoConfiguration;
import io.zova.boot.ZovaTemplatesAutoConfiguration;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.GraphOperations;
import io.zova.graph.NodeTarget;
import io.zova.kv.KeyValueOperations;
import io.zova.notification.Notification;
import io.zova.notification.NotificationOperations;
import io.zova.notification.Subscription;
import io.zova.object.ObjectId;
import io.zova.object.ObjectOperations;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorSpace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Records, objects, vectors, graphs, key-values and notifications take effect together or
 * not at all, wherever the application breaks.
 */
class OneTransactionForEverythingTests {

	private static final int STEPS = 7;

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
				ZovaTemplatesAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				JdbcClientAutoConfiguration.class, TransactionAutoConfiguration.class,
				TransactionManagerCustomizationAutoConfiguration.class))
		.withBean(Inner.class)
		.withBean(Service.class);

	@Test
	void anExceptionAfterAnyStepLeavesNothingOfAnyPart() {
		for (int step = 1; step <= STEPS; step++) {
			int failing = step;
			run("step" + step, (context, service, subscription) -> {
				Map<String, String> before = state(context);
				assertThatExceptionOfType(OnPurpose.class).isThrownBy(() -> service.writeAll(failing));
				assertThat(state(context)).as("after a failure at step " + failing).isEqualTo(before);
				assertThat(received(subscription)).isEmpty();
				service.writeAll(0);
				assertThat(state(context)).isNotEqualTo(before);
				assertThat(received(subscription)).containsExactly("written");
			});
		}
	}

	@Test
	void whatIsCommittedIsInTheFileAfterReopening() {
		run("reopened", (context, service, subscription) -> service.writeAll(0));
		run("reopened", (context, service, subscription) -> {
			ObjectOperations objects = context.getBean(ObjectOperations.class);
			assertThat(objects.exists(ObjectId.ofContent(Service.CONTENT))).isTrue();
			assertThat(context.getBean(VectorOperations.class).collection("v").exists("a")).isTrue();
			assertThat(context.getBean(GraphOperations.class).graph("g").edgeExists("a", "to", "b")).isTrue();
		});
	}

	@Test
	void aNestedTransactionThatFailsIsUndoneInEveryPartAndTheOuterOneGoesOn() {
		for (int step = 1; step <= STEPS; step++) {
			int failing = step;
			run("nested" + step, (context, service, subscription) -> {
				service.recordAround(failing);
				assertThat(state(context).get("t")).isEqualTo("1");
				assertThat(state(context).get("_zova_objects")).isEqualTo("0");
				assertThat(state(context).get("_zova_vectors")).isEqualTo("0");
				assertThat(state(context).get("_zova_graph_edges")).isEqualTo("0");
				assertThat(state(context).get("_zova_kv")).isEqualTo("0");
				assertThat(received(subscription)).containsExactly("around");
			});
		}
	}

	@Test
	void aReadOnlyTransactionRefusesEveryWrite() {
		run("readonly", (context, service, subscription) -> {
			Map<String, String> before = state(context);
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(service::writeReadOnly);
			assertThat(state(context)).isEqualTo(before);
		});
	}

	@Test
	void rollbackRulesBehave() {
		run("rules", (context, service, subscription) -> {
			assertThatExceptionOfType(OnPurpose.class).isThrownBy(service::failWithoutRollback);
			assertThat(state(context).get("t")).isEqualTo("1");
			assertThat(received(subscription)).containsExactly("kept");
		});
	}

	@Test
	void aTimeoutEndsTheTransaction() {
		run("timeout", (context, service, subscription) -> {
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(service::takeTooLong);
			assertThat(state(context).get("t")).isEqualTo("0");
			assertThat(received(subscription)).isEmpty();
		});
	}

	private void run(String file, Scenario scenario) {
		this.runner.withPropertyValues("zova.path=" + this.directory.resolve(file + ".zova")).run((context) -> {
			assertThat(context).hasNotFailed();
			Service service = context.getBean(Service.class);
			service.prepare();
			try (Subscription subscription = context.getBean(NotificationOperations.class).subscribe("m")) {
				scenario.run(context, service, subscription);
			}
		});
	}

	/**
	 * The number of rows of every table, read through a connection of its own.
	 */
	private static Map<String, String> state(ApplicationContext context) {
		JdbcClient jdbc = JdbcClient.create(context.getBean(ZovaDatabase.class).dataSource());
		Map<String, String> state = new TreeMap<>();
		for (String table : jdbc.sql("select name from sqlite_schema where type = 'table'")
			.query(String.class)
			.list()) {
			state.put(table, jdbc.sql("select count(*) from \"" + table + '"').query(String.class).single());
		}
		return state;
	}

	private static List<String> received(Subscription subscription) {
		List<String> received = new ArrayList<>();
		for (Optional<Notification> next = subscription.tryReceive(); next
			.isPresent(); next = subscription.tryReceive()) {
			received.add(next.get().payload());
		}
		return received;
	}

	@FunctionalInterface
	private interface Scenario {

		void run(ApplicationContext context, Service service, Subscription subscription);

	}

	static class OnPurpose extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	static class Service {

		static final byte[] CONTENT = "some content".getBytes(StandardCharsets.UTF_8);

		private final JdbcClient jdbc;

		private final NotificationOperations notifications;

		private final VectorOperations vectors;

		private final GraphOperations graphs;

		private final Inner inner;

		Service(JdbcClient jdbc, NotificationOperations notifications, VectorOperations vectors, GraphOperations graphs,
				Inner inner) {
			this.jdbc = jdbc;
			this.notifications = notifications;
			this.vectors = vectors;
			this.graphs = graphs;
			this.inner = inner;
		}

		@Transactional
		public void prepare() {
			this.jdbc.sql("create table if not exists t (v text)").update();
			if (!this.vectors.exists("v")) {
				this.vectors.create("v", VectorSpace.cosine(2));
			}
			this.graphs.createIfMissing("g");
		}

		@Transactional
		public void writeAll(int failing) {
			this.inner.steps(failing);
		}

		@Transactional
		public void recordAround(int failing) {
			this.jdbc.sql("insert into t values ('around')").update();
			try {
				this.inner.nested(failing);
			}
			catch (OnPurpose ex) {
				this.notifications.publish("m", "around");
			}
		}

		@Transactional(readOnly = true)
		public void writeReadOnly() {
			this.inner.steps(0);
		}

		@Transactional(noRollbackFor = OnPurpose.class)
		public void failWithoutRollback() {
			this.jdbc.sql("insert into t values ('kept')").update();
			this.notifications.publish("m", "kept");
			throw new OnPurpose();
		}

		@Transactional(timeout = 1)
		public void takeTooLong() {
			this.jdbc.sql("insert into t values ('late')").update();
			this.notifications.publish("m", "late");
			long end = System.nanoTime() + Duration.ofMillis(1200).toNanos();
			while (System.nanoTime() < end) {
				Thread.onSpinWait();
			}
			this.jdbc.sql("insert into t values ('too late')").update();
		}

	}

	static class Inner {

		private final JdbcClient jdbc;

		private final ObjectOperations objects;

		private final VectorOperations vectors;

		private final GraphOperations graphs;

		private final KeyValueOperations keyValues;

		private final NotificationOperations notifications;

		Inner(JdbcClient jdbc, ObjectOperations objects, VectorOperations vectors, GraphOperations graphs,
				KeyValueOperations keyValues, NotificationOperations notifications) {
			this.jdbc = jdbc;
			this.objects = objects;
			this.vectors = vectors;
			this.graphs = graphs;
			this.keyValues = keyValues;
			this.notifications = notifications;
		}

		@Transactional(propagation = Propagation.NESTED)
		public void nested(int failing) {
			steps(failing);
		}

		void steps(int failing) {
			this.jdbc.sql("insert into t values ('x')").update();
			failAt(1, failing);
			this.objects.put(Service.CONTENT);
			failAt(2, failing);
			this.vectors.collection("v").put("a", 1, 0);
			failAt(3, failing);
			this.graphs.graph("g")
				.putNodes(List.of(new GraphNode("a", "k", NodeTarget.NONE), new GraphNode("b", "k", NodeTarget.NONE)));
			failAt(4, failing);
			this.graphs.graph("g").putEdge(new GraphEdge("a", "to", "b"));
			failAt(5, failing);
			this.keyValues.namespace("n").put(new byte[] { 1 }, Service.CONTENT);
			failAt(6, failing);
			this.notifications.publish("m", "written");
			failAt(7, failing);
		}

		private static void failAt(int step, int failing) {
			if (step == failing) {
				throw new OnPurpose();
			}
		}

	}

}
