package io.zova.graph;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.lock.Interruption;

/**
 * Walks a graph breadth first, exactly as every Zova library does.
 *
 * <p>
 * The nodes found are a queue; each in turn leads to the first {@code limit} edges at it,
 * <em>also counting edges to nodes found before</em>. A small limit can therefore miss
 * nodes; {@link GraphTraverser} does not. The result is the front of the queue, so nodes
 * need no look at their edges any more once the queue is as long as the limit.
 */
final class Walker {

	/** For so many nodes room is made before they are found. */
	private static final long MANY = 1024;

	private final Topology topology;

	private final Direction direction;

	private final @Nullable Long type;

	private final long maxDepth;

	private final long limit;

	private final LongSet seen;

	private final Queue queue = new Queue();

	/**
	 * Whether edges that lead to no node are left out, which takes a look at each node.
	 */
	private final boolean careful;

	private Walker(Topology topology, WalkQuery query, @Nullable Long type, boolean careful) {
		this.careful = careful;
		this.topology = topology;
		this.direction = query.direction();
		this.type = type;
		this.maxDepth = query.maxDepth();
		this.limit = query.limit();
		this.seen = new LongSet((query.maxDepth() > 1) ? (int) Math.min(MANY, query.limit()) : 1);
	}

	static List<WalkStep> walk(Topology topology, String graph, WalkQuery query) throws SQLException {
		long start = topology.requiredNodeKey(graph, query.start());
		if (query.limit() == 0) {
			return List.of();
		}
		Long type = null;
		boolean noEdges = query.maxDepth() == 0;
		if (query.edgeType() != null) {
			type = topology.typeKey(query.edgeType());
			noEdges |= type == null;
		}
		Walker walker = new Walker(topology, query, type, false);
		walker.run(start, noEdges);
		if (!walker.hasAllNodes()) {
			walker = new Walker(topology, query, type, true);
			walker.run(start, noEdges);
		}
		return walker.steps();
	}

	private void run(long start, boolean noEdges) throws SQLException {
		this.seen.add(start);
		this.queue.add(start, 0, -1, 0);
		if (!noEdges) {
			fill();
		}
		this.topology.load(Arrays.copyOf(this.queue.nodes, this.queue.size));
	}

	private boolean hasAllNodes() {
		for (int i = 0; i < this.queue.size; i++) {
			if (!this.topology.exists(this.queue.nodes[i])) {
				return false;
			}
		}
		return true;
	}

	private void fill() throws SQLException {
		for (int i = 0; i < this.queue.size && this.queue.size < this.limit; i++) {
			Interruption.check("walking");
			int current = i;
			int depth = this.queue.depths[i];
			if (Integer.toUnsignedLong(depth) >= this.maxDepth) {
				return;
			}
			Topology.EdgeVisitor visitor = (neighbor, edgeType) -> {
				if (this.seen.add(neighbor)) {
					this.queue.add(neighbor, depth + 1, current, edgeType);
				}
				return this.queue.size < this.limit;
			};
			if (this.careful) {
				this.topology.expand(this.queue.nodes[i], this.direction, this.type, this.limit, visitor);
			}
			else {
				this.topology.expandKeys(this.queue.nodes[i], this.direction, this.type, this.limit, visitor);
			}
		}
	}

	private List<WalkStep> steps() throws SQLException {
		List<WalkStep> steps = new ArrayList<>(this.queue.size);
		for (int i = 0; i < this.queue.size; i++) {
			long node = this.queue.nodes[i];
			int before = this.queue.predecessors[i];
			@Nullable String predecessor = (before >= 0) ? steps.get(before).nodeId() : null;
			@Nullable String edgeType = (before >= 0) ? this.topology.typeName(this.queue.types[i]) : null;
			steps.add(new WalkStep(this.topology.id(node), this.topology.kind(node),
					Integer.toUnsignedLong(this.queue.depths[i]), predecessor, edgeType));
		}
		return steps;
	}

	/**
	 * The nodes found, each with the place of the one before it.
	 */
	private static final class Queue {

		private long[] nodes = new long[64];

		private int[] depths = new int[64];

		private int[] predecessors = new int[64];

		private long[] types = new long[64];

		private int size;

		void add(long node, int depth, int predecessor, long type) {
			if (this.size == this.nodes.length) {
				int larger = this.size * 2;
				this.nodes = Arrays.copyOf(this.nodes, larger);
				this.depths = Arrays.copyOf(this.depths, larger);
				this.predecessors = Arrays.copyOf(this.predecessors, larger);
				this.types = Arrays.copyOf(this.types, larger);
			}
			this.nodes[this.size] = node;
			this.depths[this.size] = depth;
			this.predecessors[this.size] = predecessor;
			this.types[this.size] = type;
			this.size++;
		}

	}

}
