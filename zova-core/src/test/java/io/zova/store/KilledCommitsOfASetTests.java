package io.zova.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;
import io.zova.object.ObjectId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process is killed while it commits to several files: with a rollback journal all have
 * the transaction or none; in WAL mode a torn one is noticed.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "SIGKILL is needed")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class KilledCommitsOfASetTests {

	private static final int KILLS = 5;

	private static final int KILLS_IN_THE_LONG_PROFILE = 50;

	@TempDir
	Path directory;

	private Path main;

	private int committed;

	@BeforeEach
	void prepare() throws Exception {
		this.main = FilledFile.create(this.directory.resolve("main.zova"));
		TestFiles.execute(this.main, "create table article (id integer primary key)");
		Stores.of(this.main).split(StoreRole.OBJECTS, this.directory.resolve("objects.zova"));
		Stores.of(this.main).split(StoreRole.GRAPHS, this.directory.resolve("graphs.zova"));
	}

	private void journalMode(String mode) throws Exception {
		for (String name : new String[] { "main", "objects", "graphs" }) {
			TestFiles.execute(this.directory.resolve(name + ".zova"), "pragma journal_mode = " + mode);
		}
	}

	private boolean hasSuperJournal() throws Exception {
		return TestFiles.namesIn(this.directory).stream().anyMatch((name) -> name.startsWith("main.zova-mj"));
	}

	/** It is there from before the first file is written until all are. */
	private void awaitSuperJournal() throws Exception {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (!hasSuperJournal()) {
			assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "delete", "truncate", "persist" })
	void aCommitIsInAllFilesOrInNone(String mode) throws Exception {
		journalMode(mode);
		killAndLook(KILLS);
	}

	@ParameterizedTest
	@Tag("adversary")
	@EnabledIfSystemProperty(named = "adversary.minutes", matches = ".+",
			disabledReason = "the cut of the adversary leaves out what takes many minutes")
	@ValueSource(strings = { "delete", "truncate", "persist" })
	void aCommitIsInAllFilesOrInNoneHoweverOften(String mode) throws Exception {
		journalMode(mode);
		killAndLook(KILLS_IN_THE_LONG_PROFILE);
	}

	private void killAndLook(int kills) throws Exception {
		Random random = new Random(TestSeed.value());
		int within = 0;
		for (int kill = 0; kill < kills; kill++) {
			int acknowledged = runAndKill(random, kill % 2 == 0);
			within += hasSuperJournal() ? 1 : 0;
			requireWhole(acknowledged);
		}
		System.out.println("Killed " + kills + " times, " + within + " times within a commit over several files");
	}

	@ParameterizedTest
	@ValueSource(ints = KILLS)
	void inWalModeACommitIsInAllFilesOrTheErrorSaysThatItIsTorn(int kills) throws Exception {
		killInWalMode(kills);
	}

	@ParameterizedTest
	@Tag("adversary")
	@EnabledIfSystemProperty(named = "adversary.minutes", matches = ".+",
			disabledReason = "the cut of the adversary leaves out what takes many minutes")
	@ValueSource(ints = KILLS_IN_THE_LONG_PROFILE)
	void inWalModeATornCommitIsNoticedHoweverOften(int kills) throws Exception {
		killInWalMode(kills);
	}

	private void killInWalMode(int kills) throws Exception {
		journalMode("wal");
		Random random = new Random(TestSeed.value());
		int torn = 0;
		for (int kill = 0; kill < kills; kill++) {
			int acknowledged = runAndKill(random, false);
			try {
				ZovaDatabase.open(this.main).close();
			}
			catch (ZovaException ex) {
				torn++;
				assertThat(ex.status()).isEqualTo(ZovaStatus.BOUND_STORE_INVALID);
				assertThat(ex).hasMessageContaining("a crash has torn a commit").hasMessageContaining("bind the store");
				for (StoreInfo store : Stores.of(this.main).info()) {
					Stores.of(this.main)
						.bind(store.role(), Path.of(store.path()), StoreOptions.defaults().allowingWal().takingOver());
				}
				TestFiles.execute(this.main, "delete from article where id > " + acknowledged);
				this.committed = acknowledged + 100;
				continue;
			}
			requireWhole(acknowledged);
		}
		System.out.println("Killed " + kills + " times in mode wal, " + torn + " times torn and noticed");
	}

	private Process start() throws IOException {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				CommittingProcess.class.getName(), this.main.toString(), Integer.toString(this.committed + 1))
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
	}

	private int runAndKill(Random random, boolean superJournals) throws Exception {
		Process process = start();
		try (BufferedReader output = output(process)) {
			assertThat(nextLine(output)).isEqualTo("begins");
			int acknowledged = Integer.parseInt(nextLine(output));
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(200)));
			if (superJournals) {
				awaitSuperJournal();
				LockSupport.parkNanos(random.nextInt(3_000_000));
			}
			process.toHandle().destroyForcibly();
			for (String line = nextLine(output); line != null; line = nextLine(output)) {
				acknowledged = Integer.parseInt(line);
			}
			assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
			return acknowledged;
		}
	}

	/** Which rows there are, there are objects and nodes of. */
	private void requireWhole(int acknowledged) {
		try (ZovaDatabase database = ZovaDatabase.open(this.main)) {
			this.committed = JdbcClient.create(database.dataSource())
				.sql("select coalesce(max(id), 0) from article")
				.query(Integer.class)
				.single();
			assertThat(this.committed).isGreaterThanOrEqualTo(acknowledged);
			for (int i = Math.max(1, this.committed - 3); i <= this.committed + 1; i++) {
				boolean expected = JdbcClient.create(database.dataSource())
					.sql("select count(*) from article where id = ?")
					.param(i)
					.query(Integer.class)
					.single() == 1;
				assertThat(database.objects().exists(ObjectId.ofContent(CommittingProcess.content(i))))
					.as("object %d", i)
					.isEqualTo(expected);
				assertThat(database.graphs().graph("people").nodeExists("article-" + i)).as("node %d", i)
					.isEqualTo(expected);
			}
		}
	}

	private static BufferedReader output(Process process) {
		return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
	}

	private static String nextLine(BufferedReader output) throws IOException {
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			if (line.startsWith("> ")) {
				return line.substring(2);
			}
		}
		return null;
	}

}
