package io.zova.boot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.boot.actuate.CareMetrics;
import io.zova.boot.actuate.DeepCheck;
import io.zova.boot.actuate.FileCheck;
import io.zova.boot.actuate.FileFacts;
import io.zova.boot.actuate.ZovaEndpoint;
import io.zova.boot.backup.Backups;
import io.zova.boot.cache.JsonCacheCodec;
import io.zova.boot.cache.ZovaCache;
import io.zova.boot.cache.ZovaCacheManager;
import io.zova.boot.cache.ZovaCacheMetrics;
import io.zova.boot.event.ZovaListener;
import io.zova.boot.event.ZovaNotification;
import io.zova.graph.GraphNode;
import io.zova.graph.NeighborQuery;
import io.zova.notification.NotificationOperations;
import io.zova.object.ObjectId;
import io.zova.vector.VectorSpace;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The meters show what the database does, in a registry of Spring Boot.
 */
@Timeout(60)
class MetersTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
				ZovaTemplatesAutoConfiguration.class, ZovaEventsAutoConfiguration.class,
				ZovaActuatorAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourcePoolMetricsAutoConfiguration.class, MetricsAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class,
				ObservationAutoConfiguration.class))
		.withPropertyValues("zova.path=:memory:", "management.health.zova.enabled=false");

	@Test
	void everyMeterHasADescriptionAndNoTagOfUserData() {
		run((context, registry, database) -> {
			List<Meter> meters = registry.getMeters()
				.stream()
				.filter((meter) -> meter.getId().getName().startsWith("zova."))
				.toList();
			assertThat(meters).hasSizeGreaterThan(15).allSatisfy((meter) -> {
				assertThat(meter.getId().getDescription()).as(meter.getId().getName()).isNotBlank();
				assertThat(meter.getId().getTags()).allMatch((tag) -> List
					.of("write", "read", "committed", "rolled-back", "ended", "hit", "miss", "memory", "file")
					.contains(tag.getValue()));
			});
		});
	}

	@Test
	void thePageListsEveryMeterWithItsTagsAndNoOther() {
		run((context, registry, database) -> {
			new CareMetrics(new FileCheck(database, Duration.ofHours(1), Duration.ofSeconds(1)),
					new DeepCheck(database), new Backups(database, Path.of("none"), "app", null, 1, true))
				.bindTo(registry);
			ZovaCacheManager caches = ZovaCacheManager.builder(database)
				.codec(new JsonCacheCodec(new JsonMapper(), List.of()))
				.cacheNames(List.of("books"))
				.build();
			new ZovaCacheMetrics((ZovaCache) caches.getCache("books"), List.of()).bindTo(registry);
			TreeSet<String> meters = new TreeSet<>();
			registry.getMeters()
				.stream()
				.map(Meter::getId)
				.filter((id) -> id.getName().startsWith("zova."))
				.forEach((id) -> meters.add(id.getName() + id.getTags().stream().map(Tag::getKey).sorted().toList()));
			TreeSet<String> listed = new TreeSet<>();
			Files.readAllLines(Path.of("..", "docs", "configuration.md"))
				.stream()
				.dropWhile((line) -> !line.startsWith("| meter | tags |"))
				.skip(2)
				.takeWhile((line) -> line.startsWith("|"))
				.map((line) -> line.split("\\|"))
				.forEach((cells) -> listed.add(names(cells[1]).get(0) + names(cells[2])));
			assertThat(meters).isEqualTo(listed);
		});
	}

	private static List<String> names(String cell) {
		return Pattern.compile("`([^`]+)`").matcher(cell).results().map((name) -> name.group(1)).sorted().toList();
	}

	@Test
	void transactionsAreCounted() {
		run((context, registry, database) -> {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t (v)").update();
			double commits = counter(registry, "zova.transactions", "mode", "write", "outcome", "committed");
			TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
			transaction.executeWithoutResult((status) -> jdbc.sql("insert into t values (1)").update());
			transaction.executeWithoutResult((status) -> {
				jdbc.sql("insert into t values (2)").update();
				status.setRollbackOnly();
			});
			transaction.setReadOnly(true);
			transaction.executeWithoutResult((status) -> jdbc.sql("select v from t").query().listOfRows());
			assertThat(counter(registry, "zova.transactions", "mode", "write", "outcome", "committed") - commits)
				.isEqualTo(1);
			assertThat(counter(registry, "zova.transactions", "mode", "write", "outcome", "rolled-back")).isEqualTo(1);
			assertThat(counter(registry, "zova.transactions", "mode", "read", "outcome", "ended")).isEqualTo(1);
		});
	}

	@Test
	void waitsForTheWriterAreCounted(@TempDir Path directory) {
		this.runner.withPropertyValues("zova.path=" + directory.resolve("app.zova")).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t (v)").update();
			CountDownLatch held = new CountDownLatch(1);
			CountDownLatch goOn = new CountDownLatch(1);
			CompletableFuture<Void> holder = CompletableFuture.runAsync(
					() -> new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
						jdbc.sql("insert into t values (1)").update();
						held.countDown();
						OtherThreads.await(goOn);
					}), (task) -> new Thread(task).start());
			OtherThreads.await(held);
			CompletableFuture<Void> waiter = CompletableFuture
				.runAsync(() -> jdbc.sql("insert into t values (2)").update(), (task) -> new Thread(task).start());
			long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
			while (registry.get("zova.writer.waiting").gauge().value() < 1) {
				assertThat(System.nanoTime()).isLessThan(deadline);
				TimeUnit.MILLISECONDS.sleep(1);
			}
			goOn.countDown();
			CompletableFuture.allOf(holder, waiter).get(10, TimeUnit.SECONDS);
			assertThat(registry.get("zova.writer.waiting").gauge().value()).isZero();
			assertThat(registry.get("zova.writer.waits").functionTimer().count()).isEqualTo(1);
			assertThat(registry.get("zova.writer.waits").functionTimer().totalTime(TimeUnit.NANOSECONDS)).isPositive();
		});
	}

	@Test
	void transactionsThatHeldTheWriteLockForNothing(@TempDir Path directory) {
		this.runner.withPropertyValues("zova.path=" + directory.resolve("app.zova")).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t (v)").update();
			TransactionTemplate bare = new TransactionTemplate(database.transactionManager());
			bare.setName("Shop.list");
			CompletableFuture<Void> writer = bare.execute((status) -> {
				jdbc.sql("select v from t").query().listOfRows();
				CompletableFuture<Void> waiting = CompletableFuture
					.runAsync(() -> jdbc.sql("insert into t values (1)").update(), (task) -> new Thread(task).start());
				long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
				while (database.statistics().connections().writersWaiting() < 1) {
					assertThat(System.nanoTime()).isLessThan(deadline);
					Thread.onSpinWait();
				}
				return waiting;
			});
			writer.get(10, TimeUnit.SECONDS);
			assertThat(counter(registry, "zova.writer.unused")).isEqualTo(1);
			assertThat(new ZovaEndpoint(database, new FileFacts(database), new DeepCheck(database), null,
					Duration.ofSeconds(10))
				.zova()
				.statistics()
				.connections()
				.unusedWriteLockHolders()).containsExactly("Shop.list");
		});
	}

	@Test
	void compiledStatementsAreCounted() {
		run((context, registry, database) -> {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			// On one connection, which the pool does not try out meanwhile.
			new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
				jdbc.sql("select 'begun'").query(String.class).single();
				double misses = counter(registry, "zova.statements", "result", "miss");
				double hits = counter(registry, "zova.statements", "result", "hit");
				for (int i = 0; i < 3; i++) {
					jdbc.sql("select 'once compiled'").query(String.class).single();
				}
				assertThat(counter(registry, "zova.statements", "result", "miss") - misses).isEqualTo(1);
				assertThat(counter(registry, "zova.statements", "result", "hit") - hits).isEqualTo(2);
			});
		});
	}

	@Test
	void objectsAndVectors() {
		run((context, registry, database) -> {
			ObjectId id = database.objects().put(new byte[1000]);
			database.objects().get(id);
			assertThat(counter(registry, "zova.objects.written")).isEqualTo(1000);
			assertThat(counter(registry, "zova.objects.read")).isEqualTo(1000);
			assertThat(registry.get("zova.vectors.resident.size").gauge().value()).isZero();
			database.vectors().create("v", VectorSpace.cosine(2)).put("a", 1, 0);
			database.vectors().collection("v").search(1, 1f, 0f);
			assertThat(registry.get("zova.vectors.resident.size").gauge().value()).isPositive();
			assertThat(registry.get("zova.vectors.resident.collections").gauge().value()).isEqualTo(1);
			assertThat(counter(registry, "zova.vectors.searches", "source", "memory")).isEqualTo(1);
			assertThat(counter(registry, "zova.vectors.searches", "source", "file")).isZero();
		});
	}

	@Test
	void readsOfGraphsAreCounted() {
		run((context, registry, database) -> {
			database.graphs().create("g");
			database.graphs().graph("g").putNode(new GraphNode("a", "k"));
			database.graphs().graph("g").neighbors(NeighborQuery.of("a"));
			assertThat(counter(registry, "zova.graphs.reads", "source", "file")).isEqualTo(1);
			assertThat(counter(registry, "zova.graphs.reads", "source", "memory")).isZero();
			assertThat(registry.get("zova.graphs.resident.size").gauge().value()).isZero();
			assertThat(registry.get("zova.graphs.resident.graphs").gauge().value()).isZero();
		});
	}

	@Test
	void notificationsAreCounted() {
		this.runner.withPropertyValues("zova.notifications.events=").run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			NotificationOperations notifications = context.getBean(NotificationOperations.class);
			notifications.subscribe("m");
			for (int i = 0; i < 1030; i++) {
				notifications.publish("m", "x");
			}
			new TransactionTemplate(context.getBean(ZovaDatabase.class).transactionManager())
				.executeWithoutResult((status) -> {
					notifications.publish("m", "lost");
					status.setRollbackOnly();
				});
			assertThat(counter(registry, "zova.notifications.published")).isEqualTo(1030);
			assertThat(counter(registry, "zova.notifications.delivered")).isEqualTo(1030);
			assertThat(counter(registry, "zova.notifications.dropped")).isEqualTo(6);
			assertThat(counter(registry, "zova.notifications.discarded")).isEqualTo(1);
			assertThat(registry.get("zova.notifications.subscriptions").gauge().value()).isEqualTo(1);
		});
	}

	@Test
	void listenersThatThrow() {
		this.runner.withUserConfiguration(Failing.class).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			context.getBean(NotificationOperations.class).publish("m", "x");
			long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
			while (counter(registry, "zova.events.failed") < 1 || counter(registry, "zova.notifications.failed") < 1) {
				assertThat(System.nanoTime()).isLessThan(deadline);
				TimeUnit.MILLISECONDS.sleep(1);
			}
		});
	}

	@Test
	void thePoolIsMeteredBySpringBootItself() {
		run((context, registry, database) -> {
			assertThat(registry.get("jdbc.connections.max").gauge().value()).isEqualTo(32);
			assertThat(registry.get("hikaricp.connections").gauge().value()).isPositive();
		});
	}

	@Test
	void callsOfListenersAreObserved() throws Exception {
		BlockingQueue<String> observed = new LinkedBlockingQueue<>();
		this.runner.withUserConfiguration(Failing.class)
			.withBean(Recording.class, () -> new Recording(observed))
			.run((context) -> {
				context.getBean(NotificationOperations.class).publish("m", "x");
				List<String> both = new ArrayList<>(List.of(String.valueOf(observed.poll(10, TimeUnit.SECONDS)),
						String.valueOf(observed.poll(10, TimeUnit.SECONDS))));
				assertThat(both).containsExactlyInAnyOrder("m process events m 1 null",
						"m process MetersTests.Failing.onText m 1 on purpose");
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				// The meters hear of the end of an observation after our own handler,
				// perhaps.
				long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
				while (registry.find("zova.notification.process").timers().isEmpty()) {
					assertThat(System.nanoTime()).isLessThan(deadline);
					TimeUnit.MILLISECONDS.sleep(1);
				}
			});
	}

	private void run(Scenario scenario) {
		ContextConsumer<AssertableApplicationContext> consumer = (context) -> {
			assertThat(context).hasNotFailed();
			scenario.run(context, context.getBean(MeterRegistry.class), context.getBean(ZovaDatabase.class));
		};
		this.runner.run(consumer);
	}

	private static double counter(MeterRegistry registry, String name, String... tags) {
		return registry.get(name).tags(tags).functionCounter().count();
	}

	@FunctionalInterface
	private interface Scenario {

		void run(AssertableApplicationContext context, MeterRegistry registry, ZovaDatabase database) throws Exception;

	}

	static class Failing {

		@EventListener
		void on(ZovaNotification n) {
			throw new IllegalStateException("on purpose");
		}

		@ZovaListener(channel = "m")
		void onText(String text) {
			throw new IllegalStateException("on purpose");
		}

	}

	/**
	 * Writes down what was observed.
	 */
	record Recording(BlockingQueue<String> observed) implements ObservationHandler<Observation.Context> {

		@Override
		public void onStop(Observation.Context context) {
			if (context.getName().equals("zova.notification.process")) {
				Throwable error = context.getError();
				this.observed.add(context.getContextualName() + " "
						+ context.getLowCardinalityKeyValue("zova.listener").getValue() + " "
						+ context.getHighCardinalityKeyValue("zova.channel").getValue() + " "
						+ context.getHighCardinalityKeyValue("zova.sequence").getValue() + " "
						+ ((error != null) ? error.getMessage() : null));
			}
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
