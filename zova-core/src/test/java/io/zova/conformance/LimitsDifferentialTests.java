package io.zova.conformance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.NeighborQuery;
import io.zova.graph.NodeTarget;
import io.zova.graph.TargetType;
import io.zova.kv.KeyValue;
import io.zova.vector.ElementType;
import io.zova.vector.Metric;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorMatch;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorValues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The longest and the oddest names, batches of thousands, and more changes of vectors
 * than their journal keeps.
 */
@RequiresPeer
class LimitsDifferentialTests {

	private static final VectorSpace SPACE = new VectorSpace(2, Metric.L2, ElementType.I8);

	@TempDir
	Path folder;

	@Test
	void namesAreTakenOrRefusedAlike() {
		try (TwoEngines engines = new TwoEngines(this.folder, 1)) {
			RecordSteps.createTables(engines);
			new GraphSteps(engines).createFirst();
			for (String name : names()) {
				asCollection(engines, name);
				asGraph(engines, name);
				asNodesAndEdges(engines, name);
				asChannel(engines, name);
				engines.sameTotals();
			}
			engines.sameContent();
			engines.exchangeFiles(this.folder);
			for (String name : names()) {
				asCollection(engines, name);
				asNodesAndEdges(engines, name);
			}
			engines.sameContent();
		}
	}

	private static List<String> names() {
		List<String> names = new ArrayList<>(List.of("a", "A", "é", "e\u0301", "É", "ﬁ", "ﬀ", "ß", "SS", "İ", "i\u0307",
				"ǅ", "😀", "\uFFFD", "\uFFFF", "\u200b", "\u202e", "\u0001", "\n", " ", "  a", "a ", "'", "\"", "`",
				"[", "%", "_", "_zova_", "_zova_x", "_ZOVA_x", "_zov", "zova_", "select", "0", "-1", "1e5", "null",
				"a.b", "a:b-c_d", "main.a", "a\tb", "\\", "\u00a0", "一", "𝕏", "ك", "a\u0300\u0301\u0302", "\u0085",
				"\ud7ff"));
		for (int length : new int[] { 63, 64, 65, 127, 128, 129, 254, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025,
				4096, 70_000 }) {
			names.add("n".repeat(length));
			names.add("é".repeat(length / 2) + (length % 2 == 1 ? "x" : ""));
			names.add("😀".repeat(length / 4) + "y".repeat(length % 4));
		}
		return names;
	}

	private static void asCollection(TwoEngines engines, String name) {
		String shown = "'%s' (%d) ".formatted(name.length() > 40 ? name.substring(0, 40) : name, name.length());
		same(engines, "create collection " + shown, () -> engines.database().vectors().create(name, SPACE),
				"create_vector_collection", "name", name, "dimensions", 2, "metric", "l2", "element_type", "i8");
		same(engines, "create ids", () -> engines.database().vectors().create("ids", SPACE), "create_vector_collection",
				"name", "ids", "dimensions", 2, "metric", "l2", "element_type", "i8");
		VectorValues values = VectorValues.ofStored(ElementType.I8, new byte[] { 1, (byte) name.length() });
		Map<String, String> theirs = Map.of("i8", HexFormat.of().formatHex(values.toStored()));
		same(engines, "put " + shown, () -> engines.database().vectors().collection("ids").put(name, values),
				"put_vector", "collection_name", "ids", "vector_id", name, "values", theirs);
		engines.same("has " + shown, () -> engines.database().vectors().collection("ids").exists(name),
				() -> engines.peer().call("has_vector", "collection_name", "ids", "vector_id", name));
		engines.same("has collection " + shown, () -> engines.database().vectors().exists(name),
				() -> engines.peer().call("has_vector_collection", "name", name));
		searched(engines, "ids", 200);
	}

	private static void searched(TwoEngines engines, String collection, int limit) {
		VectorValues query = VectorValues.ofStored(ElementType.I8, new byte[] { 3, 5 });
		engines.same("search " + collection,
				() -> engines.database()
					.vectors()
					.collection(collection)
					.search(VectorQuery.near(query).limit(limit))
					.stream()
					.map(LimitsDifferentialTests::text)
					.toList()
					.toString(),
				() -> Outcome.eachFields(engines.peer()
					.call("search_vectors", "collection_name", collection, "query", Map.of("i8", "0305"), "limit",
							limit),
						"id", "bits"));
	}

	private static String text(VectorMatch match) {
		return Outcome.text(List.of(match.id(), "%016x".formatted(Double.doubleToRawLongBits(match.distance()))));
	}

