package io.zova.adversary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.zova.format.FuzzedProbe;
import io.zova.object.FuzzedManifests;
import io.zova.sqlite.extension.FuzzedPackedRows;
import io.zova.sqlite.statement.FuzzedStatements;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A fuzzer looks for bytes that lead readers astray. It sees which branches each input
 * has taken, and goes on with those that have come to new ones.
 * <p>
 * {@code -Dadversary.input=...}, in hexadecimal digits, runs just this input, without the
 * fuzzer.
 */
@Adversary
class FuzzingTests {

	private static final String FUZZER = "com.code_intelligence.jazzer.Jazzer";

	private static final String INPUT = System.getProperty("adversary.input", "");

	private static final int SECONDS = 60;

	private static final String INPUTS = "stat::number_of_executed_units:";

	@TempDir(factory = InMemory.class)
	Path folder;

	@ParameterizedTest
	@EnumSource
	void noInputLeadsAReaderAstray(Reader reader) throws Exception {
		Campaign.of("Fuzzing", reader.toString(), 1.0 / Reader.values().length, 1).run((random, tally) -> {
			if (INPUT.isEmpty()) {
				fuzz(reader, random, tally);
			}
			else {
				reader.target.read(HexFormat.of().parseHex(INPUT));
				tally.count("inputs");
			}
		});
	}

	private void fuzz(Reader reader, Random random, Tally tally) throws Exception {
		Class<?> fuzzer = fuzzer();
		Path corpus = Files.createDirectories(this.folder.resolve("corpus"));
		Path found = Files.createTempDirectory(this.folder, "found");
		int number = 0;
		for (byte[] seed : reader.seeds.get()) {
			Files.write(corpus.resolve("seed" + number++), seed);
		}
		// The target's own files belong into this folder, too.
		Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + this.folder);
		try (Child child = Child.start(environment, fuzzer, "--target_class=" + reader.type.getName(),
				"--instrumentation_includes=io.zova.**", "--custom_hook_excludes=**", "--reproducer_path=" + found,
				"-artifact_prefix=" + found + "/", "-seed=" + (1 + random.nextInt(Integer.MAX_VALUE - 1)),
				Campaign.isCut() ? "-runs=" + reader.runs : "-max_total_time=" + SECONDS, "-timeout=30",
				"-rss_limit_mb=0", "-max_len=4096", "-print_final_stats=1", corpus)) {
			child.await((line) -> false, 1, Duration.ofSeconds(SECONDS + 180L));
			List<String> lines = child.lines();
			Assumptions.assumeFalse(lines.stream().anyMatch(FuzzingTests::lacksNativePart),
					"left out: the fuzzer's native part does not run here");
			requireNothing(reader, found, lines);
			child.finish();
			long inputs = lines.stream()
				.filter((line) -> line.startsWith(INPUTS))
				.mapToLong((line) -> Long.parseLong(line.substring(INPUTS.length()).strip()))
				.sum();
			assertThat(inputs).as("inputs, the fuzzer having said %s", lines).isPositive();
			tally.count("inputs", inputs);
		}
	}

	private static boolean lacksNativePart(String line) {
		return line.contains("UnsatisfiedLinkError") && line.contains("jazzer_driver");
	}

	private static Class<?> fuzzer() {
		try {
			return Class.forName(FUZZER, false, FuzzingTests.class.getClassLoader());
		}
		catch (ClassNotFoundException ex) {
			return Assumptions.abort("left out: the fuzzer is on the class path of the profile adversary only");
		}
	}

	private static void requireNothing(Reader reader, Path found, List<String> lines) throws IOException {
		try (Stream<Path> files = Files.list(found)) {
			for (Path file : files.filter((path) -> !path.toString().endsWith(".java")).toList()) {
				String input = HexFormat.of().formatHex(Files.readAllBytes(file));
				throw new AssertionError("The fuzzer has found an input (%s):%n%s%n%s%nRun it again with%n    %s"
					.formatted(file.getFileName(), input, String.join("\n", saidOf(lines)),
							"./mvnw -B -ntp -pl zova-core -Padversary test -Dtest=FuzzingTests '-Dadversary.case="
									+ reader + "' -Dadversary.input=" + input));
			}
		}
	}

	private static List<String> saidOf(List<String> lines) {
		return lines.stream()
			.dropWhile((line) -> !line.startsWith("== Java") && !line.contains("ERROR"))
			.limit(30)
			.toList();
	}

	/** What is read. To give the fuzzer another reader, add it here. */
	enum Reader {

		PACKED_ROWS(20_000, FuzzedPackedRows.class, FuzzedPackedRows::seeds, FuzzedPackedRows::fuzzerTestOneInput),

		STATEMENTS(1_000, FuzzedStatements.class, FuzzedStatements::seeds, FuzzedStatements::fuzzerTestOneInput),

		FORMAT(1_000, FuzzedProbe.class, FuzzedProbe::seeds, FuzzedProbe::fuzzerTestOneInput),

		MANIFESTS(200, FuzzedManifests.class, FuzzedManifests::seeds, FuzzedManifests::fuzzerTestOneInput);

		/**
		 * How many inputs a cut tries: the same ones each time, as far as a seed can
		 * tell.
		 */
		private final int runs;

		private final Class<?> type;

		private final Supplier<List<byte[]>> seeds;

		private final Target target;

		Reader(int runs, Class<?> type, Supplier<List<byte[]>> seeds, Target target) {
			this.runs = runs;
			this.type = type;
			this.seeds = seeds;
			this.target = target;
		}

		@Override
		public String toString() {
			return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
		}

	}

	/**
	 * What the fuzzer calls. It throws when what it read is not as it should be.
	 */
	@FunctionalInterface
	interface Target {

		void read(byte[] input) throws Exception;

	}

}
