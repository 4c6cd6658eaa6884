package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Puts, gets and deletes nodes.
 */
final class NodeTable {

	private static final String GRAPH_AND_ORDER = """
			select graph_key, coalesce((select max(created_order) from _zova_graph_nodes n
				where n.graph_key = g.graph_key), 0)
			from _zova_graphs g where name = ?1
			""";

	/** The key and the place in the order of creation stay with a node that exists. */
	static final String PUT = """
			insert into _zova_graph_nodes(graph_key, node_id, kind, target_type, target_namespace, target_ref,
				created_order)
			values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
			on conflict(graph_key, node_id) do update set kind = excluded.kind, target_type = excluded.target_type,
				target_namespace = excluded.target_namespace, target_ref = excluded.target_ref
			""";

	private static final String KIND = "select kind from _zova_graph_nodes where graph_key = ?1 and node_id = ?2";

	private static final String GET = """
			select n.kind, n.target_type, n.target_namespace, n.target_ref
			from _zova_graphs g cross join _zova_graph_nodes n on n.graph_key = g.graph_key
			where g.name = ?1 and n.node_id = ?2
			""";

	private static final String DELETE = """
			delete from _zova_graph_nodes
			where graph_key = (select graph_key from _zova_graphs where name = ?1) and node_id = ?2
			""";

	private static final String DELETE_OF_GRAPH = "delete from _zova_graph_nodes where graph_key = ?1 and node_id = ?2";

	/** So many rows are handed to the driver at once. */
	private static final int ROWS_PER_CALL = 4096;

	/** So many nodes are compared with those that are there before they are put. */
	private static final int FEW = 100;

	static final String KEY_BY_NAME = """
			select n.node_key from _zova_graphs g cross join _zova_graph_nodes n on n.graph_key = g.graph_key
			where g.name = ?1 and n.node_id = ?2
			""";

	static final String IS_OF_GRAPH = """
			select 1 from _zova_graph_nodes where node_key = ?1 and graph_key = ?2
			""";

	static final String TARGETS = """
			select node_id, kind, target_type, target_namespace, target_ref from _zova_graph_nodes
			where graph_key = ?1 and target_type in ('object', 'object_chunk', 'vector', 'record')
			order by created_order, node_key
			""";

	static final String START = """
			select node_key, kind, target_type from _zova_graph_nodes where graph_key = ?1 and node_id = ?2
			""";

	/** Keys in ascending order are found page by page. */
	static final String CARDS = """
			select n.node_key, n.node_id, n.kind
			from json_each(?1) k cross join _zova_graph_nodes n on n.node_key = k.value
			""";

	static final String PUT_OF_FIRST = """
			insert into _zova_graph_nodes(node_key, graph_key, node_id, kind, target_type, target_namespace,
				target_ref, created_order)
			values (?1, 1, ?2, ?3, ?4, ?5, ?6, ?1)
			""";

	static final String PUT_MANY_OF_FIRST = """
			insert into _zova_graph_nodes(node_key, graph_key, node_id, kind, target_type, target_namespace,
				target_ref, created_order)
			select c1, 1, c2, c3, c4, c5, c6, c1 from zova_unpacked(?1)
			""";

	static final String COUNT = "select count(*) from _zova_graph_nodes where graph_key = ?1";

	static final String ROWS = """
			select node_key, node_id, kind, target_type from _zova_graph_nodes
			where graph_key = ?1 and node_key between ?2 and ?3 order by node_key
			""";

	static final String PAGE = """
			select node_key, node_id, kind, created_order from _zova_graph_nodes
			where graph_key = ?1 and (created_order, node_key) > (?2, ?3)
			order by created_order, node_key
			limit ?4 + 0
			""";

	static final String BY_KEY = """
			select node_id, kind, created_order from _zova_graph_nodes where node_key = ?1 and graph_key = ?2
			""";

	static final String PUT_MANY = """
			insert into _zova_graph_nodes(graph_key, node_id, kind, target_type, target_namespace, target_ref,
				created_order)
			select c1, c2, c3, c4, c5, c6, c7 from zova_unpacked(?1) where true
			on conflict(graph_key, node_id) do update set kind = excluded.kind, target_type = excluded.target_type,
				target_namespace = excluded.target_namespace, target_ref = excluded.target_ref
			""";

	static final String KEY = "select node_key from _zova_graph_nodes where graph_key = ?1 and node_id = ?2";

	static final String KEYS_OF_MANY = """
			select u.c2, n.node_key
			from zova_unpacked(?2) u cross join _zova_graph_nodes n on n.graph_key = ?1 and n.node_id = u.c1
			""";

	private NodeTable() {
	}

	static void put(Connection connection, String name, GraphNode node) throws SQLException {
		GraphRules.node(node);
		GraphRows graph = graphRows(connection, name);
		NotedChange.run(connection, (marks) -> {
			mark(connection, marks, graph.key, List.of(node));
			try (PreparedStatement put = connection.prepareStatement(PUT)) {
				bind(put, graph.key, node, graph.nextOrder(1));
				put.executeUpdate();
			}
		});
	}

