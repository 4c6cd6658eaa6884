package io.zova.maintenance.check;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.maintenance.check.StatsReport.Chunk;
import io.zova.maintenance.check.StatsReport.Chunks;
import io.zova.maintenance.check.StatsReport.GraphSize;
import io.zova.maintenance.check.StatsReport.Graphs;
import io.zova.maintenance.check.StatsReport.KeyValues;
import io.zova.maintenance.check.StatsReport.Objects;
import io.zova.maintenance.check.StatsReport.Spread;
import io.zova.maintenance.check.StatsReport.StoredCollection;
import io.zova.maintenance.check.StatsReport.StoredObject;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.ZovaConnection;

/**
 * Counts and sizes of what is in a database, all at one moment. No content is read but
 * the lengths of it.
 */
public final class Stats {

	private static final String OBJECTS = """
			select count(*), coalesce(sum(size_bytes), 0),
				coalesce(min(size_bytes), 0), coalesce(max(size_bytes), 0), coalesce(avg(size_bytes), 0),
				coalesce(min(chunk_count), 0), coalesce(max(chunk_count), 0), coalesce(avg(chunk_count), 0)
			from objects._zova_objects""";

	private static final String CHUNKS = """
			select count(*), coalesce(sum(size_bytes), 0),
				coalesce(min(size_bytes), 0), coalesce(max(size_bytes), 0), coalesce(avg(size_bytes), 0),
				count(*) filter (where loose), coalesce(sum(size_bytes) filter (where loose), 0)
			from (
				select size_bytes, chunk_hash not in (select chunk_hash from objects._zova_object_chunks) as loose
				from objects._zova_chunks)""";

	private static final String MANIFESTS = """
			select count(*), coalesce(sum(size_bytes), 0) from objects._zova_object_chunks""";

	private static final String TOP_OBJECTS = """
			select lower(hex(object_id)), size_bytes, chunk_count, chunker
			from objects._zova_objects
			order by size_bytes desc, object_id
			limit LIMIT""";

	private static final String TOP_CHUNKS = """
			select lower(hex(c.chunk_hash)), c.size_bytes, coalesce(m.uses, 0)
			from objects._zova_chunks c left join (
				select chunk_hash, count(*) as uses from objects._zova_object_chunks group by chunk_hash) m
					on m.chunk_hash = c.chunk_hash
			order by 3 desc, c.chunk_hash
			limit LIMIT""";

	private static final String COLLECTIONS = """
			select c.name, c.dimensions, c.metric, c.element_type, count(v.vector_key),
				coalesce(sum(length(v."values")), 0)
			from vectors._zova_vector_collections c
				left join vectors._zova_vectors v on v.collection_key = c.collection_key
			group by c.collection_key
			order by c.name
			limit LIMIT""";

	private static final String GRAPHS = """
			select (select count(*) from graphs._zova_graphs), (select count(*) from graphs._zova_graph_nodes),
				(select count(*) from graphs._zova_graph_edges), (select count(*) from graphs._zova_graph_edge_types),
				(select coalesce(sum(length(payload)), 0) from graphs._zova_graph_edges)""";

	private static final String TOP_GRAPHS = """
			select name, (select count(*) from graphs._zova_graph_nodes n where n.graph_key = g.graph_key),
				(select count(*) from graphs._zova_graph_edges e where e.graph_key = g.graph_key)
			from graphs._zova_graphs g
			order by name
			limit LIMIT""";

	private static final String KEY_VALUES = """
			select count(*), coalesce(sum(length(namespace) + length(key) + length(value)), 0)
			from main._zova_kv""";

	private static final String ALLOCATED = "select sum(pgsize) from dbstat where name = '_zova_kv'";

	private static final String TABLES = """
			select count(*) filter (where substr(name, 1, 6) <> '_zova_' and substr(name, 1, 7) <> 'sqlite_'),
				count(*) filter (where substr(name, 1, 6) = '_zova_')
			from main.sqlite_schema
			where type = 'table'""";

