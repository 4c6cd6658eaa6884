package io.zova.graph;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.zova.ZovaException;
import org.jspecify.annotations.Nullable;

/**
 * One graph: its nodes, the edges between them, and the ways through it.
 *
 * <p>
 * A handle is a name that never changes. It holds nothing open, may be shared by threads,
 * and is valid before the graph is created and after it is deleted. What holds for every
 * call is said at {@link GraphOperations}.
 */
public interface Graph {

	/**
	 * The name of the graph.
	 * @return the name
	 */
	String name();

	// Nodes

	/**
	 * Puts a node. One that exists gets the new kind and target and keeps its edges and
	 * its place in the order of creation.
	 * @param node the node
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	void putNode(GraphNode node);

	/**
	 * Puts a node that stands for nothing outside the graph.
	 * @param id the node's id
	 * @param kind the node's kind
	 * @see #putNode(GraphNode)
	 */
	default void putNode(String id, String kind) {
		putNode(new GraphNode(id, kind));
	}

	/**
	 * Puts a node.
	 * @param id the node's id
	 * @param kind the node's kind
	 * @param target what it stands for
	 * @see #putNode(GraphNode)
	 */
	default void putNode(String id, String kind, NodeTarget target) {
		putNode(new GraphNode(id, kind, target));
	}

	/**
	 * Puts many nodes, or none of them. Of nodes with the same id, the last wins.
	 * @param nodes the nodes
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	void putNodes(Collection<GraphNode> nodes);

	/**
	 * As {@link #putNodes}, and tells the keys.
	 * @param nodes the nodes
	 * @return the key of each, in the order given
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	List<Long> putNodesKeyed(Collection<GraphNode> nodes);

	/**
	 * Gets a node that must be there.
	 * @param id the node's id
	 * @return the node
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if there is no such node or
	 * graph
	 */
	GraphNode getNode(String id);

	/**
	 * Gets a node if it is there.
	 * @param id the node's id
	 * @return the node, or nothing if there is no such node or graph
	 */
	Optional<GraphNode> findNode(String id);

	/**
	 * Gets nodes by their keys.
	 * @param keys the keys, 1 or more each
	 * @return for each key its node, or nothing if this graph has none with this key
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	List<Optional<KeyedNode>> findNodesByKey(List<Long> keys);

	/**
	 * Tells whether a node exists.
	 * @param id the node's id
	 * @return whether graph and node exist
	 */
	boolean nodeExists(String id);

	/**
	 * Deletes a node and all edges from and to it.
	 * @param id the node's id
	 * @return whether it was there; not if there is no such graph
	 */
	boolean deleteNode(String id);

	/**
	 * Deletes many nodes and all edges from and to them, or none. Ids that are not there
	 * do no harm.
	 * @param ids the nodes' ids
	 * @return how many were there
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	long deleteNodes(Collection<String> ids);

	// Edges

	/**
	 * Puts an edge. Nothing happens if it exists.
	 * @param edge the edge
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if the graph or one of the
	 * nodes does not exist
	 */
	void putEdge(GraphEdge edge);

	/**
	 * Puts an edge. Nothing happens if it exists.
	 * @param from the id of the node it starts at
	 * @param type its type
	 * @param to the id of the node it ends at
	 * @see #putEdge(GraphEdge)
	 */
	default void putEdge(String from, String type, String to) {
		putEdge(new GraphEdge(from, type, to));
	}

	/**
	 * Puts many edges, or none of them. Edges that exist or are repeated do no harm.
	 * <p>
	 * Edges between random nodes touch most pages of five indexes, and each commit writes
	 * what it has touched twice. So one large call is several times as fast as many small
	 * ones, and small ones are faster in one transaction.
	 * @param edges the edges
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if the graph or a node does
	 * not exist
	 */
	void putEdges(Collection<GraphEdge> edges);

	/**
	 * As {@link #putEdges}, and tells the keys.
	 * @param edges the edges
	 * @return the key of each, in the order given
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if the graph or a node does
	 * not exist
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
	 * Gets edges by their keys.
	 * @param keys the keys, 1 or more each
	 * @return for each key its edge, or nothing if this graph has none with this key
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	List<Optional<KeyedEdge>> findEdgesByKey(List<Long> keys);

	/**
	 * Tells whether an edge exists.
	 * @param edge the edge
	 * @return whether the graph, the nodes and the edge itself exist
	 */
	boolean edgeExists(GraphEdge edge);

