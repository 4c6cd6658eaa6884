package io.zova.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
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
 * A process is killed again and again in the middle of its transactions, always on the
 * same file: what it had reported as committed is there, and nothing is there by half.
 * {@code -Dzova.crash.kills=50} kills more often than the default of 25 in each mode.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "an end without clean-up is SIGKILL here")
class KilledProcessIT {

	private static final int KILLS = Integer.getInteger("zova.crash.kills", 25);

	@TempDir
	Path folder;

	@ParameterizedTest
	@EnumSource(value = JournalMode.class, names = { "DELETE", "WAL" })
	@Timeout(value = 10, unit = TimeUnit.MINUTES)
	void nothingCommittedIsLostAndNothingIsHalfDone(JournalMode mode) throws Exception {
		Path file = this.folder.resolve("killed.zova");
		createTables(file);
		long seed = TestSeed.value();
		Random random = new Random(seed);
		int killed = 0;
		int inTransaction = 0;
		int before = 0;
		for (int run = 0; run < KILLS; run++) {
			String context = "seed %d, mode %s, kill %d".formatted(seed, mode, run);
			int reported = runAndKill(file, mode, 1 + random.nextInt(200), random.nextInt(2_000_000));
			assertThat(reported).as(context).isGreaterThan(before).isLessThan(before + KilledProcess.TRANSACTIONS);
			killed++;
			int found = checkedTotal(file, context);
			// A commit may be complete although the process died before it could say so.
			assertThat(found).as(context).isBetween(reported, reported + 1);
			inTransaction += (found > reported) ? 1 : 0;
			before = found;
		}
		assertThat(killed).isEqualTo(KILLS);
		System.out.printf("%s: %d kills, %d transactions, %d of them complete but not yet reported%n", mode, killed,
				before, inTransaction);
	}

	private static void createTables(Path file) {
		try (ZovaDatabase database = ZovaDatabase.create(file)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			for (String sql : List.of("create table item(number integer primary key, padding blob)",
					"create table part(item integer references item, part integer, padding blob, unique(item, part))",
					"create table total(value integer)", "insert into total values (0)")) {
				jdbc.sql(sql).update();
			}
		}
	}

	private static int runAndKill(Path file, JournalMode mode, int commits, int nanos)
			throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				KilledProcess.class.getName(), file.toString(), mode.name())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		int reported = 0;
		try (BufferedReader lines = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			int seen = 0;
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (line.chars().allMatch(Character::isDigit)) {
					reported = Integer.parseInt(line);
					if (++seen == commits) {
						LockSupport.parkNanos(nanos);
						// By its handle: the process itself would close the pipe with the
						// last
						// reports in it.
						process.toHandle().destroyForcibly();
					}
				}
			}
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(process.waitFor()).as("killed by signal 9").isEqualTo(128 + 9);
		return reported;
	}

	private static int checkedTotal(Path file, String context) {
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			assertThat(jdbc.sql("pragma integrity_check").query(String.class).list()).as(context).containsExactly("ok");
			assertThat(jdbc.sql("pragma foreign_key_check").query().listOfRows()).as(context).isEmpty();
			int total = number(jdbc, "select value from total");
			assertThat(number(jdbc, "select count(*) from item")).as(context).isEqualTo(total);
			assertThat(number(jdbc, "select coalesce(max(number), 0) from item")).as(context).isEqualTo(total);
			assertThat(number(jdbc, "select count(*) from part")).as(context).isEqualTo(3 * total);
			return total;
		}
	}

	private static int number(JdbcClient jdbc, String sql) {
		return jdbc.sql(sql).query(Integer.class).single();
	}

}
