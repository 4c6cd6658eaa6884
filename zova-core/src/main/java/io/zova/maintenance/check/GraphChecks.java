package io.zova.maintenance.check;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaStatus;
import io.zova.format.StoreRole;

/**
 * Looks at every graph, node and edge: their names, what they refer to, and whether that
 * is there.
 */
final class GraphChecks {

	private static final String GRAPHS = "select name from graphs._zova_graphs order by name";

	private static final String NODES = """
			select g.graph_key, g.name, n.node_id, n.kind, n.target_type, n.target_namespace, n.target_ref,
				case n.target_type
					when 'object' then OBJECT_FOUND
					when 'object_chunk' then CHUNK_FOUND
					when 'vector' then VECTOR_FOUND
					else 1
				end
			from graphs._zova_graph_nodes n left join graphs._zova_graphs g on g.graph_key = n.graph_key
			order by g.name, n.node_id""";

	private static final String OBJECT_FOUND = """
			exists (select 1 from objects._zova_objects o where o.object_id = unhex(n.target_ref))""";

	private static final String CHUNK_FOUND = """
			exists (select 1 from objects._zova_chunks c where c.chunk_hash = unhex(n.target_ref))""";

	private static final String VECTOR_FOUND = """
			exists (select 1 from vectors._zova_vectors v
				join vectors._zova_vector_collections c on c.collection_key = v.collection_key
				where c.name = n.target_namespace and v.vector_id = n.target_ref)""";

	private static final String EDGE_TYPES = """
			select g.name, t.name, g.graph_key is null
			from graphs._zova_graph_edge_types t left join graphs._zova_graphs g on g.graph_key = t.graph_key
			order by g.name, t.name""";

	/** Only those with something wrong. */
	private static final String EDGES = """
			select g.name, f.node_id, o.node_id, t.name, g.graph_key is null, f.node_key is null,
				o.node_key is null, t.edge_type_key is null, typeof(e.payload) <> 'blob'
			from graphs._zova_graph_edges e
				left join graphs._zova_graphs g on g.graph_key = e.graph_key
				left join graphs._zova_graph_nodes f
					on f.node_key = e.from_node_key and f.graph_key = e.graph_key
				left join graphs._zova_graph_nodes o
					on o.node_key = e.to_node_key and o.graph_key = e.graph_key
				left join graphs._zova_graph_edge_types t
					on t.edge_type_key = e.edge_type_key and t.graph_key = e.graph_key
			where g.graph_key is null or f.node_key is null or o.node_key is null or t.edge_type_key is null
				or typeof(e.payload) <> 'blob'
			order by e.edge_key""";

	private final Inspection inspection;

	private final Findings findings;

	private long graphs;

	private long nodes;

	private long edges;

	GraphChecks(Inspection inspection) {
		this.inspection = inspection;
		this.findings = inspection.findings();
	}

	void run() throws SQLException {
		Watch watch = this.inspection.watch();
		watch.begin(CheckStep.GRAPHS, this.inspection.total("select count(*) from graphs._zova_graph_nodes"));
		this.inspection.each(GRAPHS, this::graph);
		this.inspection.eachWatched(nodeQuery(), this::node);
		this.inspection.each(EDGE_TYPES, this::edgeType);
		this.inspection.each(EDGES, this::edge);
		this.edges = this.inspection.number("select count(*) from graphs._zova_graph_edges");
		watch.end();
	}

	long graphs() {
		return this.graphs;
	}

	long nodes() {
		return this.nodes;
	}

	long edges() {
		return this.edges;
	}

	/** What a node stands for in a store that is missing is not missed. */
	private String nodeQuery() {
		boolean objects = this.inspection.schemas().has(StoreRole.OBJECTS);
		boolean vectors = this.inspection.schemas().has(StoreRole.VECTORS);
		return NODES.replace("OBJECT_FOUND", objects ? OBJECT_FOUND : "1")
			.replace("CHUNK_FOUND", objects ? CHUNK_FOUND : "1")
			.replace("VECTOR_FOUND", vectors ? VECTOR_FOUND : "1");
	}

	private void graph(ResultSet row) throws SQLException {
		this.graphs++;
		byte[] name = this.inspection.utf8(row, 1);
		if (!NameRules.isGraphName(name)) {
			this.findings.add(FindingKind.GRAPH_NAME_INVALID, ZovaStatus.GRAPH_INVALID, Locator.GRAPH,
					NameRules.shown(name));
		}
	}

