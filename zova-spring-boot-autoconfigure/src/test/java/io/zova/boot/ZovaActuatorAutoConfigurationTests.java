package io.zova.boot;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.boot.actuate.FileCheck;
import io.zova.boot.actuate.ZovaEndpoint;
import io.zova.boot.actuate.ZovaHealthIndicator;
import io.zova.boot.actuate.ZovaInfoContributor;
import io.zova.notification.NotificationOperations;
import io.zova.sqlite.function.ScalarFunction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Health, endpoint, info and meters.
 */
class ZovaActuatorAutoConfigurationTests {

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(ZovaAutoConfiguration.class, ZovaTemplatesAutoConfiguration.class, ZovaActuatorAutoConfiguration.class));

	@Test
	void aSoundFileIsUp() {
		this.runner.withPropertyValues(path()).run((context) -> {
			FileCheck.Outcome outcome = context.getBean(FileCheck.class).check();
			assertThat(outcome.result()).isEqualTo(FileCheck.Result.SOUND);
			Health health = context.getBean(ZovaHealthIndicator.class).health(true);
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).containsEntry("check", "sound").containsKeys("at", "took");
		});
	}

	@Test
	void theFreeSpaceOfTheDiskIsShownAndMustSuffice() {
		this.runner.withPropertyValues(path()).run((context) -> {
			context.getBean(FileCheck.class).check();
			Health health = context.getBean(ZovaHealthIndicator.class).health(true);
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat((Long) health.getDetails().get("freeSpace")).isPositive();
			assertThat(health.getDetails()).containsEntry("minimumFreeSpace", 10L << 20);
		});
		this.runner.withPropertyValues(path(), "zova.health.minimum-free-space=8000000TB").run((context) -> {
			context.getBean(FileCheck.class).check();
			assertThat(context.getBean(ZovaHealthIndicator.class).health(true).getStatus()).isEqualTo(Status.DOWN);
		});
		this.runner.withPropertyValues(path(), "zova.read-only=true", "zova.health.minimum-free-space=8000000TB")
			.run((context) -> {
				context.getBean(FileCheck.class).check();
				assertThat(context.getBean(ZovaHealthIndicator.class).health(true).getStatus()).isEqualTo(Status.UP);
			});
		this.runner.withPropertyValues("zova.path=:memory:").run((context) -> {
			context.getBean(FileCheck.class).check();
			assertThat(context.getBean(ZovaHealthIndicator.class).health(true).getDetails())
				.doesNotContainKey("freeSpace");
		});
	}

	@Test
	void theFirstCheckRunsInTheBackgroundAtStart() {
		this.runner.withPropertyValues(path()).run((context) -> {
			FileCheck check = context.getBean(FileCheck.class);
			long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
			while (check.last().result() == FileCheck.Result.PENDING && System.nanoTime() < deadline) {
				Thread.onSpinWait();
			}
			assertThat(check.last().result()).isEqualTo(FileCheck.Result.SOUND);
		});
	}

	@Test
	void beforeTheFirstCheckTheStatusIsUnknown() {
		FileCheck notStarted = new FileCheck(ZovaDatabase.inMemory(), Duration.ofHours(1), Duration.ofSeconds(1));
		assertThat(new ZovaHealthIndicator(notStarted).health(true).getStatus()).isEqualTo(Status.UNKNOWN);
		notStarted.destroy();
	}

	@Test
	void aProbeNeverWaitsForTheDatabase() {
		this.runner.withPropertyValues(path(), "zova.pool.maximum-size=1", "zova.health.interval=1s").run((context) -> {
			FileCheck check = context.getBean(FileCheck.class);
			check.check();
			try (Connection all = context.getBean(ZovaDatabase.class).dataSource().getConnection()) {
				long start = System.nanoTime();
				Health health = context.getBean(ZovaHealthIndicator.class).health(true);
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
				assertThat(health.getStatus()).isEqualTo(Status.UP);
				assertThat(all.isClosed()).isFalse();
			}
		});
	}

	@Test
	void checksRunOnAThreadOfTheirOwn() {
		Set<Thread> askedBy = ConcurrentHashMap.newKeySet();
		this.runner.withPropertyValues(path())
			.withBean(FileCheck.class,
					() -> new FileCheck(recording(askedBy), Duration.ofHours(1), Duration.ofSeconds(5)))
			.run((context) -> {
				FileCheck check = context.getBean(FileCheck.class);
				long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
				while (check.last().result() == FileCheck.Result.PENDING && System.nanoTime() < deadline) {
					context.getBean(ZovaHealthIndicator.class).health(true);
					TimeUnit.MILLISECONDS.sleep(1);
				}
				assertThat(askedBy).extracting(Thread::getName).containsOnly("zova-health");
			});
	}

	/** A database whose schema calls a function, which notes who asked. */
	private ZovaDatabase recording(Set<Thread> askedBy) {
		ScalarFunction noteThread = ScalarFunction.of("note_thread", 1, (arguments) -> {
			askedBy.add(Thread.currentThread());
			return 1L;
		}).innocuous();
		ZovaDatabase database = ZovaDatabase.inMemory(ZovaOptions.builder().functions(noteThread).build());
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		jdbc.sql("create table noted (v check (note_thread(v)))").update();
		jdbc.sql("insert into noted values (1)").update();
		askedBy.clear();
		return database;
	}

	@Test
	void aDamagedFileIsDownAndSaysHowManyFindingsWithoutQuotingData() throws Exception {
		Path file = this.directory.resolve("app.zova");
		try (ZovaDatabase database = ZovaDatabase.create(file)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table t (v text)").update();
			for (int i = 0; i < 200; i++) {
				jdbc.sql("insert into t values (?)").param("secret".repeat(100)).update();
			}
		}
		try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
			// The header of the last page: the number of its cells.
			bytes.seek(bytes.length() - 4096 + 3);
			bytes.write(new byte[] { 0x7f, 0x7f });
		}
		this.runner.withPropertyValues(path()).run((context) -> {
			assertThat(context.getBean(FileCheck.class).check().result()).isEqualTo(FileCheck.Result.DAMAGED);
			Health health = context.getBean(ZovaHealthIndicator.class).health(true);
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails().toString()).contains("fatal=1")
				.doesNotContain("secret")
				.doesNotContain("app.zova");
		});
	}

	/** Without waiting for the next check of the file. */
	@Test
	@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Open files can't be deleted")
	void aFileThatWasDeletedIsDownAtOnce() {
		this.runner.withPropertyValues(path()).run((context) -> {
			FileCheck check = context.getBean(FileCheck.class);
			assertThat(check.check().result()).isEqualTo(FileCheck.Result.SOUND);
			Files.delete(this.directory.resolve("app.zova"));
			Health health = context.getBean(ZovaHealthIndicator.class).health(true);
			assertThat(health.getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.getDetails()).containsEntry("check", "moved");
			assertThat(health.getDetails().toString()).doesNotContain("app.zova");
			assertThat(check.check().result()).isEqualTo(FileCheck.Result.MOVED);
		});
	}

	@Test
	void aLostSchemaIsDown() {
		this.runner.withPropertyValues(path()).run((context) -> {
			JdbcClient.create(context.getBean(ZovaDatabase.class).dataSource())
				.sql("drop table _zova_graph_edges")
				.update();
			assertThat(context.getBean(FileCheck.class).check().result()).isEqualTo(FileCheck.Result.DAMAGED);
		});
	}

	@Test
	void theHealthCheckCanBeSwitchedOff() {
		this.runner.withPropertyValues(path(), "management.health.zova.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(FileCheck.class)
				.doesNotHaveBean(ZovaHealthIndicator.class));
	}

	@Test
	void withoutActuatorOrMicrometerNothingOfThemIsNeeded() {
		this.runner
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate",
					ConditionalOnEnabledHealthIndicator.class.getPackageName(), "io.micrometer"))
			.withPropertyValues(path())
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ZovaDatabase.class)
				.doesNotHaveBean("zovaHealthIndicator")
				.doesNotHaveBean("zovaEndpoint")
				.doesNotHaveBean("zovaMetrics"));
	}

	@Test
	void theEndpointShowsFactsAndCounts() {
		this.runner
			.withPropertyValues(path(), "management.endpoints.web.exposure.include=zova",
					"management.endpoints.jmx.exposure.include=zova")
			.run((context) -> {
				context.getBean(NotificationOperations.class).publish("m", "x");
				ZovaEndpoint.Descriptor descriptor = context.getBean(ZovaEndpoint.class).zova();
				assertThat(descriptor.file().format()).isEqualTo(12);
				assertThat(descriptor.file().journalMode()).isEqualTo("wal");
				assertThat(descriptor.file().bytes()).isEqualTo(descriptor.file().pages() * 4096);
				assertThat(descriptor.counts().objects()).isZero();
				assertThat(descriptor.statistics().notifications().published()).isEqualTo(1);
				assertThat(descriptor.statistics().connections().statementsCompiled()).isPositive();
			});
	}

	@Test
	void theEndpointIsThereOnlyWhereItIsExposed() {
		this.runner.withPropertyValues(path())
			.run((context) -> assertThat(context).doesNotHaveBean(ZovaEndpoint.class));
	}

	@Test
	void infoShowsTheFile() {
		this.runner.withPropertyValues(path()).run((context) -> {
			Info.Builder builder = new Info.Builder();
			context.getBean(ZovaInfoContributor.class).contribute(builder);
			assertThat(builder.build().getDetails()).containsKey("zova");
		});
	}

	private String path() {
		return "zova.path=" + this.directory.resolve("app.zova");
	}

}
