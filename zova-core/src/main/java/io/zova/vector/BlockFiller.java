package io.zova.vector;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts rounded vectors into blocks, one after the other. Several threads that read one
 * collection have one each and put them together at the end.
 */
final class BlockFiller {

	private final int capacity;

	private final int words;

	private final DirectMemory memory;

	/** All full but the last. */
	private final List<VectorBlock> blocks = new ArrayList<>();

	private int rowsOfLast;

	private long bytes;

	/**
	 * Creates it without vectors.
	 * @param space the space of the vectors
	 * @param count how many there will be at most, in all that are put together
	 * @param memory where they go
	 */
	BlockFiller(VectorSpace space, long count, DirectMemory memory) {
		this.capacity = VectorBlock.capacityFor(count);
		this.words = ByteWeights.words(space.dimensions());
		this.memory = memory;
		this.rowsOfLast = this.capacity;
	}

	void add(long key, int idHash, QuantizedRow values) {
		if (this.rowsOfLast == this.capacity) {
			this.blocks.add(new VectorBlock(this.capacity, this.words, this.memory));
			this.bytes += VectorBlock.bytes(this.capacity, this.words);
			this.rowsOfLast = 0;
		}
		last().set(this.rowsOfLast++, key, idHash, values);
	}

	/** Takes all that another of the same collection has. */
	void addAll(BlockFiller other) {
		this.bytes += other.bytes;
		if (other.blocks.isEmpty()) {
			return;
		}
		VectorBlock theirs = other.blocks.remove(other.blocks.size() - 1);
		while (this.rowsOfLast < this.capacity && other.rowsOfLast > 0) {
			last().move(this.rowsOfLast++, theirs, --other.rowsOfLast);
		}
		this.blocks.addAll(0, other.blocks);
		if (other.rowsOfLast > 0) {
			this.blocks.add(theirs);
			this.rowsOfLast = other.rowsOfLast;
		}
		other.blocks.clear();
		other.rowsOfLast = other.capacity;
	}

	private VectorBlock last() {
		return this.blocks.get(this.blocks.size() - 1);
	}

	/** The blocks, all full but the last. */
	List<VectorBlock> blocks() {
		return this.blocks;
	}

	/** What all blocks take, with one that may have become empty. */
	long bytes() {
		return this.bytes;
	}

	/** How many vectors there are in all blocks. */
	int count() {
		return this.blocks.size() * this.capacity - (this.capacity - this.rowsOfLast);
	}

}
