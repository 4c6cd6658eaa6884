package io.zova.graph;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each text argument of each operation, at the limit of its length, one byte above it,
 * and with everything that a text cannot be.
 */
class GraphArgumentsTests {

	private static final Map<String, Consumer<String>> NAMES = new LinkedHashMap<>();

	private static final Map<String, Consumer<String>> IDS = new LinkedHashMap<>();

	private static ZovaDatabase database;

	@BeforeAll
	static void open(@TempDir Path directory) {
		database = ZovaDatabase.create(directory.resolve("arguments.zova"));
		GraphTemplate graphs = database.graphs();
		graphs.create("g");
		graphs.graph("g").putNode(node("n", "k"));
		graphNames(graphs);
		otherNames(graphs);
		ids(graphs);
	}

	@AfterAll
	static void close() {
		database.close();
	}

	private static GraphNode node(String id, String kind) {
		return new GraphNode(id, kind);
	}

	private static GraphEdge edge(String from, String type, String to) {
		return new GraphEdge(from, type, to);
	}

	private static void graphNames(GraphTemplate graphs) {
		ScanCursor start = ScanCursor.START;
		NAMES.put("create", graphs::create);
		NAMES.put("createIfMissing", graphs::createIfMissing);
		NAMES.put("exists", graphs::exists);
		NAMES.put("info", graphs::info);
		NAMES.put("delete", graphs::delete);
		NAMES.put("putNode, graph", (text) -> graphs.graph(text).putNode(node("n", "k")));
		NAMES.put("putNodes, graph", (text) -> graphs.graph(text).putNodes(List.of(node("x", "k"), node("n", "k"))));
		NAMES.put("putNodesKeyed, graph", (text) -> graphs.graph(text).putNodesKeyed(List.of(node("n", "k"))));
		NAMES.put("getNode, graph", (text) -> graphs.graph(text).getNode("n"));
		NAMES.put("findNode, graph", (text) -> graphs.graph(text).findNode("n"));
		NAMES.put("nodeExists, graph", (text) -> graphs.graph(text).nodeExists("n"));
		NAMES.put("deleteNode, graph", (text) -> graphs.graph(text).deleteNode("n"));
		NAMES.put("deleteNodes, graph", (text) -> graphs.graph(text).deleteNodes(List.of("n")));
		NAMES.put("deleteNodes, none, graph", (text) -> graphs.graph(text).deleteNodes(List.of()));
		NAMES.put("nodesByKey, graph", (text) -> graphs.graph(text).findNodesByKey(List.of(1L)));
		NAMES.put("putEdge, graph", (text) -> graphs.graph(text).putEdge(edge("n", "t", "n")));
		NAMES.put("putEdges, graph",
				(text) -> graphs.graph(text).putEdges(List.of(edge("n", "t", "n"), edge("n", "t", "n"))));
		NAMES.put("putEdgesKeyed, graph", (text) -> graphs.graph(text).putEdgesKeyed(List.of(edge("n", "t", "n"))));
		NAMES.put("getEdge, graph", (text) -> graphs.graph(text).getEdge(edge("n", "t", "n")));
		NAMES.put("edgeExists, graph", (text) -> graphs.graph(text).edgeExists(edge("n", "t", "n")));
		NAMES.put("deleteEdge, graph", (text) -> graphs.graph(text).deleteEdge(edge("n", "t", "n")));
		NAMES.put("deleteEdges, graph", (text) -> graphs.graph(text).deleteEdges(List.of(edge("n", "t", "n"))));
		NAMES.put("edgesByKey, graph", (text) -> graphs.graph(text).findEdgesByKey(List.of(1L)));
		NAMES.put("edgePayload, graph", (text) -> graphs.graph(text).getPayload(edge("n", "t", "n")));
		NAMES.put("replaceEdgePayload, graph",
				(text) -> graphs.graph(text).putPayload(edge("n", "t", "n"), new byte[0]));
		NAMES.put("edgePayloads, graph", (text) -> graphs.graph(text).findPayloadsByKey(List.of(1L)));
		NAMES.put("replaceEdgePayloads, graph", (text) -> graphs.graph(text).putPayloads(List.of()));
		NAMES.put("neighbors, graph", (text) -> graphs.graph(text).neighbors(NeighborQuery.of("n")));
		NAMES.put("neighborsKeyed, graph", (text) -> graphs.graph(text).neighborsKeyed(NeighborQuery.of("n")));
		NAMES.put("neighborPage, graph",
				(text) -> graphs.graph(text).neighborPage(NeighborQuery.of("n"), NeighborCursor.START));
		NAMES.put("degree, graph", (text) -> graphs.graph(text).degree("n", Direction.OUTGOING, null));
		NAMES.put("degrees, graph", (text) -> graphs.graph(text).degrees(List.of(1L), Direction.OUTGOING, null));
		NAMES.put("walk, graph", (text) -> graphs.graph(text).walk(WalkQuery.from("n")));
		NAMES.put("traverse, graph", (text) -> graphs.graph(text).traverse("n", Traversal.EVERYTHING));
		NAMES.put("shortestPath, graph", (text) -> graphs.graph(text).shortestPath("n", "n"));
		NAMES.put("reachable, graph", (text) -> graphs.graph(text).reachable("n", "n", Traversal.EVERYTHING));
		NAMES.put("scan, graph", (text) -> graphs.graph(text).page(start, start, 1, 1));
		NAMES.put("streamNodes, graph", (text) -> graphs.graph(text).streamNodes());
		NAMES.put("streamEdges, graph", (text) -> graphs.graph(text).streamEdges());
		NAMES.put("dangling, graph", (text) -> graphs.graph(text).dangling());
		NAMES.put("load, graph", (text) -> load(graphs, text, "n", "k", "t"));
	}

