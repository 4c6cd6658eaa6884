package io.zova.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.zova.NewDatabase;
import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What lies beyond the reference's walk: traversals, paths, streams and dangling targets.
 */
class GraphTraversalTests extends NewDatabase {

	private Graph graph;

	@BeforeEach
	void fill() {
		this.graph = graphs(this.database).create("g");
		for (String id : List.of("a", "b", "c", "d", "e", "f")) {
			this.graph.putNode(id, "k" + id);
		}
		for (String edge : List.of("a s a", "a s2 a", "a t b", "a t c", "b t a", "b u d", "c u d", "d t e", "e t a",
				"d t d")) {
			String[] parts = edge.split(" ");
			this.graph.putEdge(parts[0], parts[1], parts[2]);
		}
	}

	GraphTemplate graphs(ZovaDatabase of) {
		return new GraphTemplate(of.sql());
	}

	ZovaDatabase database() {
		return this.database;
	}

	@Test
	void aTraversalFindsWhatAWalkWithTheSameLimitMisses() {
		assertThat(ids(this.graph.walk(WalkQuery.from("a").maxDepth(2).limit(3)))).containsExactly("a", "b", "d");
		assertThat(ids(this.graph.traverse("a", Traversal.EVERYTHING.maxDepth(2).limit(3)))).containsExactly("a", "b",
				"c");
		assertThat(this.graph.traverse("a", Traversal.EVERYTHING)).containsExactly(
				new WalkStep("a", "ka", 0, null, null), new WalkStep("b", "kb", 1, "a", "t"),
				new WalkStep("c", "kc", 1, "a", "t"), new WalkStep("d", "kd", 2, "b", "u"),
				new WalkStep("e", "ke", 3, "d", "t"));
		assertThat(this.graph.traverse("a", Traversal.EVERYTHING.limit(0))).isEmpty();
		assertThat(ids(this.graph.traverse("a", Traversal.EVERYTHING.maxDepth(0)))).containsExactly("a");
	}

	@Test
	void filtersLeaveOutNodesAndEdges() {
		Traversal withoutB = Traversal.EVERYTHING.nodes((step) -> !step.nodeId().equals("b"));
		assertThat(this.graph.traverse("a", withoutB)).extracting(WalkStep::predecessor)
			.containsExactly(null, "a", "c", "d");
		Traversal notIntoD = Traversal.EVERYTHING.edges((edge) -> !(edge.from().equals("b") && edge.to().equals("d")));
		assertThat(this.graph.traverse("a", notIntoD)).contains(new WalkStep("d", "kd", 2, "c", "u"));
		assertThat(ids(this.graph.traverse("a", Traversal.EVERYTHING.edgeType("u")))).containsExactly("a");
		assertThat(ids(this.graph.traverse("a", Traversal.EVERYTHING.edgeType("unknown")))).containsExactly("a");
		Traversal incoming = Traversal.EVERYTHING.direction(Direction.INCOMING)
			.edges((edge) -> !edge.equals(new GraphEdge("b", "u", "d")));
		assertThat(ids(this.graph.traverse("d", incoming))).containsExactly("d", "c", "a", "b", "e");
	}

