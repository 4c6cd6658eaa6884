package io.zova.graph;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.lock.Interruption;

/**
 * Goes through a graph breadth first without ever missing a node, until it has enough or
 * has found what it looks for.
 *
 * <p>
 * Memory grows with the nodes found. Each node's edges are looked at once, in the order
 * of creation, so the path to a node is the first of the shortest ones.
 */
final class GraphTraverser {

	private final Topology topology;

	private final String graph;

	private final Traversal traversal;

	private final @Nullable Long target;

	private final @Nullable Long type;

	private final LongSet seen = new LongSet();

	private final Deque<Found> queue = new ArrayDeque<>();

	private final List<WalkStep> steps = new ArrayList<>();

	private @Nullable Found targetFound;

	private GraphTraverser(Topology topology, String graph, Traversal traversal, @Nullable Long target)
			throws SQLException {
		this.topology = topology;
		this.graph = graph;
		this.traversal = traversal;
		this.target = target;
		this.type = (traversal.edgeType() != null) ? topology.typeKey(traversal.edgeType()) : null;
	}

	/**
	 * Gives the nodes in the order found.
	 */
	static List<WalkStep> traverse(Topology topology, String graph, Traversal traversal, long start)
			throws SQLException {
		GraphTraverser traverser = new GraphTraverser(topology, graph, traversal, null);
		traverser.run(start);
		return traverser.steps;
	}

	/**
	 * Gives the nodes from start to target, or nothing if there is no way.
	 */
	static List<WalkStep> path(Topology topology, String graph, Traversal traversal, long start, long target)
			throws SQLException {
		GraphTraverser traverser = new GraphTraverser(topology, graph, traversal.limit(Long.MAX_VALUE), target);
		traverser.run(start);
		Deque<WalkStep> path = new ArrayDeque<>();
		for (Found found = traverser.targetFound; found != null; found = found.before) {
			path.addFirst(found.step);
		}
		return List.copyOf(path);
	}

	private void run(long start) throws SQLException {
		this.seen.add(start);
		found(new Found(start, new WalkStep(this.topology.id(start), this.topology.kind(start), 0, null, null), null));
		if (this.traversal.edgeType() != null && this.type == null) {
			return;
		}
		while (!done() && !this.queue.isEmpty()) {
			Interruption.check("traversing");
			Found current = this.queue.remove();
			if (current.step.depth() >= this.traversal.maxDepth()) {
				return;
			}
			this.topology.expand(current.node, this.traversal.direction(), this.type, Long.MAX_VALUE,
					(neighbor, edgeType) -> {
						visit(current, neighbor, edgeType);
						return !done();
					});
		}
	}

	private boolean done() {
		return this.targetFound != null || this.steps.size() >= this.traversal.limit();
	}

	private void visit(Found current, long neighbor, long edgeType) throws SQLException {
		if (this.seen.contains(neighbor)) {
			return;
		}
		String here = current.step.nodeId();
		String there = this.topology.id(neighbor);
		String typeName = this.topology.typeName(edgeType);
		boolean outgoing = this.traversal.direction() == Direction.OUTGOING;
		GraphEdge edge = outgoing ? new GraphEdge(here, typeName, there) : new GraphEdge(there, typeName, here);
		if (!this.traversal.edges().test(edge)) {
			return;
		}
		WalkStep step = new WalkStep(there, this.topology.kind(neighbor), current.step.depth() + 1, here, typeName);
		if (this.traversal.nodes().test(step)) {
			this.seen.add(neighbor);
			found(new Found(neighbor, step, current));
		}
	}

	private void found(Found found) {
		if (this.target != null && found.node == this.target) {
			this.targetFound = found;
		}
		if (this.steps.size() < this.traversal.limit()) {
			this.steps.add(found.step);
		}
		this.queue.add(found);
	}

	/**
	 * A node found, and the one it was found from.
	 */
	private static final class Found {

		private final long node;

		private final WalkStep step;

		private final @Nullable Found before;

		Found(long node, WalkStep step, @Nullable Found before) {
			this.node = node;
			this.step = step;
			this.before = before;
		}

	}

}
