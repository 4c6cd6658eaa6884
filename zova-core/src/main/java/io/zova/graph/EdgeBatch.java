package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.zova.sqlite.SqlWork;

/**
 * Puts many edges at once.
 *
 * <p>
 * What costs time is not the rows but the six indexes over them: random edges touch
 * random pages of each. So a batch is brought into the order of the three indexes that
 * begin with the starting node before it is written, with the keys and numbers that its
 * rows would have got one by one. Edges that exist already must not use up a key, so they
 * are looked up before, in the same order.
 *
 * <p>
 * A large batch with more edges than there are gets no index at all while it is written;
 * afterwards each is built anew in one pass over sorted rows.
 */
final class EdgeBatch {

	/** From here on, building indexes anew can pay. */
	static final int LARGE = 20_000;

	/** From here on, a batch touches more pages than SQLite's own cache holds. */
	private static final int SIZABLE = 500;

	private static final String HIGHEST_KEY = "select coalesce(max(edge_key), 0) from _zova_graph_edges";

	private static final String HIGHEST_ORDER = """
			select coalesce(max(created_order), 0) from _zova_graph_edges where graph_key = ?1
			""";

	private static final String PUT = """
			insert into _zova_graph_edges(edge_key, graph_key, from_node_key, edge_type_key, to_node_key,
				created_order)
			values (?1, ?2, ?3, ?4, ?5, ?6)
			""";

	private static final String FIND = """
			select edge_key from _zova_graph_edges
			where from_node_key = ?1 and edge_type_key = ?2 and to_node_key = ?3
			""";

	/** Read from the index over just these columns. */
	private static final String ALL = """
			select from_node_key, edge_type_key, to_node_key from _zova_graph_edges
			order by from_node_key, edge_type_key, to_node_key
			""";

	private static final String AT_MOST = """
			select count(*) from (select 1 from _zova_graph_edges limit ?1 + 1)
			""";

	private static final Comparator<Row> INDEX_ORDER = Comparator.comparingLong((Row row) -> row.from)
		.thenComparingLong((row) -> row.type)
		.thenComparingLong((row) -> row.to);

	private static final int ROWS_PER_CALL = 4096;

	private final Connection connection;

	private final Map<String, GraphPart> graphs = new LinkedHashMap<>();

	private EdgeBatch(Connection connection) {
		this.connection = connection;
	}

	static void put(Connection connection, TopologyIndexes indexes, Collection<GraphEdge> edges) throws SQLException {
		indexes.ensure(connection);
		new EdgeBatch(connection).put(edges);
	}

	static List<Long> putKeyed(Connection connection, TopologyIndexes indexes, Collection<GraphEdge> edges)
			throws SQLException {
		indexes.ensure(connection);
		List<Row> rows = new EdgeBatch(connection).put(edges);
		List<Long> keys = new ArrayList<>(rows.size());
		for (Row row : rows) {
			Long key = Rows.first(connection, FIND, (found) -> found.getLong(1), row.from, row.type, row.to);
			keys.add(GraphRules.required("key of the edge", key));
		}
		return keys;
	}

	private List<Row> put(Collection<GraphEdge> edges) throws SQLException {
		resolveNodes(edges);
		List<Row> rows = rows(edges);
		long highestKey = highest(HIGHEST_KEY);
		Row[] distinct = distinct(rows);
		GraphRules.orderAfter(highestKey, distinct.length);
		boolean outnumbersAll = distinct.length >= LARGE && highest(AT_MOST, distinct.length) <= distinct.length;
		SqlWork<List<Row>> work = (connection) -> {
			if (outnumbersAll) {
				putAndBuildIndexes(distinct, highestKey);
			}
			else {
				// The pages read to look for an edge are those that it is written to.
				findExisting(distinct);
				writeMarked(withKeys(distinct, highestKey));
			}
			return rows;
		};
		return (distinct.length < SIZABLE) ? work.run(this.connection) : LargeCache.during(this.connection, work);
	}

	private void putAndBuildIndexes(Row[] distinct, long highestKey) throws SQLException {
		compareWithAll(distinct);
		Row[] created = withKeys(distinct, highestKey);
		boolean dropped = TopologyIndexes.dropIfPossible(this.connection);
		if (dropped) {
			Arrays.sort(created, Comparator.comparingInt((row) -> row.place));
		}
		write(created);
		if (dropped) {
			TopologyIndexes.createMissing(this.connection);
		}
	}

	/**
	 * Looks for each edge.
	 */
	private void findExisting(Row[] rows) throws SQLException {
		try (PreparedStatement find = this.connection.prepareStatement(FIND)) {
			for (Row row : rows) {
				find.setLong(1, row.from);
				find.setLong(2, row.type);
				find.setLong(3, row.to);
				try (ResultSet found = find.executeQuery()) {
					row.exists = found.next();
				}
			}
		}
	}

	/**
	 * Goes through all edges there are beside those to be put; both are in order.
	 */
	private void compareWithAll(Row[] rows) throws SQLException {
		try (PreparedStatement all = this.connection.prepareStatement(ALL); ResultSet edges = all.executeQuery()) {
			int next = 0;
			while (next < rows.length && edges.next()) {
				Row edge = new Row(0, edges.getLong(1), edges.getLong(2), edges.getLong(3), 0, 0);
				while (next < rows.length && INDEX_ORDER.compare(rows[next], edge) < 0) {
					next++;
				}
				if (next < rows.length && INDEX_ORDER.compare(rows[next], edge) == 0) {
					rows[next].exists = true;
				}
			}
		}
	}

