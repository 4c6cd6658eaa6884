package io.zova.graph;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Reads a graph page by page, in the order of creation.
 */
final class GraphScan {

	private GraphScan() {
	}

	static GraphPage page(Connection connection, String graph, ScanCursor nodesAfter, ScanCursor edgesAfter,
			long nodeLimit, long edgeLimit) throws SQLException {
		long key = GraphTable.key(connection, graph);
		checkLimit(nodeLimit);
		checkLimit(edgeLimit);
		List<KeyedNode> nodes = rows(connection, NodeTable.PAGE, key, nodesAfter, nodeLimit,
				(row) -> new KeyedNode(KeyedReads.positiveKey(row.getLong(1)), row.getString(2), row.getString(3),
						KeyedReads.positiveOrder(row.getLong(4))));
		List<KeyedEdge> edges = rows(connection, EdgeTable.PAGE, key, edgesAfter, edgeLimit,
				(row) -> KeyedReads.edge(row.getLong(1), row, 2));
		if (!nodes.isEmpty()) {
			requireProgress(graph, nodesAfter, cursor(nodes.get(0)));
		}
		if (!edges.isEmpty()) {
			requireProgress(graph, edgesAfter, cursor(edges.get(0)));
		}
		boolean moreNodes = nodes.size() > nodeLimit;
		boolean moreEdges = edges.size() > edgeLimit;
		List<KeyedNode> nodePage = moreNodes ? nodes.subList(0, nodes.size() - 1) : nodes;
		List<KeyedEdge> edgePage = moreEdges ? edges.subList(0, edges.size() - 1) : edges;
		return new GraphPage(List.copyOf(nodePage), List.copyOf(edgePage), moreNodes, moreEdges,
				nodePage.isEmpty() ? nodesAfter : cursor(nodePage.get(nodePage.size() - 1)),
				edgePage.isEmpty() ? edgesAfter : cursor(edgePage.get(edgePage.size() - 1)));
	}

	/**
	 * Pages end because each begins behind the one before. A number of creation that is
	 * no whole number would make a row follow itself for ever.
	 */
	private static void requireProgress(String graph, ScanCursor after, ScanCursor first) {
		if (first.order() < after.order() || (first.order() == after.order() && first.key() <= after.key())) {
			throw GraphRules
				.invalid("The graph '" + graph + "' is damaged: the order of creation of the row with the key "
						+ first.key() + " is no whole number");
		}
	}

	private static void checkLimit(long limit) {
		GraphRules.limit(limit);
		if (limit == Long.MAX_VALUE) {
			throw GraphRules.invalid("The page limit is " + limit + ": it must be less");
		}
	}

	private static <T> List<T> rows(Connection connection, String sql, long graph, ScanCursor after, long limit,
			Rows.Reader<T> reader) throws SQLException {
		return (limit == 0) ? List.of()
				: Rows.list(connection, sql, reader, graph, after.order(), after.key(), limit + 1);
	}

	private static ScanCursor cursor(KeyedNode node) {
		return new ScanCursor(node.createdOrder(), node.key());
	}

	private static ScanCursor cursor(KeyedEdge edge) {
		return new ScanCursor(edge.createdOrder(), edge.key());
	}

}
