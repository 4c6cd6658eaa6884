package io.zova.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Goes once over the rounded vectors of a collection and keeps for each of some queries
 * those that may be among the nearest, by the bounds of {@link ScanBounds}. Several
 * queries take turns on each block, which is read from memory only once for all.
 */
final class CandidateScan {

	private final List<VectorBlock> blocks;

	private final List<Target> targets;

	private final long[] excludedKeys;

	private final AtomicInteger nextBlock = new AtomicInteger();

	/**
	 * Prepares a scan.
	 * @param blocks the rounded vectors
	 * @param targets the queries
	 * @param excludedKeys the keys of rows to pass over, sorted
	 */
	CandidateScan(List<VectorBlock> blocks, List<Target> targets, long[] excludedKeys) {
		this.blocks = blocks;
		this.targets = targets;
		this.excludedKeys = excludedKeys;
	}

	/**
	 * Scans.
	 * @param threads who may help
	 * @return for each query what may be among the nearest
	 */
	List<Candidates> run(ScanThreads threads) {
		Worker[] workers = new Worker[threads.share(this.blocks, this.targets.size())];
		for (int i = 0; i < workers.length; i++) {
			workers[i] = new Worker();
		}
		threads.run(workers);
		List<Candidates> candidates = new ArrayList<>(this.targets.size());
		for (int i = 0; i < this.targets.size(); i++) {
			CandidateList list = workers[0].lists[i];
			for (int j = 1; j < workers.length; j++) {
				list.merge(workers[j].lists[i]);
			}
			candidates.add(list.candidates());
		}
		return candidates;
	}

	/**
	 * A query.
	 *
	 * @param bounds the query, ready to be compared with rounded vectors
	 * @param nearest how many nearest vectors must be among the candidates
	 * @param scoreLimit the score up to which vectors count
	 */
	record Target(ScanBounds bounds, int nearest, double scoreLimit) {

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

		private final CandidateList[] lists = new CandidateList[CandidateScan.this.targets.size()];

		Worker() {
			for (int i = 0; i < this.lists.length; i++) {
				this.lists[i] = new CandidateList(CandidateScan.this.targets.get(i), CandidateScan.this.excludedKeys);
			}
		}

		@Override
		public void run() {
			List<VectorBlock> all = CandidateScan.this.blocks;
			int next = CandidateScan.this.nextBlock.getAndIncrement();
			while (next < all.size()) {
				VectorBlock block = all.get(next);
				for (int i = 0; i < this.lists.length; i++) {
					ByteWeights weights = CandidateScan.this.targets.get(i).bounds().weights();
					this.kernel.multiply(block.columns(), block.capacity(), weights, this.products);
					this.lists[i].compare(block, this.products);
				}
				next = CandidateScan.this.nextBlock.getAndIncrement();
			}
		}

	}

}
