package io.zova.contract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.graph.Direction;
import io.zova.graph.FreshGraph;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphInfo;
import io.zova.graph.GraphNode;
import io.zova.graph.GraphOperations;
import io.zova.graph.NeighborCursor;
import io.zova.graph.NeighborQuery;
import io.zova.graph.ScanCursor;
import io.zova.graph.Traversal;
import io.zova.graph.WalkQuery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import org.springframework.transaction.IllegalTransactionStateException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each text argument of each operation, at the limit of its length, one byte above it,
 * and with everything that a text cannot be.
 */
class GraphArgumentContractTests extends Contract {

	private GraphOperations graphs;

	@BeforeEach
	void open() {
		this.graphs = this.database.graphs();
		this.graphs.create("g").putNode(node("n", "k"));
		addGraphNames(this.graphs);
		addOtherNames(this.graphs);
		addIds(this.graphs);
	}

	private final Map<String, Consumer<String>> names = new LinkedHashMap<>();

	private final Map<String, Consumer<String>> ids = new LinkedHashMap<>();

	private static GraphNode node(String id, String kind) {
		return new GraphNode(id, kind);
	}

	private static GraphEdge edge(String from, String type, String to) {
		return new GraphEdge(from, type, to);
	}

	private void addGraphNames(GraphOperations graphs) {
		ScanCursor start = ScanCursor.START;
		this.names.put("create", graphs::create);
		this.names.put("createIfMissing", graphs::createIfMissing);
		this.names.put("exists", graphs::exists);
		this.names.put("info", graphs::info);
		this.names.put("delete", graphs::delete);
		this.names.put("putNode, graph", (text) -> graphs.graph(text).putNode(node("n", "k")));
		this.names.put("putNodes, graph",
				(text) -> graphs.graph(text).putNodes(List.of(node("x", "k"), node("n", "k"))));
		this.names.put("putNodesKeyed, graph", (text) -> graphs.graph(text).putNodesKeyed(List.of(node("n", "k"))));
		this.names.put("getNode, graph", (text) -> graphs.graph(text).getNode("n"));
		this.names.put("findNode, graph", (text) -> graphs.graph(text).findNode("n"));
		this.names.put("nodeExists, graph", (text) -> graphs.graph(text).nodeExists("n"));
		this.names.put("deleteNode, graph", (text) -> graphs.graph(text).deleteNode("n"));
		this.names.put("deleteNodes, graph", (text) -> graphs.graph(text).deleteNodes(List.of("n")));
		this.names.put("deleteNodes, none, graph", (text) -> graphs.graph(text).deleteNodes(List.of()));
		this.names.put("nodesByKey, graph", (text) -> graphs.graph(text).findNodesByKey(List.of(1L)));
		this.names.put("putEdge, graph", (text) -> graphs.graph(text).putEdge(edge("n", "t", "n")));
		this.names.put("putEdges, graph",
				(text) -> graphs.graph(text).putEdges(List.of(edge("n", "t", "n"), edge("n", "t", "n"))));
		this.names.put("putEdgesKeyed, graph",
				(text) -> graphs.graph(text).putEdgesKeyed(List.of(edge("n", "t", "n"))));
		this.names.put("getEdge, graph", (text) -> graphs.graph(text).getEdge(edge("n", "t", "n")));
		this.names.put("edgeExists, graph", (text) -> graphs.graph(text).edgeExists(edge("n", "t", "n")));
		this.names.put("deleteEdge, graph", (text) -> graphs.graph(text).deleteEdge(edge("n", "t", "n")));
		this.names.put("deleteEdges, graph", (text) -> graphs.graph(text).deleteEdges(List.of(edge("n", "t", "n"))));
		this.names.put("edgesByKey, graph", (text) -> graphs.graph(text).findEdgesByKey(List.of(1L)));
		this.names.put("edgePayload, graph", (text) -> graphs.graph(text).getPayload(edge("n", "t", "n")));
		this.names.put("replaceEdgePayload, graph",
				(text) -> graphs.graph(text).putPayload(edge("n", "t", "n"), new byte[0]));
		this.names.put("edgePayloads, graph", (text) -> graphs.graph(text).findPayloadsByKey(List.of(1L)));
		this.names.put("replaceEdgePayloads, graph", (text) -> graphs.graph(text).putPayloads(List.of()));
		this.names.put("neighbors, graph", (text) -> graphs.graph(text).neighbors(NeighborQuery.of("n")));
		this.names.put("neighborsKeyed, graph", (text) -> graphs.graph(text).neighborsKeyed(NeighborQuery.of("n")));
		this.names.put("neighborPage, graph",
				(text) -> graphs.graph(text).neighborPage(NeighborQuery.of("n"), NeighborCursor.START));
		this.names.put("degree, graph", (text) -> graphs.graph(text).degree("n", Direction.OUTGOING, null));
		this.names.put("degrees, graph", (text) -> graphs.graph(text).degrees(List.of(1L), Direction.OUTGOING, null));
		this.names.put("walk, graph", (text) -> graphs.graph(text).walk(WalkQuery.from("n")));
		this.names.put("traverse, graph", (text) -> graphs.graph(text).traverse("n", Traversal.EVERYTHING));
		this.names.put("shortestPath, graph", (text) -> graphs.graph(text).shortestPath("n", "n"));
		this.names.put("reachable, graph", (text) -> graphs.graph(text).reachable("n", "n", Traversal.EVERYTHING));
		this.names.put("scan, graph", (text) -> graphs.graph(text).page(start, start, 1, 1));
		this.names.put("streamNodes, graph", (text) -> graphs.graph(text).streamNodes());
		this.names.put("streamEdges, graph", (text) -> graphs.graph(text).streamEdges());
		this.names.put("dangling, graph", (text) -> graphs.graph(text).dangling());
		this.names.put("load, graph", (text) -> load(graphs, text, "n", "k", "t"));
	}

