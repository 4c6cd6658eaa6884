package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Finds the nodes whose targets do not exist.
 *
 * <p>
 * Objects, chunks and vectors are looked up where they are stored. A record is looked up
 * when its namespace is the name of a table with a primary key of one column, or with a
 * rowid; of rows of other tables and of views nothing is claimed. A table that does not
 * exist counts as missing.
 */
final class DanglingScan {

	private static final String NODES = """
			select node_id, kind, target_type, target_namespace, target_ref from _zova_graph_nodes
			where graph_key = ?1 and target_type in ('object', 'object_chunk', 'vector', 'record')
			order by created_order, node_key
			""";

	private static final String OBJECT = "select 1 from _zova_objects where object_id = ?1";

	private static final String CHUNK = "select 1 from _zova_chunks where chunk_hash = ?1";

	private static final String VECTOR = """
			select 1 from _zova_vector_collections c cross join _zova_vectors v on v.collection_key = c.collection_key
			where c.name = ?1 and v.vector_id = ?2
			""";

	private static final int HASH_DIGITS = 64;

	private final Connection connection;

	private final RecordLookup records;

	private DanglingScan(Connection connection) {
		this.connection = connection;
		this.records = new RecordLookup(connection);
	}

	static List<DanglingTarget> scan(Connection connection, String graph) throws SQLException {
		long key = GraphCatalog.key(connection, graph);
		DanglingScan scan = new DanglingScan(connection);
		List<DanglingTarget> dangling = new ArrayList<>();
		try (PreparedStatement statement = connection.prepareStatement(NODES)) {
			statement.setLong(1, key);
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					GraphNode node = new GraphNode(graph, rows.getString(1), rows.getString(2),
							NodeStore.target(rows, 3));
					String reason = scan.reason(node.target());
					if (reason != null) {
						dangling.add(new DanglingTarget(node, reason));
					}
				}
			}
		}
		return dangling;
	}

	private @Nullable String reason(NodeTarget target) throws SQLException {
		return switch (target.type()) {
			case OBJECT -> hashReason("object", OBJECT, target.ref());
			case OBJECT_CHUNK -> hashReason("chunk", CHUNK, target.ref());
			case VECTOR -> vectorReason(target);
			case RECORD -> this.records.reason(target);
			default -> null;
		};
	}

	private @Nullable String hashReason(String what, String sql, @Nullable String ref) throws SQLException {
		if (ref == null) {
			return "The target names no " + what;
		}
		byte[] hash = hash(ref);
		if (hash == null) {
			return "The target is not 64 hex digits, so it can be no " + what;
		}
		return Rows.any(this.connection, sql, hash) ? null : "The " + what + " does not exist";
	}

	private static byte @Nullable [] hash(String ref) {
		if (ref.length() != HASH_DIGITS || !ref.chars().allMatch(HexFormat::isHexDigit)) {
			return null;
		}
		return HexFormat.of().parseHex(ref);
	}

	private @Nullable String vectorReason(NodeTarget target) throws SQLException {
		if (target.namespace() == null || target.ref() == null) {
			return "The target names no vector and its collection";
		}
		return Rows.any(this.connection, VECTOR, target.namespace(), target.ref()) ? null : "The vector does not exist";
	}

}