	private static void asGraph(TwoEngines engines, String name) {
		same(engines, "create graph of length " + name.length() + " " + name.substring(0, Math.min(10, name.length())),
				() -> engines.database().graphs().create(name), "create_graph", "name", name);
		engines.same("has graph", () -> engines.database().graphs().exists(name),
				() -> engines.peer().call("has_graph", "name", name));
	}

	private static void asNodesAndEdges(TwoEngines engines, String name) {
		String shown = name.length() + " " + name.substring(0, Math.min(10, name.length()));
		var graphs = engines.database().graphs();
		same(engines, "node " + shown, () -> graphs.graph("g").putNode(new GraphNode(name, "k")), "put_graph_node",
				"graph_name", "g", "node_id", name, "kind", "k");
		same(engines, "kind " + shown, () -> graphs.graph("g").putNode(new GraphNode("kinds", name)), "put_graph_node",
				"graph_name", "g", "node_id", "kinds", "kind", name);
		same(engines, "target " + shown,
				() -> graphs.graph("g")
					.putNode(new GraphNode("targets", "k", new NodeTarget(TargetType.EXTERNAL, name, "r"))),
				"put_graph_node", "graph_name", "g", "node_id", "targets", "kind", "k", "target_type", "external",
				"target_namespace", name, "target_ref", "r");
		same(engines, "target ref " + shown,
				() -> graphs.graph("g")
					.putNode(new GraphNode("targets", "k", new NodeTarget(TargetType.EXTERNAL, "n", name))),
				"put_graph_node", "graph_name", "g", "node_id", "targets", "kind", "k", "target_type", "external",
				"target_namespace", "n", "target_ref", name);
		same(engines, "edge type " + shown, () -> graphs.graph("g").putEdge(new GraphEdge("kinds", name, "targets")),
				"put_graph_edge", "graph_name", "g", "from_node_id", "kinds", "edge_type", name, "to_node_id",
				"targets");
		engines.same("neighbors, type " + shown,
				() -> graphs.graph("g").neighbors(NeighborQuery.of("kinds").edgeType(name).limit(5)).size(),
				() -> engines.peer()
					.call("graph_neighbors", "graph_name", "g", "node_id", "kinds", "edge_type", name, "limit", 5)
					.size());
		engines.same("has node " + shown, () -> graphs.graph("g").nodeExists(name),
				() -> engines.peer().call("has_graph_node", "graph_name", "g", "node_id", name));
	}

	private static void asChannel(TwoEngines engines, String name) {
		same(engines, "publish on " + name.length(), () -> engines.database().notifications().publish(name, name),
				"notify", "channel", name, "payload", name);
	}

	@Test
	void batchesOfThousandsAndHistoriesPastTheJournalAreTheSame() {
		try (TwoEngines engines = new TwoEngines(this.folder, 4)) {
			RecordSteps.createTables(engines);
			same(engines, "create", () -> engines.database().vectors().create("many", SPACE),
					"create_vector_collection", "name", "many", "dimensions", 2, "metric", "l2", "element_type", "i8");
			new GraphSteps(engines).createFirst();
			for (int batch : new int[] { 3_000, 4_095, 1, 1_300, 256, 5_000, 2 }) {
				vectors(engines, batch);
				searched(engines, "many", 400);
				engines.sameTotals();
			}
			nodesAndEdges(engines);
			keyValues(engines);
			engines.sameContent();
			engines.exchangeFiles(this.folder);
			vectors(engines, 700);
			searched(engines, "many", 10_000);
			engines.sameContent();
		}
	}

