package io.zova.benchmarks.object;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;

/**
 * Stores objects of 4 KiB, a commit each, with synchronous FULL. Arguments: how many, and
 * the journal mode. To count what a commit waits for, run it twice with different numbers
 * under {@code strace -f -c -e trace=fsync,fdatasync} and divide the differences.
 */
public final class SmallObjects {

	private static final int SIZE = 4_096;

	private SmallObjects() {
	}

	/**
	 * Runs it.
	 * @param arguments count, journal mode
	 * @throws IOException if files cannot be written
	 */
	public static void main(String[] arguments) throws IOException {
		int count = Integer.parseInt(arguments[0]);
		Path directory = Files.createTempDirectory("small-objects");
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(ZovaOptions.JournalMode.valueOf(arguments[1]))
			.synchronous(ZovaOptions.Synchronous.FULL)
			.build();
		byte[] content = new PeerBytes().bytes(SIZE);
		try (ZovaDatabase database = ZovaDatabase.create(directory.resolve("bench.zova"), options)) {
			long start = System.nanoTime();
			for (int i = 0; i < count; i++) {
				ByteBuffer.wrap(content).putInt(i);
				database.objects().put(content);
			}
			System.out.printf(Locale.ROOT, "%,d objects, %,.0f per second%n", count,
					count * 1e9 / (System.nanoTime() - start));
		}
		finally {
			Files.walk(directory).sorted((a, b) -> b.compareTo(a)).forEach((path) -> path.toFile().delete());
		}
	}

}
