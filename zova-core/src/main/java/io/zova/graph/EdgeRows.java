package io.zova.graph;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The edges of a batch as they are stored: a column in each array, a row at each place,
 * in the order given.
 */
final class EdgeRows {

	private static final int NONE = -1;

	private final long graph;

	private final long[] from;

	private final long[] type;

	private final long[] to;

	private final long[] order;

	private final long[] key;

	private final boolean[] exists;

	/** The place of the first equal row, for a row that repeats another. */
	private final int[] repeats;

	EdgeRows(long graph, int size) {
		this.graph = graph;
		this.from = new long[size];
		this.type = new long[size];
		this.to = new long[size];
		this.order = new long[size];
		this.key = new long[size];
		this.exists = new boolean[size];
		this.repeats = new int[size];
		Arrays.fill(this.repeats, NONE);
	}

	void set(int place, long from, long type, long to, long order) {
		this.from[place] = from;
		this.type[place] = type;
		this.to[place] = to;
		this.order[place] = order;
	}

	int size() {
		return this.key.length;
	}

	long graph() {
		return this.graph;
	}

	long from(int place) {
		return this.from[place];
	}

	long type(int place) {
		return this.type[place];
	}

	long to(int place) {
		return this.to[place];
	}

	long order(int place) {
		return this.order[place];
	}

	long key(int place) {
		return this.key[(this.repeats[place] == NONE) ? place : this.repeats[place]];
	}

	/** Notes that the file has this edge already. */
	void exists(int place, long key) {
		this.exists[place] = true;
		this.key[place] = key;
	}

	/**
	 * Finds what is repeated inside the batch. The first of equal rows stays.
	 * @return the places of the others, in the order of the indexes that begin with the
	 * starting node
	 */
	int[] distinct() {
		int[] places = IntStream.range(0, size())
			.boxed()
			.sorted((one, other) -> compare(one, from(other), type(other), to(other)))
			.mapToInt(Integer::intValue)
			.toArray();
		int kept = 0;
		for (int place : places) {
			if (kept > 0 && compare(places[kept - 1], this.from[place], this.type[place], this.to[place]) == 0) {
				this.repeats[place] = places[kept - 1];
			}
			else {
				places[kept++] = place;
			}
		}
		return Arrays.copyOf(places, kept);
	}

	/**
	 * Compares a row with an edge, in the order of the indexes that begin with the
	 * starting node.
	 */
	int compare(int place, long otherFrom, long otherType, long otherTo) {
		int compared = Long.compare(this.from[place], otherFrom);
		if (compared == 0) {
			compared = Long.compare(this.type[place], otherType);
		}
		return (compared != 0) ? compared : Long.compare(this.to[place], otherTo);
	}

	/**
	 * Gives the new ones among these rows their keys, in the order of creation.
	 * @return their places, in the order given
	 */
	int[] createKeys(int[] places, long highestKey) {
		int[] created = Arrays.stream(places).filter((place) -> !this.exists[place]).toArray();
		int[] inOrder = created.clone();
		Arrays.sort(inOrder);
		long next = highestKey + 1;
		for (int place : inOrder) {
			this.key[place] = next++;
		}
		return created;
	}

}
