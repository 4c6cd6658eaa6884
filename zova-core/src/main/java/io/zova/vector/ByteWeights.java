package io.zova.vector;

/**
 * A query in integers, ready to be multiplied with byte vectors that are packed four to
 * an {@code int}.
 * <p>
 * With {@code v} the packed bytes {@code u0} to {@code u3} (lowest first, the first three
 * stored as {@code b + 128}, the last as {@code b}) and {@code t1, t2, t3} the signed
 * shifts of {@code v} by 8, 16 and 24 bits: {@code u0 = v - 256 t1},
 * {@code u1 = t1 - 256 t2}, {@code u2 = t2 - 256 t3}, {@code u3 = t3}. So the sum of
 * {@code c[i] u[i]} is
 * {@code c0 v + (c1 - 256 c0) t1 + (c2 - 256 c1) t2 + (c3 - 256 c2) t3}, which needs no
 * masking. It is computed modulo 2^32; the result is exact because the true product,
 * after {@link #bias()} is subtracted, fits an {@code int}: the sum of all {@code |c[i]|}
 * is below 2^24 and {@code |b|} is at most 128.
 */
final class ByteWeights {

	/** Elements for which blocks have room are a multiple of this. */
	private static final int ELEMENTS = 8;

	/** What the sum of the magnitudes of all weights must stay below. */
	static final int LIMIT = 1 << 24;

	private final int[] factors;

	private final int bias;

	ByteWeights(int[] weights) {
		this.factors = new int[words(weights.length) * 4];
		int biased = 0;
		for (int i = 0; i < weights.length; i++) {
			int previous = (i % 4 == 0) ? 0 : weights[i - 1];
			this.factors[i] = weights[i] - 256 * previous;
			biased += (i % 4 == 3) ? 0 : weights[i];
		}
		if (weights.length % 4 != 0) {
			// The last weight also stands in front of the element after it.
			this.factors[weights.length] = -256 * weights[weights.length - 1];
		}
		this.bias = 128 * biased;
	}

	/** How many packed words a vector takes. */
	static int words(int dimensions) {
		return (dimensions + ELEMENTS - 1) / ELEMENTS * (ELEMENTS / 4);
	}

	/** Packs four elements. */
	static int pack(int b0, int b1, int b2, int b3) {
		return (b0 + 128) | ((b1 + 128) << 8) | ((b2 + 128) << 16) | (b3 << 24);
	}

	/** For each word the factors of it and of its three shifts. */
	int[] factors() {
		return this.factors;
	}

	int words() {
		return this.factors.length / 4;
	}

	/** What is to be subtracted from the sum. */
	int bias() {
		return this.bias;
	}

}
