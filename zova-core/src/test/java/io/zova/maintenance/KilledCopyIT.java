package io.zova.maintenance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.zova.TestSeed;
import io.zova.format.TestFiles;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process is killed while it copies, or may not write as much as it needs: under the
 * destination's name there is a complete file or none. A full disk is stood in for by the
 * operating system's limit on the size of a file.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "SIGKILL and ulimit are needed")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KilledCopyIT {

	private static final int KILLS = 8;

	/** In units of 512 bytes: enough for the driver's library, not for the copy. */
	private static final String FILE_SIZE_LIMIT = "4400";

	@TempDir
	Path directory;

	private Path source;

	@BeforeEach
	void createSource() throws Exception {
		this.source = SampleDatabase.create(this.directory.resolve("source.zova"));
		TestFiles.execute(this.source, "create table filler (data)", """
				insert into filler
				with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)
				select randomblob(4000) from n""");
	}

	@Test
	void aProcessKilledInTheMiddleLeavesOnlyWhatTheNextRunRemoves() throws Exception {
		Path folder = Files.createDirectory(this.directory.resolve("copies"));
		Path destination = folder.resolve("copy.zova");
		Process process = start("stop-in-the-middle", destination);
		try (BufferedReader output = output(process)) {
			assertThat(nextLine(output)).isEqualTo("in the middle");
			// At work: another process leaves it alone.
			Restore.toFile(this.source, folder.resolve("other.zova"), CopyOptions.defaults());
			Restore.toFile(this.source, destination, CopyOptions.defaults());
			Files.delete(destination);
			assertThat(TestFiles.namesIn(folder)).hasSize(2).element(0).asString().endsWith(".zova-partial");
			kill(process);
		}
		assertThat(destination).doesNotExist();
		assertThat(TestFiles.namesIn(folder)).hasSize(2).element(0).asString().startsWith(".copy.zova.");
		Restore.toFile(this.source, destination, CopyOptions.defaults());
		assertThat(TestFiles.namesIn(folder)).containsExactly("copy.zova", "other.zova");
	}

	@ParameterizedTest
	@ValueSource(strings = { "one-after-the-other", "salvage" })
	void aProcessKilledAtAnyTimeLeavesCompleteFilesOnly(String task) throws Exception {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		int complete = 0;
		for (int kill = 0; kill < KILLS; kill++) {
			Path folder = Files.createDirectory(this.directory.resolve("copies" + kill));
			List<String> reported = new ArrayList<>();
			Process process = start(task, folder);
			try (BufferedReader output = output(process)) {
				reported.add(nextLine(output));
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(300)));
				kill(process);
				for (String line = nextLine(output); line != null; line = nextLine(output)) {
					reported.add(line);
				}
			}
			List<String> found = TestFiles.namesIn(folder).stream().filter((name) -> !name.startsWith(".")).toList();
			assertThat(found).as("seed " + seed).containsAll(reported);
			for (String name : found) {
				Path copy = folder.resolve(name);
				assertThat(TestFiles.texts(copy, "pragma integrity_check")).as("seed " + seed).containsExactly("ok");
				assertThat(TestFiles.texts(copy, "select count(*) from filler")).containsExactly("3000");
				complete++;
			}
		}
		assertThat(complete).isGreaterThanOrEqualTo(KILLS);
	}

	@ParameterizedTest
	@ValueSource(strings = { "backup", "create" })
	void aFileThatGrowsTooBigForTheDiskIsGoneAfterwards(String task) throws Exception {
		Path folder = Files.createDirectory(this.directory.resolve("copies"));
		byte[] before = Files.readAllBytes(this.source);
		Process process = new ProcessBuilder(limited(command(task, folder.resolve("copy.zova"))))
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try (BufferedReader output = output(process)) {
			assertThat(nextLine(output)).isEqualTo("SQLITE_ERROR");
		}
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(TestFiles.namesIn(folder)).isEmpty();
		assertThat(this.source).hasBinaryContent(before);
	}

	private Process start(String task, Path target) throws IOException {
		return new ProcessBuilder(command(task, target)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
	}

	private List<String> command(String task, Path target) {
		return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-Xmx128m", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				CopyingProcess.class.getName(), task, this.source.toString(), target.toString());
	}

	private static List<String> limited(List<String> command) {
		List<String> limited = new ArrayList<>(
				List.of("sh", "-c", "ulimit -f " + FILE_SIZE_LIMIT + "; exec \"$@\"", "sh"));
		limited.addAll(command);
		return limited;
	}

	private static void kill(Process process) throws InterruptedException {
		// By its handle: the process itself would close the pipe with the last reports.
		process.toHandle().destroyForcibly();
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).as("killed by signal 9").isEqualTo(128 + 9);
	}

	private static BufferedReader output(Process process) {
		return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
	}

	private static String nextLine(BufferedReader output) throws IOException {
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			if (line.startsWith("> ")) {
				return line.substring(2);
			}
		}
		return null;
	}

}
