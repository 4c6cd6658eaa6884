package io.zova.boot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.zova.ZovaDatabase;
import io.zova.boot.actuate.CareMetrics;
import io.zova.boot.actuate.DeepCheck;
import io.zova.boot.actuate.FileCheck;
import io.zova.boot.actuate.ZovaEndpoint;
import io.zova.boot.actuate.ZovaHealthIndicator;
import io.zova.boot.backup.Backups;
import io.zova.maintenance.check.DoctorReport;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class BackupTests {

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class, ZovaTemplatesAutoConfiguration.class,
				ZovaBackupAutoConfiguration.class, ZovaActuatorAutoConfiguration.class))
		.withPropertyValues("management.endpoints.web.exposure.include=zova",
				"management.endpoints.jmx.exposure.include=zova");

	private ApplicationContextRunner withBackups(String... more) {
		return this.runner
			.withPropertyValues("zova.path=" + this.directory.resolve("app.zova"),
					"zova.backup.directory=" + this.directory.resolve("backups"))
			.withPropertyValues(more);
	}

	@Test
	void thereAreNoneUnlessADirectoryIsSet() {
		this.runner.withPropertyValues("zova.path=:memory:").run((context) -> {
			assertThat(context).doesNotHaveBean(Backups.class);
			assertThat(context.getBean(ZovaEndpoint.class).start("backup")).isNull();
			assertThat(context.getBean(ZovaHealthIndicator.class).health(true).getDetails())
				.doesNotContainKey("lastBackup");
		});
	}

	@Test
	void theyAreMadeAtAnIntervalWhileTheApplicationWorks() {
		withBackups("zova.backup.schedule=1s", "zova.backup.keep=1").run((context) -> {
			JdbcClient jdbc = JdbcClient.create(context.getBean(ZovaDatabase.class).dataSource());
			jdbc.sql("create table t(a)").update();
			Backups backups = context.getBean(Backups.class);
			long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
			for (int i = 0; backups.count(true) < 2 && System.nanoTime() < deadline; i++) {
				jdbc.sql("insert into t values (?)").param(i).update();
			}
			assertThat(backups.count(true)).isGreaterThanOrEqualTo(2);
			assertThat(backups.count(false)).isZero();
		});
		assertThat(names()).hasSize(1).allMatch((name) -> name.matches("app-[0-9a-f]{8}-\\d{8}T\\d{6}Z\\.zova"));
		try (ZovaDatabase backup = ZovaDatabase.open(this.directory.resolve("backups").resolve(names().get(0)))) {
			assertThat(JdbcClient.create(backup.dataSource()).sql("select count(*) from t").query(Long.class).single())
				.isPositive();
		}
	}

	@Test
	void theOldestAreRemovedAndNothingElse() throws Exception {
		Path backups = Files.createDirectory(this.directory.resolve("backups"));
		String stem = stem("app");
		for (String name : List.of(stem + "-20200101T000000Z.zova", stem + "-20200102T000000Z.zova", "app-other.zova",
				"app-20200101T000000Z.zova", "app-00000000-20200101T000000Z.zova")) {
			Files.createFile(backups.resolve(name));
		}
		withBackups("zova.backup.keep=2").run((context) -> {
			Backups bean = context.getBean(Backups.class);
			assertThat(bean.state().lastGood()).isEqualTo(Instant.parse("2020-01-02T00:00:00Z"));
			assertThat(bean.run()).matches(Backups.Outcome::success);
			assertThat(names()).hasSize(5)
				.contains(stem + "-20200102T000000Z.zova", "app-other.zova", "app-20200101T000000Z.zova",
						"app-00000000-20200101T000000Z.zova");
		});
	}

	@Test
	void databasesOfTheSameNameLeaveEachOthersBackupsAlone() throws Exception {
		Path other = Files.createDirectory(this.directory.resolve("other")).resolve("app.zova");
		for (Path path : List.of(this.directory.resolve("app.zova"), other)) {
			withBackups("zova.path=" + path, "zova.backup.keep=1").run((context) -> {
				Backups backups = context.getBean(Backups.class);
				assertThat(backups.state().lastGood()).isNull();
				assertThat(backups.run()).matches(Backups.Outcome::success);
				assertThat(backups.run()).matches(Backups.Outcome::success);
			});
		}
		assertThat(names()).hasSize(2);
	}

	@Test
	void severalInOneSecondHaveNamesOfTheirOwn() {
		withBackups().run((context) -> {
			Backups backups = context.getBean(Backups.class);
			for (int i = 0; i < 3; i++) {
				assertThat(backups.run()).matches(Backups.Outcome::success);
			}
			assertThat(names()).hasSize(3);
		});
	}

	@Test
	void theDirectoryMayBeALinkToOneAndMustNotBeAFile() throws Exception {
		Path real = Files.createDirectory(this.directory.resolve("real"));
		Files.createSymbolicLink(this.directory.resolve("backups"), real);
		withBackups().run((context) -> {
			assertThat(context.getBean(Backups.class).run()).matches(Backups.Outcome::success);
			assertThat(names()).hasSize(1);
		});
		Path file = Files.createFile(this.directory.resolve("file"));
		withBackups("zova.backup.directory=" + file).run(
				(context) -> assertThat(context.getBean(Backups.class).run()).matches((outcome) -> !outcome.success()));
	}

	/** A link that has the name of an old backup goes; what it leads to stays. */
	@Test
	void aLinkAmongTheOldBackupsIsRemovedAndNotFollowed() throws Exception {
		Path backups = Files.createDirectory(this.directory.resolve("backups"));
		Path precious = Files.writeString(this.directory.resolve("precious"), "x");
		String stem = stem("app");
		Files.createSymbolicLink(backups.resolve(stem + "-20200101T000000Z.zova"), precious);
		withBackups("zova.backup.keep=1").run((context) -> {
			assertThat(context.getBean(Backups.class).run()).matches(Backups.Outcome::success);
			assertThat(names()).hasSize(1);
		});
		assertThat(precious).exists();
	}

	@Test
	void aDeepCheckThatCannotBeRunHasFailedAndTheNextOneMayCome() {
		withBackups().run((context) -> {
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			DeepCheck check = context.getBean(DeepCheck.class);
			database.close();
			for (int i = 1; i <= 2; i++) {
				check.start();
				long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
				while (check.count() < i && System.nanoTime() < deadline) {
					Thread.onSpinWait();
				}
				assertThat(check.count()).isEqualTo(i);
				assertThat(check.state().phase()).isEqualTo(DeepCheck.Phase.FAILED);
			}
			assertThat(context.getBean(FileCheck.class).check().result()).isIn(FileCheck.Result.FAILED,
					FileCheck.Result.MOVED);
		});
	}

	@Test
	void theOneJustMadeStaysWhenTheClockHasGoneBack() throws Exception {
		Path backups = Files.createDirectory(this.directory.resolve("backups"));
		Files.createFile(backups.resolve(stem("app") + "-29990101T000000Z.zova"));
		withBackups("zova.backup.keep=1").run((context) -> {
			String made = context.getBean(Backups.class).run().name();
			assertThat(names()).containsExactly(made);
		});
	}

	@Test
	void oneThatFailsKeepsTheOldOnesAndIsSeen() throws Exception {
		Path backups = Files.createDirectory(this.directory.resolve("backups"));
		String old = stem("app") + "-20200101T000000Z.zova";
		Files.createFile(backups.resolve(old));
		withBackups("zova.backup.keep=1", "zova.backup.failed-status=OUT_OF_SERVICE").run((context) -> {
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			database.objects().put("abc".getBytes(java.nio.charset.StandardCharsets.UTF_8));
			JdbcClient.create(database.dataSource()).sql("update _zova_chunks set data = cast('abd' as blob)").update();
			MeterRegistry registry = new SimpleMeterRegistry();
			context.getBean(CareMetrics.class).bindTo(registry);
			context.getBean(FileCheck.class).check();
			ZovaHealthIndicator indicator = context.getBean(ZovaHealthIndicator.class);
			assertThat(indicator.health(true).getStatus()).isEqualTo(Status.UP);
			assertThat(context.getBean(Backups.class).run()).matches((outcome) -> !outcome.success());
			assertThat(names()).containsExactly(old);
			Health health = indicator.health(true);
			assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			assertThat(health.getDetails()).containsEntry("backup", "failed")
				.containsEntry("lastBackup", "2020-01-01T00:00:00Z");
			assertThat(health.getDetails().toString()).doesNotContain(this.directory.toString());
			assertThat(registry.get("zova.backups").tag("result", "failed").functionTimer().count()).isEqualTo(1);
			assertThat(registry.get("zova.checks").tag("result", "sound").functionTimer())
				.satisfies((FunctionTimer timer) -> assertThat(timer.count()).isPositive());
		});
	}

	@Test
	void theEndpointChecksAndBacksUpOnDemand() {
		withBackups().run((context) -> {
			context.getBean(ZovaDatabase.class).objects().put(new byte[1000]);
			ZovaEndpoint endpoint = context.getBean(ZovaEndpoint.class);
			assertThat(((DoctorReport) endpoint.task("doctor")).needsAttention()).isFalse();
			assertThat(((DeepCheck.State) endpoint.task("check")).phase()).isEqualTo(DeepCheck.Phase.NONE);
			endpoint.start("check");
			endpoint.start("backup");
			long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
			DeepCheck.State state = (DeepCheck.State) endpoint.task("check");
			while ((state.phase() == DeepCheck.Phase.RUNNING || names().isEmpty()) && System.nanoTime() < deadline) {
				Thread.onSpinWait();
				state = (DeepCheck.State) endpoint.task("check");
			}
			assertThat(state.phase()).isEqualTo(DeepCheck.Phase.DONE);
			assertThat(state.report().check().checked().objects()).isOne();
			assertThat(names()).hasSize(1);
			assertThat(endpoint.task("other")).isNull();
			assertThat(endpoint.start("other")).isNull();
		});
	}

	@ParameterizedTest
	@CsvSource({ "zova.backup.schedule=every day", "zova.backup.schedule=x", "zova.backup.schedule=0s",
			"zova.backup.schedule=0 3 * * *", "zova.backup.schedule=0 0 0 31 2 *", "zova.backup.keep=0" })
	void aWrongSettingFailsAtTheStart(String setting) {
		withBackups(setting).run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining(setting.substring(0, setting.indexOf('='))));
	}

	@Test
	void aScheduleWithoutADirectoryFailsAtTheStart() {
		this.runner.withPropertyValues("zova.path=:memory:", "zova.backup.schedule=6h")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("zova.backup.directory"));
	}

	/**
	 * How the names of the backups of a database begin, which is made if it is missing.
	 */
	private String stem(String name) throws Exception {
		Path file = this.directory.resolve(name + ".zova");
		try (ZovaDatabase database = Files.exists(file) ? ZovaDatabase.open(file) : ZovaDatabase.create(file)) {
			return name + "-" + database.databaseId().orElseThrow().substring(0, 8);
		}
	}

	private List<String> names() {
		Path backups = this.directory.resolve("backups");
		if (!Files.isDirectory(backups)) {
			return List.of();
		}
		try (var entries = Files.list(backups)) {
			return entries.map((entry) -> entry.getFileName().toString())
				.filter((name) -> name.endsWith(".zova"))
				.sorted()
				.toList();
		}
		catch (java.io.IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

}
