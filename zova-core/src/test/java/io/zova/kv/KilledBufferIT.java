package io.zova.kv;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that writes through a buffer is killed again and again: what it had flushed
 * is there, what is there has no gaps, and the file is sound.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "an end without clean-up is SIGKILL here")
class KilledBufferIT {

	private static final int KILLS = Integer.getInteger("zova.crash.kills", 8);

	@TempDir
	Path folder;

	@Test
	@Timeout(value = 5, unit = TimeUnit.MINUTES)
	void aKilledProcessLosesAtMostWhatItHadNotFlushed() throws Exception {
		Path file = this.folder.resolve("killed.zova");
		ZovaDatabase.create(file).close();
		long seed = TestSeed.value();
		Random random = new Random(seed);
		int stored = 0;
		for (int kill = 0; kill < KILLS; kill++) {
			String context = "seed %d, kill %d".formatted(seed, kill);
			int flushed = runAndKill(file, stored + 1, 1 + random.nextInt(40), random.nextInt(3_000_000));
			assertThat(flushed).as(context).isGreaterThan(stored);
			stored = checked(file, context);
			assertThat(stored).as(context).isGreaterThanOrEqualTo(flushed);
		}
	}

	private static int runAndKill(Path file, int first, int flushes, int nanos) throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				KilledBuffer.class.getName(), file.toString(), String.valueOf(first))
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		int flushed = 0;
		try (BufferedReader lines = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			int seen = 0;
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (line.chars().allMatch(Character::isDigit)) {
					flushed = Integer.parseInt(line);
					if (++seen == flushes) {
						LockSupport.parkNanos(nanos);
						// By its handle: the process itself would close the pipe with the
						// last reports in it.
						process.toHandle().destroyForcibly();
					}
				}
			}
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(process.waitFor()).as("killed by signal 9").isEqualTo(128 + 9);
		return flushed;
	}

	/** How many values there are; they must be those from 1 on, each with its bytes. */
	private static int checked(Path file, String context) {
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			assertThat(jdbc.sql("pragma integrity_check").query(String.class).list()).as(context).containsExactly("ok");
			int number = 0;
			List<KeyValue> rows = database.keyValues().namespace("n").page(KeyRange.all());
			for (KeyValue row : rows) {
				number++;
				assertThat(row).as(context)
					.isEqualTo(new KeyValue(KilledBuffer.key(number), KilledBuffer.value(number)));
			}
			return number;
		}
	}

}
