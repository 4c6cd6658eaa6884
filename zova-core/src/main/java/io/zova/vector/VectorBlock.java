package io.zova.vector;

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

	private static final int SMALLEST = 32;

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

	VectorBlock(int capacity, int words, DirectMemory memory) {
		this.capacity = capacity;
		this.columns = memory.allocate(capacity * words * 4).order(ByteOrder.nativeOrder()).asIntBuffer();
		this.keys = new long[capacity];
		this.idHashes = new int[capacity];
		this.factors = new double[capacity];
		this.residuals = new float[capacity];
		this.lengths = new float[capacity];
		Arrays.fill(this.factors, Double.NaN);
	}

	/** The capacity of the first block of a collection, which may be the only one. */
	static int capacityFor(long count) {
		int capacity = SMALLEST;
		while (capacity < count && capacity < ProductKernel.MAX_ROWS) {
			capacity *= 2;
		}
		return capacity;
	}

	static long bytes(int capacity, int words) {
		return (long) capacity * (words * 4 + ROW_BYTES) + 64;
	}

	/** A block of another capacity with the same rows. */
	VectorBlock grown(int newCapacity, int words, DirectMemory memory) {
		VectorBlock grown = new VectorBlock(newCapacity, words, memory);
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
		set(row, key, idHash, values.factor, values.residual, values.length);
	}

	private void set(int row, long key, int idHash, double factor, float residual, float length) {
		this.keys[row] = key;
		this.idHashes[row] = idHash;
		this.factors[row] = factor;
		this.residuals[row] = residual;
		this.lengths[row] = length;
		if (factor > this.largestFactor) {
			this.largestFactor = factor;
		}
		this.largestResidual = Math.max(this.largestResidual, residual);
		this.largestLength = Math.max(this.largestLength, length);
	}

	/** Moves a row here from a block of the same capacity. */
	void move(int row, VectorBlock from, int fromRow) {
		int words = this.columns.capacity() / this.capacity;
		for (int word = 0; word < words; word++) {
			this.columns.put(word * this.capacity + row, from.columns.get(word * this.capacity + fromRow));
		}
		set(row, from.keys[fromRow], from.idHashes[fromRow], from.factors[fromRow], from.residuals[fromRow],
				from.lengths[fromRow]);
		from.clear(fromRow);
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
