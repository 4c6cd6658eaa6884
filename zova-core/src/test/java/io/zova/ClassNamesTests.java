package io.zova;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Classes are called by their job.
 */
class ClassNamesTests {

	private static final Path SOURCES = Path.of("src/main/java/io/zova");

	/** The rooms that have tables of their own in the file. */
	private static final Set<String> FEATURES = Set.of("object", "vector", "graph", "kv");

	private static final Pattern SQL = Pattern.compile("\\b(from|into|update|join)\\s+_zova_\\w+");

	private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);

	@Test
	void whatHoldsStatementsOnTheTablesOfAFeatureEndsInTable() {
		Predicate<Path> holdsSql = (file) -> SQL.matcher(code(file)).find();
		assertThat(files().filter((file) -> FEATURES.contains(room(file))).filter(holdsSql)).isNotEmpty()
			.allSatisfy((file) -> assertThat(name(file)).matches("\\w+Tables?"));
	}

	@Test
	void whatChecksNamesAndIdsEndsInRulesAndUsesOneCheckForReservedOnes() {
		assertThat(files().filter((file) -> code(file).contains("isReserved(")).map(ClassNamesTests::name))
			.containsExactlyInAnyOrder("Arguments", "GraphRules", "NameRules", "NotificationRules", "VectorRules",
					"InstalledExtensions", "SavepointNames");
		Pattern ownCheck = Pattern.compile("(regionMatches|equalsIgnoreCase)\\([^\n]*\"_zova_\"");
		assertThat(files().filter((file) -> ownCheck.matcher(code(file)).find())).isEmpty();
	}

	@Test
	void bytesOfUtf8AreCountedInOnePlace() {
		assertThat(files().filter((file) -> name(file).endsWith("Rules")).map(ClassNamesTests::code)).hasSize(5)
			.noneMatch((code) -> code.contains("getBytes("));
	}

	private static Stream<Path> files() {
		try (Stream<Path> files = Files.walk(SOURCES)) {
			List<Path> sources = files.filter((file) -> file.toString().endsWith(".java")).sorted().toList();
			return sources.stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String code(Path file) {
		try {
			return COMMENT.matcher(Files.readString(file)).replaceAll("");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String room(Path file) {
		return SOURCES.relativize(file).getName(0).toString();
	}

	private static String name(Path file) {
		return file.getFileName().toString().replace(".java", "");
	}

}
