package io.zova.adversary;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Files are damaged in every way there is: each call that reads them ends, with the right
 * bytes or with an error of a database.
 */
@Adversary
class DamageTests {

	private static final int FILES = 2_000;

	private static final int SECONDS = Campaign.isCut() ? 7 : 60;

	@TempDir(factory = InMemory.class)
	Path folder;

	@ParameterizedTest
	@ValueSource(strings = { "bytes", "values", "schema" })
	void everyCallEndsWithTheRightBytesOrAClearError(String what) throws Exception {
		Campaign.of("Damage", what, 1.0 / 3, 1).run((random, tally) -> {
			Path models = Files.createDirectories(Files.createTempDirectory(this.folder, what).resolve("models"));
			try (Child child = Child.start(DamagedFiles.class, models, what, random.nextLong(), FILES, SECONDS)) {
				child.await((line) -> false, 1, Duration.ofMinutes(10));
				List<String> lines = child.finish();
				assertThat(Child.failures(lines)).isEmpty();
				lines.stream()
					.filter((line) -> line.startsWith("done"))
					.map((line) -> line.split(" "))
					.forEach((words) -> {
						tally.count("damaged files");
						tally.count("calls with the right answer", Long.parseLong(words[1]));
						tally.count("calls refused", Long.parseLong(words[2]));
					});
			}
		});
	}

}
