package io.zova.boot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaStatus;
import io.zova.format.FormatVersion;
import io.zova.format.StoreRole;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application starts with a file that an older release has written.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "An open file can't be replaced there")
class MigrationOnStartTests {

	private static final Path FIXTURES = Path.of("../zova-core/src/test/resources/fixtures");

	@TempDir
	private Path directory;

	private Path file;

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class));

	@BeforeEach
	void name() {
		this.file = this.directory.resolve("app.zova");
	}

	private byte[] put(String fixture) throws IOException {
		return put(fixture, this.file);
	}

	private byte[] put(String fixture, Path file) throws IOException {
		try (InputStream packed = Files.newInputStream(FIXTURES.resolve(fixture + ".zova.gz"));
				InputStream content = new GZIPInputStream(packed)) {
			Files.copy(content, file);
		}
		return Files.readAllBytes(file);
	}

	private List<String> names() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.map((file) -> file.getFileName().toString()).sorted().toList();
		}
	}

	private ApplicationContextRunner with(String... properties) {
		return this.application.withPropertyValues("zova.path=" + this.file).withPropertyValues(properties);
	}

	@ParameterizedTest
	@ValueSource(ints = { 3, 8, 9 })
	void theFileIsMigratedReplacedAndKeptAndTheNextStartJustOpensIt(int format) throws IOException {
		byte[] before = put("format-" + format + "-a");
		for (int start = 0; start < 2; start++) {
			with("zova.migration=on-start").run((context) -> {
				assertThat(context).hasNotFailed();
				ZovaDatabase database = context.getBean(ZovaDatabase.class);
				JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
				assertThat(jdbc.queryForObject("select count(*) from notes", Integer.class)).isEqualTo(40);
				jdbc.execute("update notes set title = 'written by the application'");
			});
			assertThat(names()).containsExactly("app.format-" + format + ".zova", "app.zova");
			assertThat(this.directory.resolve("app.format-" + format + ".zova")).hasBinaryContent(before);
			assertThat(ZovaDatabase.probe(this.file)).isEqualTo(FormatVersion.CURRENT);
		}
	}

	@Test
	void withoutThePropertyTheApplicationDoesNotStartAndTheFileStays() throws IOException {
		byte[] before = put("format-9-a");
		with().run((context) -> assertThat(context.getStartupFailure()).rootCause()
			.hasMessageContaining("zova.migration=on-start"));
		assertThat(names()).containsExactly("app.zova");
		assertThat(this.file).hasBinaryContent(before);
	}

	@Test
	void aSetIsMigratedAndItsNewStoreIsTheConfiguredOne() throws IOException {
		put("format-9-a-objects-store", this.directory.resolve("format-9-a-objects-store.zova"));
		put("format-9-a-objects-main");
		Path store = this.directory.resolve("app.objects.zova");
		with("zova.migration=on-start", "zova.stores.object.path=" + this.directory.resolve("elsewhere.zova"))
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("zova.stores.object.path")
				.hasMessageContaining(store.toString()));
		for (int start = 0; start < 2; start++) {
			with("zova.migration=on-start", "zova.stores.object.path=" + store).run((context) -> {
				assertThat(context).hasNotFailed();
				ZovaDatabase database = context.getBean(ZovaDatabase.class);
				assertThat(database.objects().count()).isPositive();
				assertThat(database.stores().info(StoreRole.OBJECTS).orElseThrow().path()).isEqualTo(store.toString());
				database.objects().put("written by the application".getBytes());
			});
		}
		assertThat(names())
			.contains("app.zova", "app.format-9.zova", "app.objects.zova", "format-9-a-objects-store.zova")
			.hasSize(4);
	}

	@Test
	void aFileInThePlaceOfTheKeptOneIsNotOverwritten() throws IOException {
		byte[] before = put("format-9-a");
		Path taken = Files.writeString(this.directory.resolve("app.format-9.zova"), "somebody else's");
		with("zova.migration=on-start").run((context) -> {
			Throwable failure = context.getStartupFailure();
			while (failure != null && !(failure instanceof ZovaOpenException)) {
				failure = failure.getCause();
			}
			assertThat(failure).isInstanceOfSatisfying(ZovaOpenException.class, (open) -> {
				assertThat(open.status()).isEqualTo(ZovaStatus.DESTINATION_EXISTS);
				assertThat(new ZovaOpenFailureAnalyzer().analyze(open, open).getAction())
					.contains("Move the file that the reason names");
			});
		});
		assertThat(taken).hasContent("somebody else's");
		assertThat(this.file).hasBinaryContent(before);
	}

	@Test
	void aNewFileIsCreatedAndACurrentOneOpened() throws IOException {
		for (int start = 0; start < 2; start++) {
			with("zova.migration=on-start").run((context) -> assertThat(context).hasNotFailed());
			assertThat(names()).containsExactly("app.zova");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "zova.read-only=true", "zova.immutable=true" })
	void whoOnlyReadsCannotMigrate(String property) throws IOException {
		put("format-9-a");
		with("zova.migration=on-start", property).run((context) -> assertThat(context.getStartupFailure()).rootCause()
			.hasMessageContaining("A migration writes"));
		assertThat(names()).containsExactly("app.zova");
	}

}