	private static void load(GraphOperations graphs, String name, String id, String kind, String type) {
		graphs.load(new FreshGraph(name, List.of(new FreshGraph.Node(id, kind)),
				List.of(new FreshGraph.Edge(0, type, 0, new byte[0])), FreshGraph.Duplicates.REFUSE));
	}

	private void addOtherNames(GraphOperations graphs) {
		this.names.put("putNode, kind", (text) -> graphs.graph("g").putNode(node("x", text)));
		this.names.put("putNodes, kind",
				(text) -> graphs.graph("g").putNodes(List.of(node("x", "k"), node("x", text))));
		this.names.put("load, kind", (text) -> load(graphs, "h", "n", text, "t"));
		this.names.put("load, type", (text) -> load(graphs, "h", "n", "k", text));
		this.names.put("putEdge, type", (text) -> graphs.graph("g").putEdge(edge("n", text, "n")));
		this.names.put("putEdges, type",
				(text) -> graphs.graph("g").putEdges(List.of(edge("n", "t", "n"), edge("n", text, "n"))));
		this.names.put("edgeExists, type", (text) -> graphs.graph("g").edgeExists(edge("n", text, "n")));
		this.names.put("deleteEdge, type", (text) -> graphs.graph("g").deleteEdge(edge("n", text, "n")));
		this.names.put("deleteEdges, type", (text) -> graphs.graph("g").deleteEdges(List.of(edge("n", text, "n"))));
		this.names.put("edgePayload, type", (text) -> graphs.graph("g").getPayload(edge("n", text, "n")));
		this.names.put("neighbors, type", (text) -> graphs.graph("g").neighbors(NeighborQuery.of("n").edgeType(text)));
		this.names.put("neighborPage, type",
				(text) -> graphs.graph("g").neighborPage(NeighborQuery.of("n").edgeType(text), NeighborCursor.START));
		this.names.put("degree, type", (text) -> graphs.graph("g").degree("n", Direction.OUTGOING, text));
		this.names.put("degrees, type", (text) -> graphs.graph("g").degrees(List.of(1L), Direction.OUTGOING, text));
		this.names.put("walk, type", (text) -> graphs.graph("g").walk(WalkQuery.from("n").edgeType(text)));
		this.names.put("traverse, type",
				(text) -> graphs.graph("g").traverse("n", Traversal.EVERYTHING.edgeType(text)));
		this.names.put("shortestPath, type",
				(text) -> graphs.graph("g").shortestPath("n", "n", Traversal.EVERYTHING.edgeType(text)));
	}

