package io.zova.sqlite;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Memory after many connections with functions were opened, used and closed.
 */
@Timeout(120)
class FunctionLeakTests {

	private static final int CYCLES = 10_000;

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

	@Test
	@EnabledOnOs(OS.LINUX)
	void tenThousandConnectionsLeaveNothingBehind() throws Exception {
		cycles(CYCLES / 10);
		long heapBefore = heapBytes();
		long residentBefore = residentBytes();
		cycles(CYCLES);
		// The driver's functions of one connection alone take more than 200 bytes.
		assertThat(heapBytes() - heapBefore).describedAs("growth of the heap").isLessThan(2L << 20);
		// Goes up and down by some 25 MB with the collector. A connection takes more than
		// 50 kB.
		assertThat(residentBytes() - residentBefore).describedAs("growth of all memory").isLessThan(64L << 20);
	}

	private static void cycles(int count) throws SQLException {
		for (int i = 0; i < count; i++) {
			try (FunctionDatabase db = FunctionDatabase.open("jdbc:sqlite::memory:", FUNCTIONS)) {
				assertThat(db.rows("select sum(twice(i)) from numbers(10)")).containsExactly("110");
				try {
					db.rows("select * from failing");
				}
				catch (SQLException ex) {
					SqlFunctions.takeFailure(ex);
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
			if (line.startsWith("VmRSS:")) {
				return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
			}
		}
		throw new IllegalStateException("No VmRSS");
	}

}
