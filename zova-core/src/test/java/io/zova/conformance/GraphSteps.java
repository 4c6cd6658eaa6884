package io.zova.conformance;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import io.zova.RandomBytes;
import io.zova.ZovaStatus;
import io.zova.graph.Direction;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphInfo;
import io.zova.graph.GraphNode;
import io.zova.graph.GraphTemplate;
import io.zova.graph.Neighbor;
import io.zova.graph.NeighborQuery;
import io.zova.graph.NodeTarget;
import io.zova.graph.TargetType;
import io.zova.graph.WalkQuery;
import io.zova.graph.WalkStep;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.dao.DataAccessException;

/**
 * Builds, changes and asks graphs with few names, so that they meet often.
 */
final class GraphSteps {

	private static final List<String> GRAPHS = List.of("g", "g", "g", "g", "Größe", "missing");

	private static final List<String> NODES = List.of("a", "b", "c", "d", "e", "f", "узел", "😀", "seldom");

	private static final List<String> TYPES = List.of("cites", "links", "ähnlich", "x");

	private static final List<String> KINDS = List.of("doc", "doc", "person");

	private final TwoEngines engines;

	GraphSteps(TwoEngines engines) {
		this.engines = engines;
	}

	private GraphTemplate ours() {
		return this.engines.database().graphs();
	}

	private JsonNode theirs(String operation, @Nullable Object... arguments) {
		return this.engines.peer().call(operation, arguments);
	}

	void createFirst() {
		same("create graph g", () -> ours().create("g"), () -> theirs("create_graph", "name", "g"));
	}

	void step() {
		String graph = name(GRAPHS);
		int choice = this.engines.random().nextInt(100);
		if (choice < 6) {
			same("create graph " + graph, () -> ours().create(graph), () -> theirs("create_graph", "name", graph));
		}
		else if (choice < 7) {
			same("delete graph " + graph, () -> Outcome.deleted(ours().delete(graph), ZovaStatus.GRAPH_NOT_FOUND),
					() -> theirs("delete_graph", "name", graph));
		}
		else if (choice < 40) {
			nodes(graph);
		}
		else if (choice < 68) {
			edges(graph);
		}
		else {
			// Once from the file, and then perhaps from memory.
			for (int i = 0; i < 3; i++) {
				ask(graph);
			}
		}
	}

	void question() {
		ask(name(GRAPHS));
	}

	private void nodes(String graph) {
		int choice = this.engines.random().nextInt(10);
		if (choice < 5) {
			List<NodeArguments> nodes = some(() -> node(graph));
			NodeArguments first = nodes.get(0);
			if (nodes.size() == 1) {
				same("put node " + first, () -> ours().graph(graph).putNode(first.ours()),
						() -> this.engines.peer().call("put_graph_node", first.flat()));
			}
			else {
				same("put nodes " + nodes,
						() -> ours().graph(graph).putNodes(nodes.stream().map(NodeArguments::ours).toList()),
						() -> theirs("put_graph_nodes", "nodes", nodes.stream().map(NodeArguments::map).toList()));
			}
		}
		else if (choice < 7) {
			String node = name(NODES);
			same("delete node " + node,
					() -> Outcome.deleted(ours().graph(graph).deleteNode(node), ZovaStatus.GRAPH_NODE_NOT_FOUND),
					() -> theirs("delete_graph_node", "graph_name", graph, "node_id", node));
		}
		else {
			List<String> ids = some(() -> name(NODES));
			same("delete nodes " + ids, () -> ours().graph(graph).deleteNodes(ids),
					() -> theirs("delete_graph_nodes", "graph_name", graph, "node_ids", ids));
		}
	}

	private void edges(String graph) {
		List<GraphEdge> edges = some(() -> new GraphEdge(name(NODES), name(TYPES), name(NODES)));
		GraphEdge first = edges.get(0);
		boolean put = this.engines.chance(0.75);
		if (this.engines.chance(0.15)) {
			payload(graph, first);
		}
		else if (edges.size() == 1) {
			same((put ? "put " : "delete ") + first, () -> {
				if (put) {
					ours().graph(graph).putEdge(first);
				}
				else {
					Outcome.deleted(ours().graph(graph).deleteEdge(first), ZovaStatus.GRAPH_EDGE_NOT_FOUND);
				}
			}, () -> theirs(put ? "put_graph_edge" : "delete_graph_edge", flat(edge(graph, first))));
		}
		else {
			same((put ? "put " : "delete ") + edges, () -> {
				if (put) {
					ours().graph(graph).putEdges(edges);
				}
				else {
					ours().graph(graph).deleteEdges(edges);
				}
			}, () -> theirs(put ? "put_graph_edges" : "delete_graph_edges", "edges",
					edges.stream().map((edge) -> edge(graph, edge)).toList()));
		}
	}

