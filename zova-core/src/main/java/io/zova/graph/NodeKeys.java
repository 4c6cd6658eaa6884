package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The keys behind the node ids that a batch of edges names.
 */
final class NodeKeys {

	private static final String FIND = "select node_key from _zova_graph_nodes where graph_key = ?1 and node_id = ?2";

	private static final Long UNKNOWN = 0L;

	private final String graphName;

	private final long graph;

	/** In the order of first use. */
	private final Map<String, Long> keys = new LinkedHashMap<>();

	NodeKeys(String graphName, long graph) {
		this.graphName = graphName;
		this.graph = graph;
	}

	void add(String id) {
		this.keys.putIfAbsent(id, UNKNOWN);
	}

	void resolve(Connection connection) throws SQLException {
		try (PreparedStatement find = connection.prepareStatement(FIND)) {
			find.setLong(1, this.graph);
			for (Map.Entry<String, Long> entry : this.keys.entrySet()) {
				find.setString(2, entry.getKey());
				try (ResultSet row = find.executeQuery()) {
					if (!row.next()) {
						throw GraphRules.noNode(this.graphName, entry.getKey());
					}
					entry.setValue(row.getLong(1));
				}
			}
		}
	}

	long key(String id) {
		return this.keys.getOrDefault(id, UNKNOWN);
	}

}
