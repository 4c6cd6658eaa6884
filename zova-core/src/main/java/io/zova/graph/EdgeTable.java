package io.zova.graph;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;

import org.jspecify.annotations.Nullable;

/**
 * Puts, gets and deletes single edges, and deletes many.
 */
final class EdgeTable {

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

	private static final String FIND = """
			select e.edge_key, g.graph_key, f.node_key, t.node_key
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

	private EdgeTable() {
	}

	static void put(Connection connection, TopologyIndexes indexes, String graph, GraphEdge edge) throws SQLException {
		indexes.ensure(connection);
		Ends ends = ends(connection, graph, edge);
		long type = typeKey(connection, ends.graph, edge.type());
		long order = GraphRules.orderAfter(ends.highestOrder, 1);
		NotedChange.run(connection, (marks) -> {
			marks.mark(ends.graph, ends.from, ends.to);
			Rows.update(connection, PUT, ends.graph, ends.from, type, ends.to, order);
		});
	}

	private static Ends ends(Connection connection, String graph, GraphEdge edge) throws SQLException {
		Ends ends = Rows.first(connection, ENDS, (row) -> new Ends(row.getLong(1), end(row, 2, graph, edge.from()),
				end(row, 3, graph, edge.to()), row.getLong(4)), graph, edge.from(), edge.to());
		if (ends == null) {
			throw GraphRules.noNode(graph, edge.from());
		}
		return ends;
	}

	private static long end(ResultSet row, int column, String graph, String node) throws SQLException {
		long key = row.getLong(column);
		if (row.wasNull()) {
			throw GraphRules.noNode(graph, node);
		}
		return key;
	}

	/**
	 * The key of an edge type, which is created at its first use.
	 */
	static long typeKey(Connection connection, long graph, String name) throws SQLException {
		Long key = Rows.first(connection, TYPE_KEY, (row) -> row.getLong(1), graph, name);
		if (key == null) {
			NotedChange.run(connection, (marks) -> Rows.update(connection, PUT_TYPE, graph, name));
			key = Rows.first(connection, TYPE_KEY, (row) -> row.getLong(1), graph, name);
		}
		return GraphRules.required("key of the edge type", key);
	}

	static boolean exists(Connection connection, String graph, GraphEdge edge) throws SQLException {
		return find(connection, graph, edge) != null;
	}

	static boolean delete(Connection connection, String graph, GraphEdge edge) throws SQLException {
		Found found = find(connection, graph, edge);
		if (found != null) {
			NotedChange.run(connection, (marks) -> delete(connection, marks, found));
		}
		return found != null;
	}

	static long deleteAll(Connection connection, String graph, Collection<GraphEdge> edges) throws SQLException {
		GraphTable.key(connection, graph);
		long[] deleted = { 0 };
		NotedChange.run(connection, (marks) -> {
			for (GraphEdge edge : edges) {
				Found found = find(connection, graph, edge);
				if (found != null) {
					delete(connection, marks, found);
					deleted[0]++;
				}
			}
		});
		return deleted[0];
	}

	private static void delete(Connection connection, GraphMarks marks, Found found) throws SQLException {
		marks.mark(found.graph, found.from, found.to);
		Rows.update(connection, DELETE, found.key);
	}

	static byte[] payload(Connection connection, String graph, GraphEdge edge) throws SQLException {
		byte[] payload = Rows.first(connection, PAYLOAD, (row) -> KeyedReads.bytes(row, 1),
				required(connection, graph, edge).key);
		return GraphRules.required("payload", payload);
	}

	static void replacePayload(Connection connection, String graph, GraphEdge edge, byte[] payload)
			throws SQLException {
		long key = required(connection, graph, edge).key;
		NotedChange.run(connection, (marks) -> Rows.update(connection, SET_PAYLOAD, key, payload));
	}

	private static Found required(Connection connection, String graph, GraphEdge edge) throws SQLException {
		Found found = find(connection, graph, edge);
		if (found == null) {
			throw GraphRules.noEdge(graph, edge);
		}
		return found;
	}

	private static @Nullable Found find(Connection connection, String graph, GraphEdge edge) throws SQLException {
		return Rows.first(connection, FIND,
				(row) -> new Found(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)), graph, edge.from(),
				edge.type(), edge.to());
	}

	/**
	 * Where an edge starts and ends.
	 */
	private record Ends(long graph, long from, long to, long highestOrder) {
	}

	/**
	 * An edge there is, by its key and those around it.
	 */
	private record Found(long key, long graph, long from, long to) {
	}

}
