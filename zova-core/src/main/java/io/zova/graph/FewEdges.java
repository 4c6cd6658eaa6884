package io.zova.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A few edges that come in any order and are wanted in that of their creation.
 *
 * @param <T> what is wanted of an edge
 */
final class FewEdges<T> {

	/** So many are read at least before the edges count as many. */
	private static final int FEW = 16;

	/** Reading more than this for nothing would cost more than can be gained. */
	private static final int MANY = 64;

	private final List<Edge<T>> edges = new ArrayList<>();

	/**
	 * How many edges to read in order to know whether they are few.
	 * @param limit how many are wanted
	 * @return the number; if as many are there, they are not few
	 */
	static int enough(long limit) {
		return (int) Math.max(FEW, Math.min(limit, MANY)) + 1;
	}

	void add(long order, long neighbor, long key, T wanted) {
		this.edges.add(new Edge<>(order, neighbor, key, wanted));
	}

	int size() {
		return this.edges.size();
	}

	/**
	 * Gives the first of them.
	 * @param limit how many at most
	 * @return what is wanted of each, in the order of creation
	 */
	List<T> first(long limit) {
		// Only other hands than ours write edges that differ in nothing but the key here.
		this.edges.sort(Comparator.comparingLong(Edge<T>::order)
			.thenComparingLong(Edge::neighbor)
			.thenComparingLong(Edge::key));
		List<T> first = new ArrayList<>(this.edges.size());
		for (int i = 0; i < this.edges.size() && i < limit; i++) {
			first.add(this.edges.get(i).wanted());
		}
		return first;
	}

	private record Edge<T>(long order, long neighbor, long key, T wanted) {
	}

}
