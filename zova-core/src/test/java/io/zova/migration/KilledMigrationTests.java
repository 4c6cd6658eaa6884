package io.zova.migration;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.FormatVersion;
import io.zova.format.TestFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process is killed at a random moment while it migrates: the old file is as it was or
 * the new one is complete, and the next try gets there.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "SIGKILL is needed")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class KilledMigrationTests {

	private static final int KILLS = 5;

	private static final int KILLS_IN_THE_LONG_PROFILE = 50;

	@TempDir
	Path directory;

	private Path small;

	private Path old;

	private byte[] before;

	private final long seed = TestSeed.value();

	private final Random random = new Random(this.seed);

	private long duration;

	@BeforeEach
	void prepare() throws Exception {
		this.small = TestFiles.fixture("format-4-a", Files.createDirectory(this.directory.resolve("small")));
	}

	private void fill(Path file) throws Exception {
		TestFiles.execute(file, "create table filler (data)", """
				insert into filler
				with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)
				select randomblob(3500) from n""");
		this.old = file;
		this.before = Files.readAllBytes(file);
	}

	@Test
	void aFileIsMigratedByTheNextTry() throws Exception {
		fill(TestFiles.fixture("format-7-a", this.directory));
		killWhileMigrating(KILLS, 1);
	}

	@Test
	void aFileIsReplacedByTheNextStart() throws Exception {
		fill(TestFiles.fixture("format-9-a", this.directory));
		killWhileStarting(KILLS, false);
	}

	@Test
	void aSetIsMigratedByTheNextTry() throws Exception {
		TestFiles.fixture("format-3-019-a-both-objects-store", this.directory);
		TestFiles.fixture("format-3-019-a-both-vectors-store", this.directory);
		fill(TestFiles.fixture("format-3-019-a-both-main", this.directory));
		killWhileMigrating(KILLS, 3);
	}

	@ParameterizedTest
	@Tag("adversary")
	@EnabledIfSystemProperty(named = "adversary.minutes", matches = ".+",
			disabledReason = "the cut of the adversary leaves out what takes many minutes")
	@ValueSource(strings = { "delete", "wal" })
	void aFileIsMigratedAndReplacedHoweverOften(String mode) throws Exception {
		Path file = TestFiles.fixture("format-8-a", this.directory);
		TestFiles.execute(file, "pragma journal_mode=" + mode);
		fill(file);
		killWhileMigrating(KILLS_IN_THE_LONG_PROFILE, 1);
		killWhileStarting(KILLS_IN_THE_LONG_PROFILE, mode.equals("wal"));
	}

	@ParameterizedTest
	@Tag("adversary")
	@EnabledIfSystemProperty(named = "adversary.minutes", matches = ".+",
			disabledReason = "the cut of the adversary leaves out what takes many minutes")
	@ValueSource(strings = { "delete", "wal" })
	void aSetIsMigratedHoweverOften(String mode) throws Exception {
		Path store = TestFiles.fixture("format-5-a-objects-store", this.directory);
		Path file = TestFiles.fixture("format-5-a-objects-main", this.directory);
		TestFiles.execute(file, "pragma journal_mode=" + mode);
		TestFiles.execute(store, "pragma journal_mode=" + mode);
		fill(file);
		killWhileMigrating(KILLS_IN_THE_LONG_PROFILE, 2);
	}

	private void killWhileMigrating(int kills, int files) throws Exception {
		int done = 0;
		for (int i = 0; i <= kills; i++) {
			Path folder = Files.createDirectory(this.directory.resolve("new" + i + "-" + this.random.nextInt()));
			Path destination = folder.resolve("new.zova");
			done += run("migrate", i == 0, this.old, destination) ? 1 : 0;
			assertThat(this.old).as("seed " + this.seed).hasBinaryContent(this.before);
			if (!isComplete(destination)) {
				migrate(folder, destination);
			}
			List<String> names = TestFiles.namesIn(folder);
			if (names.size() > files) {
				// Killed after the last step that counts: what is left stays until the
				// next migration to the same name.
				assertThat(names).as("seed " + this.seed).contains("new.zova.migration-recovery").hasSize(files + 1);
			}
			requireContent(destination);
			delete(folder);
		}
		assertThat(done).as("runs that were not killed").isPositive();
	}

	private static boolean isComplete(Path file) throws IOException {
		return Files.exists(file) && Files.size(file) > 0;
	}

	private void migrate(Path folder, Path destination) throws Exception {
		try {
			ZovaDatabase.migrate(this.old, destination);
		}
		catch (ZovaException ex) {
			// Killed between the first two steps, before the directory had its lock: then
			// the error says what to do.
			Path recovery = folder.resolve("new.zova.migration-recovery");
			assertThat(ex.status()).isEqualTo(ZovaStatus.DESTINATION_EXISTS);
			assertThat(ex).hasMessageContaining(recovery.toString()).hasMessageContaining("delete it");
			assertThat(recovery.resolve("owner")).doesNotExist();
			delete(recovery);
			ZovaDatabase.migrate(this.old, destination);
		}
	}

	private void killWhileStarting(int kills, boolean wal) throws Exception {
		int done = 0;
		for (int i = 0; i <= kills; i++) {
			Path folder = Files.createDirectory(this.directory.resolve("app" + i + "-" + this.random.nextInt()));
			Path file = Files.write(folder.resolve("app.zova"), this.before);
			done += run("start", i == 0, file, file) ? 1 : 0;
			assertThat(isComplete(file)).as("seed " + this.seed).isTrue();
			MigratingProcess.start(file);
			requireNoLog(file);
			assertThat(ZovaDatabase.probe(file)).isEqualTo(FormatVersion.CURRENT);
			requireContent(file);
			List<String> names = TestFiles.namesIn(folder);
			Path kept = folder.resolve(
					names.stream().filter((name) -> name.matches("app\\.format-\\d+\\.zova")).findAny().orElseThrow());
			if (!wal) {
				assertThat(kept).as("seed " + this.seed).hasBinaryContent(this.before);
			}
			assertThat(TestFiles.texts(kept, "select count(*) from filler")).containsExactly("3000");
			assertThat(names).as("seed " + this.seed)
				.allMatch((name) -> name
					.matches("app\\.zova|app\\.format-\\d+\\.zova|\\.app.*\\.zova-partial|app\\.zova\\.migration-lock"
							// Whoever only reads the new file leaves these behind.
							+ (wal ? "|app\\.zova-(wal|shm)" : "")));
			delete(folder);
		}
		assertThat(done).as("runs that were not killed").isPositive();
	}

	private void requireNoLog(Path file) throws IOException {
		for (String suffix : new String[] { "-wal", "-journal" }) {
			Path side = file.resolveSibling(file.getFileName() + suffix);
			assertThat(!Files.exists(side) || Files.size(side) == 0).as("seed %d, %s", this.seed, side).isTrue();
		}
	}

	private void requireContent(Path file) throws Exception {
		assertThat(TestFiles.texts(file, "pragma integrity_check")).as("seed " + this.seed).containsExactly("ok");
		assertThat(TestFiles.texts(file, "select count(*) from filler")).containsExactly("3000");
		assertThat(TestFiles.texts(file, "select count(*) from notes")).containsExactly("40");
	}

	/** The first run tells how long one takes; each other is killed within that time. */
	private boolean run(String task, boolean toTheEnd, Path file, Path destination) throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				MigratingProcess.class.getName(), task, this.small.toString(), file.toString(), destination.toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try (BufferedReader output = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			assertThat(nextLine(output)).isEqualTo("> begin");
			long begin = System.nanoTime();
			if (!toTheEnd) {
				LockSupport.parkNanos((long) (this.random.nextDouble() * this.duration * 1.1));
				process.toHandle().destroyForcibly();
			}
			boolean ended = "> end".equals(nextLine(output));
			if (toTheEnd) {
				this.duration = System.nanoTime() - begin;
				assertThat(ended).isTrue();
			}
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			return ended;
		}
	}

	private static String nextLine(BufferedReader output) throws IOException {
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			if (line.startsWith("> ")) {
				return line;
			}
		}
		return "";
	}

	private static void delete(Path folder) throws IOException {
		Files.walkFileTree(folder, new SimpleFileVisitor<>() {
			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.delete(file);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
				Files.delete(directory);
				return FileVisitResult.CONTINUE;
			}
		});
	}

}
