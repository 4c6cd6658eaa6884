package io.zova.graph;

import java.util.function.LongConsumer;

/**
 * A set of numbers without a box around each.
 */
final class LongSet {

	private long[] slots;

	private int size;

	/** An empty slot is 0. */
	private boolean hasZero;

	LongSet() {
		this(32);
	}

	/**
	 * Creates an empty set.
	 * @param expected about how many numbers it will hold
	 */
	LongSet(int expected) {
		this.slots = new long[Math.max(64, 2 * Integer.highestOneBit(2 * expected - 1))];
	}

	/**
	 * Adds a number.
	 * @param value a number
	 * @return whether it is new
	 */
	boolean add(long value) {
		if (value == 0) {
			boolean isNew = !this.hasZero;
			this.hasZero = true;
			return isNew;
		}
		int slot = slot(this.slots, value);
		if (this.slots[slot] == value) {
			return false;
		}
		this.slots[slot] = value;
		if (++this.size > this.slots.length / 2) {
			grow();
		}
		return true;
	}

	boolean contains(long value) {
		return (value == 0) ? this.hasZero : this.slots[slot(this.slots, value)] == value;
	}

	void forEach(LongConsumer visitor) {
		if (this.hasZero) {
			visitor.accept(0);
		}
		for (long value : this.slots) {
			if (value != 0) {
				visitor.accept(value);
			}
		}
	}

	private void grow() {
		long[] larger = new long[this.slots.length * 2];
		for (long value : this.slots) {
			if (value != 0) {
				larger[slot(larger, value)] = value;
			}
		}
		this.slots = larger;
	}

	private static int slot(long[] slots, long value) {
		int mask = slots.length - 1;
		int slot = (int) ((value * 0x9E3779B97F4A7C15L) >>> 32) & mask;
		while (slots[slot] != 0 && slots[slot] != value) {
			slot = (slot + 1) & mask;
		}
		return slot;
	}

}