	/** The real engine's library has no call for payloads: there it is SQL. */
	private void payload(String graph, GraphEdge edge) {
		if (this.engines.isSet() || !exists(graph, edge)) {
			// SQL does not count for the stores.
			return;
		}
		byte[] payload = RandomBytes.of(this.engines.random().nextInt(300), this.engines.random());
		same("payload of " + edge, () -> ours().graph(graph).putPayload(edge, payload), () -> theirs("exec", "sql", """
				update _zova_graph_edges set payload = x'%s' where edge_key = (
					select e.edge_key from _zova_graph_edges e
					join _zova_graphs g on g.graph_key = e.graph_key and g.name = '%s'
					join _zova_graph_edge_types y on y.edge_type_key = e.edge_type_key and y.name = '%s'
					join _zova_graph_nodes f on f.node_key = e.from_node_key and f.node_id = '%s'
					join _zova_graph_nodes t on t.node_key = e.to_node_key and t.node_id = '%s')
				""".formatted(HexFormat.of().formatHex(payload), graph, edge.type(), edge.from(), edge.to())));
	}

	private boolean exists(String graph, GraphEdge edge) {
		try {
			return ours().graph(graph).edgeExists(edge);
		}
		catch (DataAccessException ex) {
			// A name that no edge may have.
			return false;
		}
	}

	private void ask(String graph) {
		this.engines.readGraph(graph);
		String node = name(NODES);
		String type = this.engines.chance(0.5) ? null : name(TYPES);
		Direction direction = this.engines.oneOf(List.of(Direction.OUTGOING, Direction.INCOMING));
		String way = direction.name().toLowerCase(Locale.ROOT);
		long limit = this.engines.random().nextInt(6);
		switch (this.engines.random().nextInt(8)) {
			case 0 -> this.engines.same("graph " + graph, () -> text(ours().info(graph)),
					() -> Outcome.fields(theirs("graph_info", "name", graph), "name", "node_count", "edge_count"));
			case 1 ->
				this.engines.same("graphs", () -> ours().list().stream().map(GraphSteps::text).toList().toString(),
						() -> Outcome.eachFields(theirs("list_graphs"), "name", "node_count", "edge_count"));
			case 2 -> this.engines.same("node " + node, () -> text(graph, ours().graph(graph).getNode(node)),
					() -> Outcome.fields(theirs("get_graph_node", "graph_name", graph, "node_id", node), "graph_name",
							"node_id", "kind", "target_type", "target_namespace", "target_ref"));
			case 3 -> {
				GraphEdge edge = new GraphEdge(node, name(TYPES), name(NODES));
				this.engines.same("has " + edge, () -> ours().graph(graph).edgeExists(edge),
						() -> theirs("has_graph_edge", flat(edge(graph, edge))));
				this.engines.same("get " + edge, () -> Outcome.text(List.of(ours().graph(graph).getEdge(edge).to())),
						() -> Outcome.fields(theirs("get_graph_edge", flat(edge(graph, edge))), "to_node_id"));
			}
			case 4 -> this.engines.same("degree of %s %s %s".formatted(node, way, type),
					() -> ours().graph(graph).degree(node, direction, type), () -> theirs("graph_degree", "graph_name",
							graph, "node_id", node, "direction", way, "edge_type", type));
			case 5 -> this.engines.same("has node " + node, () -> ours().graph(graph).nodeExists(node),
					() -> theirs("has_graph_node", "graph_name", graph, "node_id", node));
			case 6 -> this.engines.same("neighbors of %s %s %s, limit %d".formatted(node, way, type, limit),
					() -> ours().graph(graph)
						.neighbors(NeighborQuery.of(node).direction(direction).edgeType(type).limit(limit))
						.stream()
						.map(GraphSteps::text)
						.toList()
						.toString(),
					() -> Outcome.eachFields(theirs("graph_neighbors", "graph_name", graph, "node_id", node,
							"direction", way, "edge_type", type, "limit", limit), "node_id", "kind", "edge_type"));
			default -> walk(graph, node, type);
		}
	}

