package io.zova.boot.modulith;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.modulith.events.EventPublication.Status;
import org.springframework.modulith.events.FailedEventPublications;
import org.springframework.modulith.events.ResubmissionOptions;
import org.springframework.modulith.events.config.EventPublicationAutoConfiguration;
import org.springframework.modulith.events.core.EventPublicationRepository;
import org.springframework.modulith.events.core.EventPublicationRepository.FailedCriteria;
import org.springframework.modulith.events.core.PublicationTargetIdentifier;
import org.springframework.modulith.events.core.TargetEventPublication;
import org.springframework.modulith.events.jpa.JpaEventPublicationAutoConfiguration;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.util.ClassUtils;

import io.zova.ZovaDatabase;
import io.zova.boot.ZovaAutoConfiguration;
import io.zova.boot.ZovaDataSourceAutoConfiguration;
import io.zova.boot.ZovaModulithAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Spring Modulith's event publications in the file.
 */
class ModulithEventsTests {

	/** Found as an auto-configuration by applications. */
	private static final Class<?> JSON = ClassUtils
		.resolveClassName("org.springframework.modulith.events.jackson.JacksonEventSerializationConfiguration", null);

	private static final BlockingQueue<String> HEARD = new LinkedBlockingQueue<>();

	private static volatile Runnable duringListener = () -> {
	};

	@TempDir
	private Path directory;

