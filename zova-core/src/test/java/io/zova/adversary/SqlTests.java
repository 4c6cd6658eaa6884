package io.zova.adversary;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.zova.ZovaOptions;
import io.zova.sqlite.extension.RandomCalls;
import io.zova.sqlite.statement.RandomStatements;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No SQL ends the process, reaches what is internal, or is taken for what it is not.
 */
@Adversary
class SqlTests {

	private static final int CALLS = Campaign.isCut() ? 20_000 : 1_000_000;

	private static final int SECONDS = Campaign.isCut() ? 7 : 600;

	@TempDir(factory = InMemory.class)
	Path folder;

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void everyFunctionTakesAnyArguments(boolean withSecret) throws Exception {
		Campaign.of("Sql", withSecret ? "functions, with the secret" : "functions", 1.0 / 3, 1).run((random, tally) -> {
			Path file = Files.createTempDirectory(this.folder, "calls").resolve("calls.zova");
			SampleFile.create(file, ZovaOptions.defaults());
			try (Child child = Child.start(RandomCalls.class, file, withSecret, random.nextLong(), CALLS, SECONDS)) {
				if (!child.await((line) -> line.startsWith("done"), 1, Duration.ofMinutes(30))) {
					System.out.println("The last call: " + Files.readString(RandomCalls.lastCall(file)).strip());
				}
				List<String> lines = child.finish();
				assertThat(Child.failures(lines)).isEmpty();
				String[] done = lines.stream()
					.filter((line) -> line.startsWith("done"))
					.findFirst()
					.orElseThrow()
					.split(" ");
				tally.count("calls", Long.parseLong(done[1]));
				tally.count("calls answered", Long.parseLong(done[2]));
			}
		});
	}

	@Test
	void statementsDoWhatTheirAnalysisSays() throws Exception {
		Campaign.of("Sql", "statements", 1.0 / 3, 1).run((random, tally) -> {
			Path directory = Files.createTempDirectory(this.folder, "statements");
			RandomStatements.compare(directory, random, Campaign.isCut() ? 4_000 : 40_000, Duration.ofSeconds(SECONDS),
					tally::count);
		});
	}

}
