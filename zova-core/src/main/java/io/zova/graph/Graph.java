package io.zova.graph;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;

/**
 * A handle on one graph: {@link GraphOperations} without the graph's name in each call.
 * It holds nothing open and can be kept and shared.
 */
public final class Graph {

	private final GraphOperations operations;

	private final String name;

	Graph(GraphOperations operations, String name) {
		this.operations = operations;
		this.name = name;
	}

	/**
	 * The name of this graph.
	 * @return the name
	 * @see GraphOperations
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Creates this graph.
	 * @return this graph
	 * @see GraphOperations
	 */
	public Graph create() {
		this.operations.create(this.name);
		return this;
	}

	/**
	 * Creates this graph unless it exists.
	 * @return this graph
	 * @see GraphOperations
	 */
	public Graph createIfMissing() {
		this.operations.createIfMissing(this.name);
		return this;
	}

	/**
	 * Tells whether this graph exists.
	 * @return whether it exists
	 * @see GraphOperations
	 */
	public boolean exists() {
		return this.operations.exists(this.name);
	}

	/**
	 * Counts nodes and edges.
	 * @return the counts
	 * @see GraphOperations
	 */
	public GraphInfo info() {
		return this.operations.info(this.name);
	}

	/**
	 * Deletes this graph with its nodes and edges.
	 * @see GraphOperations
	 */
	public void delete() {
		this.operations.delete(this.name);
	}

	/**
	 * Makes, but does not put, a node of this graph.
	 * @param id the node's id
	 * @param kind the node's kind
	 * @return the node
	 * @see GraphOperations
	 */
	public GraphNode node(String id, String kind) {
		Arguments.required("id", id);
		Arguments.required("kind", kind);
		return new GraphNode(this.name, id, kind);
	}

	/**
	 * Makes, but does not put, a node of this graph.
	 * @param id the node's id
	 * @param kind the node's kind
	 * @param target what it stands for
	 * @return the node
	 * @see GraphOperations
	 */
	public GraphNode node(String id, String kind, NodeTarget target) {
		Arguments.required("id", id);
		Arguments.required("kind", kind);
		Arguments.required("target", target);
		return new GraphNode(this.name, id, kind, target);
	}

	/**
	 * Makes, but does not put, an edge of this graph.
	 * @param from the id of the node it starts at
	 * @param type its type
	 * @param to the id of the node it ends at
	 * @return the edge
	 * @see GraphOperations
	 */
	public GraphEdge edge(String from, String type, String to) {
		Arguments.required("from", from);
		Arguments.required("type", type);
		Arguments.required("to", to);
		return new GraphEdge(this.name, from, type, to);
	}

	/**
	 * Puts a node that stands for nothing outside the graph.
	 * @param id the node's id
	 * @param kind the node's kind
	 * @see GraphOperations
	 */
	public void putNode(String id, String kind) {
		this.operations.putNode(new GraphNode(this.name, id, kind));
	}

	/**
	 * Puts a node.
	 * @param id the node's id
	 * @param kind the node's kind
	 * @param target what it stands for
	 * @see GraphOperations
	 */
	public void putNode(String id, String kind, NodeTarget target) {
		this.operations.putNode(new GraphNode(this.name, id, kind, target));
	}

	/**
	 * Puts many nodes or none.
	 * @param nodes the nodes
	 * @see GraphOperations
	 */
	public void putNodes(Collection<GraphNode> nodes) {
		this.operations.putNodes(nodes);
	}

	/**
	 * Gets a node that exists.
	 * @param id the node's id
	 * @return the node
	 * @see GraphOperations
	 */
	public GraphNode getNode(String id) {
		return this.operations.getNode(this.name, id);
	}

	/**
	 * Gets a node if it is there.
	 * @param id the node's id
	 * @return the node or nothing
	 * @see GraphOperations
	 */
	public Optional<GraphNode> findNode(String id) {
		return this.operations.findNode(this.name, id);
	}

	/**
	 * Tells whether a node exists.
	 * @param id the node's id
	 * @return whether it exists
	 * @see GraphOperations
	 */
	public boolean nodeExists(String id) {
		return this.operations.nodeExists(this.name, id);
	}

	/**
	 * Deletes a node and all edges from and to it.
	 * @param id the node's id
	 * @see GraphOperations
	 */
	public void deleteNode(String id) {
		this.operations.deleteNode(this.name, id);
	}

	/**
	 * Deletes many nodes and all edges from and to them.
	 * @param ids the nodes' ids
	 * @see GraphOperations
	 */
	public void deleteNodes(Collection<String> ids) {
		this.operations.deleteNodes(this.name, ids);
	}

	/**
	 * Puts an edge. Nothing happens if it exists.
	 * @param from the id of the node it starts at
	 * @param type its type
	 * @param to the id of the node it ends at
	 * @see GraphOperations
	 */
	public void putEdge(String from, String type, String to) {
		this.operations.putEdge(new GraphEdge(this.name, from, type, to));
	}

	/**
	 * Puts many edges or none.
	 * @param edges the edges
	 * @see GraphOperations
	 */
	public void putEdges(Collection<GraphEdge> edges) {
		this.operations.putEdges(edges);
	}

