package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Reads nodes, edges and payloads by their keys.
 */
final class KeyedReads {

	private static final byte[] EMPTY = {};

	private KeyedReads() {
	}

	static List<Optional<KeyedNode>> nodes(Connection connection, String graph, List<Long> keys) throws SQLException {
		return each(connection, graph, keys, NodeTable.BY_KEY,
				(key, row) -> new KeyedNode(key, row.getString(1), row.getString(2), positiveOrder(row.getLong(3))));
	}

	static List<Optional<KeyedEdge>> edges(Connection connection, String graph, List<Long> keys) throws SQLException {
		return each(connection, graph, keys, EdgeTable.BY_KEY, (key, row) -> edge(key, row, 1));
	}

	static List<Optional<byte[]>> payloads(Connection connection, String graph, List<Long> keys) throws SQLException {
		return each(connection, graph, keys, EdgeTable.PAYLOAD_OF_GRAPH, (key, row) -> bytes(row, 1));
	}

	static void replacePayloads(Connection connection, String graph, Collection<EdgePayload> payloads)
			throws SQLException {
		long graphKey = GraphTable.key(connection, graph);
		NotedChange.run(connection, (marks) -> {
			try (PreparedStatement set = connection.prepareStatement(EdgeTable.SET_PAYLOAD_OF_GRAPH)) {
				for (EdgePayload payload : payloads) {
					set.setLong(1, payload.edgeKey());
					set.setLong(2, graphKey);
					set.setBytes(3, payload.bytes());
					if (set.executeUpdate() == 0) {
						throw GraphRules.noEdge(graph, payload.edgeKey());
					}
				}
			}
		});
	}

	private static <T> List<Optional<T>> each(Connection connection, String graph, List<Long> keys, String sql,
			ByKey<T> reader) throws SQLException {
		long graphKey = GraphTable.key(connection, graph);
		List<Optional<T>> results = new ArrayList<>(keys.size());
		try (PreparedStatement find = connection.prepareStatement(sql)) {
			find.setLong(2, graphKey);
			for (long key : keys) {
				find.setLong(1, key);
				try (ResultSet row = find.executeQuery()) {
					results.add(row.next() ? Optional.of(reader.read(key, row)) : Optional.empty());
				}
			}
		}
		return results;
	}

	/**
	 * Makes an edge of a row with the key of the node that it begins at, its type, the
	 * key of the node that it ends at, and its order.
	 */
	static KeyedEdge edge(long key, ResultSet row, int column) throws SQLException {
		return new KeyedEdge(positiveKey(key), positiveKey(row.getLong(column)), typeName(row, column + 1),
				positiveKey(row.getLong(column + 2)), positiveOrder(row.getLong(column + 3)));
	}

	static String typeName(ResultSet row, int column) throws SQLException {
		return GraphRules.typeName(row.getString(column));
	}

	static long positiveKey(long key) {
		if (key <= 0) {
			throw GraphRules.invalid("A stored row has the key " + key
					+ ": keys are 1 or more, so something other than Zova has written it");
		}
		return key;
	}

	static long positiveOrder(long order) {
		if (order <= 0) {
			throw GraphRules.invalid("A stored row has the created order " + order
					+ ": orders are 1 or more, so something other than Zova has written it");
		}
		return order;
	}

	/** The driver has no bytes for an empty value. */
	static byte[] bytes(ResultSet row, int column) throws SQLException {
		byte[] bytes = row.getBytes(column);
		return (bytes != null) ? bytes : EMPTY;
	}

	/**
	 * Makes a value of the row with a key.
	 *
	 * @param <T> the type of the value
	 */
	private interface ByKey<T> {

		T read(long key, ResultSet row) throws SQLException;

	}

}
