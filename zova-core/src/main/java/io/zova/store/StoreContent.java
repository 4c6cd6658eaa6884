package io.zova.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.StoreRole;

/**
 * Copies everything of a role from one attached file to another that has nothing of it,
 * row by row with all keys, and removes it.
 */
final class StoreContent {

	/** All columns, in the order of the format, which the schema check has seen. */
	private static final String COPY = "insert into TO.TABLE select * from FROM.TABLE";

	private static final String CLEAR = "delete from SCHEMA.TABLE";

	private static final String COUNT = "select count(*) from SCHEMA.TABLE";

	private static final String REFERRING = """
			select 'the foreign key of the table ' || t.name, f."table"
			from main.sqlite_schema t, pragma_foreign_key_list(t.name) f
			where t.type = 'table' and substr(t.name, 1, 6) <> '_zova_' and lower(f."table") in (TABLES)
			union all
			select 'the trigger ' || name, tbl_name
			from main.sqlite_schema
			where type = 'trigger' and substr(name, 1, 6) <> '_zova_' and lower(tbl_name) in (TABLES)""";

	private final StoreRole role;

	private final Connection connection;

	StoreContent(StoreRole role, Connection connection) {
		this.role = role;
		this.connection = connection;
	}

	/**
	 * Copies all rows. The triggers of the vector journal make entries on the way, in
	 * whose place the journal of the source comes.
	 * @param from the schema that has the rows
	 * @param to the schema that has none
	 * @throws SQLException if that fails
	 */
	void copy(String from, String to) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			for (String table : this.role.tables()) {
				if (table.equals("_zova_vector_sources")) {
					statement.execute(CLEAR.replace("SCHEMA", to).replace("TABLE", "_zova_vector_changes"));
					statement.execute(CLEAR.replace("SCHEMA", to).replace("TABLE", table));
				}
				statement.execute(COPY.replace("TO", to).replace("FROM", from).replace("TABLE", table));
			}
		}
	}

	/**
	 * Refuses to move rows that the application's own tables refer to: foreign keys and
	 * triggers do not reach into another file.
	 * @param file the main file in messages
	 * @throws SQLException if the schema can't be read
	 * @throws ZovaException with {@link ZovaStatus#CONSTRAINT}
	 */
	void requireNotReferred(String file) throws SQLException {
		String tables = this.role.tables().stream().map((table) -> "'" + table + "'").collect(Collectors.joining(", "));
		try (Statement statement = this.connection.createStatement();
				ResultSet row = statement.executeQuery(REFERRING.replace("TABLES", tables))) {
			if (row.next()) {
				throw new ZovaException(ZovaStatus.CONSTRAINT,
						file + ": " + row.getString(1) + " refers to the table " + row.getString(2)
								+ ", which it could not do in another file. Drop it before, or keep the "
								+ this.role.words() + " in the main file");
			}
		}
	}

	/**
	 * Removes all rows, where foreign keys are off.
	 * @param schema the schema that has them
	 * @throws SQLException if that fails
	 */
	void clear(String schema) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			for (String table : clearingOrder()) {
				statement.execute(CLEAR.replace("SCHEMA", schema).replace("TABLE", table));
			}
		}
	}

	private List<String> clearingOrder() {
		return switch (this.role) {
			case OBJECTS -> List.of("_zova_object_chunks", "_zova_objects", "_zova_chunks");
			// The vectors last, so that the triggers journal nothing.
			case VECTORS ->
				List.of("_zova_vector_collections", "_zova_vector_changes", "_zova_vector_sources", "_zova_vectors");
			case GRAPHS -> List.of("_zova_graph_edges", "_zova_graph_edge_types", "_zova_graph_nodes", "_zova_graphs");
		};
	}

	/**
	 * Counts the rows.
	 * @param schema the schema that has them
	 * @return the number of each kind
	 * @throws SQLException if they can't be read
	 */
	Map<String, Long> count(String schema) throws SQLException {
		Map<String, Long> counts = new LinkedHashMap<>();
		for (Map.Entry<String, String> kind : kinds().entrySet()) {
			try (Statement statement = this.connection.createStatement();
					ResultSet row = statement
						.executeQuery(COUNT.replace("SCHEMA", schema).replace("TABLE", kind.getValue()))) {
				row.next();
				counts.put(kind.getKey(), row.getLong(1));
			}
		}
		return counts;
	}

	private Map<String, String> kinds() {
		return switch (this.role) {
			case OBJECTS ->
				Map.of("objects", "_zova_objects", "chunks", "_zova_chunks", "manifest_rows", "_zova_object_chunks");
			case VECTORS -> Map.of("vector_collections", "_zova_vector_collections", "vectors", "_zova_vectors");
			case GRAPHS -> Map.of("graphs", "_zova_graphs", "nodes", "_zova_graph_nodes", "edges", "_zova_graph_edges");
		};
	}

}
