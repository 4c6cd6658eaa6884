package io.zova.graph;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Answers questions about the edges of a graph, from memory where it is there, else from
 * the file.
 */
final class GraphReads {

	private final GraphMemory memory;

	GraphReads(GraphMemory memory) {
		this.memory = memory;
	}

	GraphMemory memory() {
		return this.memory;
	}

	List<Neighbor> neighbors(Connection connection, String graph, NeighborQuery query) throws SQLException {
		GraphInMemory resident = this.memory.find(connection, graph, query.direction());
		List<Neighbor> inMemory = (resident != null) ? resident.neighbors(query) : null;
		if (inMemory != null) {
			this.memory.hit();
			return inMemory;
		}
		List<Neighbor> neighbors = Adjacency.neighbors(connection, graph, query);
		this.memory.paid(connection, graph, query.direction(),
				GraphMemory.STATEMENT_COST + GraphMemory.ROW_COST * neighbors.size());
		return neighbors;
	}

	/**
	 * Counts the edges at a node if memory knows.
	 * @return the number, -1 if only the file knows
	 */
	long degreeInMemory(Connection connection, String graph, String node, Direction direction,
			@Nullable String edgeType) throws SQLException {
		GraphInMemory resident = this.memory.find(connection, graph, direction);
		long degree = (resident != null) ? resident.degree(node, edgeType) : -1;
		if (degree >= 0) {
			this.memory.hit();
		}
		return degree;
	}

	/**
	 * Walks if all of the walk is in memory: no transaction is needed then.
	 * @return the steps, or nothing if the file has to be asked too
	 */
	Optional<List<WalkStep>> walkInMemory(Connection connection, String graph, WalkQuery query) throws SQLException {
		GraphInMemory resident = this.memory.find(connection, graph, query.direction());
		if (resident == null) {
			return Optional.empty();
		}
		try {
			List<WalkStep> steps = Walker.walk(new MemoryTopology(resident, null), graph, query);
			this.memory.hit();
			return Optional.of(steps);
		}
		catch (MemoryTopology.OnlyInFileException ex) {
			return Optional.empty();
		}
	}

	/**
	 * Walks.
	 * @param connection one that sees one state of the file until the walk is over
	 */
	List<WalkStep> walk(Connection connection, String graph, WalkQuery query) throws SQLException {
		return onTopology(connection, graph, query.start(), query.direction(),
				(topology) -> Walker.walk(topology, graph, query));
	}

	List<WalkStep> traverse(Connection connection, String graph, String start, Traversal traversal)
			throws SQLException {
		return onTopology(connection, graph, start, traversal.direction(), (topology) -> GraphTraverser
			.traverse(topology, graph, traversal, topology.requiredNodeKey(graph, start)));
	}

	List<WalkStep> path(Connection connection, String graph, String from, String to, Traversal traversal)
			throws SQLException {
		return onTopology(connection, graph, from, traversal.direction(), (topology) -> GraphTraverser.path(topology,
				graph, traversal, topology.requiredNodeKey(graph, from), topology.requiredNodeKey(graph, to)));
	}

	private List<WalkStep> onTopology(Connection connection, String graph, String start, Direction direction, Walk walk)
			throws SQLException {
		FileTopology file = FileTopology.of(connection, graph, start);
		GraphInMemory resident = this.memory.find(connection, graph, direction);
		List<WalkStep> steps = (resident != null) ? on(resident, file, walk) : walk.on(file);
		if (file.cost() > 0) {
			this.memory.paid(connection, graph, direction, file.cost());
		}
		else {
			this.memory.hit();
		}
		return steps;
	}

	private static List<WalkStep> on(GraphInMemory resident, FileTopology file, Walk walk) throws SQLException {
		try {
			return walk.on(new MemoryTopology(resident, file));
		}
		catch (MemoryTopology.OnlyInFileException ex) {
			// Other hands have given keys that memory has no names for.
			return walk.on(file);
		}
	}

	/**
	 * A way through a graph.
	 */
	@FunctionalInterface
	private interface Walk {

		List<WalkStep> on(Topology topology) throws SQLException;

	}

}
