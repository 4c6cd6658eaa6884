package io.zova.vector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Up to {@value ProductKernel#MAX_ROWS} rounded vectors, packed by columns in direct
 * memory as a {@link ProductKernel} wants them.
 */
final class VectorBlock {

	/** What a row takes beside its bytes, on the heap. */
	private static final int ROW_BYTES = 8 + 4 + 8 + 4 + 4;

	private final int capacity;

	private final IntBuffer columns;

	private final long[] keys;

	private final int[] idHashes;

	private final double[] factors;

	private final float[] residuals;

	private final float[] lengths;

	// The largest there were, which rows that are cleared do not make smaller.

	private double largestFactor;

	private float largestResidual;

	private float largestLength;

	VectorBlock(int capacity, int words) {
		this.capacity = capacity;
		int bytes = capacity * words * 4;
		// Whole cache lines, so that no vector instruction reads two.
		this.columns = ByteBuffer.allocateDirect(bytes + 64)
			.alignedSlice(64)
			.order(ByteOrder.nativeOrder())
			.asIntBuffer();
		this.keys = new long[capacity];
		this.idHashes = new int[capacity];
		this.factors = new double[capacity];
		this.residuals = new float[capacity];
		this.lengths = new float[capacity];
		Arrays.fill(this.factors, Double.NaN);
	}

	static long bytes(int capacity, int words) {
		return (long) capacity * (words * 4 + ROW_BYTES) + 64;
	}

	/** A block of another capacity with the same rows. */
	VectorBlock grown(int newCapacity, int words) {
		VectorBlock grown = new VectorBlock(newCapacity, words);
		int[] column = new int[this.capacity];
		for (int word = 0; word < words; word++) {
			this.columns.get(word * this.capacity, column);
			grown.columns.put(word * newCapacity, column);
		}
		System.arraycopy(this.keys, 0, grown.keys, 0, this.capacity);
		System.arraycopy(this.idHashes, 0, grown.idHashes, 0, this.capacity);
		System.arraycopy(this.factors, 0, grown.factors, 0, this.capacity);
		System.arraycopy(this.residuals, 0, grown.residuals, 0, this.capacity);
		System.arraycopy(this.lengths, 0, grown.lengths, 0, this.capacity);
		grown.largestFactor = this.largestFactor;
		grown.largestResidual = this.largestResidual;
		grown.largestLength = this.largestLength;
		return grown;
	}

	void set(int row, long key, int idHash, QuantizedRow values) {
		int[] words = values.words;
		for (int word = 0; word < words.length; word++) {
			this.columns.put(word * this.capacity + row, words[word]);
		}
		this.keys[row] = key;
		this.idHashes[row] = idHash;
		this.factors[row] = values.factor;
		this.residuals[row] = values.residual;
		this.lengths[row] = values.length;
		if (values.factor > this.largestFactor) {
			this.largestFactor = values.factor;
		}
		this.largestResidual = Math.max(this.largestResidual, values.residual);
		this.largestLength = Math.max(this.largestLength, values.length);
	}

	void clear(int row) {
		this.factors[row] = Double.NaN;
	}

	int capacity() {
		return this.capacity;
	}

	IntBuffer columns() {
		return this.columns;
	}

	long key(int row) {
		return this.keys[row];
	}

	/** The first row from one on that has a key, or the end. */
	int findKey(long key, int from, int to) {
		int row = from;
		while (row < to && this.keys[row] != key) {
			row++;
		}
		return row;
	}

	/** The first row from one on that has a hash of its id, or the end. */
	int findIdHash(int idHash, int from, int to) {
		int row = from;
		while (row < to && this.idHashes[row] != idHash) {
			row++;
		}
		return row;
	}

	int idHash(int row) {
		return this.idHashes[row];
	}

	/** NaN for a row that is empty or must be measured exactly. */
	double[] factors() {
		return this.factors;
	}

	float[] residuals() {
		return this.residuals;
	}

	float[] lengths() {
		return this.lengths;
	}

	/** No row's factor is above this. */
	double largestFactor() {
		return this.largestFactor;
	}

	/** No row's residual is above this. */
	float largestResidual() {
		return this.largestResidual;
	}

	/** No row's length is above this. */
	float largestLength() {
		return this.largestLength;
	}

}
