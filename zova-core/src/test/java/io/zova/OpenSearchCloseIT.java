package io.zova;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.zova.vector.VectorCollection;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is left after a database was opened, searched and closed ten thousand times: in a
 * process of its own, whose heap has a fixed size, so that all growth is outside of it.
 */
@Timeout(300)
class OpenSearchCloseIT {

	/** 10,000 of them, unless told otherwise. */
	private static final int CYCLES = Integer.getInteger("zova.test.cycles", 10_000);

	private static final int VECTORS = 600;

	@TempDir
	private Path directory;

	@Test
	@EnabledOnOs(OS.LINUX)
	void leavesNothingBehind() throws Exception {
		Path file = this.directory.resolve("vectors.zova");
		try (ZovaDatabase database = ZovaDatabase.create(file)) {
			database.vectors()
				.create("c", VectorSpace.l2(384))
				.putAll(Stream.iterate(0, (i) -> i < VECTORS, (i) -> i + 1)
					.map((i) -> VectorEntry.of("v" + i, element(i)))
					.toList());
		}
		List<String> small = List.of("env", "JAVA_TOOL_OPTIONS=-Xms64m -Xmx64m -XX:+AlwaysPreTouch -XX:+UseSerialGC");
		try (ChildJvm child = ChildJvm.start(small, Cycles.class, file, CYCLES)) {
			long[] growth = Arrays.stream(child.readLine().split(" ")).mapToLong(Long::parseLong).toArray();
			child.finish();
			// One object kept for each cycle is 160 kB, one index 3 GB, one connection
			// 500
			// MB.
			assertThat(growth[0]).as("heap").isLessThan(CYCLES * 15L + 100_000);
			assertThat(growth[1]).as("direct memory").isLessThan(1L << 20);
			assertThat(growth[2]).as("memory outside the heap").isLessThan(48L << 20);
			assertThat(growth[3]).as("open files").isLessThan(5);
			assertThat(growth[4]).as("threads").isLessThan(5);
			assertThat(growth[5]).as("direct memory just after closing").isZero();
		}
	}

	private static float[] element(int number) {
		float[] elements = new float[384];
		Arrays.fill(elements, number);
		return elements;
	}

	/**
	 * Opens, searches and closes, then prints by how much everything has grown.
	 */
	static final class Cycles {

		private Cycles() {
		}

		public static void main(String[] arguments) throws Exception {
			Path file = Path.of(arguments[0]);
			int cycles = Integer.parseInt(arguments[1]);
			run(file, cycles / 10);
			long leftOpen = leftWithoutGarbageCollection(file);
			long[] before = state();
			run(file, cycles);
			long[] after = state();
			for (int i = 0; i < after.length; i++) {
				after[i] -= before[i];
			}
			System.out
				.println(String.join(" ", Arrays.stream(after).mapToObj(Long::toString).toList()) + " " + leftOpen);
		}

		private static void run(Path file, int cycles) {
			for (int i = 0; i < cycles; i++) {
				try (ZovaDatabase database = ZovaDatabase.open(file)) {
					VectorCollection collection = database.vectors().collection("c");
					int nearest = i % VECTORS;
					if (!collection.search(1, element(nearest)).get(0).id().equals("v" + nearest)
							|| database.vectors().statistics().residentCollections() != 1) {
						throw new IllegalStateException("Not what was to be found, or not in memory");
					}
				}
			}
		}

		/**
		 * By how much direct memory grows at most if nobody asks for garbage to be
		 * collected.
		 */
		private static long leftWithoutGarbageCollection(Path file) {
			long before = directBytes();
			long most = 0;
			for (int i = 0; i < 100; i++) {
				run(file, 1);
				most = Math.max(most, directBytes() - before);
			}
			return most;
		}

		private static long directBytes() {
			return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
				.stream()
				.filter((pool) -> pool.getName().equals("direct"))
				.mapToLong(BufferPoolMXBean::getMemoryUsed)
				.sum();
		}

		private static long[] state() throws IOException, InterruptedException {
			for (int i = 0; i < 5; i++) {
				System.gc();
				Thread.sleep(50);
			}
			return new long[] { ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), directBytes(),
					residentBytes(), openFiles(), Thread.activeCount() };
		}

		private static long residentBytes() throws IOException {
			for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
				if (line.startsWith("RssAnon:")) {
					return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
				}
			}
			throw new IllegalStateException("No RssAnon");
		}

		private static long openFiles() throws IOException {
			try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
				return files.count();
			}
		}

	}

}
