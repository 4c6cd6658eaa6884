package io.zova.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.zova.ZovaDatabase;
import io.zova.ZovaStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application says when its file cannot be opened.
 */
class ZovaOpenFailureAnalyzerTests {

	@TempDir
	private Path directory;

	@Test
	void aMissingDirectoryIsNamed() {
		FailureAnalysis analysis = failureOf(this.directory.resolve("missing/app.zova"), "zova.create=false");
		assertThat(analysis.getDescription()).contains("zova.path: ").contains("missing/app.zova");
		assertThat(analysis.getAction()).contains("to create the directory and the file");
	}

	@Test
	void aDirectoryIsNoFile() throws IOException {
		Path path = Files.createDirectory(this.directory.resolve("app.zova"));
		assertThat(failureOf(path).getAction()).contains("this is a directory");
	}

	@Test
	void aWrongSuffixIsCorrected() {
		assertThat(failureOf(this.directory.resolve("app.db")).getAction()).isEqualTo(
				"Give the file a name that ends in .zova, for example " + this.directory.resolve("app.zova") + ".");
	}

	@Test
	void garbageIsNotAZovaFile() throws IOException {
		Path path = Files.writeString(this.directory.resolve("app.zova"), "not a database at all".repeat(100));
		FailureAnalysis analysis = failureOf(path);
		assertThat(analysis.getDescription()).contains("NOT_ZOVA_DATABASE");
		assertThat(analysis.getAction()).contains("restore your last backup");
	}

	@Test
	void aMissingFileThatMustNotBeCreatedIsMissing() {
		assertThat(failureOf(this.directory.resolve("app.zova"), "zova.create=false").getAction())
			.contains("set zova.create=true");
	}

	@Test
	void everyStatusThatOpeningCanHaveHasAnAction() {
		for (ZovaStatus status : ZovaStatus.values()) {
			FailureAnalysis analysis = new ZovaOpenFailureAnalyzer().analyze(new RuntimeException(),
					new ZovaOpenException(this.directory.resolve("app.zova"), true,
							new io.zova.ZovaException(status, "the reason")));
			assertThat(analysis).isNotNull();
			assertThat(analysis.getAction()).isNotBlank();
			assertThat(analysis.getDescription()).contains("the reason").contains(status.name());
		}
	}

	@Test
	void aReadOnlyFileOpensReadOnly() throws IOException {
		Path path = this.directory.resolve("app.zova");
		ZovaDatabase.create(path).close();
		byte[] before = Files.readAllBytes(path);
		runner(path, "zova.read-only=true").run((context) -> assertThat(context).hasSingleBean(ZovaDatabase.class));
		assertThat(path).hasBinaryContent(before);
	}

	private FailureAnalysis failureOf(Path path, String... properties) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		runner(path, properties).run((context) -> {
			assertThat(context).hasFailed();
			analysis[0] = new ZovaOpenFailureAnalyzer().analyze(context.getStartupFailure());
		});
		assertThat(analysis[0]).isNotNull();
		return analysis[0];
	}

	private ApplicationContextRunner runner(Path path, String... properties) {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class))
			.withPropertyValues("zova.path=" + path)
			.withPropertyValues(properties);
	}

}