	private void node(ResultSet row) throws SQLException {
		this.nodes++;
		row.getLong(1);
		Node node = new Node(row.wasNull() ? null : row.getString(2), this.inspection.utf8(row, 3));
		if (node.graph == null) {
			found(FindingKind.NODE_GRAPH_MISSING, ZovaStatus.GRAPH_NOT_FOUND, node);
		}
		if (!NameRules.isNodeId(node.id)) {
			found(FindingKind.NODE_ID_INVALID, ZovaStatus.GRAPH_INVALID, node);
		}
		if (!NameRules.isGraphName(this.inspection.utf8(row, 4))) {
			found(FindingKind.NODE_KIND_INVALID, ZovaStatus.GRAPH_INVALID, node);
		}
		String type = row.getString(5);
		if (!NameRules.isTargetType(type)) {
			found(FindingKind.NODE_TARGET_TYPE_INVALID, ZovaStatus.GRAPH_INVALID, node);
		}
		byte[] namespace = this.inspection.utf8(row, 6);
		byte[] ref = this.inspection.utf8(row, 7);
		if (namespace != null && !NameRules.isText(namespace)) {
			found(FindingKind.NODE_TARGET_NAMESPACE_INVALID, ZovaStatus.GRAPH_INVALID, node);
		}
		if (ref != null && !NameRules.isText(ref)) {
			found(FindingKind.NODE_TARGET_REF_INVALID, ZovaStatus.GRAPH_INVALID, node);
		}
		if (row.getLong(8) == 0) {
			target(String.valueOf(type), ref, node);
		}
	}

	private void target(String type, byte @Nullable [] ref, Node node) {
		boolean invalid = ref != null && !NameRules.isHash(ref);
		switch (type) {
			case "object" ->
				found(invalid ? FindingKind.NODE_OBJECT_TARGET_INVALID : FindingKind.NODE_OBJECT_TARGET_MISSING,
						invalid ? ZovaStatus.GRAPH_INVALID : ZovaStatus.OBJECT_NOT_FOUND, node);
			case "object_chunk" ->
				found(invalid ? FindingKind.NODE_CHUNK_TARGET_INVALID : FindingKind.NODE_CHUNK_TARGET_MISSING,
						invalid ? ZovaStatus.GRAPH_INVALID : ZovaStatus.OBJECT_CHUNK_NOT_FOUND, node);
			default -> found(FindingKind.NODE_VECTOR_TARGET_MISSING, ZovaStatus.VECTOR_NOT_FOUND, node);
		}
	}

	private void edgeType(ResultSet row) throws SQLException {
		byte[] name = this.inspection.utf8(row, 2);
		String graph = String.valueOf(row.getString(1));
		boolean graphMissing = row.getLong(3) != 0;
		if (graphMissing) {
			this.findings.add(FindingKind.EDGE_TYPE_GRAPH_MISSING, ZovaStatus.GRAPH_NOT_FOUND, Locator.EDGE_TYPE,
					NameRules.shown(name));
		}
		if (!NameRules.isGraphName(name)) {
			Finding finding = new Finding(FindingKind.EDGE_TYPE_INVALID, Findings.name(ZovaStatus.GRAPH_INVALID),
					graphMissing ? Map.of() : Map.of(Locator.GRAPH, graph));
			this.findings.add(finding.at(Locator.EDGE_TYPE, NameRules.shown(name)));
		}
	}

	private void edge(ResultSet row) throws SQLException {
		this.inspection.watch().row();
		Edge edge = new Edge(row.getString(1), row.getString(2), row.getString(3), row.getString(4));
		if (row.getLong(5) != 0) {
			this.findings.add(edge.finding(FindingKind.EDGE_GRAPH_MISSING, ZovaStatus.GRAPH_NOT_FOUND, null));
			return;
		}
		if (row.getLong(6) != 0) {
			this.findings
				.add(edge.finding(FindingKind.MISSING_EDGE_FROM_NODE, ZovaStatus.GRAPH_NODE_NOT_FOUND, edge.to));
		}
		if (row.getLong(7) != 0) {
			this.findings
				.add(edge.finding(FindingKind.MISSING_EDGE_TO_NODE, ZovaStatus.GRAPH_NODE_NOT_FOUND, edge.from));
		}
		if (row.getLong(8) != 0) {
			this.findings.add(edge.finding(FindingKind.MISSING_EDGE_TYPE, ZovaStatus.GRAPH_INVALID, edge.from));
		}
		if (row.getLong(9) != 0) {
			this.findings.add(edge.finding(FindingKind.EDGE_PAYLOAD_INVALID, ZovaStatus.GRAPH_INVALID, edge.from));
		}
	}

	private void found(FindingKind kind, ZovaStatus detail, Node node) {
		Map<Locator, String> graph = (node.graph != null) ? Map.of(Locator.GRAPH, node.graph) : Map.of();
		this.findings
			.add(new Finding(kind, Findings.name(detail), graph).at(Locator.NODE_ID, NameRules.shown(node.id)));
	}

	/**
	 * Where a node is.
	 */
	private static final class Node {

		private final @Nullable String graph;

		private final byte @Nullable [] id;

		Node(@Nullable String graph, byte @Nullable [] id) {
			this.graph = graph;
			this.id = id;
		}

	}

	/**
	 * Where an edge is; what is missing is {@code null}.
	 */
	private record Edge(@Nullable String graph, @Nullable String from, @Nullable String to, @Nullable String type) {

		/**
		 * The missing end of an edge is known by its key only, so that the other end is
		 * named.
		 */
		Finding finding(FindingKind kind, ZovaStatus detail, @Nullable String node) {
			Finding finding = new Finding(kind, Findings.name(detail),
					(this.graph != null) ? Map.of(Locator.GRAPH, this.graph) : Map.of());
			if (node != null) {
				finding = finding.at(Locator.NODE_ID, node);
			}
			return (this.type != null) ? finding.at(Locator.EDGE_TYPE, this.type) : finding;
		}

	}

}
