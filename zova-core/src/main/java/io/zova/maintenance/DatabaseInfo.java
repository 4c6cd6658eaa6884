package io.zova.maintenance;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.zova.format.FormatVersion;
import io.zova.sqlite.SqlAccess;

/**
 * What a database says about itself, all at one moment.
 *
 * @param format the format
 * @param databaseId 64 hexadecimal digits that copies of the file share, empty for a file
 * that has none
 * @param bytes the size of all pages
 * @param pageSize the size of a page in bytes
 * @param pages the number of pages
 * @param freePages how many of them are unused
 * @param journalMode {@code delete}, {@code wal}, {@code memory} or another mode of
 * SQLite
 * @param counts how much is in it
 * @param extensions the names of the installed extensions
 * @param userTables the names of the tables that are not Zova's own
 */
public record DatabaseInfo(FormatVersion format, Optional<String> databaseId, long bytes, int pageSize, long pages,
		long freePages, String journalMode, Counts counts, List<String> extensions, List<String> userTables) {

	private static final String SUMMARY = """
			select
				(select value from _zova_meta where key = 'database_id') as database_id,
				(select page_size from pragma_page_size) as page_size,
				(select page_count from pragma_page_count) as pages,
				(select freelist_count from pragma_freelist_count) as free_pages,
				(select journal_mode from pragma_journal_mode) as journal_mode,
				(select count(*) from _zova_objects) as objects,
				(select count(*) from _zova_chunks) as chunks,
				(select count(*) from _zova_vector_collections) as vector_collections,
				(select count(*) from _zova_vectors) as vectors,
				(select count(*) from _zova_graphs) as graphs,
				(select count(*) from _zova_graph_nodes) as graph_nodes,
				(select count(*) from _zova_graph_edges) as graph_edges,
				(select count(*) from _zova_kv) as key_values""";

	private static final String EXTENSIONS = "select name from _zova_extensions order by name";

	private static final String USER_TABLES = """
			select name
			from sqlite_schema
			where type = 'table' and lower(substr(name, 1, 6)) <> '_zova_' and substr(name, 1, 7) <> 'sqlite_'
			order by name""";

	/**
	 * Copies the lists.
	 */
	public DatabaseInfo {
		extensions = List.copyOf(extensions);
		userTables = List.copyOf(userTables);
	}

	/**
	 * Asks a database. Counting reads all of its indexes, which takes a while for a big
	 * one.
	 * @param sql the way to its connections
	 * @return what it says
	 */
	public static DatabaseInfo of(SqlAccess sql) {
		return sql.snapshot("describe the database", DatabaseInfo::read);
	}

	private static DatabaseInfo read(Connection connection) throws SQLException {
		List<String> extensions = names(connection, EXTENSIONS);
		List<String> userTables = names(connection, USER_TABLES);
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(SUMMARY)) {
			row.next();
			long pages = row.getLong("pages");
			int pageSize = row.getInt("page_size");
			Counts counts = new Counts(row.getLong("objects"), row.getLong("chunks"), row.getLong("vector_collections"),
					row.getLong("vectors"), row.getLong("graphs"), row.getLong("graph_nodes"),
					row.getLong("graph_edges"), row.getLong("key_values"));
			return new DatabaseInfo(FormatVersion.CURRENT, Optional.ofNullable(row.getString("database_id")),
					pages * pageSize, pageSize, pages, row.getLong("free_pages"), row.getString("journal_mode"), counts,
					extensions, userTables);
		}
	}

	private static List<String> names(Connection connection, String sql) throws SQLException {
		List<String> names = new ArrayList<>();
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			while (rows.next()) {
				names.add(rows.getString(1));
			}
		}
		return names;
	}

	/**
	 * How much is in a database.
	 *
	 * @param objects the number of objects
	 * @param chunks the number of chunks that they share, loose ones included
	 * @param vectorCollections the number of collections of vectors
	 * @param vectors the number of vectors in all of them
	 * @param graphs the number of graphs
	 * @param graphNodes the number of nodes in all of them
	 * @param graphEdges the number of edges in all of them
	 * @param keyValues the number of key-values in all namespaces
	 */
	public record Counts(long objects, long chunks, long vectorCollections, long vectors, long graphs, long graphNodes,
			long graphEdges, long keyValues) {

	}

}
