package io.zova.vector;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Goes once over the rounded vectors of a collection and keeps those that may be among
 * the nearest, by the bounds of {@link ScanBounds}.
 */
final class CandidateScan {

	private final List<VectorBlock> blocks;

	private final ScanBounds bounds;

	private final int nearest;

	private final double scoreLimit;

	private final long[] excludedKeys;

	private final AtomicInteger nextBlock = new AtomicInteger();

	/**
	 * Prepares a scan.
	 * @param blocks the rounded vectors
	 * @param bounds the query
	 * @param nearest how many nearest vectors must be among the candidates
	 * @param scoreLimit the score up to which vectors count
	 * @param excludedKeys the keys of rows to pass over, sorted
	 */
	CandidateScan(List<VectorBlock> blocks, ScanBounds bounds, int nearest, double scoreLimit, long[] excludedKeys) {
		this.blocks = blocks;
		this.bounds = bounds;
		this.nearest = nearest;
		this.scoreLimit = scoreLimit;
		this.excludedKeys = excludedKeys;
	}

	Candidates run(ScanThreads threads) {
		Worker[] workers = new Worker[threads.share(this.blocks)];
		for (int i = 0; i < workers.length; i++) {
			workers[i] = new Worker();
		}
		threads.run(workers);
		Worker first = workers[0];
		for (int i = 1; i < workers.length; i++) {
			first.merge(workers[i]);
		}
		return first.candidates();
	}

	/**
	 * What may be among the nearest.
	 *
	 * @param keys the keys of the rows
	 * @param lowerBounds the lower bounds of their scores, ascending
	 */
	record Candidates(long[] keys, double[] lowerBounds) {

	}

	/**
	 * Scans blocks until none is left. Its state is its own, so that nothing is shared
	 * between threads but the number of the next block.
	 */
	private final class Worker implements Runnable {

		private final ProductKernel kernel = ProductKernel.fastest();

		private final int[] products = new int[ProductKernel.MAX_ROWS];

		/** The smallest upper bounds, largest first: a heap, full when a score is set. */
		private double[] upperBounds = new double[Math.min(CandidateScan.this.nearest, 64)];

		private int upperCount;

		private double[] lowerBounds = new double[64];

		private long[] keys = new long[64];

		private int count;

		/** No row with a lower bound above this is of interest. */
		private double reach = CandidateScan.this.scoreLimit;

		@Override
		public void run() {
			List<VectorBlock> all = CandidateScan.this.blocks;
			ByteWeights weights = CandidateScan.this.bounds.weights();
			for (int i = CandidateScan.this.nextBlock.getAndIncrement(); i < all
				.size(); i = CandidateScan.this.nextBlock.getAndIncrement()) {
				VectorBlock block = all.get(i);
				this.kernel.multiply(block.columns(), block.capacity(), weights, this.products);
				if (CandidateScan.this.bounds.metric() == Metric.L2) {
					compareSquares(block);
				}
				else {
					compareProducts(block);
				}
			}
		}

		private void compareProducts(VectorBlock block) {
			double unit = CandidateScan.this.bounds.unit();
			double residualWeight = CandidateScan.this.bounds.residualWeight();
			double lengthWeight = CandidateScan.this.bounds.lengthWeight();
			double[] factors = block.factors();
			float[] residuals = block.residuals();
			float[] lengths = block.lengths();
			for (int row = 0; row < factors.length; row++) {
				double product = unit * this.products[row];
				double error = residuals[row] * residualWeight + lengths[row] * lengthWeight;
				double lower = -factors[row] * (product + error);
				// False for empty rows, whose factor is NaN.
				if (lower <= this.reach) {
					add(block.key(row), lower, -factors[row] * (product - error));
				}
			}
		}

		private void compareSquares(VectorBlock block) {
			double unit = CandidateScan.this.bounds.unit();
			double residualWeight = CandidateScan.this.bounds.residualWeight();
			double lengthWeight = CandidateScan.this.bounds.lengthWeight();
			double squaredQuery = CandidateScan.this.bounds.squaredQuery();
			double[] factors = block.factors();
			float[] residuals = block.residuals();
			float[] lengths = block.lengths();
			for (int row = 0; row < factors.length; row++) {
				double product = unit * this.products[row];
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
			if (Arrays.binarySearch(CandidateScan.this.excludedKeys, key) >= 0) {
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
			if (this.upperCount < CandidateScan.this.nearest) {
				if (this.upperCount == this.upperBounds.length) {
					this.upperBounds = Arrays.copyOf(this.upperBounds,
							(int) Math.min(CandidateScan.this.nearest, 2L * this.upperCount));
				}
				rise(this.upperCount++, upper);
			}
			else if (upper < this.upperBounds[0]) {
				sink(upper);
			}
			if (this.upperCount == CandidateScan.this.nearest) {
				this.reach = Math.min(CandidateScan.this.scoreLimit, this.upperBounds[0]);
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

		private void merge(Worker other) {
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

		private Candidates candidates() {
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
			return new Candidates(sortedKeys, sortedBounds);
		}

	}

}
