package io.zova.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the figures of several rounds and prints medians with their spread. Things per
 * second of the calling thread's own processor time tell what is possible when others use
 * the machine as well.
 */
public final class Figures {

	private final Map<String, List<Double>> ours = new LinkedHashMap<>();

	private final Map<String, List<Double>> cpu = new LinkedHashMap<>();

	private final Map<String, List<Double>> peers = new LinkedHashMap<>();

	/**
	 * Times work of our own.
	 * @param name what it is
	 * @param items how many things it does
	 * @param work the work
	 */
	public void time(String name, long items, Runnable work) {
		ThreadMXBean thread = ManagementFactory.getThreadMXBean();
		long cpuStart = thread.getCurrentThreadCpuTime();
		long start = System.nanoTime();
		work.run();
		double seconds = (System.nanoTime() - start) / 1e9;
		double cpuSeconds = (thread.getCurrentThreadCpuTime() - cpuStart) / 1e9;
		this.cpu.computeIfAbsent(name, (key) -> new ArrayList<>()).add(items / cpuSeconds);
		this.ours.computeIfAbsent(name, (key) -> new ArrayList<>()).add(items / seconds);
	}

	/**
	 * Adds a round of the peer.
	 * @param results items per second of each part
	 */
	public void peer(Map<String, Double> results) {
		results.forEach((name, rate) -> this.peers.computeIfAbsent(name, (key) -> new ArrayList<>()).add(rate));
	}

	/**
	 * Prints what was collected.
	 */
	public void print() {
		System.out.printf("%-26s %14s %24s %14s %24s %14s%n", "per second", "ours", "(min - max)", "peer",
				"(min - max)", "per CPU s");
		this.ours.forEach((name, rates) -> System.out.printf("%-26s %s %s %s%n", name, column(rates),
				column(this.peers.getOrDefault(name, List.of())), column(this.cpu.getOrDefault(name, List.of()))));
	}

	private static String column(List<Double> rates) {
		if (rates.isEmpty()) {
			return " ".repeat(39);
		}
		List<Double> sorted = new ArrayList<>(rates);
		Collections.sort(sorted);
		return String.format("%,14.0f %24s", sorted.get(sorted.size() / 2),
				String.format("(%,.0f - %,.0f)", sorted.get(0), sorted.get(sorted.size() - 1)));
	}

}
