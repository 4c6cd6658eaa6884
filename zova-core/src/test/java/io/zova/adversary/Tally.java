package io.zova.adversary;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Counts what the attempts of a case have done. May be used by many threads.
 */
final class Tally {

	private final Map<String, Long> counts = new LinkedHashMap<>();

	/**
	 * Counts one.
	 * @param what the plural of what was done, such as kills
	 */
	void count(String what) {
		count(what, 1);
	}

	synchronized void count(String what, long times) {
		this.counts.merge(what, times, Long::sum);
	}

	synchronized Map<String, Long> counts() {
		return new LinkedHashMap<>(this.counts);
	}

	@Override
	public String toString() {
		return describe(counts());
	}

	static String describe(Map<String, Long> counts) {
		return counts.entrySet()
			.stream()
			.map((entry) -> "%,d %s".formatted(entry.getValue(), entry.getKey()))
			.collect(Collectors.joining(", "));
	}

}