	/**
	 * Gives the new rows their keys in the order of creation.
	 * @return the new rows in the order given
	 */
	private static Row[] withKeys(Row[] rows, long highestKey) {
		Row[] created = Arrays.stream(rows).filter((row) -> !row.exists).toArray(Row[]::new);
		Row[] inOrder = created.clone();
		Arrays.sort(inOrder, Comparator.comparingInt((row) -> row.place));
		for (int i = 0; i < inOrder.length; i++) {
			inOrder[i].key = highestKey + 1 + i;
		}
		return created;
	}

	private void resolveNodes(Collection<GraphEdge> edges) throws SQLException {
		String name = "";
		GraphPart graph = null;
		for (GraphEdge edge : edges) {
			if (graph == null || !name.equals(edge.graph())) {
				name = edge.graph();
				graph = graph(edge);
			}
			graph.nodes.add(edge.from());
			graph.nodes.add(edge.to());
		}
		for (GraphPart part : this.graphs.values()) {
			part.nodes.resolve(this.connection);
		}
	}

	private GraphPart graph(GraphEdge edge) throws SQLException {
		GraphPart graph = this.graphs.get(edge.graph());
		if (graph == null) {
			Long key = GraphCatalog.keyIfPresent(this.connection, edge.graph());
			if (key == null) {
				throw GraphRules.noNode(edge.graph(), edge.from());
			}
			graph = new GraphPart(edge.graph(), key, highest(HIGHEST_ORDER, key));
			this.graphs.put(edge.graph(), graph);
		}
		return graph;
	}

	private List<Row> rows(Collection<GraphEdge> edges) throws SQLException {
		List<Row> rows = new ArrayList<>(edges.size());
		String name = "";
		GraphPart graph = null;
		for (GraphEdge edge : edges) {
			if (graph == null || !name.equals(edge.graph())) {
				name = edge.graph();
				graph = graph(edge);
			}
			rows.add(new Row(graph.key, graph.nodes.key(edge.from()), graph.typeKey(this.connection, edge.type()),
					graph.nodes.key(edge.to()), GraphRules.orderAfter(graph.highestOrder++, 1), rows.size()));
		}
		return rows;
	}

	/**
	 * Drops what is repeated inside the batch. The first of equal rows stays.
	 */
	private static Row[] distinct(List<Row> rows) {
		Row[] sorted = rows.toArray(Row[]::new);
		// Stable, so equal edges stay in the order given.
		Arrays.sort(sorted, INDEX_ORDER);
		int kept = 0;
		for (Row row : sorted) {
			if (kept == 0 || INDEX_ORDER.compare(sorted[kept - 1], row) != 0) {
				sorted[kept++] = row;
			}
		}
		return Arrays.copyOf(sorted, kept);
	}

	private void writeMarked(Row[] rows) throws SQLException {
		NotedChange.run(this.connection, (marks) -> {
			for (Row row : rows) {
				marks.mark(row.graph, row.from, row.to);
			}
			write(rows);
		});
	}

	private void write(Row[] rows) throws SQLException {
		try (PreparedStatement put = this.connection.prepareStatement(PUT)) {
			for (int start = 0; start < rows.length; start += ROWS_PER_CALL) {
				int end = Math.min(start + ROWS_PER_CALL, rows.length);
				for (int i = start; i < end; i++) {
					rows[i].bind(put);
					put.addBatch();
				}
				put.executeBatch();
			}
		}
	}

	private long highest(String sql, Object... values) throws SQLException {
		Long highest = Rows.first(this.connection, sql, (row) -> row.getLong(1), values);
		return (highest != null) ? highest : 0;
	}

	/**
	 * The part of a batch that belongs to one graph.
	 */
	private static final class GraphPart {

		private final long key;

		private final NodeKeys nodes;

		private final Map<String, Long> types = new HashMap<>();

		private long highestOrder;

		GraphPart(String name, long key, long highestOrder) {
			this.key = key;
			this.nodes = new NodeKeys(name, key);
			this.highestOrder = highestOrder;
		}

		long typeKey(Connection connection, String name) throws SQLException {
			Long type = this.types.get(name);
			if (type == null) {
				type = EdgeStore.typeKey(connection, this.key, name);
				this.types.put(name, type);
			}
			return type;
		}

	}

	/**
	 * An edge as it is stored.
	 */
	private static final class Row {

		private final long graph;

		private final long from;

		private final long type;

		private final long to;

		private final long order;

		private final int place;

		private long key;

		private boolean exists;

		Row(long graph, long from, long type, long to, long order, int place) {
			this.graph = graph;
			this.from = from;
			this.type = type;
			this.to = to;
			this.order = order;
			this.place = place;
		}

		void bind(PreparedStatement put) throws SQLException {
			put.setLong(1, this.key);
			put.setLong(2, this.graph);
			put.setLong(3, this.from);
			put.setLong(4, this.type);
			put.setLong(5, this.to);
			put.setLong(6, this.order);
		}

	}

}
