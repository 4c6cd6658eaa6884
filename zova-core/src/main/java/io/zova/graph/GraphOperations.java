package io.zova.graph;

import java.util.List;

import io.zova.ZovaException;

/**
 * The graphs of a database: named sets of nodes and directed, typed edges. What happens
 * inside one of them is done by its {@link Graph}.
 *
 * <p>
 * Every call takes part in the transaction that is open, else it is one of its own. A
 * call that throws has changed nothing, and an open transaction stays usable after it.
 * All calls throw {@link ZovaException} with the status {@code INVALID_ARGUMENT} for a
 * missing value and {@code GRAPH_INVALID} for a name, id, kind or text that breaks the
 * rules:
 * <ul>
 * <li>names of graphs, kinds and edge types have 1 to 128 letters, digits and
 * {@code _ . : -};</li>
 * <li>ids of nodes have 1 to 512 bytes of UTF-8 without U+0000;</li>
 * <li>none of them begins with {@code _zova_}, in upper or lower case.</li>
 * </ul>
 * Names and ids are compared byte for byte. Nothing is created unasked: a graph must be
 * created before nodes are put, and nodes before the edges between them.
 */
public interface GraphOperations {

	/** The usual name of an application's only graph. It is not created by itself. */
	String DEFAULT_GRAPH = "default";

	/**
	 * Gives a handle on one graph, which need not exist yet. Nothing is read; a name that
	 * breaks the rules is refused by the calls on the handle.
	 * @param name the graph's name
	 * @return the handle
	 */
	Graph graph(String name);

	/**
	 * The same graphs, but nodes are put only if the object, chunk or vector exists that
	 * they stand for, {@linkplain #load loaded} ones too. A put of nodes fails as a whole
	 * with {@code OBJECT_NOT_FOUND}, {@code OBJECT_CHUNK_NOT_FOUND} or
	 * {@code VECTOR_NOT_FOUND}, or {@code GRAPH_INVALID} for a hash that is none; what
	 * the open transaction has stored counts. Nothing keeps the target from being deleted
	 * later: {@link Graph#dangling} finds such nodes. Records, and whatever else the
	 * application points at, are not looked for.
	 * @return graphs that check what nodes stand for
	 */
	GraphOperations checkingTargets();

	/**
	 * Creates an empty graph.
	 * @param name its name
	 * @return a handle on it
	 * @throws ZovaException with {@code GRAPH_EXISTS} if the name is taken
	 */
	Graph create(String name);

	/**
	 * Creates an empty graph unless there is one of this name.
	 * @param name its name
	 * @return a handle on it
	 */
	Graph createIfMissing(String name);

	/**
	 * Tells whether a graph exists.
	 * @param name its name
	 * @return whether it exists
	 */
	boolean exists(String name);

	/**
	 * Counts the nodes and edges of a graph.
	 * @param name its name
	 * @return the counts
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	GraphInfo info(String name);

	/**
	 * Lists all graphs.
	 * @return the graphs in the order of their names' bytes
	 */
	List<GraphInfo> list();

	/**
	 * Deletes a graph with its nodes and edges.
	 * @param name its name
	 * @return whether it was there
	 */
	boolean delete(String name);

	/**
	 * Loads a whole graph into a file that has none: the fastest way for large ones.
	 * @param graph the graph
	 * @return the keys of its nodes and edges
	 * @throws ZovaException with {@code GRAPH_INVALID} if the file holds any graph,
	 * {@code INVALID_ARGUMENT} if an edge names a node that is not in the list and
	 * {@code CONSTRAINT} if something occurs twice that must not
	 */
	FreshGraph.Keys load(FreshGraph graph);

	/**
	 * What reads have done since the database was opened.
	 * @return the counts of this moment
	 */
	GraphStatistics statistics();

}
