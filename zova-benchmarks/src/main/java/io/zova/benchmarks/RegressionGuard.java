package io.zova.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * Fails when ours has become much slower than a contender in the same run. A quarter of
 * the usual ratio passes: a busy machine does not trip that, and a tenfold slowdown does.
 */
final class RegressionGuard {

	private static final double LEAST_SHARE = 0.25;

	private static final List<Usual> USUAL = List.of(
			new Usual("point-select", "select_in_transaction", "bare driver", 0.7),
			new Usual("point-select", "select", "bare driver", 0.8),
			new Usual("mixed", "transactions", "plain sqlite-jdbc and HikariCP, tuned", 1.2),
			new Usual("kv", "kv_get", "bare sqlite-jdbc", 2.4), new Usual("kv", "kv_put_many", "bare sqlite-jdbc", 2.2),
			new Usual("plain-object", "object_put", "SHA-256 and rows of 64 KiB", 0.75),
			new Usual("plain-object", "object_get", "SHA-256 and rows of 64 KiB", 0.5),
			new Usual("plain-vectors", "vector_put_many", "rows and a loop in Java", 1.1),
			new Usual("plain-vectors", "vector_search", "rows and a loop in Java", 9),
			new Usual("plain-graph", "graph_put_edges", "bare sqlite-jdbc", 1.4),
			new Usual("plain-graph", "graph_neighbors", "bare sqlite-jdbc", 2.7));

	private RegressionGuard() {
	}

	static void check(Results results) {
		List<String> failures = new ArrayList<>();
		for (Usual usual : USUAL) {
			double ratio = results.ratio(usual.workload(), usual.measurement(), usual.contender());
			double floor = usual.ratio() * LEAST_SHARE;
			String what = "%s %s against %s: %.3f, usually %.2f, at least %.3f".formatted(usual.workload(),
					usual.measurement(), usual.contender(), ratio, usual.ratio(), floor);
			System.out.println("guard: " + what);
			// What was not measured is no number, and that is a failure too.
			if (!(ratio >= floor)) {
				failures.add(what);
			}
		}
		if (!failures.isEmpty()) {
			throw new IllegalStateException("Slower than it should be: " + String.join("; ", failures));
		}
	}

	/**
	 * The usual ratio of our speed to a contender's.
	 *
	 * @param workload the name of the workload
	 * @param measurement the name of the measurement
	 * @param contender the name of the contender
	 * @param ratio the ratio
	 */
	private record Usual(String workload, String measurement, String contender, double ratio) {
	}

}
