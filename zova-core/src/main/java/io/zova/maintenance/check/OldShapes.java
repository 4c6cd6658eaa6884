package io.zova.maintenance.check;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.zova.format.StoreRole;

/**
 * Shows the rows of the formats 3 to 8 as format 12 has them, by views that only one
 * connection sees: so old files are checked and salvaged by the statements for new ones.
 * Where names were keys, rowids are the keys.
 */
public final class OldShapes {

	/** The first format whose rows have today's shape. */
	private static final int FIRST_OF_TODAY = 9;

	private static final int LAST_BY_NAMES = 7;

	private static final String TABLES = "select name from SOURCE.sqlite_schema where type = 'table'";

	private static final List<String> VECTORS = List.of("""
			create temp view _zova_vector_collections as
			select rowid as collection_key, name, dimensions, metric, element_type
			from SOURCE._zova_vector_collections""", """
			create temp view _zova_vectors as
			select v.rowid as vector_key, c.rowid as collection_key, v.vector_id, v."values", NORM as norm_squared
			from SOURCE._zova_vectors v
				left join SOURCE._zova_vector_collections c on c.name = v.collection_name""");

	private static final String NORM = """
			(select n.norm_squared from SOURCE._zova_vector_norms n
				where n.collection_name = v.collection_name and n.vector_id = v.vector_id)""";

	private static final List<String> GRAPHS_BY_NAMES = List.of("""
			create temp view _zova_graphs as
			select rowid as graph_key, name, created_order
			from SOURCE._zova_graphs""", """
			create temp view _zova_graph_nodes as
			select n.rowid as node_key, g.rowid as graph_key, n.node_id, n.kind, n.target_type, n.target_namespace,
				n.target_ref, n.created_order
			from SOURCE._zova_graph_nodes n left join SOURCE._zova_graphs g on g.name = n.graph_name""", """
			create temp view _zova_graph_edge_types as
			select min(e.rowid) as edge_type_key, g.rowid as graph_key, e.edge_type as name
			from SOURCE._zova_graph_edges e join SOURCE._zova_graphs g on g.name = e.graph_name
			group by g.rowid, e.edge_type""", """
			create temp view _zova_graph_edges as
			select e.rowid as edge_key, g.rowid as graph_key, f.rowid as from_node_key, t.edge_type_key,
				o.rowid as to_node_key, e.created_order, x'' as payload
			from SOURCE._zova_graph_edges e
				left join SOURCE._zova_graphs g on g.name = e.graph_name
				left join SOURCE._zova_graph_nodes f on f.graph_name = e.graph_name and f.node_id = e.from_node_id
				left join SOURCE._zova_graph_nodes o on o.graph_name = e.graph_name and o.node_id = e.to_node_id
				left join temp._zova_graph_edge_types t on t.graph_key = g.rowid and t.name = e.edge_type""");

	private static final List<String> GRAPHS_8 = List.of("""
			create temp view _zova_graphs as
			select graph_key, name, created_order
			from SOURCE._zova_graphs""", """
			create temp view _zova_graph_nodes as
			select node_key, graph_key, node_id, kind, target_type, target_namespace, target_ref, created_order
			from SOURCE._zova_graph_nodes""", """
			create temp view _zova_graph_edge_types as
			select min(edge_key) as edge_type_key, graph_key, edge_type as name
			from SOURCE._zova_graph_edges
			group by graph_key, edge_type""", """
			create temp view _zova_graph_edges as
			select e.edge_key, e.graph_key, e.from_node_key, t.edge_type_key, e.to_node_key, e.created_order,
				x'' as payload
			from SOURCE._zova_graph_edges e
				left join temp._zova_graph_edge_types t on t.graph_key = e.graph_key and t.name = e.edge_type""");

	private OldShapes() {
	}

	/**
	 * Whether a format needs this.
	 * @param format the number of the format
	 * @return {@code true} for 3 to 8
	 */
	public static boolean has(long format) {
		return format < FIRST_OF_TODAY;
	}

	/**
	 * Makes the views.
	 * @param connection a connection that may write to its own temporary database
	 * @param source under which name it sees the file
	 * @param format the format of the file
	 * @return where the rows of each role are to be read
	 * @throws SQLException if SQLite failed
	 */
	public static Schemas show(Connection connection, String source, long format) throws SQLException {
		Set<String> tables = new HashSet<>();
		Schemas schemas = Schemas.in(source);
		try (Statement statement = connection.createStatement()) {
			try (ResultSet row = statement.executeQuery(TABLES.replace("SOURCE", source))) {
				while (row.next()) {
					tables.add(row.getString(1));
				}
			}
			if (!tables.containsAll(Set.of("_zova_objects", "_zova_object_chunks", "_zova_chunks"))) {
				schemas = schemas.missing(StoreRole.OBJECTS);
			}
			if (!tables.containsAll(Set.of("_zova_vector_collections", "_zova_vectors"))) {
				schemas = schemas.missing(StoreRole.VECTORS);
			}
			else if (format <= LAST_BY_NAMES) {
				String norm = tables.contains("_zova_vector_norms") ? NORM : "null";
				for (String view : VECTORS) {
					statement.execute(view.replace("NORM", norm).replace("SOURCE", source));
				}
				schemas = schemas.at(StoreRole.VECTORS, "temp");
			}
			if (!tables.containsAll(Set.of("_zova_graphs", "_zova_graph_nodes", "_zova_graph_edges"))) {
				return schemas.missing(StoreRole.GRAPHS);
			}
			for (String view : (format <= LAST_BY_NAMES) ? GRAPHS_BY_NAMES : GRAPHS_8) {
				statement.execute(view.replace("SOURCE", source));
			}
			return schemas.at(StoreRole.GRAPHS, "temp");
		}
	}

	/**
	 * Takes the views away, which would hide the tables of the main file.
	 * @param connection the connection
	 * @throws SQLException if SQLite failed
	 */
	public static void hide(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String view : List.of("_zova_graph_edges", "_zova_graph_edge_types", "_zova_graph_nodes",
					"_zova_graphs", "_zova_vectors", "_zova_vector_collections")) {
				statement.execute("drop view if exists temp." + view);
			}
		}
	}

}
