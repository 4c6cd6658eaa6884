package io.zova.graph;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * Looks whether the object, chunk or vector exists that a node stands for.
 */
final class TargetTables {

	private static final String OBJECT = "select 1 from _zova_objects where object_id = ?1";

	private static final String CHUNK = "select 1 from _zova_chunks where chunk_hash = ?1";

	private static final String VECTOR = """
			select 1 from _zova_vector_collections c cross join _zova_vectors v on v.collection_key = c.collection_key
			where c.name = ?1 and v.vector_id = ?2
			""";

	private static final int HASH_DIGITS = 64;

	private TargetTables() {
	}

	/**
	 * Demands that the targets of nodes exist.
	 * @throws ZovaException about the first that does not
	 */
	static void require(Connection connection, String graph, Collection<GraphNode> nodes) throws SQLException {
		for (GraphNode node : nodes) {
			Defect defect = defect(connection, node.target());
			if (defect != null) {
				throw new ZovaException(defect.status(),
						"The node " + GraphRules.quoted(node.id()) + " of the graph " + GraphRules.quoted(graph)
								+ " was not put: " + defect.reason() + ": " + shown(node.target())
								+ ". Store it first, or put the node without checking targets");
			}
		}
	}

	private static String shown(NodeTarget target) {
		String ref = (target.ref() != null) ? GraphRules.quoted(target.ref()) : "null";
		return (target.type() != TargetType.VECTOR) ? ref : ref + " in the collection "
				+ ((target.namespace() != null) ? GraphRules.quoted(target.namespace()) : "null");
	}

	/**
	 * What is wrong with a target.
	 * @return nothing if it exists, or is no object, chunk or vector
	 */
	static @Nullable Defect defect(Connection connection, NodeTarget target) throws SQLException {
		return switch (target.type()) {
			case OBJECT -> defectOfHash(connection, "object", OBJECT, target.ref(), ZovaStatus.OBJECT_NOT_FOUND);
			case OBJECT_CHUNK ->
				defectOfHash(connection, "chunk", CHUNK, target.ref(), ZovaStatus.OBJECT_CHUNK_NOT_FOUND);
			case VECTOR -> defectOfVector(connection, target);
			default -> null;
		};
	}

	private static @Nullable Defect defectOfHash(Connection connection, String what, String sql, @Nullable String ref,
			ZovaStatus missing) throws SQLException {
		if (ref == null) {
			return new Defect(missing, "The target names no " + what);
		}
		if (ref.length() != HASH_DIGITS || !ref.chars().allMatch(HexFormat::isHexDigit)) {
			return new Defect(ZovaStatus.GRAPH_INVALID, "The target is not 64 hex digits, so it can be no " + what);
		}
		return Rows.any(connection, sql, HexFormat.of().parseHex(ref)) ? null
				: new Defect(missing, "The " + what + " does not exist");
	}

	private static @Nullable Defect defectOfVector(Connection connection, NodeTarget target) throws SQLException {
		if (target.namespace() == null || target.ref() == null) {
			return new Defect(ZovaStatus.VECTOR_NOT_FOUND, "The target names no vector and its collection");
		}
		return Rows.any(connection, VECTOR, target.namespace(), target.ref()) ? null
				: new Defect(ZovaStatus.VECTOR_NOT_FOUND, "The vector does not exist");
	}

	/**
	 * Why a target is not there.
	 *
	 * @param status what a caller gets
	 * @param reason what is missing or malformed, in words
	 */
	record Defect(ZovaStatus status, String reason) {
	}

}
