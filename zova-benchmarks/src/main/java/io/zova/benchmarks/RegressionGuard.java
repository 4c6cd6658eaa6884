package io.zova.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * Fails when ours has become much slower than a contender in the same run. The floors lie
 * far below what is usual, so that a busy machine does not trip them and a tenfold
 * slowdown does.
 */
final class RegressionGuard {

	private static final List<Floor> FLOORS = List.of(
			new Floor("point-select", "select_in_transaction", "bare driver", 0.06),
			new Floor("point-select", "select", "bare driver", 0.1), new Floor("kv", "kv_get", "bare sqlite-jdbc", 0.2),
			new Floor("kv", "kv_put_many", "bare sqlite-jdbc", 0.2),
			new Floor("mixed", "transactions", "plain sqlite-jdbc and HikariCP, tuned", 0.2));

	private RegressionGuard() {
	}

	static void check(Results results) {
		List<String> failures = new ArrayList<>();
		int compared = 0;
		for (Floor floor : FLOORS) {
			double ratio = results.ratio(floor.workload(), floor.measurement(), floor.contender());
			if (Double.isNaN(ratio)) {
				continue;
			}
			compared++;
			System.out.printf("guard: %s %s against %s: %.2f, at least %.2f%n", floor.workload(), floor.measurement(),
					floor.contender(), ratio, floor.ratio());
			if (ratio < floor.ratio()) {
				failures.add("%s %s against %s: ratio %.3f is below %.2f".formatted(floor.workload(),
						floor.measurement(), floor.contender(), ratio, floor.ratio()));
			}
		}
		if (compared == 0) {
			failures.add("nothing was compared");
		}
		if (!failures.isEmpty()) {
			throw new IllegalStateException("Slower than it should be: " + failures);
		}
	}

	/**
	 * The lowest ratio of our speed to a contender's that passes.
	 *
	 * @param workload the name of the workload
	 * @param measurement the name of the measurement
	 * @param contender the name of the contender
	 * @param ratio the lowest ratio
	 */
	private record Floor(String workload, String measurement, String contender, double ratio) {
	}

}
