package io.zova;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the pages show is code that runs, and what they point at is there.
 */
class DocumentationTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Path README = ROOT.resolve("README.md");

	private static final Path DOCS = ROOT.resolve("docs");

	private static final Path PERFORMANCE = DOCS.resolve("performance.md");

	private static final Path RESULTS = ROOT.resolve("zova-benchmarks/results");

	/** The tests that hold the examples. */
	private static final List<String> EXAMPLES = List.of("zova-core/src/test/java/io/zova/ReadmeTests.java",
			"zova-core/src/test/java/io/zova/store/OpenSetTests.java",
			"zova-spring-boot-autoconfigure/src/test/java/io/zova/boot/integration/DocumentedSpringTests.java",
			"zova-spring-boot-autoconfigure/src/test/java/io/zova/boot/integration/SpringPageTests.java",
			"zova-spring-boot-autoconfigure/src/test/java/io/zova/boot/integration/NeighboursTests.java",
			"zova-spring-boot-autoconfigure/src/test/java/io/zova/boot/messaging/SpringIntegrationTests.java",
			"zova-spring-boot-autoconfigure/src/test/java/io/zova/boot/web/ObjectsOverHttpTests.java");

	private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

	private static final Pattern BLOCK = Pattern.compile("```.*?```", Pattern.DOTALL);

	private static final Pattern HEADING = Pattern.compile("^#+ +(.+)$", Pattern.MULTILINE);

	private static final Pattern TEST = Pattern.compile("`(\\w+(?:Tests|[a-z]IT))`");

	private static final Pattern RESULT_TABLES = Pattern
		.compile("(?<=<!-- the results -->\n)(.*)(?=<!-- end of the results -->)", Pattern.DOTALL);

	static List<Path> pages() throws IOException {
		List<Path> pages = new ArrayList<>();
		for (String directory : List.of("", "docs", "samples/notebook", "samples/jpa", "zova-core/src/main/native",
				"zova-core/src/test/peer")) {
			try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
				files.filter((file) -> file.toString().endsWith(".md"))
					.sorted()
					.map(ROOT::relativize)
					.forEach(pages::add);
			}
		}
		assertThat(pages).hasSizeGreaterThan(15);
		return pages;
	}

	/** The first block of the README is run as it is, by {@code FirstExampleTests}. */
	@ParameterizedTest
	@MethodSource("pages")
	void everyJavaBlockIsCodeOfATest(Path page) throws IOException {
		StringBuilder examples = new StringBuilder();
		for (String source : EXAMPLES) {
			examples.append(normalized(Files.readString(ROOT.resolve(source))));
		}
		boolean readme = ROOT.resolve(page).equals(README);
		blocks(page, "java").skip(readme ? 1 : 0)
			.forEach((block) -> assertThat(examples.toString().contains(normalized(block))).as(block).isTrue());
	}

	@ParameterizedTest
	@MethodSource("pages")
	void everyLinkLeadsSomewhere(Path page) throws IOException {
		Path file = ROOT.resolve(page);
		for (String link : links(file)) {
			String[] parts = link.split("#", 2);
			Path target = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
			assertThat(target).as(link).exists().startsWith(ROOT);
			if (parts.length == 2) {
				assertThat(anchors(target)).as(link).contains(parts[1]);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void everyTestThatAPageNamesExists(Path page) throws IOException {
		Set<String> named = TEST.matcher(Files.readString(ROOT.resolve(page)))
			.results()
			.map((found) -> found.group(1) + ".java")
			.collect(Collectors.toCollection(HashSet::new));
		for (String sources : List.of("zova-core/src/test/java", "zova-spring-boot-autoconfigure/src/test/java",
				"samples/notebook/src/test/java", "samples/jpa/src/test/java")) {
			try (Stream<Path> tests = Files.walk(ROOT.resolve(sources))) {
				named.removeAll(tests.map((file) -> file.getFileName().toString()).collect(Collectors.toSet()));
			}
		}
		assertThat(named).isEmpty();
	}

	@Test
	void everyDeviationNamesATestThatShowsIt() throws IOException {
		List<String> rows = Files.readAllLines(DOCS.resolve("compatibility.md"))
			.stream()
			.dropWhile((line) -> !line.startsWith("| what | real engine"))
			.skip(2)
			.takeWhile((line) -> line.startsWith("|"))
			.toList();
		assertThat(rows).hasSizeGreaterThan(25)
			.allSatisfy(
					(row) -> assertThat(row.substring(row.lastIndexOf('|', row.length() - 2))).containsPattern(TEST));
	}

	@Test
	void theReadmeHasAtMostTwoHundredLinesAndNamesEveryPage() throws IOException {
		assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(200);
		try (Stream<Path> docs = Files.list(DOCS)) {
			assertThat(links(README)).as("The README's table \"Where to go next\" needs a row for each page")
				.containsAll(docs.map((file) -> "docs/" + file.getFileName()).toList());
		}
	}

	@Test
	void theResultsThatWereKeptAreShown() throws IOException {
		assertThat(RESULT_TABLES.matcher(Files.readString(PERFORMANCE)).results().map(MatchResult::group))
			.containsExactly(results());
	}

	@Test
	@EnabledIfSystemProperty(named = "zova.docs.write", matches = "true")
	void writeTheResultsThatWereKept() throws IOException {
		String page = Files.readString(PERFORMANCE);
		Files.writeString(PERFORMANCE, RESULT_TABLES.matcher(page).replaceFirst((found) -> {
			try {
				return java.util.regex.Matcher.quoteReplacement(results());
			}
			catch (IOException ex) {
				throw new java.io.UncheckedIOException(ex);
			}
		}));
	}

	private static String results() throws IOException {
		StringBuilder results = new StringBuilder("\n");
		for (String run : List.of("side-by-side", "graph-series", "object-deletion", "vectors-1m")) {
			results.append(Files.readString(RESULTS.resolve(run + ".md")).strip()).append("\n\n");
		}
		try (Stream<Path> kept = Files.list(RESULTS)) {
			assertThat(kept.filter((file) -> file.toString().endsWith(".md"))).hasSize(4);
		}
		return results.toString();
	}

	private static List<String> links(Path page) throws IOException {
		return LINK.matcher(BLOCK.matcher(Files.readString(page)).replaceAll(""))
			.results()
			.map((found) -> found.group(1))
			.filter((link) -> !link.matches("(https?|mailto):.*"))
			.toList();
	}

	/** As GitHub names them. */
	private static Set<String> anchors(Path page) throws IOException {
		return HEADING.matcher(BLOCK.matcher(Files.readString(page)).replaceAll(""))
			.results()
			.map((found) -> found.group(1)
				.strip()
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N}_ -]", "")
				.replace(' ', '-'))
			.collect(Collectors.toSet());
	}

	static Stream<String> blocks(Path page, String language) throws IOException {
		return Pattern.compile("^```" + language + "\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE)
			.matcher(Files.readString(ROOT.resolve(page)))
			.results()
			.map((found) -> found.group(1));
	}

	private static String normalized(String code) {
		return code.replaceAll("\\s+", "").replace("this.", "");
	}

}
