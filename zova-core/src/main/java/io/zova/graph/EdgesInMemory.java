package io.zova.graph;

import java.util.Arrays;

/**
 * The edges of one graph in memory, seen from one of their ends: for each slot of a node
 * the slots of its neighbors and the numbers of the edges' types, in the order of
 * creation.
 */
final class EdgesInMemory {

	private final int[] ends;

	private final int[] neighbors;

	private final CompactInts types;

	private EdgesInMemory(int[] ends, int[] neighbors, CompactInts types) {
		this.ends = ends;
		this.neighbors = neighbors;
		this.types = types;
	}

	/**
	 * What edges take at least.
	 * @param nodes how many nodes there are
	 * @param edges how many edges there are
	 * @return the number of bytes
	 */
	static long estimate(long nodes, long edges) {
		return 4 * nodes + (4 + 1) * edges;
	}

	int first(int slot) {
		return (slot == 0) ? 0 : this.ends[slot - 1];
	}

	int end(int slot) {
		return this.ends[slot];
	}

	int neighbor(int edge) {
		return this.neighbors[edge];
	}

	int type(int edge) {
		return this.types.get(edge);
	}

	/**
	 * What they take.
	 * @return the number of bytes
	 */
	long bytes() {
		return 4L * this.ends.length + 4L * this.neighbors.length + this.types.bytes();
	}

	/**
	 * Takes edges one by one: in the order of the nodes' slots, and of one node in the
	 * order of types.
	 */
	static final class Builder {

		/** Up to so many edges are sorted by insertion. */
		private static final int FEW = 40;

		private final int[] ends;

		private final int[] neighbors;

		private final CompactInts types;

		private int added;

		private int slot;

		private int first;

		/** Of the edges of the node at hand. */
		private long[] orders = new long[FEW];

		private boolean sorted = true;

		Builder(int nodes, int edges) {
			this.ends = new int[nodes];
			this.neighbors = new int[edges];
			this.types = new CompactInts(edges);
		}

		void add(int node, int neighbor, int type, long order) {
			if (this.added == this.neighbors.length) {
				throw new UnfitGraphException("The edges are not those counted");
			}
			if (node != this.slot) {
				finishUpTo(node);
			}
			int place = this.added - this.first;
			if (place == this.orders.length) {
				this.orders = Arrays.copyOf(this.orders, 2 * place);
			}
			this.orders[place] = order;
			this.neighbors[this.added] = neighbor;
			this.types.set(this.added, type);
			this.sorted &= place == 0 || compare(place - 1, place) < 0;
			this.added++;
		}

		private int compare(int one, int other) {
			int byOrder = Long.compare(this.orders[one], this.orders[other]);
			return (byOrder != 0) ? byOrder
					: Integer.compare(this.neighbors[this.first + one], this.neighbors[this.first + other]);
		}

		private void finishUpTo(int node) {
			if (!this.sorted) {
				sort();
			}
			Arrays.fill(this.ends, this.slot, node, this.added);
			this.slot = node;
			this.first = this.added;
			this.sorted = true;
		}

		private void sort() {
			int count = this.added - this.first;
			if (count > FEW) {
				sortMany(count);
				return;
			}
			for (int i = 1; i < count; i++) {
				for (int j = i; j > 0 && compare(j - 1, j) > 0; j--) {
					swap(j - 1, j);
				}
			}
			for (int i = 1; i < count; i++) {
				requireOrder(i - 1, i);
			}
		}

		/**
		 * The file tells edges that are equal here apart by their keys, which are not in
		 * memory. No Zova library writes such edges.
		 */
		private void requireOrder(int before, int after) {
			if (compare(before, after) == 0) {
				throw new UnfitGraphException("Two edges between the same nodes have the same number of creation");
			}
		}

		private void swap(int one, int other) {
			long order = this.orders[one];
			this.orders[one] = this.orders[other];
			this.orders[other] = order;
			int neighbor = this.neighbors[this.first + one];
			this.neighbors[this.first + one] = this.neighbors[this.first + other];
			this.neighbors[this.first + other] = neighbor;
			int type = this.types.get(this.first + one);
			this.types.set(this.first + one, this.types.get(this.first + other));
			this.types.set(this.first + other, type);
		}

		private void sortMany(int count) {
			Integer[] places = new Integer[count];
			Arrays.setAll(places, (place) -> place);
			Arrays.sort(places, this::compare);
			for (int i = 1; i < count; i++) {
				requireOrder(places[i - 1], places[i]);
			}
			int[] sortedNeighbors = new int[count];
			int[] sortedTypes = new int[count];
			for (int i = 0; i < count; i++) {
				sortedNeighbors[i] = this.neighbors[this.first + places[i]];
				sortedTypes[i] = this.types.get(this.first + places[i]);
			}
			for (int i = 0; i < count; i++) {
				this.neighbors[this.first + i] = sortedNeighbors[i];
				this.types.set(this.first + i, sortedTypes[i]);
			}
		}

		EdgesInMemory build() {
			if (this.added != this.neighbors.length) {
				throw new UnfitGraphException("The edges are not those counted");
			}
			finishUpTo(this.ends.length);
			return new EdgesInMemory(this.ends, this.neighbors, this.types);
		}

	}

}
