package io.zova.migration;

import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import io.zova.format.ZovaSchema;

/**
 * Graphs, nodes and edges that were named by names get keys, and each type of edges a row
 * of its own. The orders of creation are kept, and with them every order in which graphs
 * are read.
 */
final class GraphUpgrade {

	private static final String GRAPHS = """
			select rowid, cast(name as blob), created_order
			from _zova_graphs
			order by created_order, name""";

	private static final String INSERT_GRAPH = """
			insert into _zova_graphs(graph_key, name, created_order)
			values (?, cast(? as text), ?)""";

	private static final String NODES = """
			select g.rowid, cast(n.node_id as blob), cast(n.kind as blob), n.target_type,
				cast(n.target_namespace as blob), cast(n.target_ref as blob), n.created_order
			from _zova_graph_nodes n
			join _zova_graphs g on g.name = n.graph_name
			order by g.created_order, g.name, n.created_order, n.node_id""";

	private static final String INSERT_NODE = """
			insert into _zova_graph_nodes(
				graph_key, node_id, kind, target_type, target_namespace, target_ref, created_order)
			values (?, cast(? as text), cast(? as text), ?, cast(? as text), cast(? as text), ?)""";

	private static final String EDGES = """
			select null, g.rowid, cast(e.from_node_id as blob), cast(e.edge_type as blob), cast(e.to_node_id as blob),
				e.created_order
			from _zova_graph_edges e
			join _zova_graphs g on g.name = e.graph_name
			order by g.created_order, g.name, e.created_order, e.rowid""";

	private static final String INSERT_EDGE = """
			insert into _zova_graph_edges(edge_key, graph_key, from_node_key, edge_type_key, to_node_key, created_order)
			values (?1, ?2,
				(select node_key from _zova_graph_nodes where graph_key = ?2 and node_id = cast(?3 as text)), ?4,
				(select node_key from _zova_graph_nodes where graph_key = ?2 and node_id = cast(?5 as text)), ?6)""";

	private static final String KEYED_EDGES = """
			select edge_key, graph_key, from_node_key, cast(edge_type as blob), to_node_key, created_order
			from _zova_graph_edges
			order by graph_key, created_order, edge_key""";

	private static final String INSERT_KEYED_EDGE = """
			insert into _zova_graph_edges(edge_key, graph_key, from_node_key, edge_type_key, to_node_key, created_order)
			values (?, ?, ?, ?, ?, ?)""";

	private static final String INSERT_TYPE = """
			insert into _zova_graph_edge_types(edge_type_key, graph_key, name)
			values (?, ?, cast(? as text))""";

	private final Rows rows;

	/** From the row of a graph in the old file. */
	private final Map<Long, Long> graphKeys = new HashMap<>();

	/** Those of one graph. */
	private final Map<ByteBuffer, Long> typeKeys = new HashMap<>();

	private long graphOfTypes;

	private long lastTypeKey;

	private long lastEdgeKey;

	GraphUpgrade(Rows rows) {
		this.rows = rows;
	}

	/**
	 * Makes the tables of graphs for a file that has none.
	 * @throws SQLException if SQLite failed
	 */
	void create() throws SQLException {
		this.rows.execute(ZovaSchema.GRAPHS.sql());
		this.rows.execute(ZovaSchema.GRAPH_NODES.sql());
		createEdges();
	}

	private void createEdges() throws SQLException {
		this.rows.execute(ZovaSchema.GRAPH_EDGE_TYPES.sql());
		this.rows.execute(ZovaSchema.GRAPH_EDGES.sql());
	}

	/**
	 * Makes the tables of graphs anew from those of the formats 4 to 7.
	 * @throws SQLException if SQLite failed
	 */
	void rebuild() throws SQLException {
		create();
		this.rows.requireTypes("_zova_graphs", "name", "'text'", "created_order", "'integer'");
		this.rows.requireTypes("_zova_graph_nodes", "node_id", "'text'", "kind", "'text'", "target_namespace",
				"'text', 'null'", "target_ref", "'text', 'null'", "created_order", "'integer'");
		this.rows.requireTypes("_zova_graph_edges", "edge_type", "'text'", "created_order", "'integer'");
		this.rows.carry(GRAPHS, INSERT_GRAPH, this::graph);
		this.rows.carry(NODES, INSERT_NODE, this::node);
		this.rows.carry(EDGES, INSERT_EDGE, this::edge);
	}

	/**
	 * Makes the table of edges anew from that of format 8, whose keys stay.
	 * @throws SQLException if SQLite failed
	 */
	void rebuildEdges() throws SQLException {
		createEdges();
		this.rows.requireTypes("_zova_graph_edges", "graph_key", "'integer'", "from_node_key", "'integer'", "edge_type",
				"'text'", "to_node_key", "'integer'", "created_order", "'integer'");
		this.rows.carry(KEYED_EDGES, INSERT_KEYED_EDGE, this::keyedEdge);
	}

	/**
	 * Makes the indexes that are not there.
	 * @throws SQLException if SQLite failed
	 */
	void addIndexes() throws SQLException {
		for (var object : ZovaSchema.objects()) {
			if (object.kind().equals("index")) {
				this.rows.execute(object.sql().replaceFirst(" index ", " index if not exists "));
			}
		}
	}

	private void graph(ResultSet row, PreparedStatement target) throws SQLException {
		long key = this.graphKeys.size() + 1L;
		this.graphKeys.put(row.getLong(1), key);
		target.setLong(1, key);
		target.setBytes(2, row.getBytes(2));
		target.setLong(3, row.getLong(3));
	}

	private void node(ResultSet row, PreparedStatement target) throws SQLException {
		target.setLong(1, graphKey(row.getLong(1)));
		target.setBytes(2, row.getBytes(2));
		target.setBytes(3, row.getBytes(3));
		target.setString(4, row.getString(4));
		target.setBytes(5, row.getBytes(5));
		target.setBytes(6, row.getBytes(6));
		target.setLong(7, row.getLong(7));
	}

	private void edge(ResultSet row, PreparedStatement target) throws SQLException {
		long graph = graphKey(row.getLong(2));
		target.setLong(1, ++this.lastEdgeKey);
		target.setLong(2, graph);
		target.setBytes(3, row.getBytes(3));
		target.setLong(4, typeKey(graph, row.getBytes(4)));
		target.setBytes(5, row.getBytes(5));
		target.setLong(6, row.getLong(6));
	}

	private void keyedEdge(ResultSet row, PreparedStatement target) throws SQLException {
		target.setLong(1, row.getLong(1));
		target.setLong(2, row.getLong(2));
		target.setLong(3, row.getLong(3));
		target.setLong(4, typeKey(row.getLong(2), row.getBytes(4)));
		target.setLong(5, row.getLong(5));
		target.setLong(6, row.getLong(6));
	}

	private long graphKey(long row) {
		return this.graphKeys.getOrDefault(row, 0L);
	}

	private long typeKey(long graph, byte[] name) throws SQLException {
		if (graph != this.graphOfTypes) {
			this.typeKeys.clear();
			this.graphOfTypes = graph;
		}
		Long known = this.typeKeys.get(ByteBuffer.wrap(name));
		if (known != null) {
			return known;
		}
		long key = ++this.lastTypeKey;
		this.rows.insert(INSERT_TYPE, key, graph, name);
		this.typeKeys.put(ByteBuffer.wrap(name), key);
		return key;
	}

}