	private static void load(GraphTemplate graphs, String name, String id, String kind, String type) {
		graphs.load(new FreshGraph(name, List.of(new FreshGraph.Node(id, kind)),
				List.of(new FreshGraph.Edge(0, type, 0, new byte[0])), FreshGraph.Duplicates.REFUSE));
	}

	private static void otherNames(GraphTemplate graphs) {
		NAMES.put("putNode, kind", (text) -> graphs.graph("g").putNode(node("x", text)));
		NAMES.put("putNodes, kind", (text) -> graphs.graph("g").putNodes(List.of(node("x", "k"), node("x", text))));
		NAMES.put("load, kind", (text) -> load(graphs, "h", "n", text, "t"));
		NAMES.put("load, type", (text) -> load(graphs, "h", "n", "k", text));
		NAMES.put("putEdge, type", (text) -> graphs.graph("g").putEdge(edge("n", text, "n")));
		NAMES.put("putEdges, type",
				(text) -> graphs.graph("g").putEdges(List.of(edge("n", "t", "n"), edge("n", text, "n"))));
		NAMES.put("edgeExists, type", (text) -> graphs.graph("g").edgeExists(edge("n", text, "n")));
		NAMES.put("deleteEdge, type", (text) -> graphs.graph("g").deleteEdge(edge("n", text, "n")));
		NAMES.put("deleteEdges, type", (text) -> graphs.graph("g").deleteEdges(List.of(edge("n", text, "n"))));
		NAMES.put("edgePayload, type", (text) -> graphs.graph("g").getPayload(edge("n", text, "n")));
		NAMES.put("neighbors, type", (text) -> graphs.graph("g").neighbors(NeighborQuery.of("n").edgeType(text)));
		NAMES.put("neighborPage, type",
				(text) -> graphs.graph("g").neighborPage(NeighborQuery.of("n").edgeType(text), NeighborCursor.START));
		NAMES.put("degree, type", (text) -> graphs.graph("g").degree("n", Direction.OUTGOING, text));
		NAMES.put("degrees, type", (text) -> graphs.graph("g").degrees(List.of(1L), Direction.OUTGOING, text));
		NAMES.put("walk, type", (text) -> graphs.graph("g").walk(WalkQuery.from("n").edgeType(text)));
		NAMES.put("traverse, type", (text) -> graphs.graph("g").traverse("n", Traversal.EVERYTHING.edgeType(text)));
		NAMES.put("shortestPath, type",
				(text) -> graphs.graph("g").shortestPath("n", "n", Traversal.EVERYTHING.edgeType(text)));
	}