	/** Ids repeat in a batch, and a part of them is deleted again. */
	private static void vectors(TwoEngines engines, int count) {
		VectorCollection many = engines.database().vectors().collection("many");
		List<VectorEntry> ours = new ArrayList<>();
		List<Map<String, Object>> theirs = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			String id = "v" + engines.random().nextInt(3_500);
			byte[] stored = { (byte) engines.random().nextInt(), (byte) engines.random().nextInt() };
			ours.add(new VectorEntry(id, VectorValues.ofStored(ElementType.I8, stored)));
			theirs.add(Map.of("id", id, "values", Map.of("i8", HexFormat.of().formatHex(stored))));
		}
		same(engines, "put " + count, () -> many.putAll(ours), "put_vectors", "collection_name", "many", "vectors",
				theirs);
		List<String> gone = ours.stream().limit(count / 4).map(VectorEntry::id).toList();
		same(engines, "delete " + gone.size(), () -> many.deleteAll(gone), "delete_vectors", "collection_name", "many",
				"vector_ids", gone);
		List<String> candidates = ours.stream().map(VectorEntry::id).limit(600).toList();
		VectorValues query = VectorValues.ofStored(ElementType.I8, new byte[] { 3, 5 });
		engines.same("search among " + candidates.size(),
				() -> many.search(VectorQuery.near(query).candidates(candidates).limit(50))
					.stream()
					.map(LimitsDifferentialTests::text)
					.toList()
					.toString(),
				() -> Outcome.eachFields(engines.peer()
					.call("search_vectors_in", "collection_name", "many", "query", Map.of("i8", "0305"),
							"candidate_ids", candidates, "limit", 50),
						"id", "bits"));
	}

	private static void nodesAndEdges(TwoEngines engines) {
		List<GraphNode> nodes = new ArrayList<>();
		List<GraphEdge> edges = new ArrayList<>();
		for (int i = 0; i < 4_000; i++) {
			nodes.add(new GraphNode("n" + engines.random().nextInt(3_000), "k" + i % 3));
		}
		for (int i = 0; i < 8_000; i++) {
			edges.add(new GraphEdge(nodes.get(engines.random().nextInt(200)).id(), "t" + i % 5,
					nodes.get(engines.random().nextInt(4_000)).id()));
		}
		engines.same("put nodes", () -> engines.database().graphs().graph("g").putNodesKeyed(nodes),
				() -> engines.peer()
					.call("put_graph_nodes_keyed", "nodes",
							nodes.stream()
								.map((node) -> Map.of("graph_name", "g", "node_id", node.id(), "kind", node.kind()))
								.toList()));
		List<Map<String, String>> theirs = edges.stream()
			.map((edge) -> Map.of("graph_name", "g", "from_node_id", edge.from(), "edge_type", edge.type(),
					"to_node_id", edge.to()))
			.toList();
		engines.same("put edges", () -> engines.database().graphs().graph("g").putEdgesKeyed(edges),
				() -> engines.peer().call("put_graph_edges_keyed", "edges", theirs));
		same(engines, "delete edges", () -> engines.database().graphs().graph("g").deleteEdges(edges.subList(0, 2_000)),
				"delete_graph_edges", "edges", theirs.subList(0, 2_000));
		List<String> ids = nodes.stream().limit(1_500).map(GraphNode::id).toList();
		same(engines, "delete nodes", () -> engines.database().graphs().graph("g").deleteNodes(ids.subList(100, 1_500)),
				"delete_graph_nodes", "graph_name", "g", "node_ids", ids.subList(100, 1_500));
		for (String id : ids.subList(0, 60)) {
			engines.same("neighbors of " + id,
					() -> engines.database()
						.graphs()
						.graph("g")
						.neighbors(NeighborQuery.of(id).limit(100))
						.stream()
						.map((n) -> Outcome.text(List.of(n.nodeId(), n.kind(), n.edgeType())))
						.toList()
						.toString(),
					() -> Outcome.eachFields(
							engines.peer().call("graph_neighbors", "graph_name", "g", "node_id", id, "limit", 100),
							"node_id", "kind", "edge_type"));
		}
	}

	private static void keyValues(TwoEngines engines) {
		byte[] namespace = { 'n' };
		List<KeyValue> entries = new ArrayList<>();
		for (int i = 0; i < 5_000; i++) {
			byte[] key = new byte[engines.random().nextInt(4)];
			byte[] value = new byte[engines.random().nextInt(30)];
			engines.random().nextBytes(key);
			engines.random().nextBytes(value);
			entries.add(new KeyValue(key, value));
		}
		same(engines, "put key-values", () -> engines.database().keyValues().namespace(namespace).putAll(entries),
				"kv_put_many", "namespace", Peer.binary(namespace), "entries",
				entries.stream()
					.map((entry) -> Map.of("key", Peer.binary(entry.key()), "value", Peer.binary(entry.value())))
					.toList());
		List<byte[]> keys = entries.stream().limit(3_000).map(KeyValue::key).toList();
		engines.same("get key-values", () -> engines.database().keyValues().namespace(namespace).findAll(keys),
				() -> engines.peer()
					.call("kv_get_many", "namespace", Peer.binary(namespace), "keys",
							keys.stream().map(Peer::binary).toList()));
		same(engines, "delete key-values",
				() -> engines.database().keyValues().namespace(namespace).deleteAll(keys.subList(0, 1_000)),
				"kv_delete_many", "namespace", Peer.binary(namespace), "keys",
				keys.subList(0, 1_000).stream().map(Peer::binary).toList());
	}

	private static void same(TwoEngines engines, String what, Runnable ours, String operation, Object... arguments) {
		engines.same(what, () -> {
			ours.run();
			return null;
		}, () -> engines.peer().call(operation, arguments));
	}

}
