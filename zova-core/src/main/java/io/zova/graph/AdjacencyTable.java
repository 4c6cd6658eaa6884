package io.zova.graph;

/**
 * The statements that read the edges at a node, for each direction, with and without an
 * edge type. Each is answered in order by one of the four indexes made for it.
 *
 * <p>
 * SQLite looks at the value of a bare parameter when it chooses between indexes, and then
 * compiles the statement again whenever its values have been cleared, which takes longer
 * than running it. It does not look into expressions: that is what {@code + 0} and
 * {@code || ''} are for.
 *
 * <p>
 * Without an edge type, the index in the order of creation does not hold the types: each
 * edge costs a look into the table. The index by type holds all that is needed, in
 * another order. So few edges are read from that one and sorted here.
 *
 * <p>
 * In the texts below, {@code %1$s} is the column of the node at hand, {@code %2$s} that
 * of its neighbor.
 *
 * @param neighbors lists graph, node, type or nothing, limit: id, kind, edge type
 * @param someNeighbors the same by type, with the number of creation, the neighbor's key
 * and the edge's key behind
 * @param keyed the same with the keys of edge and node in front
 * @param page lists what comes after an edge: the same, with the number of creation
 * behind
 * @param degree counts graph, node key, type or nothing
 * @param expand lists graph key, node key, limit, type key or nothing: node key, type
 * key, id, kind
 * @param keys the same without id and kind
 * @param someKeys the same by type, with the number of creation and the edge's key behind
 */
