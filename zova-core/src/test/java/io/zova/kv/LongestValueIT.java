package io.zova.kv;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import com.sun.management.OperatingSystemMXBean;
import io.zova.ZovaDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * A row of 1,000,000,000 bytes, which every Zova library can read, can be stored and read
 * back; one byte more is refused.
 */
class LongestValueIT {

	private static final long FREE_MEMORY = 8L << 30;

	private static final long FREE_SPACE = 4L << 30;

	@TempDir
	Path folder;

	@Test
	@Timeout(value = 5, unit = TimeUnit.MINUTES)
	void aBillionBytesFitAndOneMoreDoesNot() throws Exception {
		assumeThat(freeMemory()).as("bytes of free memory").isGreaterThan(FREE_MEMORY);
		assumeThat(Files.getFileStore(this.folder).getUsableSpace()).as("bytes of free space")
			.isGreaterThan(FREE_SPACE);
		Path file = this.folder.resolve("long.zova");
		ZovaDatabase.create(file).close();
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:+UseSerialGC", "-Xmx5g", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				LongestValue.class.getName(), file.toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output).isZero();
		assertThat(output.lines().filter((line) -> !line.contains(" "))).containsExactly("same", "KV_TOO_LARGE", "1");
		assertThat(Files.size(file)).isGreaterThan(LongestValue.WITH_LONGER_KEY);
	}

	/** What Linux can give away without writing anything out counts as free. */
	private static long freeMemory() throws IOException {
		Path information = Path.of("/proc/meminfo");
		if (Files.isReadable(information)) {
			for (String line : Files.readAllLines(information)) {
				if (line.startsWith("MemAvailable:")) {
					return Long.parseLong(line.replaceAll("\\D", "")) << 10;
				}
			}
		}
		return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getFreeMemorySize();
	}

}