	/**
	 * Tells whether an edge exists.
	 * @param from the id of the node it starts at
	 * @param type its type
	 * @param to the id of the node it ends at
	 * @return whether the graph, the nodes and the edge itself exist
	 */
	default boolean edgeExists(String from, String type, String to) {
		return edgeExists(new GraphEdge(from, type, to));
	}

	/**
	 * Deletes an edge.
	 * @param edge the edge
	 * @return whether it was there; not if there is no such graph
	 */
	boolean deleteEdge(GraphEdge edge);

	/**
	 * Deletes an edge.
	 * @param from the id of the node it starts at
	 * @param type its type
	 * @param to the id of the node it ends at
	 * @return whether it was there; not if there is no such graph
	 */
	default boolean deleteEdge(String from, String type, String to) {
		return deleteEdge(new GraphEdge(from, type, to));
	}

	/**
	 * Deletes many edges, or none. Those that are not there do no harm.
	 * @param edges the edges
	 * @return how many were there
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	long deleteEdges(Collection<GraphEdge> edges);

	/**
	 * Gets the bytes that an edge carries.
	 * @param edge the edge
	 * @return the bytes; a new edge has none
	 * @throws ZovaException with {@code GRAPH_EDGE_NOT_FOUND} if it does not exist
	 */
	byte[] getPayload(GraphEdge edge);

	/**
	 * Gets the bytes that edges carry, by the edges' keys.
	 * @param keys the keys, 1 or more each
	 * @return for each key the bytes, or nothing if this graph has no edge with this key
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	List<Optional<byte[]>> findPayloadsByKey(List<Long> keys);

	/**
	 * Replaces the bytes that an edge carries.
	 * @param edge the edge
	 * @param payload the bytes
	 * @throws ZovaException with {@code GRAPH_EDGE_NOT_FOUND} if it does not exist
	 */
	void putPayload(GraphEdge edge, byte[] payload);

	/**
	 * Replaces the bytes that edges carry, or none of them. Of repeated keys, the last
	 * wins.
	 * @param payloads the keys and the bytes
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph and
	 * {@code GRAPH_EDGE_NOT_FOUND} if it has no edge with one of the keys
	 */
	void putPayloads(Collection<EdgePayload> payloads);

	// Neighbors and walks

	/**
	 * Lists the edges at a node in the order of their creation.
	 * @param query which edges
	 * @return for each edge the node at its other end
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} or {@code GRAPH_NODE_NOT_FOUND}
	 * if there is no such graph or node
	 */
	List<Neighbor> neighbors(NeighborQuery query);

	/**
	 * As {@link #neighbors}, with the keys of edges and nodes.
	 * @param query which edges
	 * @return for each edge the node at its other end
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} or {@code GRAPH_NODE_NOT_FOUND}
	 * if there is no such graph or node
	 */
	List<KeyedNeighbor> neighborsKeyed(NeighborQuery query);

	/**
	 * Lists the edges at a node page by page, each found by where the one before ended.
	 * Open a transaction around several pages to see one state of the graph.
	 * @param query which edges; its limit is the size of a page
	 * @param after where the page begins: {@link NeighborCursor#START} or
	 * {@link NeighborPage#end()} of the page before
	 * @return the page
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} or {@code GRAPH_NODE_NOT_FOUND}
	 * if there is no such graph or node
	 */
	NeighborPage neighborPage(NeighborQuery query, NeighborCursor after);

	/**
	 * Counts the edges at a node. An edge from a node to itself counts once in each
	 * direction.
	 * @param node the node's id
	 * @param direction which edges
	 * @param edgeType the only type that counts; {@code null} for every type
	 * @return the number of edges
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} or {@code GRAPH_NODE_NOT_FOUND}
	 * if there is no such graph or node
	 */
	long degree(String node, Direction direction, @Nullable String edgeType);

	/**
	 * Counts the edges at many nodes, by the nodes' keys.
	 * @param nodeKeys the keys
	 * @param direction which edges
	 * @param edgeType the only type that counts; {@code null} for every type
	 * @return the number of edges at each node
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph and
	 * {@code GRAPH_NODE_NOT_FOUND} if it has no node with one of the keys
	 */
	List<Long> degrees(List<Long> nodeKeys, Direction direction, @Nullable String edgeType);

