package io.zova;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.zova.maintenance.CopyOptions;
import io.zova.object.ObjectId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Pipes, sockets, devices and directories are not opened where a file is meant: opening a
 * pipe would wait for ever.
 */
@DisabledOnOs(OS.WINDOWS)
class NoFileTests {

	@TempDir
	private Path directory;

	@BeforeEach
	void make() throws Exception {
		Files.createDirectory(this.directory.resolve("directory.zova"));
		makePipe("pipe.zova");
		try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			socket.bind(UnixDomainSocketAddress.of(this.directory.resolve("socket.zova")));
		}
		Files.createSymbolicLink(this.directory.resolve("device.zova"), Path.of("/dev/zero"));
		Files.createSymbolicLink(this.directory.resolve("link.zova"), this.directory.resolve("pipe.zova"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "directory.zova", "pipe.zova", "socket.zova", "device.zova", "link.zova" })
	void whateverIsNoFileIsRefusedBeforeItIsOpened(String name) throws Exception {
		Path path = this.directory.resolve(name);
		Path free = this.directory.resolve("free.zova");
		try (ZovaDatabase database = ZovaDatabase.inMemory()) {
			ObjectId id = database.objects().put(new byte[10]);
			Map<String, ThrowingCallable> calls = new TreeMap<>();
			calls.put("probe NOT_ZOVA_DATABASE", () -> ZovaDatabase.probe(path));
			calls.put("open CANT_OPEN", () -> ZovaDatabase.open(path));
			calls.put("openOrCreate CANT_OPEN", () -> ZovaDatabase.openOrCreate(path));
			calls.put("open read-only CANT_OPEN",
					() -> ZovaDatabase.open(path, ZovaOptions.builder().readOnly(true).build()));
			calls.put("create DESTINATION_EXISTS", () -> ZovaDatabase.create(path));
			calls.put("restore CANT_OPEN", () -> ZovaDatabase.restore(path, free));
			calls.put("restore to DESTINATION_EXISTS", () -> database.backup(path));
			calls.put("restoreInMemory CANT_OPEN",
					() -> ZovaDatabase.restoreInMemory(path, ZovaOptions.defaults(), CopyOptions.defaults()));
			calls.put("convert CANT_OPEN", () -> ZovaDatabase.convert(path, free));
			calls.put("backup DESTINATION_EXISTS", () -> database.backup(path));
			calls.put("compact DESTINATION_EXISTS", () -> database.compact(path));
			calls.put("put INVALID_ARGUMENT", () -> database.objects().put(path));
			calls.put("copyTo INVALID_ARGUMENT", () -> database.objects().copyTo(id, path, (done) -> {
			}));
			Map<String, String> answers = new TreeMap<>();
			calls.forEach((call, body) -> answers.put(call.replaceFirst("[A-Z_]+$", ""), status(body)));
			calls.keySet().forEach((call) -> {
				String expected = call.substring(call.lastIndexOf(' ') + 1);
				assertThat(answers.get(call.replaceFirst("[A-Z_]+$", ""))).as(call).isEqualTo(expected);
			});
		}
		assertThat(Files.exists(path)).isTrue();
		assertThat(Files.isRegularFile(path)).isFalse();
		assertThat(free).doesNotExist();
	}

	@ParameterizedTest
	@ValueSource(strings = { "-journal", "-wal", "-shm" })
	void aPipeWhereSqliteKeepsAFileIsRefused(String suffix) throws Exception {
		Path path = this.directory.resolve("app.zova");
		ZovaDatabase.create(path).close();
		makePipe("app.zova" + suffix);
		assertThat(status(() -> ZovaDatabase.open(path))).isEqualTo("CANT_OPEN");
		assertThat(status(() -> ZovaDatabase.probe(path))).isEqualTo("CANT_OPEN");
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.open(path))
			.withMessageContaining("app.zova" + suffix + " is a directory, pipe, socket or device");
	}

	@Test
	void aFileThatIsReplacedIsReplacedInOneStepAndNothingIsLeftBeside() throws Exception {
		Path target = this.directory.resolve("report.pdf");
		Files.writeString(target, "old");
		try (ZovaDatabase database = ZovaDatabase.inMemory()) {
			ObjectId id = database.objects().put("new".getBytes());
			database.objects().copyTo(id, target, (done) -> {
				assertThat(target).hasContent("old");
			});
		}
		assertThat(target).hasContent("new");
		try (var names = Files.list(this.directory)) {
			assertThat(names.filter((path) -> path.getFileName().toString().startsWith("."))).isEmpty();
		}
	}

	@Test
	void whatAKilledCopyOfAnObjectLeftIsRemovedByTheNext() throws Exception {
		Path leftover = Files.createDirectory(this.directory.resolve(".video.0123456789abcdef.zova-partial"));
		Files.writeString(leftover.resolve("lock"), "");
		Files.writeString(leftover.resolve("content.zova"), "half");
		try (ZovaDatabase database = ZovaDatabase.inMemory()) {
			ObjectId id = database.objects().put("new".getBytes());
			database.objects().copyTo(id, this.directory.resolve("picture"), (done) -> {
			});
		}
		assertThat(leftover).doesNotExist();
	}

	private void makePipe(String name) throws IOException, InterruptedException {
		Process process = new ProcessBuilder("mkfifo", this.directory.resolve(name).toString()).inheritIO().start();
		assertThat(process.waitFor()).isZero();
	}

	private static String status(ThrowingCallable call) {
		return assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
			try {
				call.call();
				return "OK";
			}
			catch (ZovaException ex) {
				return ex.status().name();
			}
			catch (Throwable ex) {
				return ex.toString();
			}
		});
	}

}
