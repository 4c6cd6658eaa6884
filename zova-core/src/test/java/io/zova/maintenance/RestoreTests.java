package io.zova.maintenance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.zova.ZovaStatus;
import io.zova.format.NewDatabase;
import io.zova.format.TestFiles;
import io.zova.sqlite.driver.DriverConnections;

import static org.assertj.core.api.Assertions.assertThat;

class RestoreTests {

	private static final CopyOptions IMPATIENT = CopyOptions.defaults().withBusyTimeout(Duration.ZERO);

	@TempDir
	Path directory;

	private Path source;

	private Path destination;

	@BeforeEach
	void createSource() throws Exception {
		this.source = SampleDatabase.create(this.directory.resolve("a.zova"));
		this.destination = this.directory.resolve("copy.zova");
	}

	@Test
	void aRestoredFileHasTheSameContentAndId() throws Exception {
		String id = "select value from _zova_meta where key = 'database_id'";
		CopyReport report = Restore.toFile(this.source, this.destination, CopyOptions.defaults());
		assertThat(report.verification()).contains(new VerificationReport(1, 2, 3, 1));
		assertThat(TestFiles.texts(this.destination, id)).isEqualTo(TestFiles.texts(this.source, id));
		assertThat(TestFiles.texts(this.destination, "select text from notes")).containsExactly("seven");
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova", "copy.zova");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 512, 65536 })
	void aDatabaseRestoredIntoMemoryCanBeWrittenAndTheFileStaysAsItIs(int pageSize) throws Exception {
		Path file = this.directory.resolve("sized.zova");
		NewDatabase.create(file, pageSize);
		TestFiles.execute(file, "create table notes (text)", "insert into notes values ('seven')");
		byte[] before = Files.readAllBytes(file);
		DriverConnections memory = DriverConnections.memory(0);
		try (Connection first = memory.open(); Connection second = memory.open()) {
			Restore.intoMemory(file, first, CopyOptions.defaults());
			assertThat(TestFiles.texts(second, "select text from notes")).containsExactly("seven");
			TestFiles.execute(first, "insert into notes values ('eight')");
			assertThat(TestFiles.texts(second, "select count(*) from notes")).containsExactly("2");
			assertThat(TestFiles.texts(second, "pragma foreign_keys")).containsExactly("1");
		}
		assertThat(file).hasBinaryContent(before);
	}

	@Test
	void aFileWithAWriteAheadLogIsRestoredIntoAFileAndIntoMemory() throws Exception {
		TestFiles.execute(this.source, "pragma journal_mode = wal");
		DriverConnections memory = DriverConnections.memory(0);
		try (Connection writer = DriverConnections.readWrite(this.source, 0).open();
				Connection target = memory.open()) {
			TestFiles.execute(writer, "insert into notes values (8, 'only in the log')");
			Restore.toFile(this.source, this.destination, CopyOptions.defaults());
			Restore.intoMemory(this.source, target, CopyOptions.defaults());
			assertThat(TestFiles.texts(target, "select text from notes")).containsExactly("seven", "only in the log");
			TestFiles.execute(target, "insert into notes values (9, 'nine')");
		}
		assertThat(TestFiles.texts(this.destination, "pragma journal_mode")).containsExactly("wal");
		assertThat(TestFiles.texts(this.destination, "select text from notes")).containsExactly("seven",
				"only in the log");
	}

	@ParameterizedTest
	@CsvSource({ "missing.zova, NOT_ZOVA_DATABASE", "missing/a.zova, CANT_OPEN", "a.db, NOT_ZOVA_PATH",
			"format-9-a.zova, MIGRATION_REQUIRED", "format-8-a.zova, MIGRATION_REQUIRED",
			"format-12-b-all-graphs-store.zova, BOUND_STORE_INVALID", "format-12-b-all-main.zova, NOT_ZOVA_DATABASE",
			"orphan.zova, EXTENSION_INVALID", "locked.zova, BUSY" })
	void aSourceThatDoesNotOpenIsNotRestored(String name, ZovaStatus status) throws Exception {
		for (String fixture : List.of("format-9-a", "format-8-a", "format-12-b-all-graphs-store",
				"format-12-b-all-main")) {
			TestFiles.fixture(fixture, this.directory);
		}
		NewDatabase.create(this.directory.resolve("orphan.zova"), 0);
		TestFiles.execute(this.directory.resolve("orphan.zova"), "create table _zova_ext_x (a)");
		NewDatabase.create(this.directory.resolve("locked.zova"), 0);
		List<String> before = TestFiles.namesIn(this.directory);
		try (Connection locking = DriverConnections.readWrite(this.directory.resolve("locked.zova"), 0).open();
				Connection memory = DriverConnections.memory(0).open()) {
			TestFiles.execute(locking, "begin exclusive");
			Path path = this.directory.resolve(name);
			assertThat(
					TestFiles.statusOf(() -> Restore.toFile(path, this.destination, IMPATIENT.withoutVerification())))
				.isEqualTo(status);
			assertThat(TestFiles.statusOf(() -> Restore.intoMemory(path, memory, IMPATIENT.withoutVerification())))
				.isEqualTo(status);
		}
		assertThat(TestFiles.namesIn(this.directory)).isEqualTo(before);
	}

	@Test
	void damagedContentIsNotRestored() throws Exception {
		TestFiles.execute(this.source, "delete from _zova_chunks");
		assertThat(TestFiles.statusOf(() -> Restore.toFile(this.source, this.destination, CopyOptions.defaults())))
			.isEqualTo(ZovaStatus.OBJECT_CORRUPT);
		try (Connection memory = DriverConnections.memory(0).open()) {
			assertThat(TestFiles.statusOf(() -> Restore.intoMemory(this.source, memory, CopyOptions.defaults())))
				.isEqualTo(ZovaStatus.OBJECT_CORRUPT);
		}
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova");
	}

	@ParameterizedTest
	@CsvSource({ "a.zova, DESTINATION_EXISTS", "missing/b.zova, CANT_OPEN", "b.db, NOT_ZOVA_PATH",
			":memory:, NOT_ZOVA_PATH" })
	void aDestinationThatIsTakenOrWrongIsRefused(String name, ZovaStatus status) {
		assertThat(TestFiles
			.statusOf(() -> Restore.toFile(this.source, this.directory.resolve(name), CopyOptions.defaults())))
			.isEqualTo(status);
	}

}
