package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Lists and counts the edges at a node.
 */
final class Adjacency {

	private Adjacency() {
	}

	static List<Neighbor> neighbors(Connection connection, String graph, NeighborQuery query) throws SQLException {
		if (query.edgeType() == null && query.limit() > 0) {
			FewEdges<Neighbor> few = new FewEdges<>();
			int enough = FewEdges.enough(query.limit());
			read(connection, graph, query, sql(query).someNeighbors(), enough, (row) -> {
				few.add(row.getLong(4), row.getLong(5), row.getLong(6), neighbor(row));
				return true;
			});
			if (few.size() < enough) {
				List<Neighbor> first = few.first(query.limit());
				for (Neighbor neighbor : first) {
					GraphRules.typeName(neighbor.edgeType());
				}
				return required(connection, graph, query, first);
			}
		}
		return list(connection, graph, query, sql(query).neighbors(),
				(row) -> new Neighbor(row.getString(1), row.getString(2), KeyedReads.typeName(row, 3)));
	}

	/**
	 * Without its type's name, if that is missing: not all that are read are returned.
	 */
	private static Neighbor neighbor(ResultSet row) throws SQLException {
		return new Neighbor(row.getString(1), row.getString(2), row.getString(3));
	}

	static List<KeyedNeighbor> keyedNeighbors(Connection connection, String graph, NeighborQuery query)
			throws SQLException {
		return list(connection, graph, query, sql(query).keyed(), (row) -> new KeyedNeighbor(row.getLong(1),
				row.getLong(2), row.getString(3), row.getString(4), KeyedReads.typeName(row, 5)));
	}

	static NeighborPage page(Connection connection, String graph, NeighborQuery query, NeighborCursor after)
			throws SQLException {
		List<KeyedNeighbor> neighbors = new ArrayList<>();
		List<NeighborCursor> ends = new ArrayList<>();
		boolean more = false;
		if (query.limit() > 0) {
			long rows = Math.min(query.limit(), Long.MAX_VALUE - 1) + 1;
			read(connection, graph, query, sql(query).page(), rows, after, (row) -> {
				neighbors.add(new KeyedNeighbor(row.getLong(1), row.getLong(2), row.getString(3), row.getString(4),
						KeyedReads.typeName(row, 5)));
				return ends.add(new NeighborCursor(row.getLong(6), row.getLong(2), row.getLong(1)));
			});
			more = neighbors.size() > query.limit();
		}
		if (!ends.isEmpty() && !after.isBefore(ends.get(0))) {
			// Pages that do not move on would never end.
			throw GraphRules
				.invalid("The graph '" + graph + "' is damaged: the order of creation of the edge with the key "
						+ ends.get(0).edgeKey() + " is no whole number");
		}
		List<KeyedNeighbor> page = more ? neighbors.subList(0, neighbors.size() - 1) : neighbors;
		NeighborCursor end = page.isEmpty() ? after : ends.get(page.size() - 1);
		return new NeighborPage(List.copyOf(required(connection, graph, query, page)), more, end);
	}

	private static AdjacencyTable sql(NeighborQuery query) {
		return AdjacencyTable.of(query.direction(), query.edgeType() != null);
	}

	private static <T> List<T> list(Connection connection, String graph, NeighborQuery query, String sql,
			Rows.Reader<T> reader) throws SQLException {
		List<T> neighbors = new ArrayList<>();
		if (query.limit() > 0) {
			read(connection, graph, query, sql, query.limit(), (row) -> neighbors.add(reader.read(row)));
		}
		return required(connection, graph, query, neighbors);
	}

	private static void read(Connection connection, String graph, NeighborQuery query, String sql, long limit,
			Rows.Reader<Boolean> reader) throws SQLException {
		read(connection, graph, query, sql, limit, null, reader);
	}

	private static void read(Connection connection, String graph, NeighborQuery query, String sql, long limit,
			@Nullable NeighborCursor after, Rows.Reader<Boolean> reader) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setString(1, graph);
			statement.setString(2, query.node());
			statement.setLong(3, limit);
			if (query.edgeType() != null) {
				statement.setString(4, query.edgeType());
			}
			if (after != null) {
				statement.setLong(5, after.order());
				statement.setLong(6, after.nodeKey());
				statement.setLong(7, after.edgeKey());
			}
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					reader.read(rows);
				}
			}
		}
	}

	/**
	 * Asks whether graph and node exist only when nothing was found: most calls need one
	 * statement.
	 */
	private static <T> List<T> required(Connection connection, String graph, NeighborQuery query, List<T> neighbors)
			throws SQLException {
		if (neighbors.isEmpty()) {
			nodeKey(connection, graph, query.node());
		}
		return neighbors;
	}

	static long degree(Connection connection, String graph, String node, Direction direction, @Nullable String edgeType)
			throws SQLException {
		long key = nodeKey(connection, graph, node);
		long graphKey = GraphTable.key(connection, graph);
		try (PreparedStatement count = degreeStatement(connection, graphKey, direction, edgeType)) {
			return count(count, key);
		}
	}

	static List<Long> degrees(Connection connection, String graph, List<Long> keys, Direction direction,
			@Nullable String edgeType) throws SQLException {
		long graphKey = GraphTable.key(connection, graph);
		for (long key : keys) {
			GraphRules.key("node", key);
		}
		List<Long> degrees = new ArrayList<>(keys.size());
		try (PreparedStatement exists = connection.prepareStatement(NodeTable.IS_OF_GRAPH);
				PreparedStatement count = degreeStatement(connection, graphKey, direction, edgeType)) {
			exists.setLong(2, graphKey);
			for (long key : keys) {
				exists.setLong(1, key);
				try (ResultSet row = exists.executeQuery()) {
					if (!row.next()) {
						throw GraphRules.noNode(graph, key);
					}
				}
				degrees.add(count(count, key));
			}
		}
		return degrees;
	}

	private static PreparedStatement degreeStatement(Connection connection, long graph, Direction direction,
			@Nullable String edgeType) throws SQLException {
		PreparedStatement count = connection.prepareStatement(AdjacencyTable.of(direction, edgeType != null).degree());
		count.setLong(1, graph);
		if (edgeType != null) {
			count.setString(3, edgeType);
		}
		return count;
	}

	private static long count(PreparedStatement count, long key) throws SQLException {
		count.setLong(2, key);
		try (ResultSet row = count.executeQuery()) {
			row.next();
			return row.getLong(1);
		}
	}

	private static long nodeKey(Connection connection, String graph, String node) throws SQLException {
		Long key = Rows.first(connection, NodeTable.KEY_BY_NAME, (row) -> row.getLong(1), graph, node);
		if (key == null) {
			GraphTable.key(connection, graph);
			throw GraphRules.noNode(graph, node);
		}
		return key;
	}

}
