package io.zova.vector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

import org.jspecify.annotations.Nullable;

/**
 * The rounded vectors of one collection in memory, found by the keys of their rows and by
 * their ids. Ids themselves are not kept, only a hash of each: what a search returns and
 * what a hash leaves open is read from the database.
 */
final class VectorsInMemory {

	private static final int SHIFT = 9;

	private static final int NONE = -1;

	/** What both tables take for a vector, at most. */
	private static final int TABLE_BYTES = 22;

	private static final int SMALLEST_TABLES = 1024;

	/** Looking through all vectors so many times takes as long as making the tables. */
	private static final int LOOKS = 32;

	private final int words;

	private final DirectMemory memory;

	private final List<VectorBlock> blocks = new ArrayList<>();

	/** Nothing at first: most collections are read, then searched and hardly changed. */
	private volatile @Nullable Tables tables;

	private final AtomicInteger looks = new AtomicInteger();

	private final Set<Long> unrounded = new HashSet<>();

	private int[] free = new int[16];

	private int freeCount;

	private int nextSlot;

	private long bytes;

	/**
	 * Creates an empty set.
	 * @param space the space of the vectors
	 */
	VectorsInMemory(VectorSpace space) {
		this(space, DirectMemory.create());
	}

	private VectorsInMemory(VectorSpace space, DirectMemory memory) {
		this.words = ByteWeights.words(space.dimensions());
		this.memory = memory;
	}

	/**
	 * Takes over the vectors of a collection.
	 * @param space their space
	 * @param filled the vectors
	 * @param memory where they are
	 */
	VectorsInMemory(VectorSpace space, BlockFiller filled, DirectMemory memory) {
		this(space, memory);
		this.blocks.addAll(filled.blocks());
		this.nextSlot = filled.count();
		this.bytes = filled.bytes();
		for (int slot = 0; slot < this.nextSlot; slot++) {
			if (Double.isNaN(block(slot).factors()[row(slot)])) {
				this.unrounded.add(keyAt(slot));
			}
		}
	}

	/** Gives the memory back. Nobody may use this, or its blocks, then. */
	void free() {
		this.blocks.clear();
		this.memory.close();
	}

	static int idHash(byte[] id) {
		return idHash(id, 0, id.length);
	}

	static int idHash(byte[] bytes, int from, int to) {
		int hash = 0;
		for (int i = from; i < to; i++) {
			hash = 31 * hash + bytes[i];
		}
		return hash ^ (hash >>> 15);
	}

	/** How many bytes a number of vectors takes at most, if they are put once each. */
	static long estimate(VectorSpace space, long count) {
		int words = ByteWeights.words(space.dimensions());
		if (count > Integer.MAX_VALUE) {
			return Long.MAX_VALUE;
		}
		long full = (count + ProductKernel.MAX_ROWS - 1) / ProductKernel.MAX_ROWS
				+ (CollectionReader.isShared(count) ? 1 : 0);
		long blocks = (count > ProductKernel.MAX_ROWS) ? full * VectorBlock.bytes(ProductKernel.MAX_ROWS, words)
				: VectorBlock.bytes(VectorBlock.capacityFor(count), words);
		return blocks + TABLE_BYTES * count + SMALLEST_TABLES;
	}

	/** Stores a vector in place of the one with its key. */
	void put(long key, int idHash, QuantizedRow values) {
		remove(key);
		add(key, idHash, values);
	}

	/** Stores a vector whose key is new. */
	void add(long key, int idHash, QuantizedRow values) {
		int slot = newSlot();
		block(slot).set(row(slot), key, idHash, values);
		Tables present = this.tables;
		if (present != null) {
			present.add(slot);
		}
		if (Double.isNaN(values.factor)) {
			this.unrounded.add(key);
		}
	}

	void remove(long key) {
		int slot = slot(key);
		if (slot == NONE) {
			return;
		}
		Tables present = this.tables;
		if (present != null) {
			present.remove(slot);
		}
		this.unrounded.remove(key);
		block(slot).clear(row(slot));
		if (this.freeCount == this.free.length) {
			this.free = Arrays.copyOf(this.free, this.freeCount * 2);
		}
		this.free[this.freeCount++] = slot;
	}

	private int slot(long key) {
		int[] found = { NONE };
		Tables present = tablesIfWorthwhile();
		if (present != null) {
			present.byKey.forEach(Long.hashCode(key), (slot) -> {
				if (keyAt(slot) == key) {
					found[0] = slot;
				}
			});
		}
		else {
			lookThrough((block, from, to) -> block.findKey(key, from, to), (slot) -> found[0] = slot);
		}
		return found[0];
	}

