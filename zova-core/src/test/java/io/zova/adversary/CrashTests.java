package io.zova.adversary;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaOptions.Synchronous;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes are killed at random moments under transactions that tie all features
 * together, alone and beside another process that writes: what was acknowledged is there,
 * nothing is there by half, nobody was notified of what is not there, and the file is
 * sound.
 */
@Adversary
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "an end without clean-up is SIGKILL here")
class CrashTests {

	private static final int WRITERS = 2;

	private static final int KILLS = 2;

	@TempDir
	Path folder;

	@ParameterizedTest
	@EnumSource
	void nothingAcknowledgedIsLostAndNothingIsHalf(JournalMode mode) throws Exception {
		Campaign.of("Crash", "killed in mode " + mode.sql(), 1.0 / JournalMode.values().length, 2)
			.run((random, tally) -> attempt(mode, random, tally));
	}

	private void attempt(JournalMode mode, Random random, Tally tally) throws Exception {
		Path file = Files.createTempDirectory(this.folder, "crash").resolve("killed.zova");
		try (ZovaDatabase database = ZovaDatabase.create(file)) {
			new TiedTransactions(database).prepare(2 * WRITERS);
		}
		Map<Integer, Integer> acknowledged = new HashMap<>();
		for (int kill = 0; kill < KILLS; kill++) {
			Synchronous synchronous = Synchronous.values()[random.nextInt(Synchronous.values().length)];
			boolean beside = random.nextInt(3) == 0;
			List<String> lines = runAndKill(file, mode, synchronous, beside, random);
			tally.count("kills with " + synchronous.name().toLowerCase(Locale.ROOT));
			tally.count("kills beside another process", beside ? 1 : 0);
			assertThat(Child.failures(lines)).isEmpty();
			lines.stream().filter((line) -> line.startsWith("done")).map((line) -> line.split(" ")).forEach((words) -> {
				Integer before = acknowledged.put(Integer.valueOf(words[1]), Integer.valueOf(words[2]));
				assertThat(Integer.parseInt(words[2])).as("transactions of " + words[1])
					.isGreaterThan((before != null) ? before : 0);
				tally.count("transactions acknowledged");
			});
			check(file, lines, acknowledged, random);
		}
	}

	private static List<String> runAndKill(Path file, JournalMode mode, Synchronous synchronous, boolean beside,
			Random random) throws Exception {
		List<String> lines = new ArrayList<>();
		try (Child child = writers(file, mode, synchronous, 0, random);
				Child other = beside ? writers(file, mode, synchronous, WRITERS, random) : null) {
			if (random.nextInt(6) > 0) {
				// At once after a notification, or somewhere between.
				boolean atOnce = random.nextInt(3) == 0;
				assertThat(child.await((line) -> line.startsWith(atOnce ? "notified" : "done"), 1 + random.nextInt(100),
						Duration.ofSeconds(120)))
					.as("transactions, beside %s", child.lines())
					.isTrue();
				LockSupport.parkNanos(atOnce ? 0 : random.nextInt(3_000_000));
			}
			else {
				// Where it hasn't begun yet, or just opens the file and repairs it.
				LockSupport.parkNanos(random.nextInt(2_000_000_000));
			}
			lines.addAll(child.kill());
			if (other != null) {
				int before = (int) other.count((line) -> line.startsWith("done"));
				assertThat(other.await((line) -> line.startsWith("done"), before + 2, Duration.ofSeconds(120)))
					.as("transactions after the other's death, beside %s", other.lines())
					.isTrue();
				lines.addAll(random.nextBoolean() ? other.kill() : other.finish());
			}
		}
		return lines;
	}

	private static Child writers(Path file, JournalMode mode, Synchronous synchronous, int first, Random random)
			throws Exception {
		return Child.start(TiedWriters.class, file, mode, synchronous, random.nextLong(), first, WRITERS,
				Integer.MAX_VALUE, 2_000);
	}

	private static void check(Path file, List<String> lines, Map<Integer, Integer> acknowledged, Random random)
			throws Exception {
		if (random.nextInt(3) == 0) {
			// The first to repair the file may be anybody.
			try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + file);
					Statement statement = plain.createStatement()) {
				statement.executeQuery("select count(*) from item").close();
			}
		}
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			Map<Integer, Integer> found = new TiedTransactions(database).check();
			acknowledged.forEach((writer, sequence) -> assertThat(found.get(writer)).as("transactions of " + writer)
				.isGreaterThanOrEqualTo(sequence));
			found.forEach((writer, sequence) -> {
				// A commit may be complete although the process died before it could say
				// so.
				assertThat(sequence).as("transactions of " + writer)
					.isLessThanOrEqualTo(acknowledged.getOrDefault(writer, 0) + 1);
				acknowledged.put(writer, sequence);
			});
			lines.stream().filter((line) -> line.startsWith("notified")).forEach((line) -> {
				int[] notified = TiedTransactions.parse(line.substring("notified ".length()));
				assertThat(notified[1]).as(line).isLessThanOrEqualTo(found.get(notified[0]));
			});
			database.backup(file.resolveSibling(random.nextLong() + ".zova"));
		}
	}

}
