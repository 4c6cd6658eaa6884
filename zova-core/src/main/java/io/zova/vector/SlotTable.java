package io.zova.vector;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/**
 * Finds slots by a hash of what is in them: open addressing with linear probing, four
 * bytes an entry. Several slots may have the same hash.
 */
final class SlotTable {

	private static final int EMPTY = -1;

	private static final int SMALLEST = 64;

	private final IntUnaryOperator hashOfSlot;

	private int[] slots;

	private int size;

	/**
	 * Creates an empty table.
	 * @param hashOfSlot the hash of what is in a slot now
	 * @param expected about how many slots there will be
	 */
	SlotTable(IntUnaryOperator hashOfSlot, long expected) {
		this.hashOfSlot = hashOfSlot;
		this.slots = empty(capacity(expected));
	}

	private static int capacity(long expected) {
		int capacity = SMALLEST;
		while (3L * capacity < 4 * expected && capacity < 1 << 30) {
			capacity *= 2;
		}
		return capacity;
	}

	/** What a table for so many slots takes. */
	static long bytes(long expected) {
		return capacity(expected) * 4L;
	}

	private static int[] empty(int capacity) {
		int[] slots = new int[capacity];
		Arrays.fill(slots, EMPTY);
		return slots;
	}

	void add(int slot) {
		if (4 * (this.size + 1) > 3 * this.slots.length) {
			grow();
		}
		place(slot);
		this.size++;
	}

	private void place(int slot) {
		int i = home(this.hashOfSlot.applyAsInt(slot));
		while (this.slots[i] != EMPTY) {
			i = next(i);
		}
		this.slots[i] = slot;
	}

	private void grow() {
		int[] old = this.slots;
		this.slots = empty(old.length * 2);
		for (int slot : old) {
			if (slot != EMPTY) {
				place(slot);
			}
		}
	}

	/** Removes a slot, whose content must still be what it was when it was added. */
	void remove(int slot) {
		int i = home(this.hashOfSlot.applyAsInt(slot));
		while (this.slots[i] != slot) {
			if (this.slots[i] == EMPTY) {
				return;
			}
			i = next(i);
		}
		this.size--;
		// Entries after the gap move into it, unless that is before where they belong.
		int gap = i;
		for (i = next(i); this.slots[i] != EMPTY; i = next(i)) {
			int home = home(this.hashOfSlot.applyAsInt(this.slots[i]));
			boolean stays = (gap < i) ? gap < home && home <= i : gap < home || home <= i;
			if (!stays) {
				this.slots[gap] = this.slots[i];
				gap = i;
			}
		}
		this.slots[gap] = EMPTY;
	}

	/** Visits at least all slots whose content has the hash. */
	void forEach(int hash, IntConsumer visitor) {
		for (int i = home(hash); this.slots[i] != EMPTY; i = next(i)) {
			visitor.accept(this.slots[i]);
		}
	}

	long bytes() {
		return this.slots.length * 4L;
	}

	private int home(int hash) {
		return (hash * 0x9E3779B9 >>> 7) & (this.slots.length - 1);
	}

	private int next(int i) {
		return (i + 1) & (this.slots.length - 1);
	}

}
