package io.zova.graph;

import java.util.concurrent.atomic.AtomicLongArray;

import org.jspecify.annotations.Nullable;

/**
 * Which nodes of a graph in memory may differ from the file, because this process has
 * touched them since. Marks stay, also when the transaction that made them is rolled
 * back: that only costs time.
 *
 * <p>
 * Without them every edge put would make the whole graph in memory useless: asking
 * neighbors while the graph grows takes 2.5 times as long then, walks 4 times (benchmark
 * {@code graph-mixed}).
 */
final class DirtyNodes implements AutoCloseable {

	/** If more than one node of so many is marked, the graph is better read again. */
	private static final int SHARE = 8;

	private static final int FEW = 16;

	/** So many marks are kept while the graph is being read. */
	private static final int MOST_WAITING = 1 << 16;

	private final GraphMarks marks;

	private final long graph;

	/** Keys marked before the slots are known. */
	private LongSet waiting = new LongSet();

	private int marked;

	private @Nullable NodesInMemory nodes;

	private volatile AtomicLongArray bits = new AtomicLongArray(0);

	private volatile boolean all;

	/**
	 * Follows what is touched from now on.
	 * @param marks where that is told
	 * @param graph the graph's key
	 */
	DirtyNodes(GraphMarks marks, long graph) {
		this.marks = marks;
		this.graph = graph;
		marks.register(graph, this);
	}

	synchronized void mark(long... keys) {
		for (long key : keys) {
			if (this.all) {
				return;
			}
			NodesInMemory known = this.nodes;
			if (known != null) {
				markSlot(known, key);
			}
			else if (this.waiting.add(key) && ++this.marked > MOST_WAITING) {
				this.all = true;
			}
		}
	}

	private void markSlot(NodesInMemory known, long key) {
		int slot = known.slotOfKey(key);
		// A node that was not there is not answered for anyway.
		if (slot != NodesInMemory.NONE && !contains(slot)) {
			this.bits.set(slot >> 6, this.bits.get(slot >> 6) | 1L << slot);
			if (++this.marked > Math.max(FEW, known.size() / SHARE)) {
				this.all = true;
			}
		}
	}

	void markAll() {
		this.all = true;
	}

	/**
	 * Learns the slots of the nodes.
	 */
	synchronized void bind(NodesInMemory read) {
		this.bits = new AtomicLongArray((read.size() + Long.SIZE - 1) / Long.SIZE);
		this.marked = 0;
		this.nodes = read;
		this.waiting.forEach((key) -> markSlot(read, key));
		this.waiting = new LongSet();
	}

	/** To be asked after the version of the file: marks come before changes do. */
	boolean contains(int slot) {
		return (this.bits.get(slot >> 6) & 1L << slot) != 0;
	}

	boolean all() {
		return this.all;
	}

	long bytes() {
		return this.bits.length() * 8L;
	}

	/** Follows no longer; nobody may rely on it from now on. */
	@Override
	public void close() {
		this.marks.unregister(this.graph, this);
		this.all = true;
	}

}
