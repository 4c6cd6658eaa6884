package io.zova.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A file system of 4 MiB, made where that is permitted.
 */
final class SmallDisk {

	private final Path path;

	private boolean mounted;

	SmallDisk(Path path) throws Exception {
		this.path = Files.createDirectory(path);
		this.mounted = run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", path.toString());
		assumeTrue(this.mounted, "mounting a small file system is not permitted here");
	}

	Path path() {
		return this.path;
	}

	void fill(int leave) throws IOException {
		try (SeekableByteChannel channel = Files.newByteChannel(filler(), StandardOpenOption.CREATE_NEW,
				StandardOpenOption.WRITE)) {
			while (Files.getFileStore(this.path).getUsableSpace() > leave) {
				channel.write(ByteBuffer.allocate(4096));
			}
		}
	}

	void empty() throws IOException {
		Files.delete(filler());
	}

	private Path filler() {
		return this.path.resolve("filler");
	}

	void readOnly(boolean readOnly) throws Exception {
		assertThat(run("mount", "-o", "remount," + (readOnly ? "ro" : "rw"), this.path.toString())).isTrue();
	}

	/** Takes it away from under whoever has files open there. */
	void takeAway() throws Exception {
		assertThat(run("umount", "-l", this.path.toString())).isTrue();
		this.mounted = false;
	}

	void unmount() throws Exception {
		if (this.mounted) {
			assertThat(run("umount", this.path.toString())).isTrue();
		}
	}

	private static boolean run(String... command) throws InterruptedException {
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
