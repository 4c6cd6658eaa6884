package io.zova.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

import tools.jackson.databind.json.JsonMapper;

/**
 * What all rounds came to, and the table made of it. Values to be reproduced are compared
 * as they come in.
 */
final class Results {

	private final int rounds;

	private final Map<String, Workload> workloads = new LinkedHashMap<>();

	/** Workload, then measurement, then contender. */
	private final Map<String, Map<String, Map<String, List<Double>>>> rates = new LinkedHashMap<>();

	private final Map<String, String> checks = new LinkedHashMap<>();

	private final Map<String, List<String>> notes = new LinkedHashMap<>();

	Results(int rounds) {
		this.rounds = rounds;
	}

	void absent(Workload workload, Contender contender, String reason) {
		note(workload, contender.name() + " is absent: " + reason);
	}

	void add(Workload workload, Contender contender, Measured measured, boolean counts) {
		this.workloads.putIfAbsent(workload.name(), workload);
		measured.check().forEach((name, value) -> {
			String known = this.checks.putIfAbsent(workload.name() + " " + name, value);
			if (known != null && !known.equals(value)) {
				throw new IllegalStateException("%s: %s says that %s is %s, another contender %s"
					.formatted(workload.name(), contender.name(), name, value, known));
			}
		});
		if (!counts) {
			return;
		}
		measured.perSecond()
			.forEach((name, rate) -> this.rates.computeIfAbsent(workload.name(), (key) -> new LinkedHashMap<>())
				.computeIfAbsent(name, (key) -> new LinkedHashMap<>())
				.computeIfAbsent(contender.name(), (key) -> new ArrayList<>())
				.add(rate));
		measured.notes().forEach((name, value) -> note(workload, contender.name() + ", " + name + ": " + value));
	}

	private void note(Workload workload, String note) {
		this.workloads.putIfAbsent(workload.name(), workload);
		List<String> known = this.notes.computeIfAbsent(workload.name(), (key) -> new ArrayList<>());
		if (!known.contains(note)) {
			known.add(note);
		}
	}

	/**
	 * How much faster ours is, by the medians.
	 * @param workload the name of the workload
	 * @param measurement the name of the measurement
	 * @param contender the name of the other one
	 * @return the ratio, not a number if one of them was not measured
	 */
	double ratio(String workload, String measurement, String contender) {
		Map<String, List<Double>> by = this.rates.getOrDefault(workload, Map.of()).getOrDefault(measurement, Map.of());
		List<Double> other = by.get(contender);
		return (by.isEmpty() || other == null) ? Double.NaN : median(by.values().iterator().next()) / median(other);
	}

	void write(Path folder) throws IOException {
		Files.createDirectories(folder);
		String table = markdown();
		System.out.println(table);
		Files.writeString(folder.resolve("side-by-side.md"), table);
		Map<String, Object> all = new LinkedHashMap<>();
		all.put("at", Instant.now().toString());
		all.put("commit", commit());
		all.put("machine", machine());
		all.put("rounds", this.rounds);
		all.put("itemsPerSecond", this.rates);
		all.put("checks", this.checks);
		all.put("notes", this.notes);
		Files.writeString(folder.resolve("side-by-side.json"),
				JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(all));
	}

	private String markdown() {
		StringBuilder out = new StringBuilder();
		out.append("%s, commit %s, %s. Median of %d rounds, range in brackets.%n"
			.formatted(Instant.now().toString().substring(0, 10), commit(), machine(), this.rounds));
		this.workloads.forEach((name, workload) -> {
			out.append(
					"%n**%s**: %s%n%n| measured, per second | contender | median | ratio: ours to it |%n|---|---|--:|--:|%n"
						.formatted(name, workload.what()));
			this.rates.getOrDefault(name, Map.of())
				.forEach((measurement,
						by) -> by.forEach((contender,
								values) -> out.append("| %s | %s | %s [%s, %s] | %s |%n".formatted(measurement,
										contender, number(median(values)),
										number(values.stream().mapToDouble(Double::doubleValue).min().orElse(0)),
										number(values.stream().mapToDouble(Double::doubleValue).max().orElse(0)),
										ratioText(name, measurement, contender)))));
			this.notes.getOrDefault(name, List.of()).forEach((note) -> out.append("%n* %s".formatted(note)));
			out.append("%n".formatted());
		});
		return out.toString();
	}

	private String ratioText(String workload, String measurement, String contender) {
		String first = this.rates.getOrDefault(workload, Map.of())
			.getOrDefault(measurement, Map.of())
			.keySet()
			.iterator()
			.next();
		return first.equals(contender) ? ""
				: String.format(Locale.ROOT, "%.2f", ratio(workload, measurement, contender));
	}

	private static String number(double value) {
		return String.format(Locale.ROOT, (value < 100) ? "%.1f" : "%,.0f", value);
	}

	static double median(List<Double> values) {
		double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	private static String machine() {
		return "%d cores, %s, Java %s, load %.1f".formatted(Runtime.getRuntime().availableProcessors(), cpu(),
				System.getProperty("java.version"), loadAverage());
	}

	private static double loadAverage() {
		return java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
	}

	private static String cpu() {
		Path file = Path.of("/proc/cpuinfo");
		try {
			return Files.exists(file) ? String.join(" and ",
					new TreeSet<>(Files.readAllLines(file)
						.stream()
						.filter((line) -> line.startsWith("model name"))
						.map((line) -> line.substring(line.indexOf(':') + 2))
						.toList()))
					: System.getProperty("os.arch", "");
		}
		catch (IOException ex) {
			return System.getProperty("os.arch", "");
		}
	}

	/** The commit, and whether the code that was measured is not exactly that. */
	private static String commit() {
		try {
			String id = git("rev-parse", "--short", "HEAD");
			if (id.isEmpty()) {
				return "unknown";
			}
			String changed = git("status", "--porcelain", "--", ":/zova-core/src/main", ":/zova-benchmarks/src/main");
			return changed.isEmpty() ? id : id + " with changes";
		}
		catch (IOException ex) {
			return "unknown";
		}
	}

	private static String git(String... arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of("git"));
		command.addAll(List.of(arguments));
		Process git = new ProcessBuilder(command).start();
		git.getOutputStream().close();
		return new String(git.getInputStream().readAllBytes()).trim();
	}

}
