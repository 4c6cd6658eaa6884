package io.zova.contract;

import java.util.List;

import io.zova.ZovaStatus;
import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphInfo;
import io.zova.graph.GraphNode;
import io.zova.graph.GraphOperations;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Batches write all or nothing, deleting says what was there, and a graph is a name.
 */
class GraphContractTests extends Contract {

	private GraphOperations graphs;

	@BeforeEach
	void open() {
		this.graphs = this.database.graphs();
		this.graphs.create("g");
	}

	@Test
	void keyedBatchesGiveTheKeysOfOldAndNewRows() {
		putNodes("a", "b", "c");
		Graph graph = this.graphs.graph("g");
		List<Long> keys = graph.putNodesKeyed(List.of(node("c", "k"), node("e", "k"), node("e", "k2")));
		assertThat(keys.get(1)).isEqualTo(keys.get(2)).isNotEqualTo(keys.get(0));
		assertThat(graph.findNodesByKey(keys)).extracting((node) -> node.orElseThrow().id())
			.containsExactly("c", "e", "e");
	}

	@Test
	void deletingAnswersWhatWasThere() {
		putNodes("a", "b", "c");
		Graph graph = this.graphs.graph("g");
		graph.putEdges(List.of(edge("a", "t", "b"), edge("b", "t", "c")));
		assertThat(graph.deleteEdge("a", "t", "b")).isTrue();
		assertThat(graph.deleteEdge("a", "t", "b")).isFalse();
		assertThat(graph.deleteEdges(List.of(edge("a", "t", "b"), edge("b", "t", "c"), edge("b", "t", "c")))).isOne();
		assertThat(graph.deleteNode("a")).isTrue();
		assertThat(graph.deleteNode("a")).isFalse();
		assertThat(graph.deleteNodes(List.of("a", "b", "b", "c"))).isEqualTo(2);
		assertThat(this.graphs.delete("g")).isTrue();
		assertThat(this.graphs.delete("g")).isFalse();
		assertThat(graph.deleteNode("a")).isFalse();
		assertThat(graph.deleteEdge("a", "t", "b")).isFalse();
		assertStatus(ZovaStatus.GRAPH_NOT_FOUND, () -> graph.deleteNodes(List.of("a")));
		assertStatus(ZovaStatus.GRAPH_NOT_FOUND, () -> graph.deleteEdges(List.of(edge("a", "t", "b"))));
	}

	@Test
	void aHandleIsANameThatIsValidBeforeAndAfterItsGraph() {
		Graph later = this.graphs.graph("later");
		assertThat(later.name()).isEqualTo("later");
		assertThat(later.nodeExists("a")).isFalse();
		this.graphs.createIfMissing("later").putNode("a", "k");
		this.graphs.createIfMissing("later");
		assertThat(later.nodeExists("a")).isTrue();
		this.graphs.delete("later");
		assertThat(later.findNode("a")).isEmpty();
		assertThat(later).hasToString("Graph[later]");
	}

	@Test
	void emptyBatchesDoNothing() {
		putNodes("a");
		this.graphs.graph("g").putNodes(List.of());
		this.graphs.graph("g").putEdges(List.of());
		this.graphs.graph("g").deleteEdges(List.of());
		this.graphs.graph("g").deleteNodes(List.of());
		this.graphs.graph("g").putPayloads(List.of());
		assertThat(this.graphs.graph("g").nodeExists("a")).isTrue();
		assertStatus(ZovaStatus.GRAPH_NOT_FOUND, () -> this.graphs.graph("missing").deleteNodes(List.of()));
	}

	@Test
	void aBadRowLeavesNothing() {
		putNodes("a", "b");
		assertStatus(ZovaStatus.GRAPH_NOT_FOUND,
				() -> this.graphs.graph("missing").putNodes(List.of(node("c", "k"), node("d", "k"))));
		assertStatus(ZovaStatus.GRAPH_NODE_NOT_FOUND,
				() -> this.graphs.graph("g").putEdges(List.of(edge("a", "new", "b"), edge("a", "new", "missing"))));
		assertStatus(ZovaStatus.INVALID_ARGUMENT,
				() -> this.graphs.graph("g").putNodes(List.of(node("c", ""), new GraphNode("d", "k", null))));
		assertThat(this.graphs.info("g")).isEqualTo(new GraphInfo("g", 2, 0));
	}

	@Test
	void deletingANodeDeletesItsEdgesInBothDirections() {
		putNodes("a", "b", "c");
		this.graphs.graph("g")
			.putEdges(List.of(edge("a", "t", "b"), edge("b", "t", "a"), edge("b", "t", "b"), edge("a", "t", "c")));
		this.graphs.graph("g").deleteNodes(List.of("b", "b", "missing"));
		assertThat(this.graphs.info("g")).isEqualTo(new GraphInfo("g", 2, 1));
		this.graphs.delete("g");
		assertThat(this.graphs.list()).isEmpty();
	}

	@Test
	void savepointsAndRollbacksUndoWhatWasPut() {
		Graph graph = this.graphs.graph("g");
		putNodes("a");
		this.transaction.executeWithoutResult((status) -> {
			putNodes("b");
			nested().executeWithoutResult((inner) -> {
				graph.putEdge(edge("a", "t", "b"));
				inner.setRollbackOnly();
			});
			assertStatus(ZovaStatus.GRAPH_NODE_NOT_FOUND, () -> graph.putEdge(edge("a", "t", "missing")));
			graph.putEdge(edge("b", "t", "a"));
		});
		assertThat(this.graphs.info("g")).isEqualTo(new GraphInfo("g", 2, 1));
		this.transaction.executeWithoutResult((status) -> {
			this.graphs.delete("g");
			status.setRollbackOnly();
		});
		assertThat(graph.edgeExists(edge("b", "t", "a"))).isTrue();
	}

	private void putNodes(String... ids) {
		this.graphs.graph("g").putNodes(List.of(ids).stream().map((id) -> node(id, "k")).toList());
	}

	private static GraphNode node(String id, String kind) {
		return new GraphNode(id, kind);
	}

	private static GraphEdge edge(String from, String type, String to) {
		return new GraphEdge(from, type, to);
	}

}
