package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Reads a graph's edges from the file, one statement for each node.
 */
final class FileTopology implements Topology {

	private static final int CARDS_AT_ONCE = 10_000;

	private final Connection connection;

	private final long graph;

	private final Map<Long, Card> cards = new HashMap<>();

	private final Map<Long, String> typeNames = new HashMap<>();

	private long statements;

	private long rows;

	FileTopology(Connection connection, long graph) {
		this.connection = connection;
		this.graph = graph;
	}

	/**
	 * Finds a graph. To walks, a missing graph is a missing start.
	 */
	static FileTopology of(Connection connection, String graph, String start) throws SQLException {
		Long key = GraphTable.keyIfPresent(connection, graph);
		if (key == null) {
			throw GraphRules.noNode(graph, start);
		}
		return new FileTopology(connection, key);
	}

	/**
	 * What reading edges has cost so far, in about nanoseconds.
	 */
	long cost() {
		return this.statements * GraphMemory.STATEMENT_COST + this.rows * GraphMemory.ROW_COST;
	}

	@Override
	public void expand(long node, Direction direction, @Nullable Long type, long limit, EdgeVisitor visitor)
			throws SQLException {
		this.statements++;
		try (PreparedStatement statement = this.connection
			.prepareStatement(AdjacencyTable.of(direction, type != null).expand())) {
			statement.setLong(1, this.graph);
			statement.setLong(2, node);
			statement.setLong(3, limit);
			if (type != null) {
				statement.setLong(4, type);
			}
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					this.rows++;
					long neighbor = rows.getLong(1);
					if (!this.cards.containsKey(neighbor)) {
						this.cards.put(neighbor, new Card(rows.getString(3), rows.getString(4)));
					}
					if (!visitor.visit(neighbor, rows.getLong(2))) {
						return;
					}
				}
			}
		}
	}

	@Override
	public void expandKeys(long node, Direction direction, @Nullable Long type, long limit, EdgeVisitor visitor)
			throws SQLException {
		AdjacencyTable sql = AdjacencyTable.of(direction, type != null);
		if (type == null) {
			FewEdges<long[]> few = new FewEdges<>();
			int enough = FewEdges.enough(limit);
			readKeys(sql.someKeys(), node, type, enough, (row) -> {
				few.add(row.getLong(3), row.getLong(1), row.getLong(4), new long[] { row.getLong(1), row.getLong(2) });
				return true;
			});
			if (few.size() < enough) {
				for (long[] edge : few.first(limit)) {
					if (!visitor.visit(edge[0], edge[1])) {
						return;
					}
				}
				return;
			}
		}
		readKeys(sql.keys(), node, type, limit, (row) -> visitor.visit(row.getLong(1), row.getLong(2)));
	}

	/**
	 * Reads edges until the reader says that it has enough.
	 */
	private void readKeys(String sql, long node, @Nullable Long type, long limit, Rows.Reader<Boolean> reader)
			throws SQLException {
		this.statements++;
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			statement.setLong(1, this.graph);
			statement.setLong(2, node);
			statement.setLong(3, limit);
			if (type != null) {
				statement.setLong(4, type);
			}
			try (ResultSet rows = statement.executeQuery()) {
				boolean more = true;
				while (more && rows.next()) {
					this.rows++;
					more = reader.read(rows);
				}
			}
		}
	}

	@Override
	public void load(long[] nodes) throws SQLException {
		long[] sorted = nodes.clone();
		Arrays.sort(sorted);
		for (int start = 0; start < sorted.length; start += CARDS_AT_ONCE) {
			int end = Math.min(start + CARDS_AT_ONCE, sorted.length);
			String keys = Arrays.toString(Arrays.copyOfRange(sorted, start, end));
			try (PreparedStatement statement = this.connection.prepareStatement(NodeTable.CARDS)) {
				statement.setString(1, keys);
				try (ResultSet rows = statement.executeQuery()) {
					while (rows.next()) {
						this.rows++;
						this.cards.put(rows.getLong(1), new Card(rows.getString(2), rows.getString(3)));
					}
				}
			}
		}
	}

	@Override
	public boolean exists(long node) {
		return this.cards.containsKey(node);
	}

	@Override
	public @Nullable Long nodeKey(String id) throws SQLException {
		return Rows.first(this.connection, NodeTable.START, (row) -> {
			TargetType.ofText(row.getString(3));
			this.cards.put(row.getLong(1), new Card(id, row.getString(2)));
			return row.getLong(1);
		}, this.graph, id);
	}

	@Override
	public @Nullable Long typeKey(String name) throws SQLException {
		return Rows.first(this.connection, EdgeTable.TYPE_KEY, (row) -> row.getLong(1), this.graph, name);
	}

	@Override
	public String id(long node) {
		return Card.required(this.cards.get(node), node).id();
	}

	@Override
	public String kind(long node) {
		return Card.required(this.cards.get(node), node).kind();
	}

	@Override
	public String typeName(long type) throws SQLException {
		String name = this.typeNames.get(type);
		if (name == null) {
			name = GraphRules
				.typeName(Rows.first(this.connection, EdgeTable.TYPE_NAME, (row) -> row.getString(1), type));
			this.typeNames.put(type, name);
		}
		return name;
	}

}
