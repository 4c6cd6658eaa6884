package io.zova.maintenance.check;

import java.util.BitSet;

import io.zova.maintenance.check.CheckReport.ObjectStorage;

/**
 * Which chunks the objects need, and how much of them.
 */
final class ChunkUse {

	/** Beyond that, memory would be needed for rows that are not there. */
	private static final long LAST_ROW = 1 << 26;

	private final BitSet[] seen = { new BitSet(), new BitSet() };

	private final long[] rows = new long[2];

	private long bytes;

	private boolean beyond;

	/**
	 * Adds a row of an object's list.
	 * @param chunk the row of the chunk that it names
	 * @param size the size of that chunk
	 * @param fixed how the object was cut
	 */
	void add(long chunk, long size, boolean fixed) {
		int chunker = fixed ? 1 : 0;
		this.rows[chunker]++;
		if (chunk < 0 || chunk > LAST_ROW) {
			this.beyond = true;
			return;
		}
		if (!this.seen[0].get((int) chunk) && !this.seen[1].get((int) chunk)) {
			this.bytes += size;
		}
		this.seen[chunker].set((int) chunk);
	}

	long rows() {
		return this.rows[0] + this.rows[1];
	}

	/**
	 * How many chunks were named.
	 * @return the number, or -1 if it is not known
	 */
	long chunks() {
		if (this.beyond) {
			return -1;
		}
		BitSet all = (BitSet) this.seen[0].clone();
		all.or(this.seen[1]);
		return all.cardinality();
	}

	/**
	 * What the sizes come to, if no chunk is stored that is not named.
	 * @param logicalBytes the sizes of all objects
	 * @return the sizes
	 */
	ObjectStorage storage(long logicalBytes) {
		return new ObjectStorage(logicalBytes, this.bytes, this.bytes, this.rows[0], this.rows[1],
				this.seen[0].cardinality(), this.seen[1].cardinality(), Math.max(0, logicalBytes - this.bytes));
	}

}
