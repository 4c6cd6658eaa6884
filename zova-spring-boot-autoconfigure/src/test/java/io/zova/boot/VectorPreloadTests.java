package io.zova.boot;

import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.zova.ZovaDatabase;
import io.zova.vector.VectorSpace;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The collections of {@code zova.vector.preload} are in memory when the application has
 * started.
 */
@ExtendWith(OutputCaptureExtension.class)
class VectorPreloadTests {

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class));

	@BeforeEach
	void createFile() {
		try (ZovaDatabase database = ZovaDatabase.create(file())) {
			for (String name : new String[] { "articles", "images", "sounds" }) {
				database.vectors().create(name, VectorSpace.l2(2)).put("v", 1, 2);
			}
		}
	}

	private Path file() {
		return this.directory.resolve("app.zova");
	}

	private ApplicationContextRunner with(String preload) {
		return this.runner.withPropertyValues("zova.path=" + file(), "zova.vector.preload=" + preload);
	}

	@Test
	void nothingIsReadUnlessItIsAskedFor() {
		this.runner.withPropertyValues("zova.path=" + file())
			.run((context) -> assertThat(
					context.getBean(ZovaDatabase.class).vectors().statistics().residentCollections())
				.isZero());
	}

	@Test
	void theNamedCollectionsAreRead() {
		with("articles,sounds").run((
				context) -> assertThat(context.getBean(ZovaDatabase.class).vectors().statistics().residentCollections())
					.isEqualTo(2));
	}

	@Test
	void anAsteriskStandsForAll() {
		with("*").run((
				context) -> assertThat(context.getBean(ZovaDatabase.class).vectors().statistics().residentCollections())
					.isEqualTo(3));
	}

	@Test
	void aCollectionThatDoesNotExistYetIsAWarning(CapturedOutput output) {
		with("articles,later").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(ZovaDatabase.class).vectors().statistics().residentCollections()).isEqualTo(1);
			assertThat(output).contains("There is no vector collection 'later'");
		});
	}

	@Test
	void aNameThatNoCollectionCanHaveFailsTheStart() {
		with("_zova_mine").run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.rootCause()
			.hasMessageContaining("_zova_mine"));
	}

}
