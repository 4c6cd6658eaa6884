package io.zova.sqlite.function;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Memory after many connections with functions were opened, used and closed. Measured in
 * a process of its own, whose heap has a fixed size: all growth is outside the heap.
 */
@Timeout(120)
class FunctionLeakTests {

	private static final int WARM_UP = 2_000;

	private static final int CYCLES = 10_000;

	@Test
	@EnabledOnOs(OS.LINUX)
	void tenThousandConnectionsLeaveNothingBehind() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
				System.getProperty("java.class.path"), Cycles.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		String[] growth;
		try {
			growth = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
				.filter((line) -> line.startsWith("growth "))
				.findFirst()
				.orElseThrow()
				.split(" ");
			assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		// One kept object for each connection would be 160 kB of heap. Outside of it, the
		// JVM's own growth is up to 14 MB; one kept connection for each cycle is 500 MB.
		assertThat(Long.parseLong(growth[1])).describedAs("growth of the heap").isLessThan(150_000);
		assertThat(Long.parseLong(growth[2])).describedAs("growth outside the heap").isLessThan(24L << 20);
	}

	/**
	 * Opens, uses and closes connections, then prints by how much memory grew.
	 */
	static final class Cycles {

		private static final SqlFunctions FUNCTIONS = new SqlFunctions(List.of(TableFunction.named("numbers")
			.column("i", SqlType.INTEGER)
			.argument("n", SqlType.INTEGER)
			.rows((arguments, rows) -> {
				for (long i = 1; i <= arguments.integer(0); i++) {
					rows.add(i);
				}
			}), TableFunction.named("failing").column("i", SqlType.INTEGER).rows((arguments, rows) -> {
				throw new IllegalStateException("on purpose");
			}), ScalarFunction.of("twice", 1, (arguments) -> arguments.integer(0) * 2)));

		private Cycles() {
		}

		public static void main(String[] arguments) throws Exception {
			run(WARM_UP);
			long heap = heapBytes();
			long resident = residentBytes();
			run(CYCLES);
			heap = heapBytes() - heap;
			resident = residentBytes() - resident;
			System.out.println("growth " + heap + " " + resident);
		}

		private static void run(int count) throws SQLException {
			for (int i = 0; i < count; i++) {
				try (FunctionDatabase db = FunctionDatabase.open("jdbc:sqlite::memory:", FUNCTIONS)) {
					if (!db.rows("select sum(twice(i)) from numbers(10)").equals(List.of("110"))) {
						throw new IllegalStateException("Not the rows asked for");
					}
					db.rows("select * from failing");
				}
				catch (SQLException ex) {
					if (SqlFunctions.takeFailure(ex) == null) {
						throw ex;
					}
				}
			}
		}

		private static long heapBytes() {
			System.gc();
			return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
		}

		private static long residentBytes() throws IOException {
			for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
				if (line.startsWith("RssAnon:")) {
					return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
				}
			}
			throw new IllegalStateException("No RssAnon");
		}

	}

}
