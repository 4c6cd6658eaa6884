package io.zova.graph;

import org.jspecify.annotations.Nullable;

/**
 * Where a walk begins and how far it goes.
 *
 * @param start the id of the first node
 * @param direction which edges of a node are followed
 * @param edgeType the only type of edge that is followed; {@code null} for every type
 * @param maxDepth how many edges away from the start at most, 0 to 4,294,967,295
 * @param limit how many nodes at most, the start counted; also how many edges of each
 * node are looked at
 */
public record WalkQuery(String start, Direction direction, @Nullable String edgeType, long maxDepth, long limit) {

	/**
	 * A walk of depth one to at most ten nodes, along edges of any type.
	 * @param start the id of the first node
	 * @return the query
	 */
	public static WalkQuery from(String start) {
		return new WalkQuery(start, Direction.OUTGOING, null, 1, 10);
	}

	/**
	 * The same in another direction.
	 * @param direction which edges of a node are followed
	 * @return the query
	 */
	public WalkQuery direction(Direction direction) {
		return new WalkQuery(this.start, direction, this.edgeType, this.maxDepth, this.limit);
	}

	/**
	 * The same along edges of one type.
	 * @param edgeType the type; {@code null} for every type
	 * @return the query
	 */
	public WalkQuery edgeType(@Nullable String edgeType) {
		return new WalkQuery(this.start, this.direction, edgeType, this.maxDepth, this.limit);
	}

	/**
	 * The same with another depth.
	 * @param maxDepth how many edges away from the start at most
	 * @return the query
	 */
	public WalkQuery maxDepth(long maxDepth) {
		return new WalkQuery(this.start, this.direction, this.edgeType, maxDepth, this.limit);
	}

	/**
	 * The same with another limit.
	 * @param limit how many nodes at most
	 * @return the query
	 */
	public WalkQuery limit(long limit) {
		return new WalkQuery(this.start, this.direction, this.edgeType, this.maxDepth, limit);
	}

}
