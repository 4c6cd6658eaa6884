package io.zova.graph;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.SqlFunction;
import org.jspecify.annotations.Nullable;

/**
 * Graphs in a Zova file. Checks what callers give and says where it runs; the work is
 * done by one class for each kind of it.
 */
public final class GraphTemplate implements GraphOperations {

	private static final int STREAM_PAGE = 1000;

	private final SqlAccess sql;

	private final GraphReads reads;

	private final TopologyIndexes indexes;

	private final boolean checksTargets;

	/**
	 * Creates the template, which keeps no graphs in memory.
	 * @param sql how to reach the file
	 */
	public GraphTemplate(SqlAccess sql) {
		this(sql, new ResidentGraphs(0));
	}

	/**
	 * Creates the template.
	 * @param sql how to reach the file
	 * @param residents what keeps graphs in memory; who made it closes it
	 */
	public GraphTemplate(SqlAccess sql, ResidentGraphs residents) {
		this(sql, new GraphReads(residents), new TopologyIndexes(), false);
		residents.readThrough(sql);
	}

	private GraphTemplate(SqlAccess sql, GraphReads reads, TopologyIndexes indexes, boolean checksTargets) {
		this.sql = sql;
		this.reads = reads;
		this.indexes = indexes;
		this.checksTargets = checksTargets;
	}

	@Override
	public GraphTemplate checkingTargets() {
		return new GraphTemplate(this.sql, this.reads, this.indexes, true);
	}

	/**
	 * The table functions {@code zova_graph_neighbors} and {@code zova_graph_walk}, to be
	 * registered with every connection.
	 * @param residents what keeps graphs in memory
	 * @return the functions
	 */
	public static List<SqlFunction> functions(ResidentGraphs residents) {
		return GraphFunctions.all(new GraphReads(residents));
	}

	/** What keeps graphs in memory. */
	ResidentGraphs residents() {
		return this.reads.residents();
	}

	@Override
	public void create(String name) {
		this.sql.requireWritable();
		GraphRules.graphName(name);
		write("Creating the graph", name, (connection) -> GraphCatalog.create(connection, name));
	}

	@Override
	public void createIfMissing(String name) {
		this.sql.requireWritable();
		GraphRules.graphName(name);
		write("Creating the graph", name, (connection) -> {
			if (!GraphCatalog.exists(connection, name)) {
				GraphCatalog.create(connection, name);
			}
		});
	}

	@Override
	public boolean exists(String name) {
		GraphRules.graphName(name);
		return this.sql.read("Looking for a graph", (connection) -> GraphCatalog.exists(connection, name));
	}

	@Override
	public GraphInfo info(String name) {
		GraphRules.graphName(name);
		return this.sql.read("Counting a graph", (connection) -> GraphCatalog.info(connection, name));
	}

	@Override
	public List<GraphInfo> list() {
		return this.sql.read("Listing graphs", GraphCatalog::list);
	}

	@Override
	public void delete(String name) {
		this.sql.requireWritable();
		GraphRules.graphName(name);
		write("Deleting the graph", name, (connection) -> GraphCatalog.delete(connection, name));
	}

	@Override
	public void putNode(GraphNode node) {
		this.sql.requireWritable();
		GraphRules.nonNull(node);
		GraphRules.node(node);
		write("Putting a node of the graph", node.graph(), (connection) -> {
			NodeStore.put(connection, node);
			checkTargets(connection, List.of(node));
		});
	}

	@Override
	public void putNodes(Collection<GraphNode> nodes) {
		this.sql.requireWritable();
		GraphRules.required("collection of nodes", nodes).forEach(GraphRules::nonNull);
		if (!nodes.isEmpty()) {
			write("Putting", nodes.size() + " nodes", (connection) -> {
				NodeStore.putAll(connection, nodes);
				checkTargets(connection, nodes);
			});
		}
	}

	@Override
	public List<Long> putNodesKeyed(Collection<GraphNode> nodes) {
		this.sql.requireWritable();
		GraphRules.required("collection of nodes", nodes).forEach(GraphRules::nonNull);
		return nodes.isEmpty() ? List.of() : this.sql.write("Putting nodes", (connection) -> {
			List<Long> keys = NodeStore.putAllKeyed(connection, nodes);
			checkTargets(connection, nodes);
			return keys;
		});
	}