	private static void ids(GraphTemplate graphs) {
		IDS.put("putNode, id", (text) -> graphs.graph("g").putNode(node(text, "k")));
		IDS.put("putNodes, id", (text) -> graphs.graph("g").putNodes(List.of(node("x", "k"), node(text, "k"))));
		IDS.put("load, id", (text) -> load(graphs, "h", text, "k", "t"));
		IDS.put("getNode, id", (text) -> graphs.graph("g").getNode(text));
		IDS.put("findNode, id", (text) -> graphs.graph("g").findNode(text));
		IDS.put("nodeExists, id", (text) -> graphs.graph("g").nodeExists(text));
		IDS.put("deleteNode, id", (text) -> graphs.graph("g").deleteNode(text));
		IDS.put("deleteNodes, id", (text) -> graphs.graph("g").deleteNodes(List.of("x", text)));
		for (boolean start : List.of(true, false)) {
			String which = start ? ", from" : ", to";
			EdgeOf edge = (text) -> start ? edge(text, "t", "n") : edge("n", "t", text);
			IDS.put("putEdge" + which, (text) -> graphs.graph("g").putEdge(edge.of(text)));
			IDS.put("putEdges" + which,
					(text) -> graphs.graph("g").putEdges(List.of(edge("n", "t", "n"), edge.of(text))));
			IDS.put("getEdge" + which, (text) -> graphs.graph("g").getEdge(edge.of(text)));
			IDS.put("edgeExists" + which, (text) -> graphs.graph("g").edgeExists(edge.of(text)));
			IDS.put("deleteEdge" + which, (text) -> graphs.graph("g").deleteEdge(edge.of(text)));
			IDS.put("deleteEdges" + which, (text) -> graphs.graph("g").deleteEdges(List.of(edge.of(text))));
			IDS.put("edgePayload" + which, (text) -> graphs.graph("g").getPayload(edge.of(text)));
			IDS.put("replaceEdgePayload" + which, (text) -> graphs.graph("g").putPayload(edge.of(text), new byte[0]));
			IDS.put("shortestPath" + which,
					(text) -> graphs.graph("g").shortestPath(start ? text : "n", start ? "n" : text));
		}
		IDS.put("neighbors, node", (text) -> graphs.graph("g").neighbors(NeighborQuery.of(text)));
		IDS.put("neighborsKeyed, node", (text) -> graphs.graph("g").neighborsKeyed(NeighborQuery.of(text)));
		IDS.put("neighborPage, node",
				(text) -> graphs.graph("g").neighborPage(NeighborQuery.of(text), NeighborCursor.START));
		IDS.put("degree, node", (text) -> graphs.graph("g").degree(text, Direction.INCOMING, null));
		IDS.put("walk, start", (text) -> graphs.graph("g").walk(WalkQuery.from(text)));
		IDS.put("traverse, start", (text) -> graphs.graph("g").traverse(text, Traversal.EVERYTHING));
	}

	@TestFactory
	List<DynamicTest> namesOfGraphsKindsAndTypes() {
		List<String> bad = List.of("", "a".repeat(129), "a b", "a\u0000", "\ud800", "a\udc00", "\u00e9", "_zova_",
				"_ZOVA_x");
		return tests(NAMES, bad, List.of("z", "z".repeat(127), "z".repeat(128)));
	}

	@TestFactory
	List<DynamicTest> idsOfNodes() {
		List<String> bad = List.of("", "a".repeat(513), "\u00e9".repeat(257), "\ud83d\ude00".repeat(128) + "a",
				"a\u0000b", "\ud800", "\udc00", "a\ud800\ud800\udc00", "_zova_", "_Zova_x");
		return tests(IDS, bad,
				List.of("z", "z".repeat(511), "z".repeat(512), "\u00e9".repeat(256), "\ud83d\ude00".repeat(128)));
	}

	private static List<DynamicTest> tests(Map<String, Consumer<String>> calls, List<String> bad, List<String> good) {
		List<DynamicTest> tests = new ArrayList<>();
		calls.forEach((name, call) -> tests.add(DynamicTest.dynamicTest(name, () -> {
			List<Object> before = content();
			for (String text : bad) {
				assertThatExceptionOfType(ZovaException.class).as("%s with %s", name, GraphRules.quoted(text))
					.isThrownBy(() -> call.accept(text))
					.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.GRAPH_INVALID));
			}
			assertThat(content()).as(name).isEqualTo(before);
			for (String text : good) {
				assertAccepted(name, call, text);
			}
		})));
		assertThat(tests).isNotEmpty();
		return tests;
	}

	/** What it means is another matter: most of these things do not exist. */
	private static void assertAccepted(String name, Consumer<String> call, String text) {
		try {
			call.accept(text);
		}
		catch (ZovaException ex) {
			boolean loadsIntoFull = name.startsWith("load") && ex.getMessage().contains("graph");
			assertThat(ex.status() != ZovaStatus.GRAPH_INVALID || loadsIntoFull).as("%s: %s", name, ex.getMessage())
				.isTrue();
		}
		catch (org.springframework.transaction.IllegalTransactionStateException ex) {
			assertThat(name).startsWith("stream");
		}
	}

	private static List<Object> content() {
		JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
		List<Object> content = new ArrayList<>();
		for (String rows : List.of("name from _zova_graphs", "node_id || kind from _zova_graph_nodes",
				"name from _zova_graph_edge_types", "edge_key || hex(payload) from _zova_graph_edges")) {
			content.add(jdbc.queryForList("select " + rows + " order by 1", String.class));
		}
		return content;
	}

	/** Makes an edge of which one end is the text. */
	@FunctionalInterface
	private interface EdgeOf {

		GraphEdge of(String text);

	}

}
