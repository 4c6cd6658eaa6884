package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.zova.sqlite.extension.PackedInput;
import io.zova.sqlite.extension.PackedQuery;

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

	/** From here on it pays to hand edges over as one value. */
	private static final int MANY = 64;

	private final Connection connection;

	private final String graph;

	private final Map<String, Long> types = new HashMap<>();

	private EdgeBatch(Connection connection, String graph) {
		this.connection = connection;
		this.graph = graph;
	}

	static void put(Connection connection, TopologyIndexes indexes, String graph, Collection<GraphEdge> edges)
			throws SQLException {
		putRows(connection, indexes, graph, edges);
	}

	static List<Long> putKeyed(Connection connection, TopologyIndexes indexes, String graph,
			Collection<GraphEdge> edges) throws SQLException {
		EdgeRows rows = putRows(connection, indexes, graph, edges);
		List<Long> keys = new ArrayList<>(rows.size());
		for (int place = 0; place < rows.size(); place++) {
			keys.add(rows.key(place));
		}
		return keys;
	}

	private static EdgeRows putRows(Connection connection, TopologyIndexes indexes, String graph,
			Collection<GraphEdge> edges) throws SQLException {
		indexes.ensure(connection);
		EdgeBatch batch = new EdgeBatch(connection, graph);
		return batch.put(edges);
	}

	private EdgeRows put(Collection<GraphEdge> edges) throws SQLException {
		EdgeRows rows = rows(edges);
		long highestKey = highest(EdgeTable.HIGHEST_KEY);
		int[] distinct = rows.distinct();
		GraphRules.orderAfter(highestKey, distinct.length);
		if (distinct.length >= LARGE && highest(EdgeTable.COUNT_AT_MOST, distinct.length) <= distinct.length) {
			putAndBuildIndexes(rows, distinct, highestKey);
		}
		else {
			// The pages read to look for an edge are those that it is written to.
			findExisting(rows, distinct);
			writeMarked(rows, rows.createKeys(distinct, highestKey));
		}
		return rows;
	}

	private void putAndBuildIndexes(EdgeRows rows, int[] distinct, long highestKey) throws SQLException {
		compareWithAll(rows, distinct);
		int[] created = rows.createKeys(distinct, highestKey);
		boolean dropped = TopologyIndexes.dropOfEdgesIfPossible(this.connection);
		if (dropped) {
			Arrays.sort(created);
		}
		write(rows, created);
		if (dropped) {
			TopologyIndexes.createMissing(this.connection);
		}
	}

	/**
	 * Looks for each edge.
	 */
	private void findExisting(EdgeRows rows, int[] places) throws SQLException {
		if (places.length >= MANY && PackedInput.isAvailable()) {
			findManyExisting(rows, places);
			return;
		}
		try (PreparedStatement find = this.connection.prepareStatement(EdgeTable.KEY)) {
			for (int place : places) {
				find.setLong(1, rows.from(place));
				find.setLong(2, rows.type(place));
				find.setLong(3, rows.to(place));
				try (ResultSet found = find.executeQuery()) {
					if (found.next()) {
						rows.exists(place, found.getLong(1));
					}
				}
			}
		}
	}

	private void findManyExisting(EdgeRows rows, int[] places) throws SQLException {
		PackedInput wanted = new PackedInput(4);
		for (int i = 0; i < places.length; i++) {
			int place = places[i];
			wanted.add(rows.from(place)).add(rows.type(place)).add(rows.to(place)).add(place);
			if (wanted.isFull() || i + 1 == places.length) {
				PackedQuery.read(this.connection, EdgeTable.KEYS_OF_MANY, 0, wanted, (pack) -> {
					while (pack.next()) {
						rows.exists((int) pack.integer(0), pack.integer(1));
					}
				});
			}
		}
	}

	/**
	 * Goes through all edges there are beside those to be put; both are in order.
	 */
	private void compareWithAll(EdgeRows rows, int[] places) throws SQLException {
		try (PreparedStatement all = this.connection.prepareStatement(EdgeTable.KEYS_OF_ALL);
				ResultSet edges = all.executeQuery()) {
			int next = 0;
			while (next < places.length && edges.next()) {
				long from = edges.getLong(1);
				long type = edges.getLong(2);
				long to = edges.getLong(3);
				while (next < places.length && rows.compare(places[next], from, type, to) < 0) {
					next++;
				}
				if (next < places.length && rows.compare(places[next], from, type, to) == 0) {
					rows.exists(places[next], edges.getLong(4));
				}
			}
		}
	}

	/**
	 * Finds the nodes of all edges, then the types, which are created at their first use.
	 */
	private EdgeRows rows(Collection<GraphEdge> edges) throws SQLException {
		Long key = GraphTable.keyIfPresent(this.connection, this.graph);
		if (key == null) {
			throw GraphRules.noNode(this.graph, edges.iterator().next().from());
		}
		long highestOrder = highest(EdgeTable.HIGHEST_ORDER, key);
		NodeKeys nodes = new NodeKeys(this.graph, key);
		int[] from = new int[edges.size()];
		int[] to = new int[from.length];
		int place = 0;
		for (GraphEdge edge : edges) {
			from[place] = nodes.add(edge.from());
			to[place++] = nodes.add(edge.to());
		}
		nodes.resolve(this.connection);
		EdgeRows rows = new EdgeRows(key, from.length);
		place = 0;
		for (GraphEdge edge : edges) {
			rows.set(place, nodes.key(from[place]), typeKey(key, edge.type()), nodes.key(to[place]),
					GraphRules.orderAfter(highestOrder++, 1));
			place++;
		}
		return rows;
	}

	private long typeKey(long graphKey, String name) throws SQLException {
		Long type = this.types.get(name);
		if (type == null) {
			type = EdgeTable.typeKey(this.connection, graphKey, name);
			this.types.put(name, type);
		}
		return type;
	}

	private void writeMarked(EdgeRows rows, int[] places) throws SQLException {
		NotedChange.run(this.connection, (marks) -> {
			for (int place : places) {
				marks.mark(rows.graph(), rows.from(place), rows.to(place));
			}
			write(rows, places);
		});
	}

	private void write(EdgeRows rows, int[] places) throws SQLException {
		EdgeWriter.write(this.connection, rows, places);
	}

	private long highest(String sql, Object... values) throws SQLException {
		Long highest = Rows.first(this.connection, sql, (row) -> row.getLong(1), values);
		return (highest != null) ? highest : 0;
	}

}
