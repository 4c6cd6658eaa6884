package io.zova.graph;

import java.sql.SQLException;
import java.util.List;

import io.zova.ZovaException;
import io.zova.sqlite.function.RowWriter;
import io.zova.sqlite.function.SqlArguments;
import io.zova.sqlite.function.SqlFunction;
import io.zova.sqlite.function.SqlType;
import io.zova.sqlite.function.TableFunction;
import org.jspecify.annotations.Nullable;

/**
 * Neighbors and walks as tables in SQL. Columns, defaults and the texts of errors are
 * those of every Zova library.
 */
final class GraphFunctions {

	private static final String INVALID_ARGUMENT = "invalid Zova graph SQL argument";

	private static final String INVALID_VALUE = "invalid Zova graph value";

	private static final String NO_GRAPH = "Zova graph not found";

	private static final String NO_NODE = "Zova graph node not found";

	private static final String OTHER = "Zova graph SQL error";

	private static final long DEFAULT_LIMIT = 10;

	private static final long MAX_DEPTH = 0xFFFF_FFFFL;

	private final GraphReads reads;

	private GraphFunctions(GraphReads reads) {
		this.reads = reads;
	}

	static List<SqlFunction> all(GraphReads reads) {
		GraphFunctions functions = new GraphFunctions(reads);
		return List.of(functions.neighbors(), functions.walk());
	}

	private TableFunction neighbors() {
		return TableFunction.named("zova_graph_neighbors")
			.column("rank", SqlType.INTEGER)
			.column("node_id", SqlType.TEXT)
			.column("kind", SqlType.TEXT)
			.column("edge_type", SqlType.TEXT)
			.argument("graph_name", SqlType.TEXT)
			.argument("source_node_id", SqlType.TEXT)
			.optionalArgument("direction", SqlType.TEXT)
			.optionalArgument("edge_type_filter", SqlType.TEXT)
			.optionalArgument("limit", SqlType.INTEGER)
			.argumentsReadAsNull()
			.allowedInSchema()
			.orderedBy("rank")
			.rows(this::neighbors);
	}

	private TableFunction walk() {
		return TableFunction.named("zova_graph_walk")
			.column("rank", SqlType.INTEGER)
			.column("node_id", SqlType.TEXT)
			.column("kind", SqlType.TEXT)
			.column("depth", SqlType.INTEGER)
			.column("predecessor_node_id", SqlType.TEXT)
			.column("edge_type", SqlType.TEXT)
			.argument("graph_name", SqlType.TEXT)
			.argument("start_node_id", SqlType.TEXT)
			.optionalArgument("edge_type_filter", SqlType.TEXT)
			.argument("max_depth", SqlType.INTEGER)
			.optionalArgument("limit", SqlType.INTEGER)
			.argumentsReadAsNull()
			.allowedInSchema()
			.orderedBy("rank")
			.rows(this::walk);
	}

	private void neighbors(SqlArguments arguments, RowWriter rows) {
		String graph = text(arguments, 0);
		String node = text(arguments, 1);
		Direction direction = direction(optionalText(arguments, 2));
		String edgeType = optionalText(arguments, 3);
		NeighborQuery query = new NeighborQuery(node, direction, edgeType, limit(arguments, 4));
		checked(graph, node, edgeType);
		List<Neighbor> neighbors = read(() -> this.reads.neighbors(arguments.connection(), graph, query));
		long rank = 0;
		for (Neighbor neighbor : neighbors) {
			if (!rows.add(++rank, neighbor.nodeId(), neighbor.kind(), neighbor.edgeType())) {
				return;
			}
		}
	}

	private void walk(SqlArguments arguments, RowWriter rows) {
		String graph = text(arguments, 0);
		String start = text(arguments, 1);
		String edgeType = optionalText(arguments, 2);
		long maxDepth = integer(arguments, 3);
		if (maxDepth < 0 || maxDepth > MAX_DEPTH) {
			throw new IllegalArgumentException(
					INVALID_ARGUMENT + ": max_depth must be 0 to " + MAX_DEPTH + ", got " + maxDepth);
		}
		WalkQuery query = new WalkQuery(start, Direction.OUTGOING, edgeType, maxDepth, limit(arguments, 4));
		checked(graph, start, edgeType);
		List<WalkStep> steps = read(() -> this.reads.walk(arguments.connection(), graph, query));
		long rank = 0;
		for (WalkStep step : steps) {
			if (!rows.add(++rank, step.nodeId(), step.kind(), step.depth(), step.predecessor(), step.edgeType())) {
				return;
			}
		}
	}

	private static String text(SqlArguments arguments, int index) {
		require(arguments, index, SqlType.TEXT);
		return arguments.text(index);
	}

	private static @Nullable String optionalText(SqlArguments arguments, int index) {
		return arguments.isGiven(index) ? text(arguments, index) : null;
	}

	private static long integer(SqlArguments arguments, int index) {
		require(arguments, index, SqlType.INTEGER);
		return arguments.integer(index);
	}

	private static long limit(SqlArguments arguments, int index) {
		long limit = arguments.isGiven(index) ? integer(arguments, index) : DEFAULT_LIMIT;
		if (limit < 0) {
			throw new IllegalArgumentException(INVALID_ARGUMENT + ": the limit must be 0 or more, got " + limit);
		}
		return limit;
	}

	private static void require(SqlArguments arguments, int index, SqlType type) {
		if (arguments.type(index) != type) {
			throw new IllegalArgumentException(INVALID_ARGUMENT + ": argument " + (index + 1) + " must be " + type
					+ ", got " + arguments.type(index));
		}
	}

	private static Direction direction(@Nullable String direction) {
		if (direction == null || direction.equals("outgoing")) {
			return Direction.OUTGOING;
		}
		if (direction.equals("incoming")) {
			return Direction.INCOMING;
		}
		throw new IllegalArgumentException(
				INVALID_ARGUMENT + ": the direction must be 'outgoing' or 'incoming', got '" + direction + "'");
	}

	private static void checked(String graph, String node, @Nullable String edgeType) {
		try {
			GraphRules.graphName(graph);
			GraphRules.nodeId(node);
			GraphRules.optionalEdgeType(edgeType);
		}
		catch (ZovaException ex) {
			throw new IllegalArgumentException(INVALID_VALUE + ": " + ex.getMessage(), ex);
		}
	}

	private static <T> T read(Reading<T> reading) {
		try {
			return reading.read();
		}
		catch (ZovaException ex) {
			throw new IllegalStateException(switch (ex.status()) {
				case GRAPH_NOT_FOUND -> NO_GRAPH;
				case GRAPH_NODE_NOT_FOUND -> NO_NODE;
				case GRAPH_INVALID -> INVALID_VALUE;
				default -> OTHER;
			} + ": " + ex.getMessage(), ex);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(OTHER + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Reads from the connection of a call.
	 *
	 * @param <T> what is read
	 */
	@FunctionalInterface
	private interface Reading<T> {

		T read() throws SQLException;

	}

}
