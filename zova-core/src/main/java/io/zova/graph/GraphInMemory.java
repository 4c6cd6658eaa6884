package io.zova.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.zova.sqlite.ConnectionHistory;
import io.zova.sqlite.file.FileState;
import org.jspecify.annotations.Nullable;

/**
 * One graph in memory with its edges in one direction, as it was in one version of the
 * file. It never changes: {@code dirty} marks nodes that must be read from the file.
 */
final class GraphInMemory {

	static final int NO_TYPE = -1;

	/** What is around the arrays. */
	private static final int OWN_BYTES = 512;

	/** What a type takes beside its text. */
	private static final int TYPE_BYTES = 120;

	private final long key;

	private final Origin origin;

	private final NodesInMemory nodes;

	private final EdgesInMemory edges;

	private final List<String> typeNames;

	private final long[] typeKeys;

	private final Map<String, Integer> typeNumbers;

	private final DirtyNodes dirty;

	GraphInMemory(long key, Origin origin, NodesInMemory nodes, EdgesInMemory edges, EdgeTypes types,
			DirtyNodes dirty) {
		this.key = key;
		this.origin = origin;
		this.nodes = nodes;
		this.edges = edges;
		this.typeNames = types.names();
		this.typeKeys = types.keys();
		this.typeNumbers = types.numbers();
		this.dirty = dirty;
	}

	long key() {
		return this.key;
	}

	/**
	 * Whether a connection sees the same but for marked nodes.
	 * @param history the connection's
	 * @param version the version of the graph tables that it sees
	 */
	boolean isSeenBy(ConnectionHistory history, long version) {
		return version == this.origin.version && history.isNoOlderThan(this.origin.moment) && !this.dirty.all();
	}

	NodesInMemory nodes() {
		return this.nodes;
	}

	DirtyNodes dirty() {
		return this.dirty;
	}

	/**
	 * Lists neighbors.
	 * @param query whose
	 * @return the neighbors, or nothing if only the file knows
	 */
	@Nullable List<Neighbor> neighbors(NeighborQuery query) {
		int slot = this.nodes.slotOfId(query.node());
		if (slot == NodesInMemory.NONE || this.dirty.contains(slot)) {
			return null;
		}
		int edge = this.edges.first(slot);
		int end = this.edges.end(slot);
		if (query.edgeType() == null) {
			int stop = edge + (int) Math.min(end - edge, query.limit());
			List<Neighbor> neighbors = new ArrayList<>(stop - edge);
			for (; edge < stop; edge++) {
				neighbors.add(neighbor(edge));
			}
			return neighbors;
		}
		List<Neighbor> neighbors = new ArrayList<>();
		int type = typeNumber(query.edgeType());
		for (; edge < end && neighbors.size() < query.limit(); edge++) {
			if (this.edges.type(edge) == type) {
				neighbors.add(neighbor(edge));
			}
		}
		return neighbors;
	}

	private Neighbor neighbor(int edge) {
		int far = this.edges.neighbor(edge);
		return new Neighbor(this.nodes.id(far), this.nodes.kind(far), typeName(this.edges.type(edge)));
	}

	/**
	 * Counts the edges at a node.
	 * @param node the node's id
	 * @param edgeType the only type that counts, nothing for all
	 * @return the number, or -1 if only the file knows
	 */
	long degree(String node, @Nullable String edgeType) {
		int slot = this.nodes.slotOfId(node);
		if (slot == NodesInMemory.NONE || this.dirty.contains(slot)) {
			return -1;
		}
		int first = this.edges.first(slot);
		int end = this.edges.end(slot);
		if (edgeType == null) {
			return end - first;
		}
		int type = typeNumber(edgeType);
		long count = 0;
		for (int edge = first; edge < end; edge++) {
			count += (this.edges.type(edge) == type) ? 1 : 0;
		}
		return count;
	}

	/**
	 * Gives the edges at nodes, by slots.
	 */
	EdgesInMemory edges() {
		return this.edges;
	}

	/**
	 * The number that stands for a type here, {@link #NO_TYPE} for one that no edge has.
	 */
	int typeNumber(String name) {
		return this.typeNumbers.getOrDefault(name, NO_TYPE);
	}

	long typeKey(int number) {
		return this.typeKeys[number];
	}

	int typeCount() {
		return this.typeKeys.length;
	}

	String typeName(int number) {
		return this.typeNames.get(number);
	}

	/**
	 * What this takes.
	 * @return the number of bytes
	 */
	long bytes() {
		return OWN_BYTES + this.nodes.bytes() + this.edges.bytes() + this.dirty.bytes()
				+ (long) TYPE_BYTES * this.typeKeys.length;
	}

	/**
	 * What all of this was read from.
	 *
	 * @param version the version of the graph tables
	 * @param moment the state of the file
	 */
	record Origin(long version, FileState moment) {
	}

	/**
	 * The types of the edges of a graph, numbered from 0.
	 *
	 * @param names their names
	 * @param keys their keys in the file
	 * @param numbers their numbers by name
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record EdgeTypes(List<String> names, long[] keys, Map<String, Integer> numbers) {
	}

}
