package io.zova.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaStatus;
import io.zova.format.TestFiles;
import io.zova.maintenance.CopyOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A migration on a file system of 4 MiB, made for these tests where that is permitted:
 * one that is full, or that can only be read, has nothing new on it afterwards.
 */
@EnabledOnOs(OS.LINUX)
class MigrationOnASmallDiskTests {

	@TempDir
	Path directory;

	private Path disk;

	private OldFiles onDisk;

	private boolean mounted;

	@BeforeEach
	void mount() throws Exception {
		this.disk = Files.createDirectory(this.directory.resolve("disk"));
		this.mounted = succeeds("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", this.disk.toString());
		assumeTrue(this.mounted, "mounting a small file system is not permitted here");
		this.onDisk = new OldFiles(this.disk);
	}

	@AfterEach
	void unmount() throws Exception {
		if (this.mounted) {
			assertThat(succeeds("umount", this.disk.toString())).isTrue();
		}
	}

	private static void grow(Path file, int bytes) throws Exception {
		TestFiles.execute(file, "create table filler (data)", "insert into filler values (randomblob(" + bytes + "))");
	}

	@ParameterizedTest
	@ValueSource(strings = { "format-3-a", "format-7-a", "format-9-a" })
	void aFullDiskLeavesNothingBehindAndTheSourceAsItIs(String fixture) throws Exception {
		Path old = TestFiles.fixture(fixture, this.directory);
		grow(old, 5_000_000);
		byte[] before = Files.readAllBytes(old);
		assertThat(this.onDisk.refused(ZovaStatus.SQLITE_ERROR,
				() -> ZovaDatabase.migrate(old, this.disk.resolve("new.zova"))))
			.hasMessageContaining("full");
		assertThat(old).hasBinaryContent(before);
	}

	/** The pages fit, and what is made anew does not. */
	@ParameterizedTest
	@CsvSource({ "format-7-a, 0", "format-7-a, 8000", "format-7-a, 30000", "format-8-a, 0", "format-9-a, 0",
			"format-4-a, 20000" })
	void aDiskThatIsFullAfterThePagesAreCopied(String fixture, int more) throws Exception {
		Path old = TestFiles.fixture(fixture, this.directory);
		grow(old, 1_000_000);
		Path filler = this.disk.resolve("filler");
		try (var channel = Files.newByteChannel(filler, java.nio.file.StandardOpenOption.CREATE_NEW,
				java.nio.file.StandardOpenOption.WRITE)) {
			while (Files.getFileStore(this.disk).getUsableSpace() > Files.size(old) + 16384 + more) {
				channel.write(java.nio.ByteBuffer.allocate(4096));
			}
		}
		ZovaStatus status = TestFiles.statusOf(() -> ZovaDatabase.migrate(old, this.disk.resolve("new.zova")));
		if (status == ZovaStatus.OK) {
			assertThat(TestFiles.statusOfOpening(this.disk.resolve("new.zova"))).isEqualTo(ZovaStatus.OK);
		}
		else {
			assertThat(TestFiles.namesIn(this.disk)).containsExactly("filler");
		}
	}

	@Test
	void aStartOnAFullDiskLeavesTheOldFileAndGoesOnWhenThereIsRoom() throws Exception {
		Path file = this.onDisk.put("format-7-a");
		grow(file, 1_500_000);
		this.onDisk.refused(ZovaStatus.SQLITE_ERROR, () -> ZovaDatabase.migrateInPlace(file, CopyOptions.defaults()));
		assertThat(succeeds("mount", "-o", "remount,size=16m", this.disk.toString())).isTrue();
		ZovaDatabase.migrateInPlace(file, CopyOptions.defaults());
		assertThat(TestFiles.namesIn(this.disk)).containsExactly("format-7-a.format-7.zova", "format-7-a.zova");
	}

	@Test
	void aDirectoryThatCanOnlyBeReadGetsNothingAndCanBeMigratedFrom() throws Exception {
		Path file = this.onDisk.put("format-9-a");
		assertThat(succeeds("mount", "-o", "remount,ro", this.disk.toString())).isTrue();
		assertThat(this.onDisk.refused(ZovaStatus.CANT_OPEN,
				() -> ZovaDatabase.migrate(file, this.disk.resolve("new.zova"))))
			.hasMessageContaining("new.zova could not be created in");
		this.onDisk.remember();
		assertThat(TestFiles.statusOf(() -> ZovaDatabase.migrateInPlace(file, CopyOptions.defaults())))
			.isIn(ZovaStatus.CANT_OPEN, ZovaStatus.READ_ONLY);
		this.onDisk.requireUnchanged();
		ZovaDatabase.migrate(file, this.directory.resolve("new.zova"));
		this.onDisk.requireUnchanged();
		assertThat(TestFiles.statusOfOpening(this.directory.resolve("new.zova"))).isEqualTo(ZovaStatus.OK);
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

}