	/**
	 * Tells whether an edge exists.
	 * @param from the id of the node it starts at
	 * @param type its type
	 * @param to the id of the node it ends at
	 * @return whether it exists
	 * @see GraphOperations
	 */
	public boolean edgeExists(String from, String type, String to) {
		return this.operations.edgeExists(new GraphEdge(this.name, from, type, to));
	}

	/**
	 * Deletes an edge that exists.
	 * @param from the id of the node it starts at
	 * @param type its type
	 * @param to the id of the node it ends at
	 * @see GraphOperations
	 */
	public void deleteEdge(String from, String type, String to) {
		this.operations.deleteEdge(new GraphEdge(this.name, from, type, to));
	}

	/**
	 * Deletes many edges; those that are not there do no harm.
	 * @param edges the edges
	 * @see GraphOperations
	 */
	public void deleteEdges(Collection<GraphEdge> edges) {
		this.operations.deleteEdges(edges);
	}

	/**
	 * Gets the bytes that an edge carries.
	 * @param from the id of the node it starts at
	 * @param type its type
	 * @param to the id of the node it ends at
	 * @return the bytes
	 * @see GraphOperations
	 */
	public byte[] edgePayload(String from, String type, String to) {
		return this.operations.edgePayload(new GraphEdge(this.name, from, type, to));
	}

	/**
	 * Replaces the bytes that an edge carries.
	 * @param from the id of the node it starts at
	 * @param type its type
	 * @param to the id of the node it ends at
	 * @param payload the bytes
	 * @see GraphOperations
	 */
	public void replaceEdgePayload(String from, String type, String to, byte[] payload) {
		this.operations.replaceEdgePayload(new GraphEdge(this.name, from, type, to), payload);
	}

	/**
	 * Lists the edges at a node in the order of their creation.
	 * @param query which edges
	 * @return for each edge the node at its other end
	 * @see GraphOperations
	 */
	public List<Neighbor> neighbors(NeighborQuery query) {
		return this.operations.neighbors(this.name, query);
	}

	/**
	 * Lists the edges at a node page by page.
	 * @param query which edges; its limit is the size of a page
	 * @param after where the page begins: {@link NeighborCursor#START} or
	 * {@link NeighborPage#end()} of the page before
	 * @return the page
	 */
	public NeighborPage neighborPage(NeighborQuery query, NeighborCursor after) {
		return this.operations.neighborPage(this.name, query, after);
	}

	/**
	 * Counts the edges at a node.
	 * @param node the node's id
	 * @param direction which edges
	 * @param edgeType the only type that counts; {@code null} for every type
	 * @return the number of edges
	 * @see GraphOperations
	 */
	public long degree(String node, Direction direction, @Nullable String edgeType) {
		return this.operations.degree(this.name, node, direction, edgeType);
	}

	/**
	 * Walks breadth first from a node, as every Zova library does.
	 * @param query where from and how far
	 * @return the nodes in the order found
	 * @see GraphOperations
	 */
	public List<WalkStep> walk(WalkQuery query) {
		return this.operations.walk(this.name, query);
	}

	/**
	 * Goes through the graph breadth first, missing nothing.
	 * @param start the id of the first node
	 * @param traversal where it may go
	 * @return the nodes in the order found
	 * @see GraphOperations
	 */
	public List<WalkStep> traverse(String start, Traversal traversal) {
		return this.operations.traverse(this.name, start, traversal);
	}

	/**
	 * Finds a shortest path along outgoing edges.
	 * @param from the id of the first node
	 * @param to the id of the last node
	 * @return the nodes from the first to the last; nothing if there is no path
	 * @see GraphOperations
	 */
	public List<WalkStep> shortestPath(String from, String to) {
		return this.operations.shortestPath(this.name, from, to);
	}

	/**
	 * Tells whether there is a path along outgoing edges.
	 * @param from the id of the first node
	 * @param to the id of the last node
	 * @return whether there is one
	 * @see GraphOperations
	 */
	public boolean reachable(String from, String to) {
		return this.operations.reachable(this.name, from, to, Traversal.EVERYTHING);
	}

	/**
	 * Reads a page of nodes and a page of edges in the order of creation.
	 * @param nodesAfter where the page of nodes begins
	 * @param edgesAfter where the page of edges begins
	 * @param nodeLimit how many nodes at most
	 * @param edgeLimit how many edges at most
	 * @return the pages
	 * @see GraphOperations
	 */
	public GraphPage scan(ScanCursor nodesAfter, ScanCursor edgesAfter, long nodeLimit, long edgeLimit) {
		return this.operations.scan(this.name, nodesAfter, edgesAfter, nodeLimit, edgeLimit);
	}

	/**
	 * Streams all nodes inside the open transaction.
	 * @return the nodes
	 * @see GraphOperations
	 */
	public Stream<KeyedNode> streamNodes() {
		return this.operations.streamNodes(this.name);
	}

	/**
	 * Streams all edges inside the open transaction.
	 * @return the edges
	 * @see GraphOperations
	 */
	public Stream<KeyedEdge> streamEdges() {
		return this.operations.streamEdges(this.name);
	}

	/**
	 * Lists the nodes whose targets do not exist.
	 * @return the nodes
	 * @see GraphOperations
	 */
	public List<DanglingTarget> dangling() {
		return this.operations.dangling(this.name);
	}

	@Override
	public String toString() {
		return "Graph[" + this.name + "]";
	}

}
