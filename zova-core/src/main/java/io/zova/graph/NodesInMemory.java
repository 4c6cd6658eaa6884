package io.zova.graph;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes of one graph in memory. Each has a slot, in the order of the keys.
 *
 * <p>
 * Ids lie one after the other in UTF-8, as in the file, and are found by a table of slots
 * with open addressing. Keys take no memory while they have no gaps, as in a graph from
 * which no node was ever deleted.
 */
final class NodesInMemory {

	static final int NONE = -1;

	/** What a kind takes beside its text: a string, a place in a list and in a map. */
	private static final int KIND_BYTES = 120;

	private final int size;

	private final int[] idEnds;

	private final long[] keys;

	private final boolean gaps;

	private final CompactInts kinds;

	private final List<String> kindNames = new ArrayList<>();

	private final int[] table;

	private byte[] ids;

	private long kindBytes;

	private NodesInMemory(int size, long[] keys, CompactInts kinds, int[] idEnds, byte[] ids, List<String> kindNames) {
		this.size = size;
		this.kinds = kinds;
		this.idEnds = idEnds;
		this.ids = ids;
		this.kindNames.addAll(kindNames);
		kindNames.forEach((name) -> this.kindBytes += KIND_BYTES + name.length());
		this.gaps = size > 0 && keys[size - 1] - keys[0] != size - 1;
		this.keys = this.gaps ? keys : Arrays.copyOf(keys, Math.min(1, size));
		this.table = table(size);
	}

	private static int[] table(int size) {
		int[] table = new int[tableLength(size)];
		Arrays.fill(table, NONE);
		return table;
	}

	private static int tableLength(long size) {
		int length = 8;
		while (3L * length < 4 * size && length < 1 << 30) {
			length *= 2;
		}
		return length;
	}

	/**
	 * What nodes take at least.
	 * @param size how many
	 * @return the number of bytes
	 */
	static long estimate(long size) {
		return size * (4 + 1 + 1) + 4L * tableLength(size);
	}

	private void index() {
		for (int slot = 0; slot < this.size; slot++) {
			int at = home(hash(this.ids, idStart(slot), this.idEnds[slot]));
			while (this.table[at] != NONE) {
				at = next(at);
			}
			this.table[at] = slot;
		}
	}

	private static int hash(byte[] bytes, int from, int to) {
		int hash = 0;
		for (int i = from; i < to; i++) {
			hash = 31 * hash + bytes[i];
		}
		return hash;
	}

	private int home(int hash) {
		int mixed = hash * 0x9E3779B9;
		return (mixed ^ (mixed >>> 15)) & (this.table.length - 1);
	}

	private int next(int at) {
		return (at + 1) & (this.table.length - 1);
	}

	private int idStart(int slot) {
		return (slot == 0) ? 0 : this.idEnds[slot - 1];
	}

	int size() {
		return this.size;
	}

	/**
	 * Finds a node by its id.
	 * @param id the id
	 * @return its slot, or {@link #NONE}
	 */
	int slotOfId(String id) {
		byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
		int at = home(hash(bytes, 0, bytes.length));
		while (true) {
			int slot = this.table[at];
			if (slot == NONE || Arrays.equals(this.ids, idStart(slot), this.idEnds[slot], bytes, 0, bytes.length)) {
				return slot;
			}
			at = next(at);
		}
	}

	/**
	 * Finds a node by its key.
	 * @param key the key
	 * @return its slot, or {@link #NONE}
	 */
	int slotOfKey(long key) {
		if (this.size == 0) {
			return NONE;
		}
		if (!this.gaps) {
			long slot = key - this.keys[0];
			return (slot >= 0 && slot < this.size) ? (int) slot : NONE;
		}
		return Math.max(NONE, Arrays.binarySearch(this.keys, key));
	}

	long key(int slot) {
		return this.gaps ? this.keys[slot] : this.keys[0] + slot;
	}

	String id(int slot) {
		int start = idStart(slot);
		return new String(this.ids, start, this.idEnds[slot] - start, StandardCharsets.UTF_8);
	}

	String kind(int slot) {
		return this.kindNames.get(this.kinds.get(slot));
	}

	/**
	 * What they take.
	 * @return the number of bytes
	 */
	long bytes() {
		return this.ids.length + 4L * this.idEnds.length + (this.gaps ? 8L * this.size : 0) + this.kinds.bytes()
				+ 4L * this.table.length + this.kindBytes;
	}

	/**
	 * Takes nodes one by one, in the order of their keys.
	 */
	static final class Builder {

		private static final int FIRST_ID_BYTES = 16;

		private final int size;

		private final long[] keys;

		private final int[] idEnds;

		private final CompactInts kinds;

		private final Map<String, Integer> kindNumbers = new HashMap<>();

		private final List<String> kindNames = new ArrayList<>();

		private byte[] lastKind = {};

		private byte[] ids;

		private int added;

		Builder(int size) {
			this.size = size;
			this.keys = new long[size];
			this.idEnds = new int[size];
			this.kinds = new CompactInts(size);
			this.ids = new byte[Math.max(FIRST_ID_BYTES, (int) Math.min((long) size * FIRST_ID_BYTES, 1 << 30))];
		}

		/**
		 * Adds a node.
		 * @param key its key, higher than the one before
		 * @param bytes where its texts are
		 * @param id where its id begins
		 * @param idLength how long it is
		 * @param kind where its kind begins
		 * @param kindLength how long it is
		 */
		void add(long key, byte[] bytes, int id, int idLength, int kind, int kindLength) {
			int start = (this.added == 0) ? 0 : this.idEnds[this.added - 1];
			if (start + (long) idLength > Integer.MAX_VALUE - Long.BYTES || this.added == this.size) {
				throw new UnfitGraphException("The ids take more than 2 GiB, or the nodes are not those counted");
			}
			if (start + idLength > this.ids.length) {
				long larger = Math.max(start + (long) idLength, this.ids.length * 3L / 2);
				this.ids = Arrays.copyOf(this.ids, (int) Math.min(larger, Integer.MAX_VALUE - Long.BYTES));
			}
			System.arraycopy(bytes, id, this.ids, start, idLength);
			this.idEnds[this.added] = start + idLength;
			this.keys[this.added] = key;
			this.kinds.set(this.added, kind(bytes, kind, kindLength));
			this.added++;
		}

		private int lastKindNumber;

		private int kind(byte[] bytes, int from, int length) {
			if (this.kindNames.isEmpty()
					|| !Arrays.equals(bytes, from, from + length, this.lastKind, 0, this.lastKind.length)) {
				this.lastKind = Arrays.copyOfRange(bytes, from, from + length);
				String name = new String(this.lastKind, StandardCharsets.UTF_8);
				this.lastKindNumber = this.kindNumbers.computeIfAbsent(name, (newName) -> {
					this.kindNames.add(newName);
					return this.kindNames.size() - 1;
				});
			}
			return this.lastKindNumber;
		}

		/**
		 * Says what the nodes added so far will take at least.
		 * @return the number of bytes
		 */
		long bytes() {
			return this.ids.length + (long) this.kindNames.size() * KIND_BYTES;
		}

		NodesInMemory build() {
			if (this.added != this.size) {
				throw new UnfitGraphException("The nodes are not those counted");
			}
			int idBytes = (this.size == 0) ? 0 : this.idEnds[this.size - 1];
			NodesInMemory nodes = new NodesInMemory(this.size, this.keys, this.kinds, this.idEnds,
					Arrays.copyOf(this.ids, idBytes), this.kindNames);
			nodes.index();
			return nodes;
		}

	}

}