	private void addIds(GraphOperations graphs) {
		this.ids.put("putNode, id", (text) -> graphs.graph("g").putNode(node(text, "k")));
		this.ids.put("putNodes, id", (text) -> graphs.graph("g").putNodes(List.of(node("x", "k"), node(text, "k"))));
		this.ids.put("load, id", (text) -> load(graphs, "h", text, "k", "t"));
		this.ids.put("getNode, id", (text) -> graphs.graph("g").getNode(text));
		this.ids.put("findNode, id", (text) -> graphs.graph("g").findNode(text));
		this.ids.put("nodeExists, id", (text) -> graphs.graph("g").nodeExists(text));
		this.ids.put("deleteNode, id", (text) -> graphs.graph("g").deleteNode(text));
		this.ids.put("deleteNodes, id", (text) -> graphs.graph("g").deleteNodes(List.of("x", text)));
		for (boolean start : List.of(true, false)) {
			String which = start ? ", from" : ", to";
			EdgeOf edge = (text) -> start ? edge(text, "t", "n") : edge("n", "t", text);
			this.ids.put("putEdge" + which, (text) -> graphs.graph("g").putEdge(edge.of(text)));
			this.ids.put("putEdges" + which,
					(text) -> graphs.graph("g").putEdges(List.of(edge("n", "t", "n"), edge.of(text))));
			this.ids.put("getEdge" + which, (text) -> graphs.graph("g").getEdge(edge.of(text)));
			this.ids.put("edgeExists" + which, (text) -> graphs.graph("g").edgeExists(edge.of(text)));
			this.ids.put("deleteEdge" + which, (text) -> graphs.graph("g").deleteEdge(edge.of(text)));
			this.ids.put("deleteEdges" + which, (text) -> graphs.graph("g").deleteEdges(List.of(edge.of(text))));
			this.ids.put("edgePayload" + which, (text) -> graphs.graph("g").getPayload(edge.of(text)));
			this.ids.put("replaceEdgePayload" + which,
					(text) -> graphs.graph("g").putPayload(edge.of(text), new byte[0]));
			this.ids.put("shortestPath" + which,
					(text) -> graphs.graph("g").shortestPath(start ? text : "n", start ? "n" : text));
		}
		this.ids.put("neighbors, node", (text) -> graphs.graph("g").neighbors(NeighborQuery.of(text)));
		this.ids.put("neighborsKeyed, node", (text) -> graphs.graph("g").neighborsKeyed(NeighborQuery.of(text)));
		this.ids.put("neighborPage, node",
				(text) -> graphs.graph("g").neighborPage(NeighborQuery.of(text), NeighborCursor.START));
		this.ids.put("degree, node", (text) -> graphs.graph("g").degree(text, Direction.INCOMING, null));
		this.ids.put("walk, start", (text) -> graphs.graph("g").walk(WalkQuery.from(text)));
		this.ids.put("traverse, start", (text) -> graphs.graph("g").traverse(text, Traversal.EVERYTHING));
	}

	@TestFactory
	List<DynamicTest> namesOfGraphsKindsAndTypes() {
		List<String> bad = List.of("", "a".repeat(129), "a b", "a\u0000", "\ud800", "a\udc00", "\u00e9", "_zova_",
				"_ZOVA_x");
		return tests(this.names, bad, List.of("z", "z".repeat(127), "z".repeat(128)));
	}

	@TestFactory
	List<DynamicTest> idsOfNodes() {
		List<String> bad = List.of("", "a".repeat(513), "\u00e9".repeat(257), "\ud83d\ude00".repeat(128) + "a",
				"a\u0000b", "\ud800", "\udc00", "a\ud800\ud800\udc00", "_zova_", "_Zova_x");
		return tests(this.ids, bad,
				List.of("z", "z".repeat(511), "z".repeat(512), "\u00e9".repeat(256), "\ud83d\ude00".repeat(128)));
	}

	private List<DynamicTest> tests(Map<String, Consumer<String>> calls, List<String> bad, List<String> good) {
		List<DynamicTest> tests = new ArrayList<>();
		calls.forEach((name, call) -> tests.add(DynamicTest.dynamicTest(name, () -> {
			List<Object> before = content();
			for (String text : bad) {
				assertThatExceptionOfType(ZovaException.class).as("%s with %s", name, text)
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

	/** Makes an edge of which one end is the text. */
	@FunctionalInterface
	private interface EdgeOf {

		GraphEdge of(String text);

	}

	private List<Object> content() {
		return Objects.requireNonNull(this.transaction.execute((status) -> {
			List<Object> content = new ArrayList<>();
			for (GraphInfo info : this.graphs.list()) {
				content.add(info);
				this.graphs.graph(info.name()).streamNodes().forEach(content::add);
				this.graphs.graph(info.name()).streamEdges().forEach(content::add);
			}
			return content;
		}));
	}

}
