package io.zova.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process is killed while it splits and joins, or may not write as much as it needs:
 * everything is as before or as after. With {@code -Dadversary.minutes} given, the
 * profile of the adversary kills 50 times.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "SIGKILL and ulimit are needed")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class KilledMovesTests {

	private static final int KILLS = 5;

	private static final int KILLS_IN_THE_LONG_PROFILE = 50;

	private static final int OBJECTS = 60;

	/** In units of 512 bytes: enough for the driver's library, not for the store. */
	private static final String FILE_SIZE_LIMIT = "4400";

	@TempDir
	Path directory;

	private Path filled(String journalMode) throws Exception {
		Path main = this.directory.resolve("main.zova");
		Random random = new Random(1);
		try (ZovaDatabase database = ZovaDatabase.create(main)) {
			for (int i = 0; i < OBJECTS; i++) {
				byte[] content = new byte[100_000];
				random.nextBytes(content);
				database.objects().put(content);
			}
		}
		TestFiles.execute(main, "pragma journal_mode = " + journalMode);
		return main;
	}

	@ParameterizedTest
	@ValueSource(strings = { "delete", "wal" })
	void aProcessKilledAtAnyTimeLeavesEverythingInOnePlace(String journalMode) throws Exception {
		kill(KILLS, journalMode);
	}

	@ParameterizedTest
	@Tag("adversary")
	@EnabledIfSystemProperty(named = "adversary.minutes", matches = ".+",
			disabledReason = "the cut of the adversary leaves out what takes many minutes")
	@ValueSource(strings = { "delete", "wal" })
	void everythingIsInOnePlaceHoweverOften(String journalMode) throws Exception {
		kill(KILLS_IN_THE_LONG_PROFILE, journalMode);
	}

	private void kill(int kills, String journalMode) throws Exception {
		Path main = filled(journalMode);
		List<String> rows = FilledFile.rows(main, StoreRole.OBJECTS);
		long seed = TestSeed.value();
		Random random = new Random(seed);
		int inStore = 0;
		for (int kill = 0; kill < kills; kill++) {
			Path store = this.directory.resolve("store" + kill + ".zova");
			Process process = start(command("forever", main, store));
			try (BufferedReader output = output(process)) {
				assertThat(nextLine(output)).isEqualTo("begins");
				for (int step = random.nextInt(4); step > 0; step--) {
					nextLine(output);
				}
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(300)));
				process.toHandle().destroyForcibly();
				assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
			}
			try (ZovaDatabase database = ZovaDatabase.open(main)) {
				assertThat(database.objects().stream()).as("seed %d, kill %d", seed, kill).hasSize(OBJECTS);
				database.objects().stream().forEach((object) -> database.objects().get(object.id()));
			}
			Optional<StoreInfo> bound = Stores.of(main).info(StoreRole.OBJECTS);
			if (bound.isPresent()) {
				inStore++;
				assertThat(FilledFile.rows(store, StoreRole.OBJECTS)).isEqualTo(rows);
				assertThat(FilledFile.rows(main, StoreRole.OBJECTS)).isEmpty();
				Stores.of(main).join(StoreRole.OBJECTS);
			}
			assertThat(FilledFile.rows(main, StoreRole.OBJECTS)).as("seed %d, kill %d", seed, kill).isEqualTo(rows);
			assertThat(TestFiles.texts(main, "pragma integrity_check")).containsExactly("ok");
			Files.deleteIfExists(store);
		}
		System.out.println("Killed " + kills + " times in mode " + journalMode + ", " + inStore + " times in a store");
	}

	@Test
	void aStoreThatGrowsTooBigForTheDiskIsGoneAfterwards() throws Exception {
		Path main = filled("delete");
		byte[] before = Files.readAllBytes(main);
		Path folder = Files.createDirectory(this.directory.resolve("full"));
		List<String> limited = new ArrayList<>(
				List.of("sh", "-c", "ulimit -f " + FILE_SIZE_LIMIT + "; exec \"$@\"", "sh"));
		limited.addAll(command("once", main, folder.resolve("store.zova")));
		Process process = start(limited);
		try (BufferedReader output = output(process)) {
			assertThat(nextLine(output)).isEqualTo("SQLITE_ERROR");
		}
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(TestFiles.namesIn(folder)).isEmpty();
		assertThat(main).hasBinaryContent(before);
	}

	private static Process start(List<String> command) throws IOException {
		return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
	}

	private static List<String> command(String task, Path main, Path store) {
		return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-Xmx64m", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				MovingProcess.class.getName(), task, main.toString(), store.toString());
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