	/**
	 * Marks a graph if its neighbors will look different: no node is listed because it is
	 * new, but those that get another kind are.
	 */
	private static void mark(Connection connection, GraphMarks marks, long graph, Collection<GraphNode> nodes)
			throws SQLException {
		if (marks.markIfNotRead(graph)) {
			return;
		}
		if (nodes.size() > FEW) {
			marks.markGraph(graph);
			return;
		}
		Map<String, String> kinds = new HashMap<>();
		for (GraphNode node : nodes) {
			String before = kinds.put(node.id(), node.kind());
			if (before == null) {
				before = Rows.first(connection, KIND, (row) -> row.getString(1), graph, node.id());
			}
			if (before != null && !before.equals(node.kind())) {
				marks.markGraph(graph);
				return;
			}
		}
	}

	static GraphRows putAll(Connection connection, String name, Collection<GraphNode> nodes) throws SQLException {
		GraphRows graph = checked(connection, name, nodes);
		NotedChange.run(connection, (marks) -> {
			mark(connection, marks, graph.key, nodes);
			write(connection, graph, nodes);
		});
		return graph;
	}

	private static void write(Connection connection, GraphRows graph, Collection<GraphNode> nodes) throws SQLException {
		if (NodeBatch.isWorthwhile(connection, nodes)) {
			NodeBatch.put(connection, graph, nodes);
			return;
		}
		try (PreparedStatement put = connection.prepareStatement(PUT)) {
			int waiting = 0;
			for (GraphNode node : nodes) {
				bind(put, graph.key, node, graph.take());
				put.addBatch();
				if (++waiting == ROWS_PER_CALL) {
					put.executeBatch();
					waiting = 0;
				}
			}
			put.executeBatch();
		}
	}

	static List<Long> putAllKeyed(Connection connection, String name, Collection<GraphNode> nodes) throws SQLException {
		NodeKeys found = new NodeKeys(name, putAll(connection, name, nodes).key);
		int[] places = new int[nodes.size()];
		int row = 0;
		for (GraphNode node : nodes) {
			places[row++] = found.add(node.id());
		}
		found.resolve(connection);
		List<Long> keys = new ArrayList<>(places.length);
		for (int place : places) {
			keys.add(found.key(place));
		}
		return keys;
	}

	/**
	 * Checks every row and finds the graph, in the order in which callers are told about
	 * mistakes: those of the first row, that there is no such graph, those of other rows.
	 */
	private static GraphRows checked(Connection connection, String name, Collection<GraphNode> nodes)
			throws SQLException {
		GraphRules.node(nodes.iterator().next());
		GraphRows graph = graphRows(connection, name);
		nodes.forEach(GraphRules::node);
		graph.nextOrder(nodes.size());
		return graph;
	}

	private static GraphRows graphRows(Connection connection, String name) throws SQLException {
		GraphRows graph = Rows.first(connection, GRAPH_AND_ORDER,
				(row) -> new GraphRows(row.getLong(1), row.getLong(2)), name);
		if (graph == null) {
			throw GraphRules.noGraph(name);
		}
		return graph;
	}

	static void bind(PreparedStatement put, long graph, GraphNode node, long order) throws SQLException {
		NodeTarget target = node.target();
		put.setLong(1, graph);
		put.setString(2, node.id());
		put.setString(3, node.kind());
		put.setString(4, target.type().text());
		put.setString(5, target.namespace());
		put.setString(6, target.ref());
		put.setLong(7, order);
	}

	static @Nullable GraphNode get(Connection connection, String graph, String id) throws SQLException {
		return Rows.first(connection, GET, (row) -> new GraphNode(id, row.getString(1), target(row, 2)), graph, id);
	}

	/**
	 * Reads a target from three columns.
	 */
	static NodeTarget target(ResultSet row, int column) throws SQLException {
		TargetType type = TargetType.ofText(row.getString(column));
		String namespace = row.getString(column + 1);
		String ref = row.getString(column + 2);
		return (type == TargetType.NONE && namespace == null && ref == null) ? NodeTarget.NONE
				: new NodeTarget(type, namespace, ref);
	}

	static boolean exists(Connection connection, String graph, String id) throws SQLException {
		return Rows.any(connection, GET, graph, id);
	}

	static boolean delete(Connection connection, String graph, String id) throws SQLException {
		return Rows.update(connection, DELETE, graph, id) > 0;
	}

	static long deleteAll(Connection connection, String graph, Collection<String> ids) throws SQLException {
		long key = GraphTable.key(connection, graph);
		long deleted = 0;
		try (PreparedStatement delete = connection.prepareStatement(DELETE_OF_GRAPH)) {
			for (String id : ids) {
				delete.setLong(1, key);
				delete.setString(2, id);
				deleted += delete.executeUpdate();
			}
		}
		return deleted;
	}

	/**
	 * A graph that gets rows, and the numbers they get.
	 */
	static final class GraphRows {

		private final long key;

		private final long highestOrder;

		private long next;

		GraphRows(long key, long highestOrder) {
			this.key = key;
			this.highestOrder = highestOrder;
		}

		long nextOrder(long count) {
			this.next = GraphRules.orderAfter(this.highestOrder, count);
			return this.next;
		}

		long key() {
			return this.key;
		}

		long take() {
			return this.next++;
		}

	}

}