	/** In the same piece of work, which is undone as a whole. */
	private void checkTargets(Connection connection, Collection<GraphNode> nodes) throws SQLException {
		if (this.checksTargets) {
			TargetLookup.require(connection, nodes);
		}
	}

	@Override
	public GraphNode getNode(String graph, String id) {
		return findNode(graph, id).orElseThrow(() -> GraphRules.noNode(graph, id));
	}

	@Override
	public Optional<GraphNode> findNode(String graph, String id) {
		checkNode(graph, id);
		return this.sql.read("Getting a node",
				(connection) -> Optional.ofNullable(NodeStore.get(connection, graph, id)));
	}

	@Override
	public boolean nodeExists(String graph, String id) {
		checkNode(graph, id);
		return this.sql.read("Looking for a node", (connection) -> NodeStore.exists(connection, graph, id));
	}

	@Override
	public void deleteNode(String graph, String id) {
		this.sql.requireWritable();
		checkNode(graph, id);
		write("Deleting a node of the graph", graph, (connection) -> NodeStore.delete(connection, graph, id));
	}

	@Override
	public void deleteNodes(String graph, Collection<String> ids) {
		this.sql.requireWritable();
		GraphRules.graphName(graph);
		GraphRules.required("collection of node ids", ids).forEach(GraphRules::nodeId);
		if (ids.isEmpty()) {
			this.sql.read("Looking for a graph", (connection) -> GraphCatalog.key(connection, graph));
			return;
		}
		write("Deleting nodes of the graph", graph, (connection) -> {
			this.indexes.ensure(connection);
			NodeStore.deleteAll(connection, graph, ids);
		});
	}

	@Override
	public List<Optional<KeyedNode>> nodesByKey(String graph, List<Long> keys) {
		checkKeys("node", graph, keys);
		return this.sql.snapshot("Getting nodes by key", (connection) -> KeyedReads.nodes(connection, graph, keys));
	}

	@Override
	public void putEdge(GraphEdge edge) {
		this.sql.requireWritable();
		checkEdge(edge);
		write("Putting an edge of the graph", edge.graph(),
				(connection) -> EdgeStore.put(connection, this.indexes, edge));
	}

	@Override
	public void putEdges(Collection<GraphEdge> edges) {
		this.sql.requireWritable();
		checkEdges(edges);
		if (!edges.isEmpty()) {
			write("Putting", edges.size() + " edges", (connection) -> EdgeBatch.put(connection, this.indexes, edges));
		}
	}

	@Override
	public List<Long> putEdgesKeyed(Collection<GraphEdge> edges) {
		this.sql.requireWritable();
		checkEdges(edges);
		return edges.isEmpty() ? List.of()
				: this.sql.write("Putting edges", (connection) -> EdgeBatch.putKeyed(connection, this.indexes, edges));
	}

	@Override
	public GraphEdge getEdge(GraphEdge edge) {
		if (!edgeExists(edge)) {
			throw GraphRules.noEdge(edge);
		}
		return edge;
	}

	@Override
	public boolean edgeExists(GraphEdge edge) {
		checkEdge(edge);
		return this.sql.read("Looking for an edge", (connection) -> EdgeStore.exists(connection, edge));
	}

	@Override
	public void deleteEdge(GraphEdge edge) {
		this.sql.requireWritable();
		checkEdge(edge);
		write("Deleting an edge of the graph", edge.graph(), (connection) -> EdgeStore.delete(connection, edge));
	}

	@Override
	public void deleteEdges(Collection<GraphEdge> edges) {
		this.sql.requireWritable();
		checkEdges(edges);
		if (!edges.isEmpty()) {
			write("Deleting", edges.size() + " edges", (connection) -> EdgeStore.deleteAll(connection, edges));
		}
	}

