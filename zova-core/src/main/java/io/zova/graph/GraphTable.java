package io.zova.graph;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.jspecify.annotations.Nullable;

/**
 * The graphs of a file: which there are, how large they are, and the keys behind their
 * names.
 */
final class GraphTable {

	/** Stands for all tables of graphs. */
	static final String TABLE = "_zova_graphs";

	/** Changes nothing if the name is taken. */
	private static final String CREATE = """
			insert into _zova_graphs(name, created_order)
			select ?1, coalesce(max(created_order), 0) + 1 from _zova_graphs where true
			on conflict(name) do nothing
			""";

	private static final String KEY = "select graph_key from _zova_graphs where name = ?1";

	private static final String HIGHEST_ORDER = "select max(created_order) from _zova_graphs";

	private static final String LIST = """
			select name,
				(select count(*) from _zova_graph_nodes n where n.graph_key = g.graph_key),
				(select count(*) from _zova_graph_edges e where e.graph_key = g.graph_key)
			from _zova_graphs g
			order by name
			""";

	private static final String INFO = """
			select name,
				(select count(*) from _zova_graph_nodes n where n.graph_key = g.graph_key),
				(select count(*) from _zova_graph_edges e where e.graph_key = g.graph_key)
			from _zova_graphs g
			where name = ?1
			""";

	private static final String DELETE = "delete from _zova_graphs where name = ?1";

	static final String ANY = """
			select 1 where exists(select 1 from _zova_graphs) or exists(select 1 from _zova_graph_nodes)
				or exists(select 1 from _zova_graph_edge_types) or exists(select 1 from _zova_graph_edges)
			""";

	static final String PUT_FIRST = "insert into _zova_graphs(graph_key, name, created_order) values (1, ?1, 1)";

	static final String SIZE = """
			select coalesce((select max(created_order) from _zova_graph_nodes where graph_key = ?1), 0)
				+ coalesce((select max(created_order) from _zova_graph_edges where graph_key = ?1), 0)
			""";

	private GraphTable() {
	}

	static void create(Connection connection, String name) throws SQLException {
		Long highest = Rows.first(connection, HIGHEST_ORDER, (row) -> row.getLong(1));
		GraphRules.orderAfter((highest != null) ? highest : 0, 1);
		NotedChange.run(connection, (marks) -> {
			if (Rows.update(connection, CREATE, name) == 0) {
				throw new ZovaException(ZovaStatus.GRAPH_EXISTS,
						"There is a graph " + GraphRules.quoted(name) + " already");
			}
		});
	}

	static boolean exists(Connection connection, String name) throws SQLException {
		return Rows.any(connection, KEY, name);
	}

	static GraphInfo info(Connection connection, String name) throws SQLException {
		GraphInfo info = Rows.first(connection, INFO, GraphTable::info, name);
		if (info == null) {
			throw GraphRules.noGraph(name);
		}
		return info;
	}

	static List<GraphInfo> list(Connection connection) throws SQLException {
		return Rows.list(connection, LIST, GraphTable::info);
	}

	static boolean delete(Connection connection, String name) throws SQLException {
		return Rows.update(connection, DELETE, name) > 0;
	}

	/**
	 * The key behind a graph's name.
	 */
	static long key(Connection connection, String name) throws SQLException {
		Long key = keyIfPresent(connection, name);
		if (key == null) {
			throw GraphRules.noGraph(name);
		}
		return key;
	}

	static @Nullable Long keyIfPresent(Connection connection, String name) throws SQLException {
		return Rows.first(connection, KEY, (row) -> row.getLong(1), name);
	}

	private static GraphInfo info(ResultSet row) throws SQLException {
		return new GraphInfo(row.getString(1), row.getLong(2), row.getLong(3));
	}

}
