package io.zova.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.zova.benchmarks.check.BesideLoad;
import io.zova.benchmarks.check.CheckLoad;
import io.zova.benchmarks.commit.CommitLoad;
import io.zova.benchmarks.foundation.MixedLoad;
import io.zova.benchmarks.foundation.PointSelectLoad;
import io.zova.benchmarks.sidebyside.ExactSearch;
import io.zova.benchmarks.sidebyside.GraphLoad;
import io.zova.benchmarks.sidebyside.GraphMixed;
import io.zova.benchmarks.sidebyside.GraphSeries;
import io.zova.benchmarks.sidebyside.KeyValueLoad;
import io.zova.benchmarks.sidebyside.ObjectLoad;
import io.zova.benchmarks.sidebyside.PlainWork;

/**
 * Runs ours and the peers on the same data, one after the other in each of several
 * rounds, and prints medians, their spread and the ratios.
 * <p>
 * Arguments: {@code only=kv,graph} picks workloads, {@code rounds=7} changes the number
 * of rounds, {@code scale=full} takes the large sizes, {@code seconds=30} is how long a
 * mixed load runs, {@code out=folder} says where {@code side-by-side.json} and
 * {@code side-by-side.md} go, {@code guard=true} runs a few workloads more, which need no
 * peer, and fails on a ratio far below what is usual.
 */
public final class SideBySide {

	private SideBySide() {
	}

	/**
	 * Runs it.
	 * @param arguments see above
	 * @throws Exception if a contender failed, contenders disagreed, or a guard fired
	 */
	public static void main(String[] arguments) throws Exception {
		Map<String, String> options = options(arguments);
		boolean full = "full".equals(options.get("scale"));
		int rounds = Integer.parseInt(options.getOrDefault("rounds", "5"));
		Path out = Path.of(options.getOrDefault("out", "target"));
		String only = options.getOrDefault("only", "");
		Results results = new Results(rounds);
		int seconds = Integer.parseInt(options.getOrDefault("seconds", full ? "30" : "5"));
		boolean guard = Boolean.parseBoolean(options.get("guard"));
		List<Workload> workloads = workloads(full, seconds);
		if (guard) {
			workloads.addAll(PlainWork.workloads());
		}
		for (Workload workload : workloads) {
			if (only.isEmpty() || Set.of(only.split(",")).contains(workload.name())) {
				run(workload, rounds, results);
			}
		}
		results.write(out);
		if (guard) {
			RegressionGuard.check(results);
		}
	}

	private static List<Workload> workloads(boolean full, int seconds) throws IOException {
		List<Workload> workloads = new ArrayList<>();
		workloads.add(PointSelectLoad.workload());
		workloads.addAll(MixedLoad.workloads(seconds));
		workloads.addAll(CommitLoad.workloads(seconds));
		workloads.add(KeyValueLoad.workload(full));
		workloads.add(GraphLoad.workload(full));
		workloads.add(GraphSeries.workload(full));
		workloads.add(GraphMixed.workload(full));
		workloads.addAll(ObjectLoad.workloads(full));
		workloads.addAll(ExactSearch.workloads(full));
		workloads.addAll(CheckLoad.workloads(full));
		workloads.add(BesideLoad.workload(seconds));
		return workloads;
	}

	private static Map<String, String> options(String[] arguments) {
		Map<String, String> options = new LinkedHashMap<>();
		for (String argument : arguments) {
			int equals = argument.indexOf('=');
			if (equals < 0 || !Set.of("only", "rounds", "scale", "seconds", "out", "guard")
				.contains(argument.substring(0, equals))) {
				throw new IllegalArgumentException("Unknown argument '" + argument
						+ "': only=, rounds=, scale=full, seconds=, out= and guard=true are understood");
			}
			options.put(argument.substring(0, equals), argument.substring(equals + 1));
		}
		return options;
	}

	private static void run(Workload workload, int rounds, Results results) throws Exception {
		List<Contender> present = new ArrayList<>();
		for (Contender contender : workload.contenders()) {
			String absent = contender.absent();
			if (absent == null) {
				present.add(contender);
			}
			else {
				results.absent(workload, contender, absent);
			}
		}
		// Round 0 warms up the JVM and the file system's cache, and is thrown away.
		for (int round = 0; round <= rounds; round++) {
			for (Contender contender : present) {
				System.out.printf("%s, round %d of %d: %s%n", workload.name(), round, rounds, contender.name());
				for (int i = 1; round == 0 && i < contender.warmUps(); i++) {
					inOwnFolder(contender);
				}
				Measured measured = inOwnFolder(contender);
				results.add(workload, contender, measured, round > 0);
			}
		}
	}

	private static Measured inOwnFolder(Contender contender) throws Exception {
		Path folder = Files.createTempDirectory("side-by-side").toAbsolutePath();
		try {
			System.gc();
			return contender.run(folder);
		}
		finally {
			try (Stream<Path> files = Files.walk(folder)) {
				files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
			}
		}
	}

}
