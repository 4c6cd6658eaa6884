package io.zova.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import io.zova.RandomBytes;
import io.zova.graph.Direction;
import io.zova.graph.EdgePayload;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.GraphPage;
import io.zova.graph.GraphTemplate;
import io.zova.graph.KeyedEdge;
import io.zova.graph.KeyedNode;
import io.zova.graph.NeighborQuery;
import io.zova.graph.ScanCursor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Graphs by the keys of their nodes and edges, payloads, and scans page by page.
 */
final class KeyedGraphSteps {

	private static final String[] NODE_FIELDS = { "node_key", "node_id", "kind", "created_order" };

	private static final String[] EDGE_FIELDS = { "edge_key", "from_node_key", "edge_type", "to_node_key",
			"created_order" };

	private static final List<String> GRAPHS = List.of("g", "g", "g", "g", "Größe", "missing", "");

	private static final List<String> NODES = List.of("a", "b", "c", "d", "e", "f", "узел", "😀", "seldom");

	private static final List<String> TYPES = List.of("cites", "links", "ähnlich", "x");

	private final TwoEngines engines;

	KeyedGraphSteps(TwoEngines engines) {
		this.engines = engines;
	}

	private GraphTemplate ours() {
		return this.engines.database().graphs();
	}

	private JsonNode theirs(String operation, @Nullable Object... arguments) {
		return this.engines.peer().call(operation, arguments);
	}

	void step() {
		String graph = this.engines.oneOf(GRAPHS);
		switch (this.engines.random().nextInt(9)) {
			case 0 -> putNodes(graph);
			case 1 -> putEdges(graph);
			case 2 -> {
				List<Long> keys = keys();
				this.engines.same("nodes of %s by key %s".formatted(graph, keys),
						() -> optional(ours().graph(graph).findNodesByKey(keys), KeyedGraphSteps::text),
						() -> each(theirs("get_graph_nodes_keyed", "graph_name", graph, "node_keys", keys),
								NODE_FIELDS));
			}
			case 3 -> {
				List<Long> keys = keys();
				this.engines.same("edges of %s by key %s".formatted(graph, keys),
						() -> optional(ours().graph(graph).findEdgesByKey(keys), KeyedGraphSteps::text),
						() -> each(theirs("get_graph_edges_keyed", "graph_name", graph, "edge_keys", keys),
								EDGE_FIELDS));
			}
			case 4 -> {
				List<Long> keys = keys();
				this.engines.same("payloads of %s by key %s".formatted(graph, keys),
						() -> ours().graph(graph).findPayloadsByKey(keys),
						() -> theirs("graph_edge_payloads", "graph_name", graph, "edge_keys", keys));
			}
			case 5 -> replacePayloads(graph);
			case 6 -> neighbors(graph);
			case 7 -> degrees(graph);
			default -> scan(graph);
		}
	}

	private void putNodes(String graph) {
		List<String> ids = new ArrayList<>();
		List<Map<String, Object>> theirs = new ArrayList<>();
		// At least one: their empty batch names no graph.
		for (int i = 1 + this.engines.random().nextInt(4); i > 0; i--) {
			String id = this.engines.oneOf(NODES);
			ids.add(id);
			theirs.add(Map.of("graph_name", graph, "node_id", id, "kind", "keyed"));
		}
		this.engines.same("put nodes %s of %s for keys".formatted(ids, graph),
				() -> ours().graph(graph).putNodesKeyed(ids.stream().map((id) -> new GraphNode(id, "keyed")).toList()),
				() -> theirs("put_graph_nodes_keyed", "nodes", theirs));
	}

	private void putEdges(String graph) {
		List<List<String>> edges = new ArrayList<>();
		for (int i = 1 + this.engines.random().nextInt(4); i > 0; i--) {
			edges.add(List.of(this.engines.oneOf(NODES), this.engines.oneOf(TYPES), this.engines.oneOf(NODES)));
		}
		this.engines.same("put edges %s of %s for keys".formatted(edges, graph), () -> ours().graph(graph)
			.putEdgesKeyed(edges.stream().map((edge) -> new GraphEdge(edge.get(0), edge.get(1), edge.get(2))).toList()),
				() -> theirs("put_graph_edges_keyed", "edges",
						edges.stream()
							.map((edge) -> Map.of("graph_name", graph, "from_node_id", edge.get(0), "edge_type",
									edge.get(1), "to_node_id", edge.get(2)))
							.toList()));
	}

	private void replacePayloads(String graph) {
		Map<Long, byte[]> payloads = new LinkedHashMap<>();
		for (Long key : keys()) {
			byte[] payload = RandomBytes.of(this.engines.random().nextInt(40), this.engines.random());
			payloads.put(key, payload);
		}
		this.engines.same("replace payloads of %s by key %s".formatted(graph, payloads.keySet()), () -> {
			ours().graph(graph)
				.putPayloads(payloads.entrySet()
					.stream()
					.map((payload) -> new EdgePayload(payload.getKey(), payload.getValue()))
					.toList());
			return null;
		}, () -> theirs("replace_graph_edge_payloads", "graph_name", graph, "payloads",
				payloads.entrySet()
					.stream()
					.map((payload) -> Map.of("edge_key", payload.getKey(), "payload", Peer.binary(payload.getValue())))
					.toList()));
	}

