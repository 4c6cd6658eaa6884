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
record AdjacencySql(String neighbors, String someNeighbors, String keyed, String page, String degree, String expand,
		String keys, String someKeys) {

	private static final String NEIGHBORS = """
			select n.node_id, n.kind, y.name
			from _zova_graphs g
			cross join _zova_graph_nodes s on s.graph_key = g.graph_key and s.node_id = ?2 || ''
			cross join _zova_graph_edges e on e.graph_key = g.graph_key and e.NEAR_node_key = s.node_key
			cross join _zova_graph_nodes n on n.node_key = e.FAR_node_key
			left join _zova_graph_edge_types y on y.edge_type_key = e.edge_type_key
			where g.name = ?1 || ''
			order by e.created_order, e.FAR_node_key
			limit ?3 + 0
			""";

	private static final String NEIGHBORS_OF_TYPE = """
			select n.node_id, n.kind, y.name
			from _zova_graphs g
			cross join _zova_graph_nodes s on s.graph_key = g.graph_key and s.node_id = ?2 || ''
			cross join _zova_graph_edge_types y on y.graph_key = g.graph_key and y.name = ?4 || ''
			cross join _zova_graph_edges e on e.graph_key = g.graph_key and e.NEAR_node_key = s.node_key
				and e.edge_type_key = y.edge_type_key
			cross join _zova_graph_nodes n on n.node_key = e.FAR_node_key
			where g.name = ?1 || ''
			order by e.created_order, e.FAR_node_key
			limit ?3 + 0
			""";

	private static final String DEGREE = """
			select count(*) from _zova_graph_edges where graph_key = ?1 + 0 and NEAR_node_key = ?2 + 0
			""";

	private static final String DEGREE_OF_TYPE = """
			select count(*) from _zova_graph_edges
			where graph_key = ?1 + 0 and NEAR_node_key = ?2 + 0 and edge_type_key = (
				select edge_type_key from _zova_graph_edge_types where graph_key = ?1 + 0 and name = ?3)
			""";

	private static final String EXPAND = """
			select e.FAR_node_key, e.edge_type_key, n.node_id, n.kind
			from _zova_graph_edges e
			cross join _zova_graph_nodes n on n.node_key = e.FAR_node_key
			where e.graph_key = ?1 + 0 and e.NEAR_node_key = ?2 + 0
			order by e.created_order, e.FAR_node_key
			limit ?3 + 0
			""";

	private static final String EXPAND_OF_TYPE = """
			select e.FAR_node_key, e.edge_type_key, n.node_id, n.kind
			from _zova_graph_edges e
			cross join _zova_graph_nodes n on n.node_key = e.FAR_node_key
			where e.graph_key = ?1 + 0 and e.NEAR_node_key = ?2 + 0 and e.edge_type_key = ?4 + 0
			order by e.created_order, e.FAR_node_key
			limit ?3 + 0
			""";

	private static final String AFTER = """
			and (e.created_order, e.FAR_node_key, e.edge_key) > (?5 + 0, ?6 + 0, ?7 + 0)
			order by e.created_order, e.FAR_node_key, e.edge_key
			""";

	private static final String BY_CREATION = "order by e.created_order, e.FAR_node_key";

	private static final String BY_TYPE = "order by e.edge_type_key, e.created_order, e.FAR_node_key";

	private static final AdjacencySql OUTGOING = of(NEIGHBORS, DEGREE, EXPAND, "from", "to");

	private static final AdjacencySql INCOMING = of(NEIGHBORS, DEGREE, EXPAND, "to", "from");

	private static final AdjacencySql OUTGOING_OF_TYPE = of(NEIGHBORS_OF_TYPE, DEGREE_OF_TYPE, EXPAND_OF_TYPE, "from",
			"to");

	private static final AdjacencySql INCOMING_OF_TYPE = of(NEIGHBORS_OF_TYPE, DEGREE_OF_TYPE, EXPAND_OF_TYPE, "to",
			"from");

	private static AdjacencySql of(String neighbors, String degree, String expand, String near, String far) {
		String listed = directed(neighbors, near, far);
		String some = neighbors.replace("y.name\n", "y.name, e.created_order, e.FAR_node_key, e.edge_key\n")
			.replace(BY_CREATION, BY_TYPE);
		String page = neighbors.replace("select n.node_id", "select e.edge_key, n.node_key, n.node_id")
			.replace("y.name\n", "y.name, e.created_order\n")
			.replace(BY_CREATION + "\n", AFTER);
		String keys = expand.replace(", n.node_id, n.kind", "")
			.replace("cross join _zova_graph_nodes n on n.node_key = e.FAR_node_key\n", "");
		String someKeys = keys.replace("e.edge_type_key\n", "e.edge_type_key, e.created_order, e.edge_key\n")
			.replace(BY_CREATION, BY_TYPE);
		return new AdjacencySql(listed, directed(some, near, far),
				listed.replace("select n.node_id", "select e.edge_key, n.node_key, n.node_id")
					.replace(", e." + far + "_node_key\n", ", n.node_id, n.node_key\n"),
				directed(page, near, far), directed(degree, near, far), directed(expand, near, far),
				directed(keys, near, far), directed(someKeys, near, far));
	}

	private static String directed(String sql, String near, String far) {
		return sql.replace("NEAR", near).replace("FAR", far);
	}

	static AdjacencySql of(Direction direction, boolean typed) {
		return switch (direction) {
			case OUTGOING -> typed ? OUTGOING_OF_TYPE : OUTGOING;
			case INCOMING -> typed ? INCOMING_OF_TYPE : INCOMING;
		};
	}

}