	private final Connection connection;

	private final Schemas schemas;

	private final int limit;

	private Stats(Connection connection, Schemas schemas, int limit) {
		this.connection = connection;
		this.schemas = schemas;
		this.limit = limit;
	}

	/**
	 * Asks a database. Most of its tables are read for it, though no content of objects.
	 * @param sql the way to its connections
	 * @param limit how many of the biggest objects, chunks, collections and graphs to
	 * name
	 * @return the state of this moment
	 */
	public static StatsReport of(SqlAccess sql, int limit) {
		if (limit < 0) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT, "At least 0 things are named, but it is " + limit);
		}
		return sql.snapshot("read the database's statistics",
				(connection) -> new Stats(connection.unwrap(ZovaConnection.class), Schemas.of(connection), limit)
					.read());
	}

	private StatsReport read() throws SQLException {
		long[] manifests = one(MANIFESTS, (row) -> new long[] { row.getLong(1), row.getLong(2) });
		Objects objects = one(OBJECTS,
				(row) -> new Objects(row.getLong(1), row.getLong(2),
						new Spread(row.getLong(3), row.getLong(4), row.getDouble(5)),
						new Spread(row.getLong(6), row.getLong(7), row.getDouble(8))));
		Chunks chunks = one(CHUNKS,
				(row) -> new Chunks(row.getLong(1), row.getLong(2),
						new Spread(row.getLong(3), row.getLong(4), row.getDouble(5)), manifests[0], row.getLong(6),
						row.getLong(7), Math.max(0, manifests[1] - row.getLong(2))));
		long[] tables = one(TABLES, (row) -> new long[] { row.getLong(1), row.getLong(2) });
		Graphs graphs = one(GRAPHS,
				(row) -> new Graphs(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)));
		long[] keyValues = one(KEY_VALUES, (row) -> new long[] { row.getLong(1), row.getLong(2) });
		return new StatsReport(objects, chunks, number("select count(*) from vectors._zova_vector_collections"),
				number("select count(*) from vectors._zova_vectors"), graphs,
				new KeyValues(keyValues[0], keyValues[1], allocated()), tables[0], tables[1], this.limit,
				list(COLLECTIONS,
						(row) -> new StoredCollection(row.getString(1), row.getLong(2), row.getString(3),
								row.getString(4), row.getLong(5), row.getLong(6))),
				list(TOP_OBJECTS,
						(row) -> new StoredObject(row.getString(1), row.getLong(2), row.getLong(3), row.getString(4))),
				list(TOP_CHUNKS, (row) -> new Chunk(row.getString(1), row.getLong(2), row.getLong(3))),
				list(TOP_GRAPHS, (row) -> new GraphSize(row.getString(1), row.getLong(2), row.getLong(3))));
	}

	/** A driver need not have SQLite's table of pages. */
	private OptionalLong allocated() throws SQLException {
		if (number("select count(*) from pragma_module_list where name = 'dbstat'") == 0) {
			return OptionalLong.empty();
		}
		return OptionalLong.of(number(ALLOCATED));
	}

	private long number(String sql) throws SQLException {
		return one(sql, (row) -> row.getLong(1));
	}

	private <T> T one(String sql, Reader<T> reader) throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet row = statement.executeQuery(this.schemas.sql(sql))) {
			row.next();
			return reader.read(row);
		}
	}

	private <T> List<T> list(String sql, Reader<T> reader) throws SQLException {
		List<T> list = new ArrayList<>();
		try (Statement statement = this.connection.createStatement();
				ResultSet rows = statement
					.executeQuery(this.schemas.sql(sql).replace("LIMIT", Integer.toString(this.limit)))) {
			while (rows.next()) {
				list.add(reader.read(rows));
			}
		}
		return list;
	}

	/**
	 * Reads a row.
	 *
	 * @param <T> what comes out of it
	 */
	@FunctionalInterface
	private interface Reader<T> {

		T read(ResultSet row) throws SQLException;

	}

}
