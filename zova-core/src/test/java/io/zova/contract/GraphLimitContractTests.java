package io.zova.contract;

import java.util.List;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.graph.Direction;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphInfo;
import io.zova.graph.GraphNode;
import io.zova.graph.GraphOperations;
import io.zova.graph.NeighborQuery;
import io.zova.graph.NodeTarget;
import io.zova.graph.ScanCursor;
import io.zova.graph.TargetType;
import io.zova.graph.WalkQuery;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Values at, below and above each limit.
 */
class GraphLimitContractTests extends Contract {

	private GraphOperations graphs;

	@BeforeEach
	void open() {
		this.graphs = this.database.graphs();
		this.graphs.create("g");
	}

	@Test
	void namesHave1To128Characters() {
		for (int length : new int[] { 1, 127, 128 }) {
			this.graphs.create("a".repeat(length));
			this.graphs.graph("g").putNode(new GraphNode("n" + length, "k".repeat(length)));
			this.graphs.graph("g").putEdge(new GraphEdge("n" + length, "t".repeat(length), "n" + length));
		}
		String tooLong = "a".repeat(129);
		assertInvalid(() -> this.graphs.create(tooLong), "129 characters: at most 128");
		assertInvalid(() -> this.graphs.graph("g").putNode(new GraphNode("x", tooLong)), "node kind");
		assertInvalid(() -> this.graphs.graph("g").putEdge(new GraphEdge("n1", tooLong, "n1")), "edge type");
		assertInvalid(() -> this.graphs.create(""), "graph name is empty");
	}

	@Test
	void namesHoldAFewKindsOfCharacters() {
		for (String name : List.of("-x", ".", "1", ":a", "A.b:c-d_e", "App", "_", "_zova", "app", "default",
				"zova_x")) {
			this.graphs.create(name);
		}
		assertThat(this.graphs.list()).extracting(GraphInfo::name)
			.containsExactly("-x", ".", "1", ":a", "A.b:c-d_e", "App", "_", "_zova", "app", "default", "g", "zova_x");
		for (char c : " /;@[`{\t\u00e9\u0000\ud800".toCharArray()) {
			assertInvalid(() -> this.graphs.create("a" + c), "position 1");
		}
		assertInvalid(() -> this.graphs.create("_zova_x"), "reserved");
		assertInvalid(() -> this.graphs.create("_ZoVa_x"), "reserved");
	}

	@Test
	void nodeIdsHave1To512BytesOfUtf8() {
		for (String id : List.of("a", "a".repeat(511), "a".repeat(512), "\u00e9".repeat(256),
				"\u20ac".repeat(170) + "ab", "\ud83d\ude00".repeat(128), " ", "\n\t", "/", "\ufeff", "\u0001",
				"_zova")) {
			this.graphs.graph("g").putNode(new GraphNode(id, "k"));
			assertThat(this.graphs.graph("g").getNode(id).id()).isEqualTo(id);
		}
		for (String id : List.of("a".repeat(513), "\u00e9".repeat(257), "\u20ac".repeat(170) + "abc",
				"\ud83d\ude00".repeat(128) + "a")) {
			assertInvalid(() -> this.graphs.graph("g").putNode(new GraphNode(id, "k")), "at most 512");
		}
		assertInvalid(() -> this.graphs.graph("g").nodeExists(""), "empty");
		assertInvalid(() -> this.graphs.graph("g").nodeExists("_Zova_1"), "reserved");
	}

	@Test
	void textThatIsNoUnicodeOrHoldsNulIsRefused() {
		for (String text : List.of("a\u0000b", "\ud800", "\udc00a", "a\ud800", "\ud800\ud800\udc00", "\ude00\ud83d")) {
			assertInvalid(() -> this.graphs.graph("g").putNode(new GraphNode(text, "k")), "node id");
			assertInvalid(
					() -> this.graphs.graph("g").putNode(new GraphNode("n", "k", NodeTarget.external(text, null))),
					"target namespace");
			assertInvalid(
					() -> this.graphs.graph("g").putNode(new GraphNode("n", "k", NodeTarget.external(null, text))),
					"target ref");
			assertInvalid(() -> this.graphs.graph("g").neighbors(NeighborQuery.of(text)), "node id");
			assertInvalid(() -> this.graphs.graph("g").walk(WalkQuery.from(text)), "node id");
		}
		assertThat(this.graphs.info("g").nodeCount()).isZero();
	}

