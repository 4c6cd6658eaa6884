package io.zova.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.driver.DriverConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class NewDatabaseTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@CsvSource({ "0, 4096", "512, 512", "1024, 1024", "4096, 4096", "8192, 8192", "65536, 65536" })
	void aNewFileHasThePageSizeAskedForAndNothingBesideIt(int pageSize, String inFile) throws Exception {
		Path file = this.directory.resolve("a.zova");
		NewDatabase.create(file, pageSize);
		assertThat(TestFiles.texts(file, "pragma page_size")).containsExactly(inFile);
		assertThat(TestFiles.statusOfOpening(file)).isEqualTo(ZovaStatus.OK);
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova");
		assertThat(Files.getPosixFilePermissions(file))
			.contains(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)
			.isEqualTo(Files.getPosixFilePermissions(Files.createFile(this.directory.resolve("other"))));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 256, 1000, 131072, -1, Integer.MIN_VALUE })
	void anotherPageSizeCreatesNothing(int pageSize) throws Exception {
		assertThat(TestFiles.statusOf(() -> NewDatabase.create(this.directory.resolve("a.zova"), pageSize)))
			.isEqualTo(ZovaStatus.INVALID_ARGUMENT);
		assertThat(TestFiles.namesIn(this.directory)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "file.zova, DESTINATION_EXISTS", "directory.zova, DESTINATION_EXISTS",
			"dangling.zova, DESTINATION_EXISTS", "missing/a.zova, CANT_OPEN", "a.db, NOT_ZOVA_PATH",
			":memory:, NOT_ZOVA_PATH", "file.zova/a.zova, CANT_OPEN" })
	void aNameThatIsTakenOrWrongIsRefusedAndNothingChanges(String name, ZovaStatus status) throws Exception {
		Files.writeString(this.directory.resolve("file.zova"), "precious");
		Files.createDirectory(this.directory.resolve("directory.zova"));
		Files.createSymbolicLink(this.directory.resolve("dangling.zova"), this.directory.resolve("nowhere.zova"));
		assertThat(TestFiles.statusOf(() -> NewDatabase.create(this.directory.resolve(name), 0))).isEqualTo(status);
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("dangling.zova", "directory.zova", "file.zova");
		assertThat(this.directory.resolve("file.zova")).hasContent("precious");
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void aDirectoryThatCannotBeWrittenIsSaidToBeTheReason() {
		// Not even the superuser can create a file there.
		assertThatThrownBy(() -> NewDatabase.create(Path.of("/proc/a.zova"), 0)).isInstanceOf(ZovaException.class)
			.hasMessageContaining("/proc")
			.extracting("status")
			.isEqualTo(ZovaStatus.CANT_OPEN);
	}

	@Test
	void whatADeletedFileOfTheSameNameHasLeftIsNotTakenForTheJournalOfTheNewOne() throws Exception {
		Path file = this.directory.resolve("a.zova");
		for (String suffix : new String[] { "-journal", "-wal", "-shm" }) {
			Files.writeString(this.directory.resolve("a.zova" + suffix), "stale");
		}
		NewDatabase.create(file, 0);
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova");
	}

	@Test
	void aDatabaseInMemoryHasTheSchemaAndThePageSizeAskedFor() throws Exception {
		try (Connection connection = DriverConnections.memory(0).open()) {
			NewDatabase.createIn(connection, 8192);
			FormatValidation.validate(connection, "memory");
			assertThat(TestFiles.texts(connection, "pragma page_size")).containsExactly("8192");
		}
	}

	@Test
	void aFullDatabaseGetsNoSchemaAtAll() throws Exception {
		Path file = Files.createFile(this.directory.resolve("a.zova"));
		try (Connection connection = DriverConnections.readWrite(file, 0).open()) {
			TestFiles.execute(connection, "pragma max_page_count = 20");
			assertThatThrownBy(() -> NewDatabase.createIn(connection, 0)).isInstanceOf(SQLException.class)
				.hasMessageContaining("full");
			assertThat(TestFiles.texts(connection, "select name from sqlite_schema")).isEmpty();
		}
	}

	@Test
	void aFailureBeforePublicationLeavesNothing() throws Exception {
		Path destination = this.directory.resolve("a.zova");
		try (NewFile file = NewFile.at(destination)) {
			Files.writeString(file.path(), "half of it");
			assertThat(TestFiles.namesIn(this.directory)).singleElement()
				.asString()
				.matches("\\.a\\.zova\\.[0-9a-f]{16}\\.zova-partial");
		}
		assertThat(TestFiles.namesIn(this.directory)).isEmpty();
	}

	@Test
	void aNameTakenInTheMeantimeIsLeftToItsOwner() throws Exception {
		Path destination = this.directory.resolve("a.zova");
		try (NewFile file = NewFile.at(destination, (link, existing) -> {
			Files.writeString(destination, "somebody else's");
			return Files.createLink(link, existing);
		})) {
			Files.writeString(file.path(), "ours");
			assertThatThrownBy(file::publish).isInstanceOf(ZovaException.class)
				.extracting("status")
				.isEqualTo(ZovaStatus.DESTINATION_EXISTS);
		}
		assertThat(destination).hasContent("somebody else's");
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova");
	}

	@Test
	void aFileSystemWithoutHardLinksGetsTheFileToo() throws Exception {
		Path destination = this.directory.resolve("a.zova");
		try (NewFile file = NewFile.at(destination, (link, existing) -> {
			throw new UnsupportedOperationException("no links here");
		})) {
			Files.writeString(file.path(), "ours");
			file.publish();
		}
		assertThat(destination).hasContent("ours");
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova");
	}

	@Test
	void aFileSystemWithoutHardLinksNeverOverwrites() throws Exception {
		Path destination = this.directory.resolve("a.zova");
		try (NewFile file = NewFile.at(destination, (link, existing) -> {
			Files.writeString(destination, "somebody else's");
			throw new IOException("no links here");
		})) {
			assertThatThrownBy(file::publish).isInstanceOf(ZovaException.class)
				.extracting("status")
				.isEqualTo(ZovaStatus.DESTINATION_EXISTS);
		}
		assertThat(destination).hasContent("somebody else's");
	}

	@Test
	void leftoversOfAKilledRunAreRemovedAndThoseAtWorkAreNot() throws Exception {
		Path destination = this.directory.resolve("a.zova");
		Path leftover = leftover(".a.zova.0123456789abcdef.zova-partial", "lock", "content.zova",
				"content.zova-journal");
		Path ofAnotherName = leftover(".backup of monday.zova.0123456789abcdef.zova-partial", "lock", "content.zova");
		try (NewFile first = NewFile.at(destination); NewFile second = NewFile.at(destination)) {
			assertThat(leftover).doesNotExist();
			assertThat(ofAnotherName).doesNotExist();
			Files.writeString(first.path(), "first");
			Files.writeString(second.path(), "second");
			second.publish();
			assertThatThrownBy(first::publish).isInstanceOf(ZovaException.class);
		}
		assertThat(destination).hasContent("second");
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova");
	}

	@Test
	void whatIsNotALeftoverOfOursIsNeverRemoved() throws Exception {
		leftover(".a.zova.0123456789abcdef.zova-partial", "lock", "content.zova", "thesis.txt");
		leftover(".b.zova.0123456789abcdef.zova-partial", "content.zova");
		// Just being made by another process.
		leftover(".j.zova.0123456789abcdef.zova-partial", "lock.new");
		leftover(".c.zova.0123456789abcde.zova-partial", "lock", "content.zova");
		leftover(".d.zova.0123456789ABCDEF.zova-partial", "lock", "content.zova");
		leftover("e.zova.0123456789abcdef.zova-partial", "lock", "content.zova");
		leftover(".f.zova.0123456789abcdef.partial", "lock", "content.zova");
		leftover("elsewhere", "lock", "content.zova");
		Files.createSymbolicLink(this.directory.resolve(".g.zova.0123456789abcdef.zova-partial"),
				this.directory.resolve("elsewhere"));
		Files.writeString(this.directory.resolve(".h.zova.0123456789abcdef.zova-partial"), "a file");
		Path linked = leftover(".i.zova.0123456789abcdef.zova-partial", "content.zova");
		Files.createSymbolicLink(linked.resolve("lock"), this.directory.resolve("elsewhere").resolve("lock"));
		List<Path> before = everythingIn(this.directory);
		NewDatabase.create(this.directory.resolve("new.zova"), 0);
		Files.delete(this.directory.resolve("new.zova"));
		assertThat(everythingIn(this.directory)).isEqualTo(before);
	}

	@Test
	void manyThreadsThatRaceForANameAndForALeftoverGetDestinationExists() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			for (int round = 0; round < 20; round++) {
				Path destination = this.directory.resolve(round + ".zova");
				leftover("." + round + ".zova.0123456789abcdef.zova-partial", "lock", "content.zova");
				List<Future<ZovaStatus>> results = threads.invokeAll(
						Collections.nCopies(8, () -> TestFiles.statusOf(() -> NewDatabase.create(destination, 0))));
				List<ZovaStatus> statuses = new ArrayList<>();
				for (Future<ZovaStatus> result : results) {
					statuses.add(result.get());
				}
				assertThat(statuses).containsOnlyOnce(ZovaStatus.OK)
					.containsOnly(ZovaStatus.OK, ZovaStatus.DESTINATION_EXISTS);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	private Path leftover(String name, String... files) throws IOException {
		Path leftover = Files.createDirectory(this.directory.resolve(name));
		for (String file : files) {
			Files.writeString(leftover.resolve(file), "half");
		}
		return leftover;
	}

	private static List<Path> everythingIn(Path directory) throws IOException {
		try (Stream<Path> all = Files.walk(directory)) {
			return all.sorted().toList();
		}
	}

	@Test
	void theLongestNameThatTheFileSystemAllowsWorks() throws Exception {
		Path file = this.directory.resolve("x".repeat(242) + ".zova");
		NewDatabase.create(file, 0);
		assertThat(TestFiles.statusOfOpening(file)).isEqualTo(ZovaStatus.OK);
	}

}
