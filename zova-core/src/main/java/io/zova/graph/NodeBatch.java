package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;

import io.zova.sqlite.extension.PackedInput;
import org.jspecify.annotations.Nullable;

/**
 * Puts many nodes by few statements, which takes half the time of one statement for each:
 * the driver's calls for a row cost as much as its place in the table and its indexes.
 */
final class NodeBatch {

	private static final int COLUMNS = 7;

	/** Fewer are put as fast one by one. */
	private static final int MANY = 16;

	/** Copying longer texts into a batch costs more than it saves. */
	private static final int LONG_TEXT = 1 << 15;

	private NodeBatch() {
	}

	static boolean isWorthwhile(Connection connection, Collection<GraphNode> nodes) throws SQLException {
		return nodes.size() >= MANY && PackedInput.isAvailable();
	}

	/**
	 * Puts nodes in the order given.
	 */
	static void put(Connection connection, NodeTable.GraphRows graph, Collection<GraphNode> nodes) throws SQLException {
		PackedInput rows = new PackedInput(COLUMNS);
		try (PreparedStatement put = connection.prepareStatement(NodeTable.PUT_MANY)) {
			for (GraphNode node : nodes) {
				if (hasLongText(node.target())) {
					put(put, rows);
					putAlone(connection, graph, node);
					continue;
				}
				add(rows, graph, node);
				if (rows.isFull()) {
					put(put, rows);
				}
			}
			put(put, rows);
		}
	}

	private static boolean hasLongText(NodeTarget target) {
		return isLong(target.namespace()) || isLong(target.ref());
	}

	private static boolean isLong(@Nullable String text) {
		return text != null && text.length() > LONG_TEXT;
	}

	private static void add(PackedInput rows, NodeTable.GraphRows graph, GraphNode node) {
		NodeTarget target = node.target();
		rows.add(graph.key())
			.add(node.id())
			.add(node.kind())
			.add(target.type().text())
			.add(target.namespace())
			.add(target.ref())
			.add(graph.take());
	}

	private static void put(PreparedStatement put, PackedInput rows) throws SQLException {
		if (!rows.isEmpty()) {
			rows.moveTo(put, 1);
			put.executeUpdate();
		}
	}

	private static void putAlone(Connection connection, NodeTable.GraphRows graph, GraphNode node) throws SQLException {
		try (PreparedStatement put = connection.prepareStatement(NodeTable.PUT)) {
			NodeTable.bind(put, graph.key(), node, graph.take());
			put.executeUpdate();
		}
	}

}
