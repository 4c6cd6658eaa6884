package io.zova.graph;

import java.sql.SQLException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Shows a graph in memory to walks. Nodes that are marked, and such as are not in memory,
 * are looked up in the file, within the same transaction; or, where no file is given,
 * they end the walk with {@link OnlyInFileException}.
 *
 * <p>
 * To walks, a node in memory is its slot and one more, so that they need not look for
 * keys, and any other is its key plus the number of nodes in memory. Edge types likewise.
 */
final class MemoryTopology implements Topology {

	private final GraphInMemory graph;

	private final NodesInMemory nodes;

	private final EdgesInMemory edges;

	private final DirtyNodes dirty;

	private final @Nullable FileTopology file;

	MemoryTopology(GraphInMemory graph, @Nullable FileTopology file) {
		this.graph = graph;
		this.nodes = graph.nodes();
		this.edges = graph.edges();
		this.dirty = graph.dirty();
		this.file = file;
	}

	private FileTopology file() {
		if (this.file == null) {
			throw OnlyInFileException.INSTANCE;
		}
		return this.file;
	}

	@Override
	public void expand(long node, Direction direction, @Nullable Long type, long limit, EdgeVisitor visitor)
			throws SQLException {
		if (isAnswered(node)) {
			visit((int) node - 1, type, limit, visitor);
		}
		else {
			file().expand(keyOf(node), direction, typeKeyOf(type), limit, fromFile(visitor));
		}
	}

	@Override
	public void expandKeys(long node, Direction direction, @Nullable Long type, long limit, EdgeVisitor visitor)
			throws SQLException {
		if (isAnswered(node)) {
			visit((int) node - 1, type, limit, visitor);
		}
		else {
			file().expandKeys(keyOf(node), direction, typeKeyOf(type), limit, fromFile(visitor));
		}
	}

	private boolean isAnswered(long node) {
		return isInMemory(node) && !this.dirty.contains((int) node - 1);
	}

	private boolean isInMemory(long node) {
		return node > 0;
	}

	private void visit(int slot, @Nullable Long onlyType, long limit, EdgeVisitor visitor) throws SQLException {
		int end = this.edges.end(slot);
		long type = (onlyType != null) ? onlyType : 0;
		long left = limit;
		for (int edge = this.edges.first(slot); edge < end && left > 0; edge++) {
			int edgeType = this.edges.type(edge) + 1;
			if (type == 0 || edgeType == type) {
				left--;
				if (!visitor.visit(this.edges.neighbor(edge) + 1L, edgeType)) {
					return;
				}
			}
		}
	}

	private EdgeVisitor fromFile(EdgeVisitor visitor) {
		return (neighbor, edgeType) -> visitor.visit(named(neighbor), outside(edgeType));
	}

	private long named(long key) {
		int slot = this.nodes.slotOfKey(key);
		return (slot != NodesInMemory.NONE) ? slot + 1 : outside(key);
	}

	/**
	 * What is in memory has a positive number, so that keys of the file, whatever they
	 * are, get negative ones. No library of Zova gives keys below 1.
	 */
	private static long outside(long key) {
		if (key < 1) {
			throw OnlyInFileException.INSTANCE;
		}
		return -key;
	}

	private long keyOf(long node) {
		return isInMemory(node) ? this.nodes.key((int) node - 1) : -node;
	}

	private @Nullable Long typeKeyOf(@Nullable Long type) {
		if (type == null) {
			return null;
		}
		return (type > 0) ? this.graph.typeKey(type.intValue() - 1) : -type;
	}

	@Override
	public boolean exists(long node) {
		return isInMemory(node) || file().exists(keyOf(node));
	}

	/** Of marked nodes only the edges may have changed. */
	@Override
	public void load(long[] found) throws SQLException {
		long[] others = new long[found.length];
		int count = 0;
		for (long node : found) {
			if (!isInMemory(node)) {
				others[count++] = keyOf(node);
			}
		}
		if (count > 0) {
			file().load(Arrays.copyOf(others, count));
		}
	}

	@Override
	public @Nullable Long nodeKey(String id) throws SQLException {
		int slot = this.nodes.slotOfId(id);
		if (slot != NodesInMemory.NONE && (this.file != null || !this.dirty.contains(slot))) {
			return slot + 1L;
		}
		Long key = file().nodeKey(id);
		return (key != null) ? named(key) : null;
	}

	/** Without a file, nobody asks but at nodes that are not marked. */
	@Override
	public @Nullable Long typeKey(String name) throws SQLException {
		int number = this.graph.typeNumber(name);
		if (number != GraphInMemory.NO_TYPE) {
			return number + 1L;
		}
		Long key = (this.file != null) ? this.file.typeKey(name) : null;
		return (key != null) ? outside(key) : null;
	}

	@Override
	public String id(long node) {
		return isInMemory(node) ? this.nodes.id((int) node - 1) : file().id(keyOf(node));
	}

	@Override
	public String kind(long node) {
		return isInMemory(node) ? this.nodes.kind((int) node - 1) : file().kind(keyOf(node));
	}

	@Override
	public String typeName(long type) throws SQLException {
		return (type > 0) ? this.graph.typeName((int) type - 1) : file().typeName(-type);
	}

	/**
	 * Says that a walk in memory came to a node that only the file can answer for.
	 */
	static final class OnlyInFileException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		static final OnlyInFileException INSTANCE = new OnlyInFileException();

		private OnlyInFileException() {
			super("Only the file knows", null, false, false);
		}

	}

}
