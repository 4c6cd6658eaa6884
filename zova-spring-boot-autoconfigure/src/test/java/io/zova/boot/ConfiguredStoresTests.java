package io.zova.boot;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.StoreRole;
import io.zova.store.StoreInfo;
import io.zova.store.StoreOptions;
import io.zova.store.Stores;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class ConfiguredStoresTests {

	private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

	@TempDir
	Path directory;

	private Path main() {
		return this.directory.resolve("app.zova");
	}

	private ApplicationContextRunner application(String... properties) {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ZovaAutoConfiguration.class))
			.withPropertyValues("zova.path=" + main())
			.withPropertyValues(properties);
	}

	private String object(String name) {
		return "zova.stores.object.path=" + this.directory.resolve(name);
	}

	@Test
	void aStoreIsCreatedAndBoundAtTheFirstStartAndKeptAtTheNext() {
		String[] properties = { object("files/objects.zova"),
				"zova.stores.vector.path=" + this.directory.resolve("vectors.zova"),
				"zova.stores.graph.path=" + this.directory.resolve("graphs.zova") };
		application(properties).run((context) -> {
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			database.objects().put(CONTENT);
			assertThat(database.info().journalMode()).isEqualTo("delete");
			assertThat(database.stores().info()).extracting(StoreInfo::role).containsExactly(StoreRole.values());
		});
		application(properties).run((context) -> {
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			assertThat(database.stores().info(StoreRole.OBJECTS).orElseThrow().epoch()).isEqualTo(1);
			assertThat(database.objects().stream()).hasSize(1);
		});
	}

	@Test
	void aFileThatHoldsObjectsItselfIsRefusedWithTheCallThatMovesThem() {
		application().run((context) -> context.getBean(ZovaDatabase.class).objects().put(CONTENT));
		application(object("objects.zova"), "zova.stores.allow-wal=true").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(rootOf(context.getStartupFailure())).isInstanceOf(ZovaException.class)
				.hasMessageContaining("zova.stores.object.path")
				.hasMessageContaining(".split(StoreRole.OBJECTS,");
			assertThat(this.directory.resolve("objects.zova")).doesNotExist();
		});
		Stores.of(main())
			.split(StoreRole.OBJECTS, this.directory.resolve("objects.zova"), StoreOptions.defaults().allowingWal());
		application(object("objects.zova"))
			.run((context) -> assertThat(context.getBean(ZovaDatabase.class).objects().stream()).hasSize(1));
	}

	@Test
	void aStoreThatWasMovedIsBoundAgainAndAnotherOneIsRefused(CapturedOutput output) throws Exception {
		application(object("objects.zova"))
			.run((context) -> context.getBean(ZovaDatabase.class).objects().put(CONTENT));
		Files.move(this.directory.resolve("objects.zova"), this.directory.resolve("moved.zova"));
		application(object("moved.zova"))
			.run((context) -> assertThat(context.getBean(ZovaDatabase.class).objects().stream()).hasSize(1));
		assertThat(output).contains("it is the same store");
		Stores.create(StoreRole.OBJECTS, this.directory.resolve("other.zova"));
		application(object("other.zova")).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(rootOf(context.getStartupFailure()))
				.isInstanceOfSatisfying(ZovaException.class,
						(ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.BOUND_STORE_INVALID))
				.hasMessageContaining("that is another store");
			assertThat(analysisOf(context.getStartupFailure()).getAction()).doesNotContain("stays in the main file");
		});
		application(object("moved.zova")).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aStartThatWasKilledAfterItHadCreatedTheStoreGoesOn() {
		ZovaDatabase.create(main()).close();
		Stores.create(StoreRole.OBJECTS, this.directory.resolve("objects.zova"));
		application(object("objects.zova")).run((context) -> {
			ZovaDatabase database = context.getBean(ZovaDatabase.class);
			database.objects().put(CONTENT);
			assertThat(database.stores().info(StoreRole.OBJECTS)).isPresent();
		});
	}

	@Test
	void twoKindsInOneFileAreRefusedAndTheMainFileIsNoStore() {
		String shared = this.directory.resolve("shared.zova").toString();
		application("zova.stores.object.path=" + shared, "zova.stores.graph.path=" + shared)
			.run((context) -> assertThat(rootOf(context.getStartupFailure())).hasMessageContaining("shared.zova"));
		application("zova.stores.object.path=" + main())
			.run((context) -> assertThat(rootOf(context.getStartupFailure())).hasMessageContaining("app.zova"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "~/objects.zova", "file:/srv/objects.zova", "objects.db", "data", "" })
	void aPathThatIsNoneIsRefusedWithTheNameOfTheProperty(String path) {
		application("zova.stores.object.path=" + path).run((context) -> assertThat(rootOf(context.getStartupFailure()))
			.isInstanceOf(InvalidConfigurationPropertyValueException.class)
			.hasMessageContaining("zova.stores.object.path"));
		assertThat(Path.of("~")).doesNotExist();
	}

	@Test
	void aStoreThatIsNoneIsNamedWithItsPropertyAndNotTheMainFile() throws Exception {
		Files.writeString(this.directory.resolve("text.zova"), "no store");
		application(object("text.zova")).run((context) -> {
			FailureAnalysis analysis = analysisOf(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("zova.stores.object.path").doesNotContain("zova.path");
			assertThat(analysis.getAction()).contains("zova.stores.object.path", "stays in the main file")
				.doesNotContain("zova.path");
		});
	}

	@Test
	void storesInWalModeHaveToBeAllowed() {
		application(object("objects.zova"), "zova.sqlite.journal-mode=wal").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(rootOf(context.getStartupFailure()).toString()).contains("zova.stores.allow-wal");
		});
		assertThat(main()).doesNotExist();
		application(object("objects.zova"), "zova.sqlite.journal-mode=wal", "zova.stores.allow-wal=true")
			.run((context) -> assertThat(context.getBean(ZovaDatabase.class).info().journalMode()).isEqualTo("wal"));
	}

	@Test
	void aPolicyKeepsStoresInTheDirectoryOfTheFile() {
		application(object("files/objects.zova")).run((context) -> assertThat(context).hasNotFailed());
		application("zova.stores.policy=same-directory").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(rootOf(context.getStartupFailure())).hasMessageContaining("SAME_DIRECTORY");
		});
		application("zova.stores.policy=any").run((context) -> assertThat(context).hasNotFailed());
	}

	private static FailureAnalysis analysisOf(Throwable startupFailure) {
		Throwable failure = startupFailure;
		while (!(failure instanceof ZovaOpenException)) {
			failure = failure.getCause();
		}
		ZovaOpenException open = (ZovaOpenException) failure;
		return new ZovaOpenFailureAnalyzer().analyze(open, open);
	}

	private static Throwable rootOf(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return root;
	}

}
