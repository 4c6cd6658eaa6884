package io.zova.graph;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.zova.ZovaException;
import org.jspecify.annotations.Nullable;

/**
 * Graphs: named sets of nodes and directed, typed edges.
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
	 * Gives a handle on one graph, which need not exist yet.
	 * @param name the graph's name
	 * @return the handle
	 */
	default Graph graph(String name) {
		return new Graph(this, GraphRules.required("name", name));
	}

	/**
	 * The same graphs, but nodes are put only if the object, chunk or vector exists that
	 * they stand for, {@linkplain #load loaded} ones too. A put of nodes fails as a whole
	 * with {@code OBJECT_NOT_FOUND}, {@code OBJECT_CHUNK_NOT_FOUND} or
	 * {@code VECTOR_NOT_FOUND}, or {@code GRAPH_INVALID} for a hash that is none; what
	 * the open transaction has stored counts. Nothing keeps the target from being deleted
	 * later: {@link #dangling} finds such nodes. Records, and whatever else the
	 * application points at, are not looked for.
	 * @return graphs that check what nodes stand for
	 */
	GraphOperations checkingTargets();

	// Graphs

	/**
	 * Creates an empty graph.
	 * @param name its name
	 * @throws ZovaException with {@code GRAPH_EXISTS} if the name is taken
	 */
	void create(String name);

	/**
	 * Creates an empty graph unless there is one of this name.
	 * @param name its name
	 */
	void createIfMissing(String name);

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
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	void delete(String name);

	// Nodes

	/**
	 * Puts a node. One that exists gets the new kind and target and keeps its edges and
	 * its place in the order of creation.
	 * @param node the node
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	void putNode(GraphNode node);

	/**
	 * Puts many nodes, of one graph or several, or none of them. Of rows with the same
	 * id, the last wins.
	 * @param nodes the nodes
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if a graph does not exist
	 */
	void putNodes(Collection<GraphNode> nodes);

	/**
	 * As {@link #putNodes}, and tells the keys.
	 * @param nodes the nodes
	 * @return the key of each, in the order given
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if a graph does not exist
	 */
	List<Long> putNodesKeyed(Collection<GraphNode> nodes);

	/**
	 * Gets a node.
	 * @param graph the graph's name
	 * @param id the node's id
	 * @return the node
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if there is no such node or
	 * graph
	 */
	GraphNode getNode(String graph, String id);

	/**
	 * Gets a node if it is there.
	 * @param graph the graph's name
	 * @param id the node's id
	 * @return the node, or nothing if there is no such node or graph
	 */
	Optional<GraphNode> findNode(String graph, String id);

	/**
	 * Tells whether a node exists.
	 * @param graph the graph's name
	 * @param id the node's id
	 * @return whether graph and node exist
	 */
	boolean nodeExists(String graph, String id);

	/**
	 * Deletes a node and all edges from and to it.
	 * @param graph the graph's name
	 * @param id the node's id
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if there is no such node or
	 * graph
	 */
	void deleteNode(String graph, String id);

	/**
	 * Deletes many nodes and all edges from and to them. Ids that are not there do no
	 * harm.
	 * @param graph the graph's name
	 * @param ids the nodes' ids
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	void deleteNodes(String graph, Collection<String> ids);

	/**
	 * Gets nodes by their keys.
	 * @param graph the graph's name
	 * @param keys the keys, 1 or more each
	 * @return for each key its node, or nothing if this graph has none with this key
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	List<Optional<KeyedNode>> nodesByKey(String graph, List<Long> keys);

	// Edges

	/**
	 * Puts an edge. Nothing happens if it exists.
	 * @param edge the edge
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if the graph or one of the
	 * nodes does not exist
	 */
	void putEdge(GraphEdge edge);

	/**
	 * Puts many edges, of one graph or several, or none of them. Edges that exist or are
	 * repeated do no harm.
	 * <p>
	 * Edges between random nodes touch most pages of five indexes, and each commit writes
	 * what it has touched twice. So one large call is several times as fast as many small
	 * ones, and small ones are faster in one transaction.
	 * @param edges the edges
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if a graph or node does not
	 * exist
	 */
	void putEdges(Collection<GraphEdge> edges);

	/**
	 * As {@link #putEdges}, and tells the keys.
	 * @param edges the edges
	 * @return the key of each, in the order given
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if a graph or node does not
	 * exist
	 */
	List<Long> putEdgesKeyed(Collection<GraphEdge> edges);

	/**
	 * Gets an edge, which is to say: makes sure that it exists.
	 * @param edge the edge
	 * @return the same
	 * @throws ZovaException with {@code GRAPH_EDGE_NOT_FOUND} if it does not exist
	 */
	GraphEdge getEdge(GraphEdge edge);

	/**
	 * Tells whether an edge exists.
	 * @param edge the edge
	 * @return whether its graph, its nodes and the edge itself exist
	 */
	boolean edgeExists(GraphEdge edge);

	/**
	 * Deletes an edge.
	 * @param edge the edge
	 * @throws ZovaException with {@code GRAPH_EDGE_NOT_FOUND} if it does not exist
	 */
	void deleteEdge(GraphEdge edge);

	/**
	 * Deletes many edges. Those that are not there do no harm.
	 * @param edges the edges
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if a graph does not exist
	 */
	void deleteEdges(Collection<GraphEdge> edges);

	/**
	 * Gets edges by their keys.
	 * @param graph the graph's name
	 * @param keys the keys, 1 or more each
	 * @return for each key its edge, or nothing if this graph has none with this key
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	List<Optional<KeyedEdge>> edgesByKey(String graph, List<Long> keys);

	/**
	 * Gets the bytes that an edge carries.
	 * @param edge the edge
	 * @return the bytes; a new edge has none
	 * @throws ZovaException with {@code GRAPH_EDGE_NOT_FOUND} if it does not exist
	 */
	byte[] edgePayload(GraphEdge edge);

	/**
	 * Replaces the bytes that an edge carries.
	 * @param edge the edge
	 * @param payload the bytes
	 * @throws ZovaException with {@code GRAPH_EDGE_NOT_FOUND} if it does not exist
	 */
	void replaceEdgePayload(GraphEdge edge, byte[] payload);

	/**
	 * Gets the bytes that edges carry, by the edges' keys.
	 * @param graph the graph's name
	 * @param keys the keys, 1 or more each
	 * @return for each key the bytes, or nothing if this graph has no edge with this key
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	List<Optional<byte[]>> edgePayloads(String graph, List<Long> keys);

	/**
	 * Replaces the bytes that edges carry, or none of them. Of repeated keys, the last
	 * wins.
	 * @param graph the graph's name
	 * @param payloads the keys and the bytes
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph and
	 * {@code GRAPH_EDGE_NOT_FOUND} if it has no edge with one of the keys
	 */
	void replaceEdgePayloads(String graph, Collection<EdgePayload> payloads);

	// Neighbors and walks

	/**
	 * Lists the edges at a node in the order of their creation.
	 * @param graph the graph's name
	 * @param query which edges
	 * @return for each edge the node at its other end
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} or {@code GRAPH_NODE_NOT_FOUND}
	 * if there is no such graph or node
	 */
	List<Neighbor> neighbors(String graph, NeighborQuery query);

	/**
	 * As {@link #neighbors}, with the keys of edges and nodes.
	 * @param graph the graph's name
	 * @param query which edges
	 * @return for each edge the node at its other end
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} or {@code GRAPH_NODE_NOT_FOUND}
	 * if there is no such graph or node
	 */
	List<KeyedNeighbor> neighborsKeyed(String graph, NeighborQuery query);

	/**
	 * Lists the edges at a node page by page, each found by where the one before ended.
	 * Open a transaction around several pages to see one state of the graph.
	 * @param graph the graph's name
	 * @param query which edges; its limit is the size of a page
	 * @param after where the page begins: {@link NeighborCursor#START} or
	 * {@link NeighborPage#end()} of the page before
	 * @return the page
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} or {@code GRAPH_NODE_NOT_FOUND}
	 * if there is no such graph or node
	 */
	NeighborPage neighborPage(String graph, NeighborQuery query, NeighborCursor after);

	/**
	 * Counts the edges at a node. An edge from a node to itself counts once in each
	 * direction.
	 * @param graph the graph's name
	 * @param node the node's id
	 * @param direction which edges
	 * @param edgeType the only type that counts; {@code null} for every type
	 * @return the number of edges
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} or {@code GRAPH_NODE_NOT_FOUND}
	 * if there is no such graph or node
	 */
	long degree(String graph, String node, Direction direction, @Nullable String edgeType);

	/**
	 * Counts the edges at many nodes, by the nodes' keys.
	 * @param graph the graph's name
	 * @param nodeKeys the keys
	 * @param direction which edges
	 * @param edgeType the only type that counts; {@code null} for every type
	 * @return the number of edges at each node
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph and
	 * {@code GRAPH_NODE_NOT_FOUND} if it has no node with one of the keys
	 */
	List<Long> degrees(String graph, List<Long> nodeKeys, Direction direction, @Nullable String edgeType);

	/**
	 * Walks breadth first from a node, as every Zova library does. At each node only the
	 * first {@code limit} edges are looked at, also when they lead to nodes found before;
	 * so a walk with a small limit can miss nodes. {@link #traverse} does not.
	 * @param graph the graph's name
	 * @param query where from and how far
	 * @return the nodes in the order found, the start first
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if there is no such node or
	 * graph
	 */
	List<WalkStep> walk(String graph, WalkQuery query);

	/**
	 * Goes through a graph breadth first, missing nothing.
	 * @param graph the graph's name
	 * @param start the id of the first node
	 * @param traversal where it may go
	 * @return the nodes in the order found, the start first; of equally short ways, the
	 * one that was created first counts
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if there is no such node or
	 * graph
	 */
	List<WalkStep> traverse(String graph, String start, Traversal traversal);

	/**
	 * Finds a shortest path.
	 * @param graph the graph's name
	 * @param from the id of the first node
	 * @param to the id of the last node
	 * @param traversal where it may go; its limit does not count
	 * @return the nodes from the first to the last; nothing if there is no path
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if there is no such graph,
	 * first or last node
	 */
	List<WalkStep> shortestPath(String graph, String from, String to, Traversal traversal);

	/**
	 * As {@link #shortestPath(String, String, String, Traversal)} along all outgoing
	 * edges.
	 * @param graph the graph's name
	 * @param from the id of the first node
	 * @param to the id of the last node
	 * @return the nodes from the first to the last; nothing if there is no path
	 */
	default List<WalkStep> shortestPath(String graph, String from, String to) {
		return shortestPath(graph, from, to, Traversal.EVERYTHING);
	}

	/**
	 * Tells whether there is a path. A node can be reached from itself.
	 * @param graph the graph's name
	 * @param from the id of the first node
	 * @param to the id of the last node
	 * @param traversal where it may go; its limit does not count
	 * @return whether there is a path
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if there is no such graph,
	 * first or last node
	 */
	default boolean reachable(String graph, String from, String to, Traversal traversal) {
		return !shortestPath(graph, from, to, traversal).isEmpty();
	}

	// Whole graphs

	/**
	 * Reads a page of nodes and a page of edges in the order of creation. Open a
	 * transaction around several pages to see one state of the graph.
	 * @param graph the graph's name
	 * @param nodesAfter where the page of nodes begins: {@link ScanCursor#START} or
	 * {@link GraphPage#nodesEnd()} of the page before
	 * @param edgesAfter where the page of edges begins
	 * @param nodeLimit how many nodes at most
	 * @param edgeLimit how many edges at most
	 * @return the pages
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	GraphPage scan(String graph, ScanCursor nodesAfter, ScanCursor edgesAfter, long nodeLimit, long edgeLimit);

	/**
	 * Streams all nodes in the order of creation. The stream reads inside the transaction
	 * that is open, page by page, and must be used up before that ends; there is nothing
	 * to close.
	 * @param graph the graph's name
	 * @return the nodes; in another transaction, or in none, the stream throws
	 * {@code IllegalTransactionStateException}
	 * @throws org.springframework.transaction.IllegalTransactionStateException if no
	 * transaction of this database is open
	 */
	Stream<KeyedNode> streamNodes(String graph);

	/**
	 * Streams all edges in the order of creation, as {@link #streamNodes} does nodes.
	 * @param graph the graph's name
	 * @return the edges
	 * @throws org.springframework.transaction.IllegalTransactionStateException if no
	 * transaction is open
	 */
	Stream<KeyedEdge> streamEdges(String graph);

	/**
	 * Lists the nodes whose targets do not exist: objects, chunks, vectors, and rows of
	 * tables. Nothing checks targets when nodes are put, or when the targets are deleted.
	 * @param graph the graph's name
	 * @return the nodes, each with the reason, in the order of creation
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	List<DanglingTarget> dangling(String graph);

	/**
	 * Loads a whole graph into a file that has none: the fastest way for large ones.
	 * @param graph the graph
	 * @return the keys of its nodes and edges
	 * @throws ZovaException with {@code GRAPH_INVALID} if the file holds any graph,
	 * {@code INVALID_ARGUMENT} if an edge names a node that is not in the list and
	 * {@code CONSTRAINT} if something occurs twice that must not
	 */
	FreshGraph.Keys load(FreshGraph graph);

}