	@Test
	void aShortestPathIsFound() {
		assertThat(this.graph.shortestPath("a", "e")).extracting(WalkStep::nodeId).containsExactly("a", "b", "d", "e");
		assertThat(ids(this.graph.shortestPath("a", "a"))).containsExactly("a");
		assertThat(this.graph.shortestPath("a", "f")).isEmpty();
		assertThat(this.graph.reachable("e", "c")).isTrue();
		assertThat(this.graph.reachable("f", "a")).isFalse();
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> this.graph.shortestPath("a", "missing"))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.GRAPH_NODE_NOT_FOUND));
	}

	@Test
	void aPathKeepsToDirectionTypeDepthAndFilters() {
		GraphOperations graphs = graphs(this.database);
		Traversal all = Traversal.EVERYTHING;
		assertThat(graphs.graph("g").shortestPath("a", "e", all.maxDepth(2))).isEmpty();
		assertThat(graphs.graph("g").reachable("a", "e", all.maxDepth(3))).isTrue();
		assertThat(ids(graphs.graph("g").shortestPath("a", "e", all.limit(1)))).containsExactly("a", "b", "d", "e");
		assertThat(graphs.graph("g").reachable("a", "d", all.edgeType("t"))).isFalse();
		assertThat(graphs.graph("g").reachable("a", "c", all.edgeType("t"))).isTrue();
		assertThat(graphs.graph("g").reachable("a", "a", all.edgeType("unknown"))).isTrue();
		assertThat(graphs.graph("g").shortestPath("c", "e", all.direction(Direction.INCOMING))).containsExactly(
				new WalkStep("c", "kc", 0, null, null), new WalkStep("a", "ka", 1, "c", "t"),
				new WalkStep("e", "ke", 2, "a", "t"));
		assertThat(ids(graphs.graph("g").shortestPath("a", "e", all.nodes((step) -> !step.nodeId().equals("b")))))
			.containsExactly("a", "c", "d", "e");
		assertThat(graphs.graph("g").reachable("a", "e", all.edges((edge) -> !edge.type().equals("u")))).isFalse();
		assertThat(graphs.graph("g").reachable("a", "d", all.nodes((step) -> !step.nodeId().equals("d")))).isFalse();
	}

	@Test
	void whatIsMissingOrMalformedIsSaid() {
		GraphOperations graphs = graphs(this.database);
		Traversal all = Traversal.EVERYTHING;
		assertStatus(ZovaStatus.GRAPH_NODE_NOT_FOUND, () -> graphs.graph("g").traverse("missing", all));
		assertStatus(ZovaStatus.GRAPH_NODE_NOT_FOUND, () -> graphs.graph("missing").traverse("a", all));
		assertStatus(ZovaStatus.GRAPH_NODE_NOT_FOUND, () -> graphs.graph("g").reachable("missing", "a", all));
		assertStatus(ZovaStatus.GRAPH_NODE_NOT_FOUND, () -> graphs.graph("g").reachable("a", "missing", all));
		assertStatus(ZovaStatus.GRAPH_NODE_NOT_FOUND, () -> graphs.graph("missing").shortestPath("a", "a", all));
		assertStatus(ZovaStatus.GRAPH_INVALID, () -> graphs.graph("g").traverse("a", all.limit(-1)));
		assertStatus(ZovaStatus.GRAPH_INVALID, () -> graphs.graph("g").traverse("a", all.maxDepth(-1)));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> graphs.graph("g").traverse("a", all.direction(null)));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> graphs.graph("g").traverse("a", null));
	}

	private static void assertStatus(ZovaStatus status, ThrowingCallable call) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status));
	}

	@Test
	void depthsAreThoseOfAPlainBreadthFirstSearch() {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		GraphTemplate graphs = new GraphTemplate(this.database.sql());
		Graph large = graphs.create("large");
		int size = 300;
		List<GraphNode> nodes = new ArrayList<>();
		List<GraphEdge> edges = new ArrayList<>();
		for (int i = 0; i < size; i++) {
			nodes.add(new GraphNode("n" + i, "k"));
			for (int j = 0; j < 2; j++) {
				edges.add(new GraphEdge("n" + i, "t", "n" + random.nextInt(size)));
			}
		}
		large.putNodes(nodes);
		large.putEdges(edges);
		Map<String, Long> expected = new HashMap<>(Map.of("n0", 0L));
		for (boolean changed = true; changed;) {
			changed = false;
			for (GraphEdge edge : edges) {
				Long from = expected.get(edge.from());
				if (from != null && expected.getOrDefault(edge.to(), Long.MAX_VALUE) > from + 1) {
					expected.put(edge.to(), from + 1);
					changed = true;
				}
			}
		}
		Map<String, Long> depths = new HashMap<>();
		large.traverse("n0", Traversal.EVERYTHING).forEach((step) -> depths.put(step.nodeId(), step.depth()));
		assertThat(depths).as("seed " + seed).isEqualTo(expected);
		expected.forEach((id, depth) -> assertThat(large.shortestPath("n0", id)).hasSize(depth.intValue() + 1));
		// Without a limit that bites, walk and traverse are the same.
		assertThat(large.walk(WalkQuery.from("n0").maxDepth(1000).limit(10000)))
			.isEqualTo(large.traverse("n0", Traversal.EVERYTHING));
	}

	@Test
	void streamsInsideATransaction() {
		List<GraphNode> nodes = new ArrayList<>();
		for (int i = 0; i < 2500; i++) {
			nodes.add(new GraphNode("m" + i, "many"));
		}
		this.graph.putNodes(nodes);
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		transaction.executeWithoutResult((status) -> {
			assertThat(this.graph.streamNodes().filter((node) -> node.kind().equals("many")).count()).isEqualTo(2500);
			assertThat(this.graph.streamNodes().limit(3).map(KeyedNode::id)).containsExactly("a", "b", "c");
			assertThat(this.graph.streamEdges().map(KeyedEdge::type)).startsWith("s", "s2", "t").hasSize(10);
		});
		assertThatExceptionOfType(IllegalTransactionStateException.class).isThrownBy(() -> this.graph.streamNodes());
		assertThatExceptionOfType(IllegalTransactionStateException.class)
			.isThrownBy(() -> transaction.execute((status) -> this.graph.streamEdges()).toList());
	}

	@Test
	void listsTargetsThatDoNotExist() {
		JdbcTemplate jdbc = new JdbcTemplate(this.database.dataSource());
		jdbc.execute("create table people(id integer primary key, name text)");
		jdbc.execute("create table words(word text primary key) without rowid");
		jdbc.execute("create table pairs(a, b, primary key (a, b))");
		jdbc.update("insert into people values (7, 'x')");
		jdbc.update("insert into words values ('w')");
		String hash = "ab".repeat(32);
		jdbc.update("insert into _zova_objects values (?, 0, 0, 'fastcdc-v1')",
				java.util.HexFormat.of().parseHex(hash));
		put("ok1", NodeTarget.record("people", "7"));
		put("ok2", NodeTarget.record("words", "w"));
		put("ok3", NodeTarget.object(hash.toUpperCase()));
		put("ok4", NodeTarget.record("pairs", "x"));
		put("ok5", NodeTarget.external("anything", null));
		put("r1", NodeTarget.record("people", "8"));
		put("r2", NodeTarget.record("nowhere", "8"));
		put("r3", NodeTarget.record("words", "7"));
		put("o1", new NodeTarget(TargetType.OBJECT, null, null));
		put("o2", NodeTarget.object("zz"));
		put("o3", NodeTarget.object("cd".repeat(32)));
		put("c1", NodeTarget.objectChunk("cd".repeat(32)));
		put("v1", NodeTarget.vector("docs", "1"));
		put("v2", new NodeTarget(TargetType.VECTOR, "docs", null));
		assertThat(this.graph.dangling()).extracting((dangling) -> dangling.node().id())
			.containsExactly("r1", "r2", "r3", "o1", "o2", "o3", "c1", "v1", "v2");
		assertThat(this.graph.dangling().get(1).reason()).isEqualTo("There is no table of this name");
	}

	private void put(String id, NodeTarget target) {
		this.graph.putNode(id, "k", target);
	}

	private static List<String> ids(List<WalkStep> steps) {
		return steps.stream().map(WalkStep::nodeId).toList();
	}

}
