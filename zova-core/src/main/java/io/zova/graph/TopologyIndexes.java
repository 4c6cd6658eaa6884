package io.zova.graph;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import io.zova.format.SchemaObject;
import io.zova.format.ZovaSchema;
import org.sqlite.SQLiteErrorCode;

/**
 * The seven indexes of the graph tables. A file may have lost them, which nothing notices
 * when it is opened; writing edges needs one of them, and everything slows down without
 * the others.
 */
final class TopologyIndexes {

	private static final String SCHEMA_VERSION = "select schema_version from pragma_schema_version";

	private static final String COUNT = """
			select count(*) from sqlite_schema
			where type = 'index' and sql is not null and name glob '_zova_graph_*_idx'
				and tbl_name in ('_zova_graph_nodes', '_zova_graph_edges')
			""";

	private static final List<SchemaObject> ALL = ZovaSchema.objects()
		.stream()
		.filter((object) -> object.name().startsWith("_zova_graph_") && object.name().endsWith("_idx"))
		.toList();

	private static final List<SchemaObject> OF_EDGES = ALL.stream()
		.filter((object) -> object.name().startsWith("_zova_graph_edges_"))
		.toList();

	/** The version of the schema that was last found complete. */
	private volatile long completeVersion = -1;

	/**
	 * Creates those indexes that are not there.
	 */
	void ensure(Connection connection) throws SQLException {
		Long version = Rows.first(connection, SCHEMA_VERSION, (row) -> row.getLong(1));
		if (version != null && version == this.completeVersion) {
			return;
		}
		Long count = Rows.first(connection, COUNT, (row) -> row.getLong(1));
		if (count == null || count < ALL.size()) {
			createMissing(connection);
			return;
		}
		this.completeVersion = (version != null) ? version : -1;
	}

	/**
	 * Drops all of them, unless somebody reads on this connection right now: SQLite
	 * refuses that.
	 * @return whether they are dropped; else all are still there
	 */
	static boolean dropIfPossible(Connection connection) throws SQLException {
		return dropIfPossible(connection, ALL);
	}

	/**
	 * Drops those of the edges, unless somebody reads on this connection right now.
	 * @return whether they are dropped; else all are still there
	 */
	static boolean dropOfEdgesIfPossible(Connection connection) throws SQLException {
		return dropIfPossible(connection, OF_EDGES);
	}

	private static boolean dropIfPossible(Connection connection, List<SchemaObject> indexes) throws SQLException {
		boolean first = true;
		try (Statement statement = connection.createStatement()) {
			for (SchemaObject index : indexes) {
				statement.execute("drop index if exists " + index.name());
				first = false;
			}
			return true;
		}
		catch (SQLException ex) {
			if (first && ex.getErrorCode() == SQLiteErrorCode.SQLITE_LOCKED.code) {
				return false;
			}
			throw ex;
		}
	}

	static void createMissing(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (SchemaObject index : ALL) {
				statement.execute(index.sql().replaceFirst("index ", "index if not exists "));
			}
		}
	}

}