	private void walk(String graph, String node, @Nullable String type) {
		long depth = this.engines.random().nextInt(5);
		long limit = this.engines.random().nextInt(9);
		this.engines.same("walk from %s %s, depth %d, limit %d".formatted(node, type, depth, limit),
				() -> ours().graph(graph)
					.walk(WalkQuery.from(node).edgeType(type).maxDepth(depth).limit(limit))
					.stream()
					.map(GraphSteps::text)
					.toList()
					.toString(),
				() -> Outcome.eachFields(
						theirs("graph_walk", "graph_name", graph, "start_node_id", node, "max_depth", depth, "limit",
								limit, "edge_type", type),
						"node_id", "kind", "depth", "predecessor_node_id", "edge_type"));
	}

	private void same(String what, Runnable ourCall, Callable<JsonNode> theirCall) {
		this.engines.same(what, () -> {
			ourCall.run();
			return null;
		}, theirCall);
	}

	/** Mostly one of the list, and now and then what no name may be. */
	private String name(List<String> names) {
		return this.engines.chance(0.015) ? "" : this.engines.oneOf(names);
	}

	private <T> List<T> some(java.util.function.Supplier<T> one) {
		int count = this.engines.chance(0.5) ? 1 : 2 + this.engines.random().nextInt(3);
		List<T> list = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			list.add(one.get());
		}
		return list;
	}

	private NodeArguments node(String graph) {
		TargetType type = this.engines.chance(0.6) ? TargetType.NONE : this.engines.oneOf(List.of(TargetType.values()));
		return new NodeArguments(graph, name(NODES), name(KINDS), type, maybe("t"), maybe("7"));
	}

	private @Nullable String maybe(String text) {
		int choice = this.engines.random().nextInt(8);
		return (choice < 4) ? null : (choice < 7) ? text : "";
	}

	private static Map<String, @Nullable Object> edge(String graph, GraphEdge edge) {
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		map.put("graph_name", graph);
		map.put("from_node_id", edge.from());
		map.put("edge_type", edge.type());
		map.put("to_node_id", edge.to());
		return map;
	}

	private static @Nullable Object[] flat(Map<String, @Nullable Object> map) {
		List<@Nullable Object> list = new ArrayList<>();
		map.forEach((name, value) -> {
			list.add(name);
			list.add(value);
		});
		return list.toArray();
	}

	private static String text(GraphInfo info) {
		return Outcome.text(List.of(info.name(), info.nodeCount(), info.edgeCount()));
	}

	private static String text(Neighbor neighbor) {
		return Outcome.text(List.of(neighbor.nodeId(), neighbor.kind(), neighbor.edgeType()));
	}

	private static String text(String graph, GraphNode node) {
		return Outcome.text(java.util.Arrays.asList(graph, node.id(), node.kind(),
				node.target().type().name().toLowerCase(Locale.ROOT), node.target().namespace(), node.target().ref()));
	}

	private static String text(WalkStep step) {
		return Outcome.text(
				java.util.Arrays.asList(step.nodeId(), step.kind(), step.depth(), step.predecessor(), step.edgeType()));
	}

	/**
	 * A node to put. Ours is made only inside the call, because making it may fail.
	 */
	private record NodeArguments(String graph, String id, String kind, TargetType type, @Nullable String namespace,
			@Nullable String ref) {

		GraphNode ours() {
			return new GraphNode(this.id, this.kind, new NodeTarget(this.type, this.namespace, this.ref));
		}

		Map<String, @Nullable Object> map() {
			Map<String, @Nullable Object> map = new LinkedHashMap<>();
			map.put("graph_name", this.graph);
			map.put("node_id", this.id);
			map.put("kind", this.kind);
			map.put("target_type", this.type.name().toLowerCase(Locale.ROOT));
			map.put("target_namespace", this.namespace);
			map.put("target_ref", this.ref);
			return map;
		}

		@Nullable Object[] flat() {
			return GraphSteps.flat(map());
		}

	}

}
