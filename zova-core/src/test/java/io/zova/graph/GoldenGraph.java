package io.zova.graph;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.zova.ZovaException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The graph that the real engine was asked about, and its answers.
 */
final class GoldenGraph {

	static final String NAME = "golden";

	private static final List<String> TYPES = List.of("cites", "links", "mentions", "zeta");

	private static final List<String> KINDS = List.of("doc", "msg", "person", "topic");

	private GoldenGraph() {
	}

	static JsonNode answers() {
		try (InputStream in = GoldenGraph.class.getResourceAsStream("/golden/graphs-golden.json")) {
			assertThat(in).isNotNull();
			return JsonMapper.shared().readTree(in);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	static void build(GraphOperations graphs) {
		graphs.create("first");
		graphs.create(NAME);
		graphs.graph("first").putNode(new GraphNode("n000", "other"));
		List<GraphNode> nodes = new ArrayList<>();
		for (int j = 0; j < 200; j++) {
			nodes.add(node((73 * j) % 200));
		}
		nodes.subList(0, 100).forEach(graphs.graph(NAME)::putNode);
		for (int j = 100; j < 200; j += 25) {
			graphs.graph(NAME).putNodes(nodes.subList(j, j + 25));
		}
		graphs.graph("first").putEdge(new GraphEdge("n000", "other_type", "n000"));
		for (int k = 0; k < 400; k++) {
			graphs.graph(NAME).putEdge(edge(k));
		}
		for (int k = 400; k < 960; k += 40) {
			List<GraphEdge> batch = new ArrayList<>();
			for (int i = k; i < k + 40; i++) {
				batch.add(edge(i));
			}
			graphs.graph(NAME).putEdges(batch);
		}
	}

	static void change(GraphOperations graphs) {
		graphs.graph(NAME).putNode(new GraphNode("n000", "renamed"));
		graphs.graph(NAME).deleteEdge(edge(1));
		graphs.graph(NAME).deleteEdge(edge(2));
		graphs.graph(NAME).deleteEdge(edge(3));
		graphs.graph(NAME).putEdge(edge(2));
		graphs.graph(NAME).deleteNode("n150");
		graphs.graph(NAME).putNode(new GraphNode("n150", "msg"));
		graphs.graph(NAME).putEdge(new GraphEdge("n150", "links", "n000"));
		graphs.graph(NAME).putEdge(new GraphEdge("n000", "zeta", "n150"));
		graphs.graph(NAME).deleteNodes(List.of("n199", "missing"));
		graphs.graph(NAME)
			.putEdges(List.of(edge(10), new GraphEdge("n150", "cites", "n150"), new GraphEdge("n001", "zeta", "n002")));
	}

	static void buildTiny(GraphOperations graphs, JsonNode tiny) {
		graphs.create("tiny");
		for (String id : List.of("a", "b", "c", "d", "e", "f")) {
			graphs.graph("tiny").putNode(new GraphNode(id, "k" + id));
		}
		for (JsonNode edge : tiny.get("edges")) {
			graphs.graph("tiny")
				.putEdge(new GraphEdge(edge.get(0).asString(), edge.get(1).asString(), edge.get(2).asString()));
		}
	}

	private static GraphNode node(int i) {
		String namespace = (i % 3 == 0) ? null : "ns" + (i % 5);
		String ref = (i % 2 == 0) ? null : "r" + i;
		return new GraphNode(id(i), KINDS.get(i % 4), new NodeTarget(TargetType.values()[i % 9], namespace, ref));
	}

	private static GraphEdge edge(int k) {
		if (k % 17 == 16) {
			return edge(k - 5);
		}
		int from = (37 * k + 11) % 200;
		int to = (k % 41 == 0) ? from : (3 * from + 13 * (k / 4) + k * k) % 200;
		return new GraphEdge(id(from), TYPES.get((k + k / 9) % 4), id(to));
	}

	private static String id(int i) {
		return String.format("n%03d", i);
	}

	/**
	 * What a call gives: its result or the native name of the status it fails with.
	 */
	static Object outcome(Supplier<?> call) {
		try {
			return call.get();
		}
		catch (ZovaException ex) {
			return ex.status().nativeName();
		}
		catch (DataAccessException ex) {
			return ex.getClass().getSimpleName();
		}
	}

	static Object outcome(Runnable call) {
		return outcome(() -> {
			call.run();
			return "OK";
		});
	}

	/**
	 * A JSON value as lists, text, whole numbers and null.
	 */
	static Object plain(JsonNode json) {
		if (json.isArray()) {
			List<Object> list = new ArrayList<>();
			json.forEach((element) -> list.add(plain(element)));
			return list;
		}
		if (json.isNull()) {
			return null;
		}
		return json.isIntegralNumber() ? (Object) json.asLong() : json.asString();
	}

	static String text(JsonNode json) {
		return (json == null || json.isNull()) ? null : json.asString();
	}

}
