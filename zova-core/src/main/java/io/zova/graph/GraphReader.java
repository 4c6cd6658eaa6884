package io.zova.graph;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import io.zova.ZovaException;
import io.zova.graph.GraphInMemory.EdgeTypes;
import io.zova.graph.GraphInMemory.Origin;
import io.zova.sqlite.extension.PackedQuery;
import io.zova.sqlite.extension.PackedQuery.Pack;

/**
 * Reads a whole graph into memory: its nodes in the order of their keys, then its edges
 * along the index that holds all that is needed of them. Refuses rows that no Zova
 * library writes, which the file answers for in ways of its own.
 */
final class GraphReader {

	private final Connection connection;

	private final long graph;

	private final long budget;

	private final BooleanSupplier stopped;

	private GraphReader(Connection connection, long graph, long budget, BooleanSupplier stopped) {
		this.connection = connection;
		this.graph = graph;
		this.budget = budget;
		this.stopped = stopped;
	}

	/**
	 * Reads a graph.
	 * @param connection a connection inside a transaction, so that all is of one state
	 * @param graph the graph's key
	 * @param direction which edges of each node
	 * @param origin what the transaction sees
	 * @param dirty where its nodes have been marked since before the transaction
	 * @param budget how many bytes it may take
	 * @param stopped whether to give up
	 * @return the graph
	 * @throws SQLException if it could not be read
	 * @throws UnfitGraphException if it cannot be held in memory
	 */
	static GraphInMemory read(Connection connection, long graph, Direction direction, Origin origin, DirtyNodes dirty,
			long budget, BooleanSupplier stopped) throws SQLException {
		GraphReader reader = new GraphReader(connection, graph, budget, stopped);
		try {
			return reader.read(direction, origin, dirty);
		}
		catch (ZovaException | IllegalStateException ex) {
			throw new UnfitGraphException("Other hands have written to it: " + ex.getMessage());
		}
	}

	private GraphInMemory read(Direction direction, Origin origin, DirtyNodes dirty) throws SQLException {
		long nodeCount = count(NodeTable.COUNT);
		long edgeCount = count(EdgeTable.COUNT);
		long rest = NodesInMemory.estimate(nodeCount) + EdgesInMemory.estimate(nodeCount, edgeCount);
		requireFit(rest);
		NodesInMemory nodes = nodes((int) nodeCount, rest);
		EdgeTypes types = types();
		EdgesInMemory edges = edges(direction, nodes, types, (int) edgeCount);
		dirty.bind(nodes);
		GraphInMemory resident = new GraphInMemory(this.graph, origin, nodes, edges, types, dirty);
		requireFit(resident.bytes());
		return resident;
	}

	private long count(String sql) throws SQLException {
		Long count = Rows.first(this.connection, sql, (row) -> row.getLong(1), this.graph);
		return (count != null) ? count : 0;
	}

	private void requireFit(long bytes) {
		if (bytes > this.budget || bytes > Integer.MAX_VALUE * 5L) {
			throw new UnfitGraphException(
					"The graph takes " + bytes + " bytes in memory; " + this.budget + " are allowed");
		}
	}

	private NodesInMemory nodes(int count, long rest) throws SQLException {
		NodesInMemory.Builder nodes = new NodesInMemory.Builder(count);
		byte[][] lastTarget = { {} };
		read(NodeTable.ROWS, (pack) -> {
			while (pack.next()) {
				requireText(pack, 1);
				requireText(pack, 2);
				requireText(pack, 3);
				lastTarget[0] = soundTarget(pack, lastTarget[0]);
				long key = pack.integer(0);
				nodes.add(key, pack.bytes(), pack.offset(1), pack.length(1), pack.offset(2), pack.length(2));
			}
			requireFit(rest + nodes.bytes() / 2);
		});
		return nodes.build();
	}

	private static void requireText(Pack pack, int column) {
		if (!pack.isText(column)) {
			throw new UnfitGraphException("A node has a non-text value where a text belongs");
		}
	}

	/** Walks refuse to start at a node whose target is of no known type. */
	private static byte[] soundTarget(Pack pack, byte[] last) {
		int from = pack.offset(3);
		int to = from + pack.length(3);
		if (Arrays.equals(pack.bytes(), from, to, last, 0, last.length)) {
			return last;
		}
		byte[] type = Arrays.copyOfRange(pack.bytes(), from, to);
		TargetType.ofText(new String(type, StandardCharsets.UTF_8));
		return type;
	}

	private EdgeTypes types() throws SQLException {
		List<String> names = new ArrayList<>();
		List<Long> keys = new ArrayList<>();
		Map<String, Integer> numbers = new HashMap<>();
		Rows.list(this.connection, EdgeTable.TYPES, (row) -> {
			numbers.put(row.getString(2), names.size());
			names.add(GraphRules.required("name of an edge type", row.getString(2)));
			return keys.add(row.getLong(1));
		}, this.graph);
		return new EdgeTypes(List.copyOf(names), keys.stream().mapToLong(Long::longValue).toArray(), numbers);
	}

	private EdgesInMemory edges(Direction direction, NodesInMemory nodes, EdgeTypes types, int count)
			throws SQLException {
		EdgesInMemory.Builder edges = new EdgesInMemory.Builder(nodes.size(), count);
		Map<Long, Integer> typeNumbers = new HashMap<>();
		for (int number = 0; number < types.keys().length; number++) {
			typeNumbers.put(types.keys()[number], number);
		}
		Merge merge = new Merge(nodes, typeNumbers);
		read((direction == Direction.OUTGOING) ? EdgeTable.OUTGOING : EdgeTable.INCOMING, (pack) -> {
			while (pack.next()) {
				int slot = merge.slotOf(pack.integer(0));
				int neighbor = required(nodes.slotOfKey(pack.integer(3)));
				edges.add(slot, neighbor, merge.typeNumber(pack.integer(1)), pack.integer(2));
			}
		});
		return edges.build();
	}

	private void read(String sql, PackedQuery.PackReader reader) throws SQLException {
		PackedQuery.read(this.connection, sql, this.graph, 1, Long.MAX_VALUE, (pack) -> {
			if (this.stopped.getAsBoolean()) {
				throw new UnfitGraphException("The database is being closed");
			}
			reader.accept(pack);
		});
	}

	private static int required(int slot) {
		if (slot < 0) {
			throw new UnfitGraphException("There is an edge whose node or type does not exist");
		}
		return slot;
	}

	/**
	 * Finds the slots and numbers of keys that come in order, or again and again.
	 */
	private static final class Merge {

		private final NodesInMemory nodes;

		private final Map<Long, Integer> typeNumbers;

		private int slot;

		private long type;

		private int typeNumber = NodesInMemory.NONE;

		Merge(NodesInMemory nodes, Map<Long, Integer> typeNumbers) {
			this.nodes = nodes;
			this.typeNumbers = typeNumbers;
		}

		int slotOf(long node) {
			while (this.slot < this.nodes.size() && this.nodes.key(this.slot) < node) {
				this.slot++;
			}
			if (this.slot == this.nodes.size() || this.nodes.key(this.slot) != node) {
				required(NodesInMemory.NONE);
			}
			return this.slot;
		}

		int typeNumber(long key) {
			if (key != this.type || this.typeNumber == NodesInMemory.NONE) {
				this.typeNumber = required(this.typeNumbers.getOrDefault(key, NodesInMemory.NONE));
				this.type = key;
			}
			return this.typeNumber;
		}

	}

}
