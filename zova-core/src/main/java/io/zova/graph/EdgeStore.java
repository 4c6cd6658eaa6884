package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Puts, gets and deletes single edges, and deletes many.
 */
final class EdgeStore {

	private static final String ENDS = """
			select g.graph_key, f.node_key, t.node_key,
				coalesce((select max(created_order) from _zova_graph_edges e where e.graph_key = g.graph_key), 0)
			from _zova_graphs g
			left join _zova_graph_nodes f on f.graph_key = g.graph_key and f.node_id = ?2
			left join _zova_graph_nodes t on t.graph_key = g.graph_key and t.node_id = ?3
			where g.name = ?1
			""";

	private static final String TYPE_KEY = """
			select edge_type_key from _zova_graph_edge_types where graph_key = ?1 and name = ?2
			""";

	private static final String PUT_TYPE = "insert into _zova_graph_edge_types(graph_key, name) values (?1, ?2)";

	private static final String PUT = """
			insert into _zova_graph_edges(graph_key, from_node_key, edge_type_key, to_node_key, created_order)
			values (?1, ?2, ?3, ?4, ?5)
			on conflict(from_node_key, edge_type_key, to_node_key) do nothing
			""";

	private static final String KEY = """
			select e.edge_key
			from _zova_graphs g
			cross join _zova_graph_nodes f on f.graph_key = g.graph_key and f.node_id = ?2
			cross join _zova_graph_edge_types y on y.graph_key = g.graph_key and y.name = ?3
			cross join _zova_graph_nodes t on t.graph_key = g.graph_key and t.node_id = ?4
			cross join _zova_graph_edges e on e.graph_key = g.graph_key and e.from_node_key = f.node_key
				and e.edge_type_key = y.edge_type_key and e.to_node_key = t.node_key
			where g.name = ?1
			""";

	private static final String DELETE = "delete from _zova_graph_edges where edge_key = ?1";

	private static final String PAYLOAD = "select payload from _zova_graph_edges where edge_key = ?1";

	private static final String SET_PAYLOAD = "update _zova_graph_edges set payload = ?2 where edge_key = ?1";

	private EdgeStore() {
	}

	static void put(Connection connection, TopologyIndexes indexes, GraphEdge edge) throws SQLException {
		indexes.ensure(connection);
		Ends ends = ends(connection, edge);
		long type = typeKey(connection, ends.graph, edge.type());
		Rows.update(connection, PUT, ends.graph, ends.from, type, ends.to, GraphRules.orderAfter(ends.highestOrder, 1));
	}

	private static Ends ends(Connection connection, GraphEdge edge) throws SQLException {
		Ends ends = Rows.first(connection, ENDS,
				(row) -> new Ends(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)), edge.graph(),
				edge.from(), edge.to());
		if (ends == null || ends.from == 0) {
			throw GraphRules.noNode(edge.graph(), edge.from());
		}
		if (ends.to == 0) {
			throw GraphRules.noNode(edge.graph(), edge.to());
		}
		return ends;
	}

	/**
	 * The key of an edge type, which is created at its first use.
	 */
	static long typeKey(Connection connection, long graph, String name) throws SQLException {
		Long key = Rows.first(connection, TYPE_KEY, (row) -> row.getLong(1), graph, name);
		if (key == null) {
			Rows.update(connection, PUT_TYPE, graph, name);
			key = Rows.first(connection, TYPE_KEY, (row) -> row.getLong(1), graph, name);
		}
		return GraphRules.required("key of the edge type", key);
	}

	static boolean exists(Connection connection, GraphEdge edge) throws SQLException {
		return key(connection, edge) != null;
	}

	static void delete(Connection connection, GraphEdge edge) throws SQLException {
		Rows.update(connection, DELETE, requiredKey(connection, edge));
	}

	static void deleteAll(Connection connection, Collection<GraphEdge> edges) throws SQLException {
		Set<String> graphs = new LinkedHashSet<>();
		for (GraphEdge edge : edges) {
			graphs.add(edge.graph());
		}
		for (String graph : graphs) {
			GraphCatalog.key(connection, graph);
		}
		try (PreparedStatement find = connection.prepareStatement(KEY);
				PreparedStatement delete = connection.prepareStatement(DELETE)) {
			for (GraphEdge edge : edges) {
				Long key = key(find, edge);
				if (key != null) {
					delete.setLong(1, key);
					delete.executeUpdate();
				}
			}
		}
	}

	static byte[] payload(Connection connection, GraphEdge edge) throws SQLException {
		byte[] payload = Rows.first(connection, PAYLOAD, (row) -> KeyedReads.bytes(row, 1),
				requiredKey(connection, edge));
		return GraphRules.required("payload", payload);
	}

	static void replacePayload(Connection connection, GraphEdge edge, byte[] payload) throws SQLException {
		Rows.update(connection, SET_PAYLOAD, requiredKey(connection, edge), payload);
	}

	private static long requiredKey(Connection connection, GraphEdge edge) throws SQLException {
		Long key = key(connection, edge);
		if (key == null) {
			throw GraphRules.noEdge(edge);
		}
		return key;
	}

	private static @Nullable Long key(Connection connection, GraphEdge edge) throws SQLException {
		try (PreparedStatement find = connection.prepareStatement(KEY)) {
			return key(find, edge);
		}
	}

	private static @Nullable Long key(PreparedStatement find, GraphEdge edge) throws SQLException {
		find.setString(1, edge.graph());
		find.setString(2, edge.from());
		find.setString(3, edge.type());
		find.setString(4, edge.to());
		try (ResultSet row = find.executeQuery()) {
			return row.next() ? row.getLong(1) : null;
		}
	}

	/**
	 * Where an edge starts and ends; a missing node's key is 0.
	 */
	private record Ends(long graph, long from, long to, long highestOrder) {
	}

}
