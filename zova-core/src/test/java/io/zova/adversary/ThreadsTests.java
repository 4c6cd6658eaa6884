package io.zova.adversary;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever happens to threads and connections, nothing is lost or half afterwards, and
 * nothing is held.
 */
@Adversary
class ThreadsTests {

	private static final int SECONDS = Campaign.isCut() ? 4 : 20;

	private static final int ROUNDS = Campaign.isCut() ? 3 : 6;

	@TempDir(factory = InMemory.class)
	Path folder;

	@Test
	void nothingIsHeldAfterAllTrouble() throws Exception {
		Campaign.of("Threads", "trouble", 1, 1).run((random, tally) -> {
			Path files = Files.createTempDirectory(this.folder, "trouble");
			try (Child child = Child.start(Trouble.class, files, random.nextLong(), SECONDS, ROUNDS)) {
				child.await((line) -> false, 1, Duration.ofMinutes(10));
				List<String> lines = child.finish();
				assertThat(Child.failures(lines)).isEmpty();
				assertThat(lines).filteredOn("round"::equals).hasSize(ROUNDS);
				tally.count("rounds", ROUNDS);
				tally.count("meddlings", count(lines, "meddled"));
				tally.count("pieces of work done", count(lines, "worked"));
				tally.count("pieces of work that failed", count(lines, "refused"));
			}
		});
	}

	private static long count(List<String> lines, String such) {
		return lines.stream().filter(such::equals).count();
	}

}