	private ApplicationContextRunner runner(String file) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
					DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
					TransactionAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
					JdbcClientAutoConfiguration.class, JacksonAutoConfiguration.class, JSON,
					ZovaModulithAutoConfiguration.class, EventPublicationAutoConfiguration.class))
			.withUserConfiguration(Orders.class, Shipping.class)
			.withPropertyValues("zova.path=" + this.directory.resolve(file));
	}

	@Test
	void aListenerOfAModuleHearsOfACommitAndThePublicationIsCompleted() {
		HEARD.clear();
		runner("app.zova").run((context) -> {
			context.getBean(Orders.class).order("1", false);
			assertThat(HEARD.poll(60, TimeUnit.SECONDS)).isEqualTo("1");
			EventPublicationRepository publications = context.getBean(EventPublicationRepository.class);
			await(() -> publications.countByStatus(Status.COMPLETED) == 1);
			assertThat(publications.findIncompletePublications()).isEmpty();
			assertThatIllegalStateException().isThrownBy(() -> context.getBean(Orders.class).order("2", true));
			assertThat(publications.findIncompletePublications()).isEmpty();
			assertThat(HEARD).isEmpty();
		});
	}

	@Test
	void whatAKilledApplicationLeftIsPublishedAgain() {
		HEARD.clear();
		CountDownLatch copied = new CountDownLatch(1);
		try {
			runner("app.zova").run((context) -> {
				ZovaDatabase database = context.getBean(ZovaDatabase.class);
				// The file of an application that dies while its listener works.
				duringListener = () -> {
					if (copied.getCount() > 0) {
						CompletableFuture.runAsync(() -> database.backup(this.directory.resolve("killed.zova"))).join();
						copied.countDown();
					}
				};
				context.getBean(Orders.class).order("3", false);
				assertThat(HEARD.poll(60, TimeUnit.SECONDS)).isEqualTo("3");
				assertThat(copied.await(60, TimeUnit.SECONDS)).isTrue();
			});
		}
		finally {
			duringListener = () -> {
			};
		}
		runner("killed.zova").withPropertyValues("spring.modulith.events.republish-outstanding-events-on-restart=true")
			.run((context) -> {
				assertThat(HEARD.poll(60, TimeUnit.SECONDS)).isEqualTo("3");
				EventPublicationRepository publications = context.getBean(EventPublicationRepository.class);
				await(() -> publications.countByStatus(Status.COMPLETED) == 1);
				assertThat(context.getBean(JdbcClient.class)
					.sql("select count(*) from orders")
					.query(Integer.class)
					.single()).isEqualTo(1);
			});
	}

	@Test
	void aRepositoryOfSpringModulithComesFirst() {
		runner("app.zova").withConfiguration(AutoConfigurations.of(JpaEventPublicationAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EventPublicationRepository.class)
				.hasBean("jpaEventPublicationRepository"));
	}

	@Test
	void aListenerThatThrowsLeavesAFailedPublicationThatCanBeResubmitted() {
		HEARD.clear();
		runner("app.zova").run((context) -> {
			duringListener = () -> {
				throw new IllegalStateException("on purpose");
			};
			EventPublicationRepository publications = context.getBean(EventPublicationRepository.class);
			try {
				context.getBean(Orders.class).order("4", false);
				await(() -> publications.countByStatus(Status.FAILED) == 1);
			}
			finally {
				duringListener = () -> {
				};
			}
			assertThat(publications.findFailedPublications(FailedCriteria.ALL)).hasSize(1);
			context.getBean(FailedEventPublications.class).resubmit(ResubmissionOptions.defaults());
			await(() -> publications.countByStatus(Status.COMPLETED) == 1);
			TargetEventPublication completed = publications.findCompletedPublications().get(0);
			assertThat(completed.getLastResubmissionDate()).isNotNull();
			assertThat(completed.getEvent()).isEqualTo(new Ordered("4"));
		});
	}

	@Test
	void completedPublicationsAreKeptDeletedOrArchived() {
		for (String mode : List.of("update", "delete", "archive")) {
			runner(mode + ".zova")
				.withPropertyValues("spring.modulith.events.completion-mode=" + mode.toUpperCase(Locale.ROOT))
				.run((context) -> {
					EventPublicationRepository publications = context.getBean(EventPublicationRepository.class);
					TargetEventPublication one = publication("a", Instant.EPOCH);
					publications.create(one);
					publications.markCompleted(one.getIdentifier(), Instant.ofEpochSecond(10, 5));
					assertThat(publications.findIncompletePublications()).isEmpty();
					assertThat(publications.findCompletedPublications()).hasSize(mode.equals("delete") ? 0 : 1)
						.allSatisfy((found) -> {
							assertThat(found.getCompletionDate()).contains(Instant.ofEpochSecond(10, 5));
							assertThat(found.getPublicationDate()).isEqualTo(Instant.EPOCH);
							assertThat(found.getStatus()).isEqualTo(Status.COMPLETED);
						});
					publications.deleteCompletedPublicationsBefore(Instant.ofEpochSecond(10, 5));
					assertThat(publications.findCompletedPublications()).hasSize(mode.equals("delete") ? 0 : 1);
					publications.deleteCompletedPublications();
					assertThat(publications.findCompletedPublications()).isEmpty();
				});
		}
	}

	@Test
	void publicationsAreFoundByAgeByTargetAndClaimedOnce() {
		runner("app.zova").run((context) -> {
			EventPublicationRepository publications = context.getBean(EventPublicationRepository.class);
			TargetEventPublication young = publications.create(publication("young", Instant.ofEpochSecond(100)));
			TargetEventPublication old = publications.create(publication("old", Instant.ofEpochSecond(1)));
			assertThat(publications.findIncompletePublications()).containsExactly(old, young);
			assertThat(publications.findIncompletePublicationsPublishedBefore(Instant.ofEpochSecond(100)))
				.containsExactly(old);
			assertThat(publications.findIncompletePublicationsByEventAndTargetIdentifier(new Ordered("old"),
					PublicationTargetIdentifier.of("listener")))
				.contains(old);
			assertThat(publications.findIncompletePublicationsByEventAndTargetIdentifier(new Ordered("old"),
					PublicationTargetIdentifier.of("another")))
				.isEmpty();
			publications.markProcessing(old.getIdentifier());
			assertThat(publications.findByStatus(Status.PROCESSING)).containsExactly(old);
			publications.markFailed(old.getIdentifier());
			assertThat(publications.findFailedPublications(FailedCriteria.ALL.withItemsToRead(5))).containsExactly(old);
			assertThat(publications.markResubmitted(old.getIdentifier(), Instant.ofEpochSecond(200))).isTrue();
			assertThat(publications.markResubmitted(old.getIdentifier(), Instant.ofEpochSecond(300))).isFalse();
			assertThat(publications.markResubmitted(UUID.randomUUID(), Instant.EPOCH)).isFalse();
			assertThat(publications.findByStatus(Status.RESUBMITTED)).singleElement()
				.satisfies((one) -> assertThat(one.getLastResubmissionDate()).isEqualTo(Instant.ofEpochSecond(200)));
			publications.markCompleted(new Ordered("young"), PublicationTargetIdentifier.of("listener"), Instant.EPOCH);
			publications.deletePublications(List.of(old.getIdentifier()));
			assertThat(publications.findIncompletePublications()).isEmpty();
		});
	}

	@Test
	void aPublicationWhoseClassIsGoneIsLeftAlone() {
		runner("app.zova").run((context) -> {
			EventPublicationRepository publications = context.getBean(EventPublicationRepository.class);
			publications.create(publication("x", Instant.EPOCH));
			JdbcClient jdbc = context.getBean(JdbcClient.class);
			jdbc.sql("update event_publication set event_type = 'com.example.Gone'").update();
			assertThat(publications.findIncompletePublications()).isEmpty();
			assertThat(jdbc.sql("select count(*) from event_publication").query(Integer.class).single()).isEqualTo(1);
		});
	}

	@Test
	void besideAnotherDataSourceModulithIsLeftAlone() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaDataSourceAutoConfiguration.class,
					DataSourceAutoConfiguration.class, JacksonAutoConfiguration.class, JSON,
					ZovaModulithAutoConfiguration.class))
			.withPropertyValues("zova.path=:memory:", "spring.datasource.url=jdbc:h2:mem:theirs")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("zovaDataSource")
				.doesNotHaveBean(EventPublicationRepository.class));
	}

	private static TargetEventPublication publication(String id, Instant at) {
		return TargetEventPublication.of(new Ordered(id), PublicationTargetIdentifier.of("listener"), at);
	}

	private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
		long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime() - deadline).isNegative();
			TimeUnit.MILLISECONDS.sleep(5);
		}
	}

	public record Ordered(String id) {

	}

	static class Orders {

		private final JdbcClient jdbc;

		private final ApplicationEventPublisher events;

		Orders(JdbcClient jdbc, ApplicationEventPublisher events) {
			this.jdbc = jdbc;
			this.events = events;
			jdbc.sql("create table if not exists orders(id text primary key)").update();
		}

		@Transactional
		public void order(String id, boolean fail) {
			this.jdbc.sql("insert into orders values (?)").param(id).update();
			this.events.publishEvent(new Ordered(id));
			if (fail) {
				throw new IllegalStateException("on purpose");
			}
		}

	}

	static class Shipping {

		@ApplicationModuleListener
		public void on(Ordered event) {
			duringListener.run();
			HEARD.add(event.id());
		}

	}

}
