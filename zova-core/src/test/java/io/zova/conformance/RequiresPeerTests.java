package io.zova.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Without the real engine its tests are skipped for a reason that is told, and where it
 * is demanded they fail.
 */
class RequiresPeerTests {

	@Test
	void withoutTheProfileTheTestsAreSkippedAndSayHowToRunThem() {
		ConditionEvaluationResult result = RequiresPeer.Condition.evaluate("", false);
		assertThat(result.isDisabled()).isTrue();
		assertThat(result.getReason()).hasValueSatisfying((reason) -> assertThat(reason).contains("-Pconformance"));
	}

	@Test
	void whereTheEngineWasNotBuiltTheTestsAreSkippedAndSayWhatIsMissing() {
		ConditionEvaluationResult result = RequiresPeer.Condition.evaluate("no/such/program", false);
		assertThat(result.isDisabled()).isTrue();
		assertThat(result.getReason())
			.hasValueSatisfying((reason) -> assertThat(reason).contains("cargo and clang", "no/such/program"));
	}

	@Test
	void whereTheEngineIsDemandedItsAbsenceIsAFailure() {
		assertThatIllegalStateException().isThrownBy(() -> RequiresPeer.Condition.evaluate("", true));
		assertThatIllegalStateException().isThrownBy(() -> RequiresPeer.Condition.evaluate("no/such/program", true))
			.withMessageContaining("no/such/program");
	}

	@Test
	void everyTestThatTalksToTheEngineIsMarked() throws IOException {
		List<String> unmarked;
		try (Stream<Path> sources = Files.list(Path.of("src/test/java/io/zova/conformance"))) {
			unmarked = sources.filter((file) -> file.toString().endsWith("Tests.java"))
				.filter((file) -> !file.endsWith("RequiresPeerTests.java"))
				.filter((file) -> read(file).contains("Peer.start(") || read(file).contains("new TwoEngines("))
				.filter((file) -> !read(file).contains("@RequiresPeer\nclass"))
				.map((file) -> file.getFileName().toString())
				.toList();
		}
		assertThat(unmarked).isEmpty();
	}

	private static String read(Path file) {
		try {
			return Files.readString(file).replace("\r", "");
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