	private void neighbors(String graph) {
		String node = this.engines.oneOf(NODES);
		Direction direction = this.engines.oneOf(List.of(Direction.OUTGOING, Direction.INCOMING));
		String type = this.engines.chance(0.5) ? null : this.engines.oneOf(TYPES);
		long limit = this.engines.random().nextInt(6);
		this.engines.same("keyed neighbors of %s in %s".formatted(node, graph),
				() -> ours().graph(graph)
					.neighborsKeyed(NeighborQuery.of(node).direction(direction).edgeType(type).limit(limit))
					.stream()
					.map((n) -> Outcome.text(List.of(n.edgeKey(), n.nodeKey(), n.nodeId(), n.kind(), n.edgeType())))
					.toList()
					.toString(),
				() -> Outcome.eachFields(
						theirs("graph_neighbors_keyed", "graph_name", graph, "node_id", node, "direction",
								way(direction), "edge_type", type, "limit", limit),
						"edge_key", "node_key", "node_id", "kind", "edge_type"));
	}

	private void degrees(String graph) {
		List<Long> keys = this.engines.chance(0.7) ? nodeKeys() : keys();
		Direction direction = this.engines.oneOf(List.of(Direction.OUTGOING, Direction.INCOMING));
		String type = this.engines.chance(0.5) ? null : this.engines.oneOf(TYPES);
		this.engines.same("degrees of %s in %s".formatted(keys, graph),
				() -> ours().graph(graph).degrees(keys, direction, type), () -> theirs("graph_degrees_keyed",
						"graph_name", graph, "node_keys", keys, "direction", way(direction), "edge_type", type));
	}

	/** From a cursor that fits or not, and then on to the end. */
	private void scan(String graph) {
		long nodeLimit = this.engines.oneOf(List.of(0L, 1L, 3L, 1000L, Long.MAX_VALUE - 1, Long.MAX_VALUE));
		long edgeLimit = this.engines.oneOf(List.of(0L, 2L, 5L, 1000L));
		ScanCursor cursor = this.engines.chance(0.6) ? ScanCursor.START
				: new ScanCursor(this.engines.random().nextInt(12) - 1, this.engines.random().nextInt(8) - 1);
		this.engines.same("scan %s from %s, limits %d and %d".formatted(graph, cursor, nodeLimit, edgeLimit),
				() -> text(ours().graph(graph).page(cursor, ScanCursor.START, nodeLimit, edgeLimit)),
				() -> text(theirs("graph_scan", "graph_name", graph, "nodes_after",
						List.of(cursor.order(), cursor.key()), "node_limit", nodeLimit, "edge_limit", edgeLimit)));
		this.engines.same("scan edges of %s from %s".formatted(graph, cursor),
				() -> text(ours().graph(graph).page(ScanCursor.START, cursor, 0, edgeLimit)),
				() -> text(theirs("graph_scan", "graph_name", graph, "edges_after",
						List.of(cursor.order(), cursor.key()), "node_limit", 0, "edge_limit", edgeLimit)));
	}

	private List<Long> keys() {
		List<Long> keys = new ArrayList<>();
		for (int i = this.engines.random().nextInt(6); i > 0; i--) {
			keys.add(this.engines.chance(0.03) ? this.engines.oneOf(List.of(0L, -1L, Long.MAX_VALUE))
					: (long) (1 + this.engines.random().nextInt(30)));
		}
		return keys;
	}

	private List<Long> nodeKeys() {
		return this.engines.rows(this.engines.sql("select node_key from _zova_graph_nodes order by 1 limit 4"))
			.stream()
			.map((row) -> ((Number) row.get(0)).longValue())
			.toList();
	}

	private static <T> String optional(List<Optional<T>> list, Function<T, String> text) {
		return list.stream().map((found) -> found.map(text).orElse("null")).toList().toString();
	}

	private static String each(JsonNode list, String... fields) {
		return list.valueStream()
			.map((found) -> found.isNull() ? "null" : Outcome.fields(found, fields))
			.toList()
			.toString();
	}

	private static String text(GraphPage page) {
		return page.nodes().stream().map(KeyedGraphSteps::text).toList()
				+ page.edges().stream().map(KeyedGraphSteps::text).toList().toString() + page.hasMoreNodes()
				+ page.hasMoreEdges();
	}

	private static String text(JsonNode page) {
		return each(page.path("nodes"), NODE_FIELDS) + each(page.path("edges"), EDGE_FIELDS)
				+ page.path("more_nodes").asString() + page.path("more_edges").asString();
	}

	private static String text(KeyedNode node) {
		return Outcome.text(List.of(node.key(), node.id(), node.kind(), node.createdOrder()));
	}

	private static String text(KeyedEdge edge) {
		return Outcome.text(List.of(edge.key(), edge.fromKey(), edge.type(), edge.toKey(), edge.createdOrder()));
	}

	private static String way(Direction direction) {
		return direction.name().toLowerCase(Locale.ROOT);
	}

}
