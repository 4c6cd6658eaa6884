package io.zova.graph;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.SqlAction;
import org.jspecify.annotations.Nullable;

/**
 * A graph of a Zova file. Checks what callers give and says where it runs; the work is
 * done by one class for each kind of it.
 */
final class StoredGraph implements Graph {

	private static final int STREAM_PAGE = 1000;

	private final String name;

	private final SqlAccess sql;

	private final GraphReads reads;

	private final TopologyIndexes indexes;

	private final boolean checksTargets;

	StoredGraph(String name, SqlAccess sql, GraphReads reads, TopologyIndexes indexes, boolean checksTargets) {
		this.name = name;
		this.sql = sql;
		this.reads = reads;
		this.indexes = indexes;
		this.checksTargets = checksTargets;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public void putNode(GraphNode node) {
		this.sql.requireWritable();
		GraphRules.nonNull(node);
		GraphRules.graphName(this.name);
		GraphRules.node(node);
		write("Putting a node of the graph", this.name, (connection) -> {
			NodeTable.put(connection, this.name, node);
			checkTargets(connection, List.of(node));
		});
	}

	@Override
	public void putNodes(Collection<GraphNode> nodes) {
		this.sql.requireWritable();
		GraphRules.required("collection of nodes", nodes).forEach(GraphRules::nonNull);
		GraphRules.graphName(this.name);
		if (!nodes.isEmpty()) {
			write("Putting", nodes.size() + " nodes", (connection) -> {
				NodeTable.putAll(connection, this.name, nodes);
				checkTargets(connection, nodes);
			});
		}
	}

	@Override
	public List<Long> putNodesKeyed(Collection<GraphNode> nodes) {
		this.sql.requireWritable();
		GraphRules.required("collection of nodes", nodes).forEach(GraphRules::nonNull);
		GraphRules.graphName(this.name);
		return nodes.isEmpty() ? List.of() : this.sql.change("Putting nodes", GraphTable.TABLE, (connection) -> {
			List<Long> keys = NodeTable.putAllKeyed(connection, this.name, nodes);
			checkTargets(connection, nodes);
			return keys;
		});
	}

	/** In the same piece of work, which is undone as a whole. */
	private void checkTargets(Connection connection, Collection<GraphNode> nodes) throws SQLException {
		if (this.checksTargets) {
			TargetTables.require(connection, this.name, nodes);
		}
	}

	@Override
	public GraphNode getNode(String id) {
		return findNode(id).orElseThrow(() -> GraphRules.noNode(this.name, id));
	}

	@Override
	public Optional<GraphNode> findNode(String id) {
		checkNode(id);
		return this.sql.read("Getting a node",
				(connection) -> Optional.ofNullable(NodeTable.get(connection, this.name, id)));
	}

	@Override
	public boolean nodeExists(String id) {
		checkNode(id);
		return this.sql.read("Looking for a node", (connection) -> NodeTable.exists(connection, this.name, id));
	}

	@Override
	public boolean deleteNode(String id) {
		this.sql.requireWritable();
		checkNode(id);
		return this.sql.change("Deleting a node of the graph " + this.name, GraphTable.TABLE,
				(connection) -> NodeTable.delete(connection, this.name, id));
	}

	@Override
	public long deleteNodes(Collection<String> ids) {
		this.sql.requireWritable();
		GraphRules.graphName(this.name);
		GraphRules.required("collection of node ids", ids).forEach(GraphRules::nodeId);
		if (ids.isEmpty()) {
			this.sql.read("Looking for a graph", (connection) -> GraphTable.key(connection, this.name));
			return 0;
		}
		return this.sql.change("Deleting nodes of the graph " + this.name, GraphTable.TABLE, (connection) -> {
			this.indexes.ensure(connection);
			return NodeTable.deleteAll(connection, this.name, ids);
		});
	}

	@Override
	public List<Optional<KeyedNode>> findNodesByKey(List<Long> keys) {
		checkKeys("node", keys);
		return this.sql.snapshot("Getting nodes by key", (connection) -> KeyedReads.nodes(connection, this.name, keys));
	}

	@Override
	public void putEdge(GraphEdge edge) {
		this.sql.requireWritable();
		checkEdge(edge);
		write("Putting an edge of the graph", this.name,
				(connection) -> EdgeTable.put(connection, this.indexes, this.name, edge));
	}

	@Override
	public void putEdges(Collection<GraphEdge> edges) {
		this.sql.requireWritable();
		checkEdges(edges);
		if (!edges.isEmpty()) {
			write("Putting", edges.size() + " edges",
					(connection) -> EdgeBatch.put(connection, this.indexes, this.name, edges));
		}
	}

	@Override
	public List<Long> putEdgesKeyed(Collection<GraphEdge> edges) {
		this.sql.requireWritable();
		checkEdges(edges);
		return edges.isEmpty() ? List.of() : this.sql.change("Putting edges", GraphTable.TABLE,
				(connection) -> EdgeBatch.putKeyed(connection, this.indexes, this.name, edges));
	}

	@Override
	public GraphEdge getEdge(GraphEdge edge) {
		if (!edgeExists(edge)) {
			throw GraphRules.noEdge(this.name, edge);
		}
		return edge;
	}

	@Override
	public boolean edgeExists(GraphEdge edge) {
		checkEdge(edge);
		return this.sql.read("Looking for an edge", (connection) -> EdgeTable.exists(connection, this.name, edge));
	}

	@Override
	public boolean deleteEdge(GraphEdge edge) {
		this.sql.requireWritable();
		checkEdge(edge);
		return this.sql.change("Deleting an edge of the graph " + this.name, GraphTable.TABLE,
				(connection) -> EdgeTable.delete(connection, this.name, edge));
	}

	@Override
	public long deleteEdges(Collection<GraphEdge> edges) {
		this.sql.requireWritable();
		checkEdges(edges);
		return edges.isEmpty() ? 0 : this.sql.change("Deleting " + edges.size() + " edges", GraphTable.TABLE,
				(connection) -> EdgeTable.deleteAll(connection, this.name, edges));
	}

	@Override
	public List<Optional<KeyedEdge>> findEdgesByKey(List<Long> keys) {
		checkKeys("edge", keys);
		return this.sql.snapshot("Getting edges by key", (connection) -> KeyedReads.edges(connection, this.name, keys));
	}

	@Override
	public byte[] getPayload(GraphEdge edge) {
		checkEdge(edge);
		return this.sql.snapshot("Getting a payload", (connection) -> EdgeTable.payload(connection, this.name, edge));
	}

	@Override
	public void putPayload(GraphEdge edge, byte[] payload) {
		this.sql.requireWritable();
		checkEdge(edge);
		GraphRules.required("payload", payload);
		write("Replacing a payload of the graph", this.name,
				(connection) -> EdgeTable.replacePayload(connection, this.name, edge, payload));
	}

	@Override
	public List<Optional<byte[]>> findPayloadsByKey(List<Long> keys) {
		checkKeys("edge", keys);
		return this.sql.snapshot("Getting payloads", (connection) -> KeyedReads.payloads(connection, this.name, keys));
	}

	@Override
	public void putPayloads(Collection<EdgePayload> payloads) {
		this.sql.requireWritable();
		for (EdgePayload payload : GraphRules.required("collection of payloads", payloads)) {
			GraphRules.key("edge", GraphRules.required("payload", payload).edgeKey());
		}
		GraphRules.graphName(this.name);
		if (payloads.isEmpty()) {
			this.sql.read("Looking for a graph", (connection) -> GraphTable.key(connection, this.name));
			return;
		}
		write("Replacing payloads of the graph", this.name,
				(connection) -> KeyedReads.replacePayloads(connection, this.name, payloads));
	}

	@Override
	public List<Neighbor> neighbors(NeighborQuery query) {
		check(query);
		return this.sql.read("Listing neighbors", (connection) -> this.reads.neighbors(connection, this.name, query));
	}

	@Override
	public List<KeyedNeighbor> neighborsKeyed(NeighborQuery query) {
		check(query);
		return this.sql.read("Listing neighbors",
				(connection) -> Adjacency.keyedNeighbors(connection, this.name, query));
	}

	@Override
	public NeighborPage neighborPage(NeighborQuery query, NeighborCursor after) {
		check(query);
		GraphRules.required("cursor", after);
		return this.sql.snapshot("Listing neighbors",
				(connection) -> Adjacency.page(connection, this.name, query, after));
	}

	private void check(NeighborQuery query) {
		GraphRules.required("direction", GraphRules.required("query", query).direction());
		checkNode(query.node());
		GraphRules.optionalEdgeType(query.edgeType());
		if (query.limit() < 0) {
			this.sql.read("Looking for a graph", (connection) -> GraphTable.key(connection, this.name));
			GraphRules.limit(query.limit());
		}
	}

	@Override
	public long degree(String node, Direction direction, @Nullable String edgeType) {
		GraphRules.required("direction", direction);
		checkNode(node);
		GraphRules.optionalEdgeType(edgeType);
		long inMemory = this.sql.read("Counting edges",
				(connection) -> this.reads.degreeInMemory(connection, this.name, node, direction, edgeType));
		return (inMemory >= 0) ? inMemory : this.sql.snapshot("Counting edges",
				(connection) -> Adjacency.degree(connection, this.name, node, direction, edgeType));
	}

	@Override
	public List<Long> degrees(List<Long> nodeKeys, Direction direction, @Nullable String edgeType) {
		GraphRules.required("direction", direction);
		GraphRules.graphName(this.name);
		GraphRules.optionalEdgeType(edgeType);
		GraphRules.required("list of keys", nodeKeys);
		return this.sql.snapshot("Counting edges",
				(connection) -> Adjacency.degrees(connection, this.name, nodeKeys, direction, edgeType));
	}

	@Override
	public List<WalkStep> walk(WalkQuery query) {
		GraphRules.required("direction", GraphRules.required("query", query).direction());
		GraphRules.depth(query.maxDepth());
		checkNode(query.start());
		GraphRules.optionalEdgeType(query.edgeType());
		GraphRules.limit(query.limit());
		Optional<List<WalkStep>> inMemory = this.sql.read("Walking a graph",
				(connection) -> this.reads.walkInMemory(connection, this.name, query));
		return inMemory.orElseGet(() -> this.sql.snapshot("Walking a graph",
				(connection) -> this.reads.walk(connection, this.name, query)));
	}

	@Override
	public List<WalkStep> traverse(String start, Traversal traversal) {
		checkNode(start);
		check(traversal);
		return this.sql.snapshot("Traversing a graph",
				(connection) -> this.reads.traverse(connection, this.name, start, traversal));
	}

	@Override
	public List<WalkStep> shortestPath(String from, String to, Traversal traversal) {
		checkNode(from);
		checkNode(to);
		check(traversal);
		return this.sql.snapshot("Looking for a path",
				(connection) -> this.reads.path(connection, this.name, from, to, traversal));
	}

	private static void check(Traversal traversal) {
		GraphRules.required("traversal", traversal);
		GraphRules.required("direction", traversal.direction());
		GraphRules.required("condition for nodes", traversal.nodes());
		GraphRules.required("condition for edges", traversal.edges());
		GraphRules.optionalEdgeType(traversal.edgeType());
		GraphRules.limit(traversal.limit());
		GraphRules.limit(traversal.maxDepth());
	}

	@Override
	public GraphPage page(ScanCursor nodesAfter, ScanCursor edgesAfter, long nodeLimit, long edgeLimit) {
		GraphRules.graphName(this.name);
		GraphRules.cursor(nodesAfter);
		GraphRules.cursor(edgesAfter);
		return this.sql.snapshot("Scanning a graph",
				(connection) -> GraphScan.page(connection, this.name, nodesAfter, edgesAfter, nodeLimit, edgeLimit));
	}

	@Override
	public Stream<KeyedNode> streamNodes() {
		return GraphStreams.of(this.sql, firstPage(), (page) -> page(page.nodesEnd(), ScanCursor.START, STREAM_PAGE, 0),
				GraphPage::nodes);
	}

	@Override
	public Stream<KeyedEdge> streamEdges() {
		return GraphStreams.of(this.sql, firstPage(), (page) -> page(ScanCursor.START, page.edgesEnd(), 0, STREAM_PAGE),
				GraphPage::edges);
	}

	/** Says at once when there is no such graph. */
	private GraphPage firstPage() {
		return page(ScanCursor.START, ScanCursor.START, 0, 0);
	}

	@Override
	public List<DanglingTarget> dangling() {
		GraphRules.graphName(this.name);
		return this.sql.snapshot("Checking targets", (connection) -> DanglingScan.scan(connection, this.name));
	}

	@Override
	public String toString() {
		return "Graph[" + this.name + "]";
	}

	private void checkNode(String id) {
		GraphRules.required("node id", id);
		GraphRules.graphName(this.name);
		GraphRules.nodeId(id);
	}

	private void checkEdge(GraphEdge edge) {
		GraphRules.nonNull(edge);
		GraphRules.graphName(this.name);
		GraphRules.edge(edge);
	}

	private void checkEdges(Collection<GraphEdge> edges) {
		GraphRules.required("collection of edges", edges).forEach(GraphRules::nonNull);
		GraphRules.graphName(this.name);
		edges.forEach(GraphRules::edge);
	}

	private void checkKeys(String what, List<Long> keys) {
		for (Long key : GraphRules.required("list of keys", keys)) {
			GraphRules.key(what, GraphRules.required("key", key));
		}
		GraphRules.graphName(this.name);
	}

	private void write(String task, String what, SqlAction action) {
		this.sql.change(task + " " + what, GraphTable.TABLE, (connection) -> {
			action.run(connection);
			return true;
		});
	}

}
