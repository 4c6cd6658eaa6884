package io.zova.maintenance.salvage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;

import io.zova.format.StoreRole;
import io.zova.maintenance.check.Schemas;

/**
 * How much is in a file.
 *
 * @param counts the counts
 */
record SourceCounts(Map<SalvageCounter, Long> counts) {

	static final SourceCounts NONE = new SourceCounts(new EnumMap<>(SalvageCounter.class));

	private static final String USER_TABLES = """
			select name, sql from SCHEMA.sqlite_schema
			where type = 'table' and substr(name, 1, 6) <> '_zova_' and substr(name, 1, 7) <> 'sqlite_'""";

	private static final String USER_OBJECTS = """
			select count(*) from SCHEMA.sqlite_schema
			where type <> 'table' and sql is not null and lower(substr(name, 1, 6)) <> '_zova_'
				and lower(substr(tbl_name, 1, 6)) <> '_zova_' and lower(substr(name, 1, 7)) <> 'sqlite_'""";

	private static final String LOOSE = """
			select count(*) from objects._zova_chunks
			where chunk_hash not in (
				select chunk_hash from objects._zova_object_chunks where chunk_hash is not null)""";

	static SourceCounts of(Connection connection, String main, Schemas schemas) throws SQLException {
		Map<SalvageCounter, Long> counts = new EnumMap<>(SalvageCounter.class);
		if (schemas.has(StoreRole.OBJECTS)) {
			put(counts, SalvageCounter.OBJECTS, connection, schemas, "select count(*) from objects._zova_objects");
			put(counts, SalvageCounter.CHUNKS, connection, schemas, "select count(*) from objects._zova_chunks");
			put(counts, SalvageCounter.LOOSE_CHUNKS, connection, schemas, LOOSE);
		}
		if (schemas.has(StoreRole.VECTORS)) {
			put(counts, SalvageCounter.VECTOR_COLLECTIONS, connection, schemas,
					"select count(*) from vectors._zova_vector_collections");
			put(counts, SalvageCounter.VECTORS, connection, schemas, "select count(*) from vectors._zova_vectors");
		}
		if (schemas.has(StoreRole.GRAPHS)) {
			put(counts, SalvageCounter.GRAPHS, connection, schemas, "select count(*) from graphs._zova_graphs");
			put(counts, SalvageCounter.GRAPH_NODES, connection, schemas,
					"select count(*) from graphs._zova_graph_nodes");
			put(counts, SalvageCounter.GRAPH_EDGES, connection, schemas,
					"select count(*) from graphs._zova_graph_edges");
		}
		put(counts, SalvageCounter.KV_ENTRIES, connection, schemas, "select count(*) from " + main + "._zova_kv");
		put(counts, SalvageCounter.EXTENSIONS, connection, schemas,
				"select count(*) from " + main + "._zova_extensions");
		put(counts, SalvageCounter.EXTENSION_PRIVATE_OBJECTS, connection, schemas, "select count(*) from " + main
				+ ".sqlite_schema where sql is not null and substr(name, 1, 10) = '_zova_ext_'");
		return new SourceCounts(counts);
	}

	/** Also the rows of tables that are not Zova's own. */
	SourceCounts withUsers(Connection connection, String main) throws SQLException {
		long tables = 0;
		long rows = 0;
		try (Statement statement = connection.createStatement();
				ResultSet names = statement.executeQuery(USER_TABLES.replace("SCHEMA", main))) {
			while (names.next()) {
				tables++;
				if (Definitions.keepsContent(String.valueOf(names.getString(2)))) {
					rows += number(connection,
							"select count(*) from " + main + "." + UserRows.quoted(names.getString(1)));
				}
			}
		}
		this.counts.put(SalvageCounter.USER_TABLES, tables);
		this.counts.put(SalvageCounter.USER_ROWS, rows);
		this.counts.put(SalvageCounter.USER_SCHEMA_OBJECTS, number(connection, USER_OBJECTS.replace("SCHEMA", main)));
		return this;
	}

	void add(Map<SalvageCounter, Long> more) {
		this.counts.putAll(more);
	}

	/**
	 * What is left when something was copied; rows that were found apart don't count
	 * twice.
	 */
	Map<SalvageCounter, Long> minus(Map<SalvageCounter, Long> copied) {
		Map<SalvageCounter, Long> rest = new EnumMap<>(SalvageCounter.class);
		this.counts
			.forEach((counter, count) -> rest.put(counter, Math.max(0, count - copied.getOrDefault(counter, 0L))));
		return rest;
	}

	private static void put(Map<SalvageCounter, Long> counts, SalvageCounter counter, Connection connection,
			Schemas schemas, String sql) throws SQLException {
		counts.put(counter, number(connection, schemas.sql(sql)));
	}

	/** A table that is not there, or can't be read, has no rows. */
	private static long number(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			return row.next() ? row.getLong(1) : 0;
		}
		catch (SQLException ex) {
			UserRows.requireUninterrupted(ex);
			return 0;
		}
	}

}
