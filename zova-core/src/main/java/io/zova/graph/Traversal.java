package io.zova.graph;

import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Which part of a graph a traversal, a path or a question of reachability may use.
 * Immutable; each method gives a changed copy.
 *
 * @param direction which edges of a node are followed
 * @param edgeType the only type of edge that is followed; {@code null} for every type
 * @param maxDepth how many edges away from the start at most
 * @param limit how many nodes a traversal gives at most, the start counted
 * @param nodes which nodes may be entered; the start always may. It must not use the
 * database
 * @param edges which edges may be followed. It must not use the database
 */
public record Traversal(Direction direction, @Nullable String edgeType, long maxDepth, long limit,
		Predicate<WalkStep> nodes, Predicate<GraphEdge> edges) {

	/** Follows every outgoing edge without end. */
	public static final Traversal EVERYTHING = new Traversal(Direction.OUTGOING, null, Long.MAX_VALUE, Long.MAX_VALUE,
			(node) -> true, (edge) -> true);

	/**
	 * The same in another direction.
	 * @param direction which edges of a node are followed
	 * @return the traversal
	 */
	public Traversal direction(Direction direction) {
		return new Traversal(direction, this.edgeType, this.maxDepth, this.limit, this.nodes, this.edges);
	}

	/**
	 * The same along edges of one type.
	 * @param edgeType the type; {@code null} for every type
	 * @return the traversal
	 */
	public Traversal edgeType(@Nullable String edgeType) {
		return new Traversal(this.direction, edgeType, this.maxDepth, this.limit, this.nodes, this.edges);
	}

	/**
	 * The same with another depth.
	 * @param maxDepth how many edges away from the start at most
	 * @return the traversal
	 */
	public Traversal maxDepth(long maxDepth) {
		return new Traversal(this.direction, this.edgeType, maxDepth, this.limit, this.nodes, this.edges);
	}

	/**
	 * The same with another limit.
	 * @param limit how many nodes at most
	 * @return the traversal
	 */
	public Traversal limit(long limit) {
		return new Traversal(this.direction, this.edgeType, this.maxDepth, limit, this.nodes, this.edges);
	}

	/**
	 * The same, entering certain nodes only. What lies behind the others can still be
	 * reached another way.
	 * @param nodes tells whether to enter a node. It must not use the database
	 * @return the traversal
	 */
	public Traversal nodes(Predicate<WalkStep> nodes) {
		return new Traversal(this.direction, this.edgeType, this.maxDepth, this.limit, nodes, this.edges);
	}

	/**
	 * The same, following certain edges only.
	 * @param edges tells whether to follow an edge. It must not use the database
	 * @return the traversal
	 */
	public Traversal edges(Predicate<GraphEdge> edges) {
		return new Traversal(this.direction, this.edgeType, this.maxDepth, this.limit, this.nodes, edges);
	}

}
