package io.zova.object;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Objects far larger than the heap go in and out: in a JVM of 64 MiB, 256 MiB by default,
 * and as much as {@code -Dzova.test.object-bytes=4294967296} says.
 */
class StreamingMemoryIT {

	private static final String SIZE = "zova.test.object-bytes";

	@TempDir
	Path directory;

	@Test
	void anObjectLargerThanTheHeapIsStoredAndReadInBothProfiles() throws Exception {
		String size = System.getProperty(SIZE, String.valueOf(256L << 20));
		for (StorageProfile profile : StorageProfile.values()) {
			Process child = new ProcessBuilder(
					List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-cp",
							System.getProperty("java.class.path"), Child.class.getName(),
							this.directory.resolve(profile + ".zova").toString(), size, profile.name()))
				.redirectErrorStream(true)
				.start();
			String output = new String(child.getInputStream().readAllBytes());
			assertThat(child.waitFor(1, TimeUnit.HOURS)).isTrue();
			assertThat(child.exitValue()).as(output).isZero();
			assertThat(output).contains("stored and read " + size);
		}
	}

	/**
	 * The JVM with the small heap.
	 */
	static final class Child {

		private Child() {
		}

		public static void main(String[] arguments) throws IOException {
			long size = Long.parseLong(arguments[1]);
			StorageProfile profile = StorageProfile.valueOf(arguments[2]);
			long start = System.nanoTime();
			try (ZovaDatabase database = ZovaDatabase.create(Path.of(arguments[0]))) {
				ObjectId id = database.objects()
					.put(new Noise(size), PutOptions.defaults().withProfile(profile).withExpectedSize(size));
				long stored = System.nanoTime();
				MessageDigest digest = Sha256.newDigest();
				long read = database.objects()
					.copyTo(id, new DigestOutputStream(OutputStream.nullOutputStream(), digest), (bytes) -> {
					});
				if (read != size || !ObjectId.of(digest.digest()).equals(id)) {
					throw new IllegalStateException("Read " + read + " bytes of another content");
				}
				System.out.printf("stored and read %d bytes in %d chunks, %d s and %d s, heap %d MiB%n", size,
						database.objects().chunkCount(id), (stored - start) / 1_000_000_000,
						(System.nanoTime() - stored) / 1_000_000_000, Runtime.getRuntime().maxMemory() >> 20);
			}
		}

	}

	/**
	 * Bytes without repetition, made as they are read.
	 */
	private static final class Noise extends InputStream {

		private final long size;

		private long position;

		private long state = 1;

		Noise(long size) {
			this.size = size;
		}

		@Override
		public int read() {
			byte[] one = new byte[1];
			return (read(one, 0, 1) == 1) ? one[0] & 0xff : -1;
		}

		@Override
		public int read(byte[] into, int from, int length) {
			int count = (int) Math.min(length, this.size - this.position);
			if (count <= 0) {
				return -1;
			}
			for (int i = 0; i < count; i++) {
				this.state = this.state * 6364136223846793005L + 1442695040888963407L;
				into[from + i] = (byte) (this.state >>> 56);
			}
			this.position += count;
			return count;
		}

	}

}
