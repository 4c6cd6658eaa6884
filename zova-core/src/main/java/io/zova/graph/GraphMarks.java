package io.zova.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

import io.zova.sqlite.ConnectionHistory;

/**
 * Tells all graphs in memory that were read from one file, by whichever database of this
 * process, what this process is about to change.
 *
 * <p>
 * Who reads a graph registers before it begins to read. Changes that were committed
 * before that are in what it reads. Those made later mark it. What lies between are the
 * changes of the one transaction that may be writing meanwhile: these are remembered
 * until it ends, and handed to whoever registers.
 */
final class GraphMarks {

	/** By the file; a file that nobody has open any more is forgotten. */
	private static final Map<Object, GraphMarks> FILES = new WeakHashMap<>();

	/**
	 * If a transaction touches more, those who begin to read take the graph as marked.
	 */
	private static final int MOST_REMEMBERED = 1 << 14;

	private final Map<Long, List<DirtyNodes>> readers = new HashMap<>();

	/** What the transaction that may be writing has touched. */
	private final Map<Long, LongSet> touched = new HashMap<>();

	private final Set<Long> touchedWhole = new HashSet<>();

	private boolean inTransaction;

	private int remembered;

	/** How often whole graphs were marked. */
	private final Map<Long, Long> rewritten = new HashMap<>();

	private GraphMarks() {
	}

	static GraphMarks of(ConnectionHistory history) {
		synchronized (FILES) {
			return FILES.computeIfAbsent(history.file(), (file) -> new GraphMarks());
		}
	}

	/**
	 * Marks for a graph in memory what will be touched from now on.
	 */
	synchronized void register(long graph, DirtyNodes dirty) {
		this.readers.computeIfAbsent(graph, (key) -> new ArrayList<>()).add(dirty);
		if (this.touchedWhole.contains(graph)) {
			dirty.markAll();
		}
		LongSet nodes = this.touched.get(graph);
		if (nodes != null) {
			nodes.forEach(dirty::mark);
		}
	}

	synchronized void unregister(long graph, DirtyNodes dirty) {
		List<DirtyNodes> ofGraph = this.readers.get(graph);
		if (ofGraph != null && ofGraph.remove(dirty) && ofGraph.isEmpty()) {
			this.readers.remove(graph);
		}
	}

	/**
	 * Marks a whole graph for those who begin to read it while this transaction lasts,
	 * unless somebody has it in memory or reads it.
	 * @return whether nobody has or does
	 */
	synchronized boolean markIfNotRead(long graph) {
		if (this.readers.containsKey(graph)) {
			return false;
		}
		this.touchedWhole.add(graph);
		return true;
	}

	/**
	 * Notes that a transaction will mark something; there is only one at a time.
	 * @return whether it is the first time
	 */
	synchronized boolean firstOfTransaction() {
		boolean first = !this.inTransaction;
		this.inTransaction = true;
		return first;
	}

	synchronized void transactionEnded() {
		this.inTransaction = false;
		this.touched.clear();
		this.touchedWhole.clear();
		this.remembered = 0;
	}

	/**
	 * Marks nodes.
	 * @param graph the graph's key
	 * @param nodes the nodes' keys
	 */
	synchronized void mark(long graph, long... nodes) {
		for (DirtyNodes dirty : this.readers.getOrDefault(graph, List.of())) {
			dirty.mark(nodes);
		}
		if (this.remembered + nodes.length > MOST_REMEMBERED) {
			this.touchedWhole.add(graph);
			return;
		}
		this.remembered += nodes.length;
		LongSet ofGraph = this.touched.computeIfAbsent(graph, (key) -> new LongSet());
		for (long node : nodes) {
			ofGraph.add(node);
		}
	}

	/**
	 * Counts how often a whole graph was marked.
	 */
	synchronized long rewritten(long graph) {
		return this.rewritten.getOrDefault(graph, 0L);
	}

	/**
	 * Marks a whole graph.
	 */
	synchronized void markGraph(long graph) {
		this.rewritten.merge(graph, 1L, Long::sum);
		this.readers.getOrDefault(graph, List.of()).forEach(DirtyNodes::markAll);
		this.touchedWhole.add(graph);
	}

}
