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

	static final String TYPE_KEY = """
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

	static final String HIGHEST_KEY = "select coalesce(max(edge_key), 0) from _zova_graph_edges";

	static final String HIGHEST_ORDER = """
			select coalesce(max(created_order), 0) from _zova_graph_edges where graph_key = ?1
			""";

	static final String KEY = """
			select edge_key from _zova_graph_edges
			where from_node_key = ?1 and edge_type_key = ?2 and to_node_key = ?3
			""";

	static final String KEYS_OF_MANY = """
			select u.c4, e.edge_key from zova_unpacked(?2) u cross join _zova_graph_edges e
				on e.from_node_key = u.c1 and e.edge_type_key = u.c2 and e.to_node_key = u.c3
			where ?1 = 0
			""";

	/** Read from the index over just these columns. */
	static final String KEYS_OF_ALL = """
			select from_node_key, edge_type_key, to_node_key, edge_key from _zova_graph_edges
			order by from_node_key, edge_type_key, to_node_key
			""";

	static final String COUNT_AT_MOST = """
			select count(*) from (select 1 from _zova_graph_edges limit ?1 + 1)
			""";

	static final String PUT_KEYED = """
			insert into _zova_graph_edges(edge_key, graph_key, from_node_key, edge_type_key, to_node_key,
				created_order)
			values (?1, ?2, ?3, ?4, ?5, ?6)
			""";

	static final String PUT_MANY = """
			insert into _zova_graph_edges(edge_key, graph_key, from_node_key, edge_type_key, to_node_key,
				created_order)
			select c1, c2, c3, c4, c5, c6 from zova_unpacked(?1)
			""";

	/** Tables and triggers that mention edges, which those of Zova do not. */
	static final String DEPENDENTS = """
			select 1 where exists (select 1 from sqlite_schema
					where type in ('table', 'trigger') and name <> '_zova_graph_edges'
						and instr(lower(sql), '_zova_graph_edges') > 0)
				or exists (select 1 from sqlite_temp_schema
					where type = 'trigger' and instr(lower(sql), '_zova_graph_edges') > 0)
			""";

	static final String TYPE_NAME = "select name from _zova_graph_edge_types where edge_type_key = ?1";

	static final String PUT_TYPE_OF_FIRST = """
			insert into _zova_graph_edge_types(edge_type_key, graph_key, name) values (?1, 1, ?2)
			""";

	static final String PUT_OF_FIRST = """
			insert into _zova_graph_edges(edge_key, graph_key, from_node_key, edge_type_key, to_node_key,
				created_order, payload)
			values (?1, 1, ?2, ?3, ?4, ?1, ?5)
			""";

	static final String PUT_MANY_OF_FIRST = """
			insert into _zova_graph_edges(edge_key, graph_key, from_node_key, edge_type_key, to_node_key,
				created_order, payload)
			select c1, 1, c2, c3, c4, c1, c5 from zova_unpacked(?1)
			""";

	static final String COUNT = "select count(*) from _zova_graph_edges where graph_key = ?1";

	static final String TYPES = "select edge_type_key, name from _zova_graph_edge_types where graph_key = ?1";

	static final String OUTGOING = """
			select from_node_key, edge_type_key, created_order, to_node_key from _zova_graph_edges
			where graph_key = ?1 and from_node_key between ?2 and ?3
			order by from_node_key, edge_type_key, created_order, to_node_key
			""";

	static final String INCOMING = """
			select to_node_key, edge_type_key, created_order, from_node_key from _zova_graph_edges
			where graph_key = ?1 and to_node_key between ?2 and ?3
			order by to_node_key, edge_type_key, created_order, from_node_key
			""";

	static final String PAGE = """
			select e.edge_key, e.from_node_key, y.name, e.to_node_key, e.created_order
			from _zova_graph_edges e left join _zova_graph_edge_types y on y.edge_type_key = e.edge_type_key
			where e.graph_key = ?1 and (e.created_order, e.edge_key) > (?2, ?3)
			order by e.created_order, e.edge_key
			limit ?4 + 0
			""";

	static final String BY_KEY = """
			select e.from_node_key, y.name, e.to_node_key, e.created_order
			from _zova_graph_edges e left join _zova_graph_edge_types y on y.edge_type_key = e.edge_type_key
			where e.edge_key = ?1 and e.graph_key = ?2
			""";

	static final String PAYLOAD_OF_GRAPH = """
			select payload from _zova_graph_edges where edge_key = ?1 and graph_key = ?2
			""";

	static final String SET_PAYLOAD_OF_GRAPH = """
			update _zova_graph_edges set payload = ?3 where edge_key = ?1 and graph_key = ?2
			""";

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
