package io.zova.benchmarks;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * One way to do a workload: ours, or a peer's.
 */
public interface Contender {

	/**
	 * What it is called in the table.
	 * @return the name
	 */
	String name();

	/**
	 * Why it cannot take part on this machine.
	 * @return the reason, {@code null} if it can
	 */
	default @Nullable String absent() {
		return null;
	}

	/**
	 * How often it does the workload before what it does counts: once for the file
	 * system's cache, more often where one run is too short for the JIT compiler.
	 * @return the number of runs
	 */
	default int warmUps() {
		return 1;
	}

	/**
	 * Does the workload once.
	 * @param folder an empty folder of its own
	 * @return what was measured
	 * @throws Exception if it could not be done; that ends the whole run
	 */
	Measured run(Path folder) throws Exception;

}