	/**
	 * Walks breadth first from a node, as every Zova library does. At each node only the
	 * first {@code limit} edges are looked at, also when they lead to nodes found before;
	 * so a walk with a small limit can miss nodes. {@link #traverse} does not.
	 * @param query where from and how far
	 * @return the nodes in the order found, the start first
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if there is no such node or
	 * graph
	 */
	List<WalkStep> walk(WalkQuery query);

	/**
	 * Goes through the graph breadth first, missing nothing.
	 * @param start the id of the first node
	 * @param traversal where it may go
	 * @return the nodes in the order found, the start first; of equally short ways, the
	 * one that was created first counts
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if there is no such node or
	 * graph
	 */
	List<WalkStep> traverse(String start, Traversal traversal);

	/**
	 * Finds a shortest path.
	 * @param from the id of the first node
	 * @param to the id of the last node
	 * @param traversal where it may go; its limit does not count
	 * @return the nodes from the first to the last; nothing if there is no path
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if there is no such graph,
	 * first or last node
	 */
	List<WalkStep> shortestPath(String from, String to, Traversal traversal);

	/**
	 * As {@link #shortestPath(String, String, Traversal)} along all outgoing edges.
	 * @param from the id of the first node
	 * @param to the id of the last node
	 * @return the nodes from the first to the last; nothing if there is no path
	 */
	default List<WalkStep> shortestPath(String from, String to) {
		return shortestPath(from, to, Traversal.EVERYTHING);
	}

	/**
	 * Tells whether there is a path. A node can be reached from itself.
	 * @param from the id of the first node
	 * @param to the id of the last node
	 * @param traversal where it may go; its limit does not count
	 * @return whether there is a path
	 * @throws ZovaException with {@code GRAPH_NODE_NOT_FOUND} if there is no such graph,
	 * first or last node
	 */
	default boolean reachable(String from, String to, Traversal traversal) {
		return !shortestPath(from, to, traversal).isEmpty();
	}

	/**
	 * As {@link #reachable(String, String, Traversal)} along all outgoing edges.
	 * @param from the id of the first node
	 * @param to the id of the last node
	 * @return whether there is a path
	 */
	default boolean reachable(String from, String to) {
		return reachable(from, to, Traversal.EVERYTHING);
	}

	// All of it

	/**
	 * Reads a page of nodes and a page of edges in the order of creation. Open a
	 * transaction around several pages to see one state of the graph.
	 * @param nodesAfter where the page of nodes begins: {@link ScanCursor#START} or
	 * {@link GraphPage#nodesEnd()} of the page before
	 * @param edgesAfter where the page of edges begins
	 * @param nodeLimit how many nodes at most
	 * @param edgeLimit how many edges at most
	 * @return the pages
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	GraphPage page(ScanCursor nodesAfter, ScanCursor edgesAfter, long nodeLimit, long edgeLimit);

	/**
	 * Streams all nodes in the order of creation. The stream reads inside the transaction
	 * that is open, page by page, and must be used up before that ends; there is nothing
	 * to close.
	 * @return the nodes; in another transaction, or in none, the stream throws
	 * {@code IllegalTransactionStateException}
	 * @throws org.springframework.transaction.IllegalTransactionStateException if no
	 * transaction of this database is open
	 */
	Stream<KeyedNode> streamNodes();

	/**
	 * Streams all edges in the order of creation, as {@link #streamNodes} does nodes.
	 * @return the edges
	 * @throws org.springframework.transaction.IllegalTransactionStateException if no
	 * transaction is open
	 */
	Stream<KeyedEdge> streamEdges();

	/**
	 * Lists the nodes whose targets do not exist: objects, chunks, vectors, and rows of
	 * tables. Nothing checks targets when nodes are put, unless you ask for it by
	 * {@link GraphOperations#checkingTargets()}, or when the targets are deleted.
	 * @return the nodes, each with the reason, in the order of creation
	 * @throws ZovaException with {@code GRAPH_NOT_FOUND} if there is no such graph
	 */
	List<DanglingTarget> dangling();

}