	@Override
	public List<Optional<KeyedEdge>> edgesByKey(String graph, List<Long> keys) {
		checkKeys("edge", graph, keys);
		return this.sql.snapshot("Getting edges by key", (connection) -> KeyedReads.edges(connection, graph, keys));
	}

	@Override
	public byte[] edgePayload(GraphEdge edge) {
		checkEdge(edge);
		return this.sql.snapshot("Getting a payload", (connection) -> EdgeStore.payload(connection, edge));
	}

	@Override
	public void replaceEdgePayload(GraphEdge edge, byte[] payload) {
		this.sql.requireWritable();
		checkEdge(edge);
		GraphRules.required("payload", payload);
		write("Replacing a payload of the graph", edge.graph(),
				(connection) -> EdgeStore.replacePayload(connection, edge, payload));
	}

	@Override
	public List<Optional<byte[]>> edgePayloads(String graph, List<Long> keys) {
		checkKeys("edge", graph, keys);
		return this.sql.snapshot("Getting payloads", (connection) -> KeyedReads.payloads(connection, graph, keys));
	}

	@Override
	public void replaceEdgePayloads(String graph, Collection<EdgePayload> payloads) {
		this.sql.requireWritable();
		GraphRules.required("graph name", graph);
		for (EdgePayload payload : GraphRules.required("collection of payloads", payloads)) {
			GraphRules.key("edge", GraphRules.required("payload", payload).edgeKey());
		}
		GraphRules.graphName(graph);
		if (payloads.isEmpty()) {
			this.sql.read("Looking for a graph", (connection) -> GraphCatalog.key(connection, graph));
			return;
		}
		write("Replacing payloads of the graph", graph,
				(connection) -> KeyedReads.replacePayloads(connection, graph, payloads));
	}

	@Override
	public List<Neighbor> neighbors(String graph, NeighborQuery query) {
		check(graph, query);
		return this.sql.read("Listing neighbors", (connection) -> this.reads.neighbors(connection, graph, query));
	}

	@Override
	public List<KeyedNeighbor> neighborsKeyed(String graph, NeighborQuery query) {
		check(graph, query);
		return this.sql.read("Listing neighbors", (connection) -> Adjacency.keyedNeighbors(connection, graph, query));
	}

	@Override
	public NeighborPage neighborPage(String graph, NeighborQuery query, NeighborCursor after) {
		check(graph, query);
		GraphRules.required("cursor", after);
		return this.sql.snapshot("Listing neighbors", (connection) -> Adjacency.page(connection, graph, query, after));
	}

	private void check(String graph, NeighborQuery query) {
		GraphRules.required("direction", GraphRules.required("query", query).direction());
		checkNode(graph, query.node());
		GraphRules.optionalEdgeType(query.edgeType());
		if (query.limit() < 0) {
			this.sql.read("Looking for a graph", (connection) -> GraphCatalog.key(connection, graph));
			GraphRules.limit(query.limit());
		}
	}

	@Override
	public long degree(String graph, String node, Direction direction, @Nullable String edgeType) {
		GraphRules.required("direction", direction);
		checkNode(graph, node);
		GraphRules.optionalEdgeType(edgeType);
		long inMemory = this.sql.read("Counting edges",
				(connection) -> this.reads.degreeInMemory(connection, graph, node, direction, edgeType));
		return (inMemory >= 0) ? inMemory : this.sql.snapshot("Counting edges",
				(connection) -> Adjacency.degree(connection, graph, node, direction, edgeType));
	}

	@Override
	public List<Long> degrees(String graph, List<Long> nodeKeys, Direction direction, @Nullable String edgeType) {
		GraphRules.required("direction", direction);
		GraphRules.graphName(graph);
		GraphRules.optionalEdgeType(edgeType);
		GraphRules.required("list of keys", nodeKeys);
		return this.sql.snapshot("Counting edges",
				(connection) -> Adjacency.degrees(connection, graph, nodeKeys, direction, edgeType));
	}

