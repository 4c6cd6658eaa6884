package io.zova.graph;

import org.jspecify.annotations.Nullable;

/**
 * Which neighbors of a node to list.
 *
 * @param node the id of the node
 * @param direction which of its edges count
 * @param edgeType the only type of edge that counts; {@code null} for every type
 * @param limit how many neighbors at most
 */
public record NeighborQuery(String node, Direction direction, @Nullable String edgeType, long limit) {

	/**
	 * The first ten neighbors that edges of any type lead to.
	 * @param node the id of the node
	 * @return the query
	 */
	public static NeighborQuery of(String node) {
		return new NeighborQuery(node, Direction.OUTGOING, null, 10);
	}

	/**
	 * The same with another direction.
	 * @param direction which of the node's edges count
	 * @return the query
	 */
	public NeighborQuery direction(Direction direction) {
		return new NeighborQuery(this.node, direction, this.edgeType, this.limit);
	}

	/**
	 * The same for edges of one type.
	 * @param edgeType the type; {@code null} for every type
	 * @return the query
	 */
	public NeighborQuery edgeType(@Nullable String edgeType) {
		return new NeighborQuery(this.node, this.direction, edgeType, this.limit);
	}

	/**
	 * The same with another limit.
	 * @param limit how many neighbors at most
	 * @return the query
	 */
	public NeighborQuery limit(long limit) {
		return new NeighborQuery(this.node, this.direction, this.edgeType, limit);
	}

}