	/** Adds the keys of all vectors whose id may have the hash. */
	void addKeysOfId(int idHash, Set<Long> keys) {
		Tables present = tablesIfWorthwhile();
		if (present != null) {
			present.byId.forEach(idHash, (slot) -> {
				if (idHashAt(slot) == idHash) {
					keys.add(keyAt(slot));
				}
			});
		}
		else {
			lookThrough((block, from, to) -> block.findIdHash(idHash, from, to), (slot) -> keys.add(keyAt(slot)));
		}
	}

	/** Finds slots without the tables. */
	private void lookThrough(RowFinder rows, IntConsumer found) {
		for (int first = 0; first < this.nextSlot; first += ProductKernel.MAX_ROWS) {
			VectorBlock block = block(first);
			int end = Math.min(ProductKernel.MAX_ROWS, this.nextSlot - first);
			for (int row = rows.find(block, 0, end); row < end; row = rows.find(block, row + 1, end)) {
				if (!isFree(first + row)) {
					found.accept(first + row);
				}
			}
		}
	}

	private boolean isFree(int slot) {
		for (int i = 0; i < this.freeCount; i++) {
			if (this.free[i] == slot) {
				return true;
			}
		}
		return false;
	}

	/** The keys of vectors that can't be rounded and must be measured exactly. */
	Set<Long> unrounded() {
		return this.unrounded;
	}

	List<VectorBlock> blocks() {
		return this.blocks;
	}

	int size() {
		return this.nextSlot - this.freeCount;
	}

	/**
	 * What this takes, direct memory and heap together, with the tables even if they are
	 * not there yet.
	 */
	long bytes() {
		Tables present = this.tables;
		long tableBytes = (present != null) ? present.bytes() : 2 * SlotTable.bytes(this.nextSlot);
		return this.bytes + tableBytes + this.free.length * 4L;
	}

	/**
	 * The tables if they are there or something has been looked for so often that they
	 * should be. Searches may ask at the same time, writers only by themselves.
	 */
	private @Nullable Tables tablesIfWorthwhile() {
		Tables present = this.tables;
		return (present != null || this.looks.getAndIncrement() < LOOKS) ? present : makeTables();
	}

	private synchronized Tables makeTables() {
		Tables present = this.tables;
		if (present == null) {
			present = new Tables();
			BitSet empty = new BitSet(this.nextSlot);
			for (int i = 0; i < this.freeCount; i++) {
				empty.set(this.free[i]);
			}
			for (int slot = empty.nextClearBit(0); slot < this.nextSlot; slot = empty.nextClearBit(slot + 1)) {
				present.add(slot);
			}
			this.tables = present;
		}
		return present;
	}

	private int newSlot() {
		if (this.freeCount > 0) {
			return this.free[--this.freeCount];
		}
		int slot = this.nextSlot++;
		int index = slot >> SHIFT;
		if (index == this.blocks.size()) {
			// All but the first block of a small collection are full size at once.
			int capacity = (index == 0) ? VectorBlock.capacityFor(1) : ProductKernel.MAX_ROWS;
			this.blocks.add(new VectorBlock(capacity, this.words, this.memory));
			this.bytes += VectorBlock.bytes(capacity, this.words);
		}
		else if (row(slot) == this.blocks.get(index).capacity()) {
			int capacity = this.blocks.get(index).capacity();
			this.blocks.set(index, this.blocks.get(index).grown(2 * capacity, this.words, this.memory));
			// The smaller one is given back with all others.
			this.bytes += VectorBlock.bytes(2 * capacity, this.words);
		}
		return slot;
	}

	private long keyAt(int slot) {
		return block(slot).key(row(slot));
	}

	private int idHashAt(int slot) {
		return block(slot).idHash(row(slot));
	}

	private VectorBlock block(int slot) {
		return this.blocks.get(slot >> SHIFT);
	}

	private static int row(int slot) {
		return slot & (ProductKernel.MAX_ROWS - 1);
	}

	/**
	 * Finds the next row of a block that has something.
	 */
	private interface RowFinder {

		/** The index of the row, or the end. */
		int find(VectorBlock block, int from, int to);

	}

	/**
	 * Where vectors are, by their keys and by their ids.
	 */
	private final class Tables {

		private final SlotTable byKey = new SlotTable((slot) -> Long.hashCode(keyAt(slot)),
				VectorsInMemory.this.nextSlot);

		private final SlotTable byId = new SlotTable(VectorsInMemory.this::idHashAt, VectorsInMemory.this.nextSlot);

		void add(int slot) {
			this.byKey.add(slot);
			this.byId.add(slot);
		}

		void remove(int slot) {
			this.byKey.remove(slot);
			this.byId.remove(slot);
		}

		long bytes() {
			return this.byKey.bytes() + this.byId.bytes();
		}

	}

}