	@Test
	void targetsKeepEmptyTextAndNullApartAndHaveNoLimit() {
		for (NodeTarget target : List.of(new NodeTarget(TargetType.NONE, "", null),
				new NodeTarget(TargetType.OBJECT, null, ""), new NodeTarget(TargetType.FACT, "_zova_x", "zz"),
				new NodeTarget(TargetType.EXTERNAL, "x".repeat(1_000_000), "\u00e9"))) {
			this.graphs.graph("g").putNode(new GraphNode("n", "k", target));
			assertThat(this.graphs.graph("g").getNode("n").target()).isEqualTo(target);
		}
	}

	@Test
	void allNineTargetTypesAreStored() {
		for (TargetType type : TargetType.values()) {
			NodeTarget target = new NodeTarget(type, "ns", "r");
			this.graphs.graph("g").putNodes(List.of(new GraphNode(type.text(), "k", target)));
			assertThat(this.graphs.graph("g").getNode(type.text()).target()).isEqualTo(target);
		}
		assertThat(TargetType.EXTERNAL.code()).isEqualTo(8);
		assertThat(TargetType.OBJECT_CHUNK.text()).isEqualTo("object_chunk");
	}

	@Test
	void limitsAreNotNegativeAndDepthsHave32Bits() {
		this.graphs.graph("g").putNode(new GraphNode("n", "k"));
		NeighborQuery neighbors = NeighborQuery.of("n");
		assertThat(this.graphs.graph("g").neighbors(neighbors.limit(0))).isEmpty();
		assertThat(this.graphs.graph("g").neighbors(neighbors.limit(Long.MAX_VALUE))).isEmpty();
		assertInvalid(() -> this.graphs.graph("g").neighbors(neighbors.limit(-1)), "limit");
		assertInvalid(() -> this.graphs.graph("g").neighbors(NeighborQuery.of("missing").limit(-1)), "limit");
		assertStatus(ZovaStatus.GRAPH_NOT_FOUND, () -> this.graphs.graph("missing").neighbors(neighbors.limit(-1)));
		WalkQuery walk = WalkQuery.from("n").limit(Long.MAX_VALUE);
		assertThat(this.graphs.graph("g").walk(walk.maxDepth(4294967295L))).hasSize(1);
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.graphs.graph("g").walk(walk.maxDepth(4294967296L)));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.graphs.graph("g").walk(walk.maxDepth(-1)));
		assertInvalid(() -> this.graphs.graph("g").walk(walk.limit(-1)), "limit");
		ScanCursor start = ScanCursor.START;
		assertThat(this.graphs.graph("g").page(start, start, Long.MAX_VALUE - 1, 0).nodes()).hasSize(1);
		assertInvalid(() -> this.graphs.graph("g").page(start, start, Long.MAX_VALUE, 0), "page limit");
		for (ScanCursor cursor : List.of(new ScanCursor(0, 1), new ScanCursor(1, 0), new ScanCursor(-1, 1))) {
			assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.graphs.graph("g").page(cursor, start, 1, 1));
			assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.graphs.graph("g").page(start, cursor, 1, 1));
		}
	}

	@Test
	void missingValuesAreNamed() {
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.graphs.create(null));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.graphs.graph("g").putNode(null));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.graphs.graph("g").putNode(new GraphNode(null, "k")));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.graphs.graph("g").putNode(new GraphNode("n", "k", null)));
		assertStatus(ZovaStatus.INVALID_ARGUMENT,
				() -> this.graphs.graph("g").putNode(new GraphNode("n", "k", new NodeTarget(null, null, null))));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.graphs.graph("g").putEdge(new GraphEdge("n", null, "n")));
		assertStatus(ZovaStatus.INVALID_ARGUMENT,
				() -> this.graphs.graph("g").neighbors(NeighborQuery.of("n").direction(null)));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.graphs.graph("g").findNodesByKey(List.of(0L)));
		assertStatus(ZovaStatus.INVALID_ARGUMENT,
				() -> this.graphs.graph("g").degrees(List.of(-1L), Direction.OUTGOING, null));
	}

	private static void assertInvalid(ThrowingCallable call, String message) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.withMessageContaining(message)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.GRAPH_INVALID));
	}

}
