package io.zova.graph;

import java.nio.file.Path;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.TestFiles;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Nodes and edge types whose keys no Zova library gives, because SQL has put them.
 */
class KeysOfOtherHandsTests {

	private static final List<String> IDS = List.of("a", "b", "c");

	@TempDir
	Path folder;

	@ParameterizedTest
	@CsvSource({ "0, a, false", "0, a, true", "0, b, false", "0, b, true", "-7, b, false", "-7, b, true", "0, c, false",
			"9223372036854775807, c, true" })
	void nodesAreFoundWhateverTheirKey(long key, String node, boolean inMemory) throws Exception {
		try (ZovaDatabase database = open("""
				update _zova_graph_edges set
					from_node_key = iif(from_node_key = :old, :new, from_node_key),
					to_node_key = iif(to_node_key = :old, :new, to_node_key)
				""".replace(":old", "" + (IDS.indexOf(node) + 1)).replace(":new", "" + key),
				"update _zova_graph_nodes set node_key = " + key + " where node_id = '" + node + "'")) {
			Graph graph = graph(database, inMemory);
			for (int twice = 0; twice < 2; twice++) {
				assertThat(graph.walk(WalkQuery.from("a").maxDepth(9).limit(9))).extracting(WalkStep::nodeId)
					.containsExactly("a", "b", "c");
				assertThat(graph.walk(WalkQuery.from("a").edgeType("e").maxDepth(9).limit(9)))
					.extracting(WalkStep::nodeId)
					.containsExactly("a", "b", "c");
				assertThat(graph.traverse("a", Traversal.EVERYTHING)).extracting(WalkStep::nodeId)
					.containsExactly("a", "b", "c");
				assertThat(graph.shortestPath("a", "c")).extracting(WalkStep::nodeId).containsExactly("a", "b", "c");
				assertThat(graph.neighbors(NeighborQuery.of("a"))).extracting(Neighbor::nodeId).containsExactly("b");
				assertThat(graph.degree("b", Direction.INCOMING, null)).isOne();
			}
			for (String other : IDS) {
				graph.putEdge(node, "new", other);
				graph.putEdge(other, "back", node);
				assertThat(graph.edgeExists(other, "back", node)).isTrue();
			}
			assertThat(graph.walk(WalkQuery.from("c").edgeType("back").maxDepth(9).limit(9)))
				.extracting(WalkStep::nodeId)
				.contains(node);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void anEdgeTypeWithTheKeyZeroIsAType(boolean inMemory) throws Exception {
		try (ZovaDatabase database = open("update _zova_graph_edge_types set edge_type_key = 0",
				"update _zova_graph_edges set edge_type_key = 0")) {
			Graph graph = graph(database, inMemory);
			graph.putEdge("a", "other", "c");
			assertThat(graph.walk(WalkQuery.from("a").edgeType("e").maxDepth(1).limit(9)))
				.extracting(WalkStep::nodeId, WalkStep::edgeType)
				.hasToString("[(\"a\", null), (\"b\", \"e\")]");
			assertThat(graph.traverse("a", Traversal.EVERYTHING.edgeType("e"))).extracting(WalkStep::nodeId)
				.containsExactly("a", "b", "c");
			assertThat(graph.neighbors(NeighborQuery.of("a"))).extracting(Neighbor::edgeType)
				.containsExactly("e", "other");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void anEdgeWhoseTypeDoesNotExistIsRefused(boolean inMemory) throws Exception {
		for (long type : new long[] { 0, 99, -1 }) {
			try (ZovaDatabase database = open("update _zova_graph_edges set edge_type_key = " + type)) {
				Graph graph = graph(database, inMemory);
				assertInvalid(() -> graph.neighbors(NeighborQuery.of("a")));
				assertInvalid(() -> graph.neighborPage(NeighborQuery.of("a"), NeighborCursor.START));
				assertInvalid(() -> database.graphs().graph("g").neighborsKeyed(NeighborQuery.of("a")));
				assertInvalid(() -> graph.walk(WalkQuery.from("a").maxDepth(9).limit(9)));
				assertInvalid(() -> graph.traverse("a", Traversal.EVERYTHING));
			}
		}
	}

	private static void assertInvalid(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.matches((ex) -> ex.status() == ZovaStatus.GRAPH_INVALID)
			.withMessageContaining("type that is not there");
	}

	private static Graph graph(ZovaDatabase database, boolean inMemory) {
		if (inMemory) {
			GraphsInMemory.read(database, "g");
		}
		return database.graphs().graph("g");
	}

	private ZovaDatabase open(String... statements) throws Exception {
		Path file = this.folder.resolve(System.nanoTime() + ".zova");
		try (ZovaDatabase database = ZovaDatabase.create(file)) {
			Graph graph = database.graphs().create("g");
			IDS.forEach((id) -> graph.putNode(id, "kind"));
			graph.putEdge("a", "e", "b");
			graph.putEdge("b", "e", "c");
		}
		TestFiles.execute(file, statements);
		return ZovaDatabase.open(file);
	}

}