	@Override
	public List<WalkStep> walk(String graph, WalkQuery query) {
		GraphRules.required("direction", GraphRules.required("query", query).direction());
		GraphRules.depth(query.maxDepth());
		checkNode(graph, query.start());
		GraphRules.optionalEdgeType(query.edgeType());
		GraphRules.limit(query.limit());
		Optional<List<WalkStep>> inMemory = this.sql.read("Walking a graph",
				(connection) -> this.reads.walkInMemory(connection, graph, query));
		return inMemory.orElseGet(
				() -> this.sql.snapshot("Walking a graph", (connection) -> this.reads.walk(connection, graph, query)));
	}

	@Override
	public List<WalkStep> traverse(String graph, String start, Traversal traversal) {
		checkNode(graph, start);
		check(traversal);
		return this.sql.snapshot("Traversing a graph",
				(connection) -> this.reads.traverse(connection, graph, start, traversal));
	}

	@Override
	public List<WalkStep> shortestPath(String graph, String from, String to, Traversal traversal) {
		checkNode(graph, from);
		checkNode(graph, to);
		check(traversal);
		return this.sql.snapshot("Looking for a path",
				(connection) -> this.reads.path(connection, graph, from, to, traversal));
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
	public GraphPage scan(String graph, ScanCursor nodesAfter, ScanCursor edgesAfter, long nodeLimit, long edgeLimit) {
		GraphRules.graphName(graph);
		GraphRules.cursor(nodesAfter);
		GraphRules.cursor(edgesAfter);
		return this.sql.snapshot("Scanning a graph",
				(connection) -> GraphScan.page(connection, graph, nodesAfter, edgesAfter, nodeLimit, edgeLimit));
	}

	@Override
	public Stream<KeyedNode> streamNodes(String graph) {
		return GraphStreams.of(this.sql, firstPage(graph),
				(page) -> scan(graph, page.nodesEnd(), ScanCursor.START, STREAM_PAGE, 0), GraphPage::nodes);
	}

	@Override
	public Stream<KeyedEdge> streamEdges(String graph) {
		return GraphStreams.of(this.sql, firstPage(graph),
				(page) -> scan(graph, ScanCursor.START, page.edgesEnd(), 0, STREAM_PAGE), GraphPage::edges);
	}

	/** Says at once when there is no such graph. */
	private GraphPage firstPage(String graph) {
		return scan(graph, ScanCursor.START, ScanCursor.START, 0, 0);
	}

	@Override
	public List<DanglingTarget> dangling(String graph) {
		GraphRules.graphName(graph);
		return this.sql.snapshot("Checking targets", (connection) -> DanglingScan.scan(connection, graph));
	}

	@Override
	public FreshGraph.Keys load(FreshGraph graph) {
		this.sql.requireWritable();
		FreshLoad.check(GraphRules.required("graph", graph));
		return this.sql.write("Loading a graph", (connection) -> {
			FreshGraph.Keys keys = FreshLoad.load(connection, graph);
			if (this.checksTargets) {
				checkTargets(connection,
						graph.nodes()
							.stream()
							.map((node) -> new GraphNode(graph.name(), node.id(), node.kind(), node.target()))
							.toList());
			}
			return keys;
		});
	}

	private static void checkNode(String graph, String id) {
		GraphRules.required("node id", id);
		GraphRules.graphName(graph);
		GraphRules.nodeId(id);
	}

	private static void checkEdge(GraphEdge edge) {
		GraphRules.nonNull(edge);
		GraphRules.edge(edge);
	}

	private static void checkEdges(Collection<GraphEdge> edges) {
		GraphRules.required("collection of edges", edges).forEach(GraphRules::nonNull);
		edges.forEach(GraphRules::edge);
	}

	private static void checkKeys(String what, String graph, List<Long> keys) {
		GraphRules.required("graph name", graph);
		for (Long key : GraphRules.required("list of keys", keys)) {
			GraphRules.key(what, GraphRules.required("key", key));
		}
		GraphRules.graphName(graph);
	}

	private void write(String task, String what, Change change) {
		this.sql.write(task + " " + what, (connection) -> {
			change.run(connection);
			return true;
		});
	}

	/**
	 * Statements that change the file.
	 */
	@FunctionalInterface
	private interface Change {

		void run(Connection connection) throws SQLException;

	}

}