record AdjacencyTable(String neighbors, String someNeighbors, String keyed, String page, String degree, String expand,
		String keys, String someKeys) {

	private static final String NEIGHBORS = """
			select n.node_id, n.kind, y.name
			from _zova_graphs g
			cross join _zova_graph_nodes s on s.graph_key = g.graph_key and s.node_id = ?2 || ''
			cross join _zova_graph_edges e on e.graph_key = g.graph_key and e.%1$s = s.node_key
			cross join _zova_graph_nodes n on n.node_key = e.%2$s
			left join _zova_graph_edge_types y on y.edge_type_key = e.edge_type_key
			where g.name = ?1 || ''
			order by e.created_order, e.%2$s
			limit ?3 + 0
			""";

	private static final String NEIGHBORS_OF_TYPE = """
			select n.node_id, n.kind, y.name
			from _zova_graphs g
			cross join _zova_graph_nodes s on s.graph_key = g.graph_key and s.node_id = ?2 || ''
			cross join _zova_graph_edge_types y on y.graph_key = g.graph_key and y.name = ?4 || ''
			cross join _zova_graph_edges e on e.graph_key = g.graph_key and e.%1$s = s.node_key
				and e.edge_type_key = y.edge_type_key
			cross join _zova_graph_nodes n on n.node_key = e.%2$s
			where g.name = ?1 || ''
			order by e.created_order, e.%2$s
			limit ?3 + 0
			""";

	private static final String SOME_NEIGHBORS = """
			select n.node_id, n.kind, y.name, e.created_order, e.%2$s, e.edge_key
			from _zova_graphs g
			cross join _zova_graph_nodes s on s.graph_key = g.graph_key and s.node_id = ?2 || ''
			cross join _zova_graph_edges e on e.graph_key = g.graph_key and e.%1$s = s.node_key
			cross join _zova_graph_nodes n on n.node_key = e.%2$s
			left join _zova_graph_edge_types y on y.edge_type_key = e.edge_type_key
			where g.name = ?1 || ''
			order by e.edge_type_key, e.created_order, e.%2$s
			limit ?3 + 0
			""";

	private static final String KEYED = """
			select e.edge_key, n.node_key, n.node_id, n.kind, y.name
			from _zova_graphs g
			cross join _zova_graph_nodes s on s.graph_key = g.graph_key and s.node_id = ?2 || ''
			cross join _zova_graph_edges e on e.graph_key = g.graph_key and e.%1$s = s.node_key
			cross join _zova_graph_nodes n on n.node_key = e.%2$s
			left join _zova_graph_edge_types y on y.edge_type_key = e.edge_type_key
			where g.name = ?1 || ''
			order by e.created_order, n.node_id, n.node_key
			limit ?3 + 0
			""";

	private static final String KEYED_OF_TYPE = """
			select e.edge_key, n.node_key, n.node_id, n.kind, y.name
			from _zova_graphs g
			cross join _zova_graph_nodes s on s.graph_key = g.graph_key and s.node_id = ?2 || ''
			cross join _zova_graph_edge_types y on y.graph_key = g.graph_key and y.name = ?4 || ''
			cross join _zova_graph_edges e on e.graph_key = g.graph_key and e.%1$s = s.node_key
				and e.edge_type_key = y.edge_type_key
			cross join _zova_graph_nodes n on n.node_key = e.%2$s
			where g.name = ?1 || ''
			order by e.created_order, n.node_id, n.node_key
			limit ?3 + 0
			""";

	private static final String PAGE = """
			select e.edge_key, n.node_key, n.node_id, n.kind, y.name, e.created_order
			from _zova_graphs g
			cross join _zova_graph_nodes s on s.graph_key = g.graph_key and s.node_id = ?2 || ''
			cross join _zova_graph_edges e on e.graph_key = g.graph_key and e.%1$s = s.node_key
			cross join _zova_graph_nodes n on n.node_key = e.%2$s
			left join _zova_graph_edge_types y on y.edge_type_key = e.edge_type_key
			where g.name = ?1 || ''
				and (e.created_order, e.%2$s, e.edge_key) > (?5 + 0, ?6 + 0, ?7 + 0)
			order by e.created_order, e.%2$s, e.edge_key
			limit ?3 + 0
			""";

	private static final String PAGE_OF_TYPE = """
			select e.edge_key, n.node_key, n.node_id, n.kind, y.name, e.created_order
			from _zova_graphs g
			cross join _zova_graph_nodes s on s.graph_key = g.graph_key and s.node_id = ?2 || ''
			cross join _zova_graph_edge_types y on y.graph_key = g.graph_key and y.name = ?4 || ''
			cross join _zova_graph_edges e on e.graph_key = g.graph_key and e.%1$s = s.node_key
				and e.edge_type_key = y.edge_type_key
			cross join _zova_graph_nodes n on n.node_key = e.%2$s
			where g.name = ?1 || ''
				and (e.created_order, e.%2$s, e.edge_key) > (?5 + 0, ?6 + 0, ?7 + 0)
			order by e.created_order, e.%2$s, e.edge_key
			limit ?3 + 0
			""";

	private static final String DEGREE = """
			select count(*) from _zova_graph_edges where graph_key = ?1 + 0 and %1$s = ?2 + 0
			""";

	private static final String DEGREE_OF_TYPE = """
			select count(*) from _zova_graph_edges
			where graph_key = ?1 + 0 and %1$s = ?2 + 0 and edge_type_key = (
				select edge_type_key from _zova_graph_edge_types where graph_key = ?1 + 0 and name = ?3)
			""";

	private static final String EXPAND = """
			select e.%2$s, e.edge_type_key, n.node_id, n.kind
			from _zova_graph_edges e
			cross join _zova_graph_nodes n on n.node_key = e.%2$s
			where e.graph_key = ?1 + 0 and e.%1$s = ?2 + 0
			order by e.created_order, e.%2$s
			limit ?3 + 0
			""";

	private static final String EXPAND_OF_TYPE = """
			select e.%2$s, e.edge_type_key, n.node_id, n.kind
			from _zova_graph_edges e
			cross join _zova_graph_nodes n on n.node_key = e.%2$s
			where e.graph_key = ?1 + 0 and e.%1$s = ?2 + 0 and e.edge_type_key = ?4 + 0
			order by e.created_order, e.%2$s
			limit ?3 + 0
			""";

	private static final String KEYS = """
			select e.%2$s, e.edge_type_key
			from _zova_graph_edges e
			where e.graph_key = ?1 + 0 and e.%1$s = ?2 + 0
			order by e.created_order, e.%2$s
			limit ?3 + 0
			""";

	private static final String KEYS_OF_TYPE = """
			select e.%2$s, e.edge_type_key
			from _zova_graph_edges e
			where e.graph_key = ?1 + 0 and e.%1$s = ?2 + 0 and e.edge_type_key = ?4 + 0
			order by e.created_order, e.%2$s
			limit ?3 + 0
			""";

	private static final String SOME_KEYS = """
			select e.%2$s, e.edge_type_key, e.created_order, e.edge_key
			from _zova_graph_edges e
			where e.graph_key = ?1 + 0 and e.%1$s = ?2 + 0
			order by e.edge_type_key, e.created_order, e.%2$s
			limit ?3 + 0
			""";

	private static final AdjacencyTable OUTGOING = any("from_node_key", "to_node_key");

	private static final AdjacencyTable INCOMING = any("to_node_key", "from_node_key");

	private static final AdjacencyTable OUTGOING_OF_TYPE = ofType("from_node_key", "to_node_key");

	private static final AdjacencyTable INCOMING_OF_TYPE = ofType("to_node_key", "from_node_key");

	private static AdjacencyTable any(String near, String far) {
		return new AdjacencyTable(NEIGHBORS, SOME_NEIGHBORS, KEYED, PAGE, DEGREE, EXPAND, KEYS, SOME_KEYS).at(near,
				far);
	}

	private static AdjacencyTable ofType(String near, String far) {
		// Edges of one type lie in the order of creation: some of them are no cheaper.
		return new AdjacencyTable(NEIGHBORS_OF_TYPE, NEIGHBORS_OF_TYPE, KEYED_OF_TYPE, PAGE_OF_TYPE, DEGREE_OF_TYPE,
				EXPAND_OF_TYPE, KEYS_OF_TYPE, KEYS_OF_TYPE)
			.at(near, far);
	}

	private AdjacencyTable at(String near, String far) {
		return new AdjacencyTable(this.neighbors.formatted(near, far), this.someNeighbors.formatted(near, far),
				this.keyed.formatted(near, far), this.page.formatted(near, far), this.degree.formatted(near, far),
				this.expand.formatted(near, far), this.keys.formatted(near, far), this.someKeys.formatted(near, far));
	}

	static AdjacencyTable of(Direction direction, boolean typed) {
		return switch (direction) {
			case OUTGOING -> typed ? OUTGOING_OF_TYPE : OUTGOING;
			case INCOMING -> typed ? INCOMING_OF_TYPE : INCOMING;
		};
	}

}
