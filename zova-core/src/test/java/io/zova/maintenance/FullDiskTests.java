package io.zova.maintenance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.NewDatabase;
import io.zova.format.TestFiles;
import io.zova.maintenance.salvage.SalvageOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * On a file system of 2 MiB, made for these tests where that is permitted, nothing that
 * needs more leaves anything behind. {@link KilledCopyIT} has the same question for
 * everywhere else.
 */
@EnabledOnOs(OS.LINUX)
class FullDiskTests {

	@TempDir
	static Path directory;

	private static Path disk;

	private static Path source;

	@BeforeAll
	static void mountSmallDisk() throws Exception {
		Path folder = Files.createDirectory(directory.resolve("disk"));
		assumeTrue(succeeds("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder.toString()),
				"mounting a small file system is not permitted here");
		disk = folder;
		source = SampleDatabase.create(directory.resolve("source.zova"));
		TestFiles.execute(source, "create table filler (data)", "insert into filler values (randomblob(3000000))");
	}

	@AfterAll
	static void unmount() throws Exception {
		if (disk != null) {
			assertThat(succeeds("umount", disk.toString())).isTrue();
		}
	}

	static Stream<Task> tasks() {
		return Stream.of(new Task("backup", (destination) -> {
			try (ZovaDatabase database = ZovaDatabase.open(source)) {
				new Backup(database.sql()).to(destination, CopyOptions.defaults());
			}
		}), new Task("compact", (destination) -> {
			try (ZovaDatabase database = ZovaDatabase.open(source)) {
				new Compact(database.sql()).to(destination, CopyOptions.defaults());
			}
		}), new Task("restore", (destination) -> Restore.toFile(source, destination, CopyOptions.defaults())),
				new Task("convert", (destination) -> Convert.toFile(plainCopy(), destination, CopyOptions.defaults())),
				new Task("salvage",
						(destination) -> ZovaDatabase.salvage(source, destination, SalvageOptions.defaults())),
				new Task("salvage page by page",
						(destination) -> ZovaDatabase.salvage(source, destination,
								SalvageOptions.defaults().withDamagedPages())),
				new Task("create", (destination) -> NewDatabase.create(destination, 65536)));
	}

	@ParameterizedTest
	@MethodSource("tasks")
	void aFullDiskLeavesNothingBehindAndTheSourceAsItIs(Task task) throws Exception {
		byte[] before = Files.readAllBytes(source);
		assertThatThrownBy(() -> task.call.copyTo(disk.resolve("copy.zova"))).isInstanceOf(ZovaException.class)
			.hasMessageContaining("full")
			.extracting("status")
			.isEqualTo(ZovaStatus.SQLITE_ERROR);
		assertThat(TestFiles.namesIn(disk)).isEmpty();
		assertThat(source).hasBinaryContent(before);
		NewDatabase.create(disk.resolve("small.zova"), 0);
		Files.delete(disk.resolve("small.zova"));
	}

	private static Path plainCopy() throws Exception {
		Path plain = Files.createTempFile(directory, "plain", ".db");
		TestFiles.execute(plain, "create table filler (data)", "insert into filler values (randomblob(3000000))");
		return plain;
	}

	private static boolean succeeds(String... command) throws IOException, InterruptedException {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Something that makes a file.
	 */
	private record Task(String name, Call call) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	/**
	 * Makes a file.
	 */
	private interface Call {

		void copyTo(Path destination) throws Exception;

	}

}
