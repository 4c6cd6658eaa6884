package io.zova;

/**
 * Where the random choices of tests begin: in the same place in every run, so that a
 * build fails for what was changed in it. {@code -Dzova.seed=S} begins elsewhere.
 */
public final class TestSeed {

	private TestSeed() {
	}

	public static long value() {
		return Long.getLong("zova.seed", 1);
	}

}
