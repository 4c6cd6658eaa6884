package io.zova.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one run of one contender came to.
 *
 * @param perSecond items a second by the name of the measurement
 * @param check what every contender that reports it must agree on
 * @param notes what else is worth telling, such as a count of errors
 */
public record Measured(Map<String, Double> perSecond, Map<String, String> check, Map<String, String> notes) {

	/**
	 * Starts with nothing measured.
	 * @return an empty result to be filled
	 */
	public static Measured start() {
		return new Measured(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
	}

	/**
	 * Does work and notes how fast it was.
	 * @param name the name of the measurement
	 * @param items how many items the work handles
	 * @param work the work
	 * @throws Exception if the work failed
	 */
	public void time(String name, long items, Work work) throws Exception {
		long start = System.nanoTime();
		work.run();
		this.perSecond.put(name, items * 1e9 / (System.nanoTime() - start));
	}

	/**
	 * Notes a value that the other contenders must reproduce.
	 * @param name its name
	 * @param value the value
	 */
	public void check(String name, Object value) {
		this.check.put(name, value.toString());
	}

	/**
	 * Work that may fail.
	 */
	@FunctionalInterface
	public interface Work {

		/**
		 * Does it.
		 * @throws Exception if it failed
		 */
		void run() throws Exception;

	}

}
