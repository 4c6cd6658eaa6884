package io.zova.object;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions.JournalMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process is killed in the middle of puts, writers and deletions, several times on the
 * same file: every object that is there is whole, and what is left over are loose chunks,
 * which can be collected. {@code -Dzova.crash.kills=50} kills more often than the default
 * of 5.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "an end without clean-up is SIGKILL here")
class KilledWritersIT {

	private static final int KILLS = Integer.getInteger("zova.crash.kills", 5);

	private static final String LOOSE = """
			select lower(hex(chunk_hash)) from _zova_chunks
			where chunk_hash not in (select chunk_hash from _zova_object_chunks)""";

	@TempDir
	Path folder;

	private final Set<ObjectId> stored = new HashSet<>();

	private final Set<ObjectId> perhapsDeleted = new HashSet<>();

	@ParameterizedTest
	@EnumSource(value = JournalMode.class, names = { "DELETE", "WAL" })
	@Timeout(value = 10, unit = TimeUnit.MINUTES)
	void objectsAreWholeAndOnlyLooseChunksAreLeftOver(JournalMode mode) throws Exception {
		Path file = this.folder.resolve("killed.zova");
		ZovaDatabase.create(file).close();
		long seed = TestSeed.value();
		Random random = new Random(seed);
		long loose = 0;
		for (int kill = 0; kill < KILLS; kill++) {
			runAndKill(file, mode, random);
			loose += check(file, "seed %d, mode %s, kill %d".formatted(seed, mode, kill));
		}
		System.out.printf("%s: %d kills, %d objects reported as stored, %d loose chunks collected%n", mode, KILLS,
				this.stored.size(), loose);
	}

	private void runAndKill(Path file, JournalMode mode, Random random) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				KilledWriters.class.getName(), file.toString(), mode.name(), Long.toString(random.nextLong()))
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		int reports = 5 + random.nextInt(40);
		try (BufferedReader lines = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				note(line);
				if (--reports == 0) {
					LockSupport.parkNanos(random.nextInt(50_000_000));
					// By its handle: the process itself would close the pipe with the
					// last reports in it.
					process.toHandle().destroyForcibly();
				}
			}
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(process.waitFor()).as("killed by signal 9").isEqualTo(128 + 9);
	}

	private void note(String line) {
		String[] words = line.split(" ");
		if (words[0].equals("stored")) {
			this.stored.add(ObjectId.parse(words[1]));
		}
		else if (words[0].equals("deleting")) {
			this.perhapsDeleted.add(ObjectId.parse(words[1]));
		}
	}

	private int check(Path file, String context) {
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			ObjectTemplate objects = database.objects();
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			assertThat(jdbc.sql("pragma integrity_check").query(String.class).list()).as(context).containsExactly("ok");
			assertThat(jdbc.sql("pragma foreign_key_check").query().listOfRows()).as(context).isEmpty();
			Set<ObjectId> visible = verified(objects, context);
			Set<ObjectId> expected = new HashSet<>(this.stored);
			expected.removeAll(this.perhapsDeleted);
			assertThat(visible).as(context).containsAll(expected);
			List<String> loose = jdbc.sql(LOOSE).query(String.class).list();
			List<String> before = jdbc.sql("select hex(chunk_hash) from _zova_chunks").query(String.class).list();
			assertThat(objects.collectLooseChunks(Duration.ZERO).count()).as(context).isEqualTo(loose.size());
			assertThat(jdbc.sql(LOOSE).query(String.class).list()).as(context).isEmpty();
			assertThat(jdbc.sql("select count(*) from _zova_chunks").query(Integer.class).single()).as(context)
				.isEqualTo(before.size() - loose.size());
			assertThat(verified(objects, context)).as(context).isEqualTo(visible);
			return loose.size();
		}
	}

	/** All objects, each read to its end: whatever is wrong with one throws. */
	private static Set<ObjectId> verified(ObjectTemplate objects, String context) {
		Set<ObjectId> ids = new HashSet<>();
		objects.stream().forEach((object) -> {
			assertThat(ObjectId.ofContent(objects.get(object.id()))).as(context).isEqualTo(object.id());
			ids.add(object.id());
		});
		return ids;
	}

}
