package io.zova.vector;

import java.util.Arrays;

/**
 * What one thread has found for one query: the rows that may be among the nearest, and
 * how near the farthest of them may be at most.
 */
final class CandidateList {

	private final ScanBounds bounds;

	private final int nearest;

	private final double scoreLimit;

	private final long[] excludedKeys;

	/** The smallest upper bounds, largest first: a heap, full when a score is set. */
	private double[] upperBounds;

	private int upperCount;

	private double[] lowerBounds = new double[64];

	private long[] keys = new long[64];

	private int count;

	/** No row with a lower bound above this is of interest. */
	private double reach;

	/**
	 * Starts with nothing.
	 * @param target the query
	 * @param excludedKeys the keys of rows to pass over, sorted
	 */
	CandidateList(CandidateScan.Target target, long[] excludedKeys) {
		this.bounds = target.bounds();
		this.nearest = target.nearest();
		this.scoreLimit = target.scoreLimit();
		this.excludedKeys = excludedKeys;
		this.upperBounds = new double[Math.min(this.nearest, 64)];
		this.reach = this.scoreLimit;
	}

	/** Adds what is of interest in a block, given the products of its rows. */
	void compare(VectorBlock block, int[] products) {
		if (this.bounds.metric() == Metric.L2) {
			compareSquares(block, products);
		}
		else {
			compareProducts(block, products);
		}
	}

	private void compareProducts(VectorBlock block, int[] products) {
		int least = leastProduct(block);
		int rows = block.capacity();
		for (int row = 0; row < rows; row++) {
			if (products[row] >= least) {
				compareProduct(block, row, products[row]);
			}
		}
	}

	/**
	 * A product that no row of a block that is of interest is below, so that a look at an
	 * integer is enough for nearly all rows. For a row with factor {@code m} and error
	 * {@code e}, the lower bound {@code -m (t I + e)} can be at most a negative reach
	 * only if {@code t I >= -reach / m - e}; the block's largest {@code m} and {@code e}
	 * make that smallest. What is taken off in the end covers the rounding of all this
	 * many times over.
	 */
	private int leastProduct(VectorBlock block) {
		double unit = this.bounds.unit();
		if (!(this.reach < 0) || !(unit > 0) || !(block.largestFactor() > 0)) {
			return Integer.MIN_VALUE;
		}
		double error = block.largestResidual() * this.bounds.residualWeight()
				+ block.largestLength() * this.bounds.lengthWeight();
		double needed = -this.reach / block.largestFactor();
		return (int) Math.floor((needed - error - 1e-9 * (needed + error)) / unit - 1);
	}

	private void compareProduct(VectorBlock block, int row, int integerProduct) {
		double factor = block.factors()[row];
		double product = this.bounds.unit() * integerProduct;
		double error = block.residuals()[row] * this.bounds.residualWeight()
				+ block.lengths()[row] * this.bounds.lengthWeight();
		double lower = -factor * (product + error);
		// False for empty rows, whose factor is NaN.
		if (lower <= this.reach) {
			add(block.key(row), lower, -factor * (product - error));
		}
	}

	private void compareSquares(VectorBlock block, int[] products) {
		double unit = this.bounds.unit();
		double residualWeight = this.bounds.residualWeight();
		double lengthWeight = this.bounds.lengthWeight();
		double squaredQuery = this.bounds.squaredQuery();
		double[] factors = block.factors();
		float[] residuals = block.residuals();
		float[] lengths = block.lengths();
		for (int row = 0; row < factors.length; row++) {
			double product = unit * products[row];
			double error = residuals[row] * residualWeight + lengths[row] * lengthWeight;
			double length = factors[row] * lengths[row] / 2;
			double square = length * length;
			double slack = ScanBounds.SLACK * (square + squaredQuery);
			double lower = square - factors[row] * (product + error) - slack;
			if (lower <= this.reach) {
				add(block.key(row), lower, square - factors[row] * (product - error) + slack);
			}
		}
	}

	private void add(long key, double lower, double upper) {
		if (Arrays.binarySearch(this.excludedKeys, key) >= 0) {
			return;
		}
		if (this.count == this.keys.length) {
			drop();
		}
		this.keys[this.count] = key;
		this.lowerBounds[this.count++] = lower;
		addUpper(upper);
	}

	/** Makes room: by leaving out what is out of reach by now, else by growing. */
	private void drop() {
		int kept = 0;
		for (int i = 0; i < this.count; i++) {
			if (this.lowerBounds[i] <= this.reach) {
				this.keys[kept] = this.keys[i];
				this.lowerBounds[kept++] = this.lowerBounds[i];
			}
		}
		this.count = kept;
		if (2 * kept > this.keys.length) {
			this.keys = Arrays.copyOf(this.keys, 2 * this.keys.length);
			this.lowerBounds = Arrays.copyOf(this.lowerBounds, this.keys.length);
		}
	}

	private void addUpper(double upper) {
		if (this.upperCount < this.nearest) {
			if (this.upperCount == this.upperBounds.length) {
				this.upperBounds = Arrays.copyOf(this.upperBounds, (int) Math.min(this.nearest, 2L * this.upperCount));
			}
			rise(this.upperCount++, upper);
		}
		else if (upper < this.upperBounds[0]) {
			sink(upper);
		}
		if (this.upperCount == this.nearest) {
			this.reach = Math.min(this.scoreLimit, this.upperBounds[0]);
		}
	}

	private void rise(int from, double upper) {
		int i = from;
		while (i > 0 && this.upperBounds[(i - 1) / 2] < upper) {
			this.upperBounds[i] = this.upperBounds[(i - 1) / 2];
			i = (i - 1) / 2;
		}
		this.upperBounds[i] = upper;
	}

	private void sink(double upper) {
		int i = 0;
		while (2 * i + 1 < this.upperCount) {
			int child = 2 * i + 1;
			if (child + 1 < this.upperCount && this.upperBounds[child + 1] > this.upperBounds[child]) {
				child++;
			}
			if (this.upperBounds[child] <= upper) {
				break;
			}
			this.upperBounds[i] = this.upperBounds[child];
			i = child;
		}
		this.upperBounds[i] = upper;
	}

	/** No row with a lower bound above this is of interest any more. */
	double reach() {
		return this.reach;
	}

	void merge(CandidateList other) {
		for (int i = 0; i < other.upperCount; i++) {
			addUpper(other.upperBounds[i]);
		}
		int total = this.count + other.count;
		this.keys = Arrays.copyOf(this.keys, Math.max(total, 1));
		this.lowerBounds = Arrays.copyOf(this.lowerBounds, this.keys.length);
		System.arraycopy(other.keys, 0, this.keys, this.count, other.count);
		System.arraycopy(other.lowerBounds, 0, this.lowerBounds, this.count, other.count);
		this.count = total;
	}

	CandidateScan.Candidates candidates() {
		Integer[] order = new Integer[this.count];
		int kept = 0;
		for (int i = 0; i < this.count; i++) {
			if (this.lowerBounds[i] <= this.reach) {
				order[kept++] = i;
			}
		}
		Arrays.sort(order, 0, kept, (a, b) -> Double.compare(this.lowerBounds[a], this.lowerBounds[b]));
		long[] sortedKeys = new long[kept];
		double[] sortedBounds = new double[kept];
		for (int i = 0; i < kept; i++) {
			sortedKeys[i] = this.keys[order[i]];
			sortedBounds[i] = this.lowerBounds[order[i]];
		}
		return new CandidateScan.Candidates(sortedKeys, sortedBounds);
	}

}
