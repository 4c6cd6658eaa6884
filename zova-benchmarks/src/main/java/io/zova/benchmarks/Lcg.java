package io.zova.benchmarks;

/**
 * The generator of the side-by-side workloads: the same numbers for everyone.
 */
public final class Lcg {

	private long state;

	public Lcg(long seed) {
		this.state = seed;
	}

	/**
	 * The next number.
	 * @return 31 random bits
	 */
	public int next() {
		this.state = this.state * 6364136223846793005L + 1442695040888963407L;
		return (int) (this.state >>> 33);
	}

}
