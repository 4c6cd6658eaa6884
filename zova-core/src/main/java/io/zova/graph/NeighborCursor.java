package io.zova.graph;

/**
 * A place among the edges at a node, in the order of their creation, after which a page
 * begins. It stays good when the edge it names is deleted.
 *
 * @param order the number of creation of the last edge seen
 * @param nodeKey the key of the node at its other end
 * @param edgeKey its key
 */
public record NeighborCursor(long order, long nodeKey, long edgeKey) {

	/** Before the first edge. */
	public static final NeighborCursor START = new NeighborCursor(Long.MIN_VALUE, 0, 0);

	boolean isBefore(NeighborCursor other) {
		if (this.order != other.order) {
			return this.order < other.order;
		}
		return (this.nodeKey != other.nodeKey) ? this.nodeKey < other.nodeKey : this.edgeKey < other.edgeKey;
	}

}
