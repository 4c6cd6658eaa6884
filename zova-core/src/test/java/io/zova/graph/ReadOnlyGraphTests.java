package io.zova.graph;

import java.nio.file.Path;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which error comes first where nothing can be written: what is looked up before the
 * write is named, everything else is told that the file is read-only.
 */
class ReadOnlyGraphTests {

	private ZovaDatabase database;

	private GraphTemplate graphs;

	@BeforeEach
	void open(@TempDir Path directory) {
		Path file = directory.resolve("read-only.zova");
		try (ZovaDatabase writable = ZovaDatabase.create(file)) {
			writable.graphs().create("g");
			writable.graphs().putNodes(List.of(new GraphNode("g", "a", "k"), new GraphNode("g", "b", "k")));
			writable.graphs().putEdge(new GraphEdge("g", "a", "t", "b"));
		}
		this.database = ZovaDatabase.open(file, ZovaOptions.builder().readOnly(true).build());
		this.graphs = this.database.graphs();
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void whatIsLookedUpFirstIsNamed() {
		assertStatus(ZovaStatus.GRAPH_NOT_FOUND, () -> this.graphs.putNode(new GraphNode("missing", "a", "k")));
		assertStatus(ZovaStatus.GRAPH_NOT_FOUND,
				() -> this.graphs.putNodes(List.of(new GraphNode("missing", "a", "k"))));
		assertStatus(ZovaStatus.GRAPH_NODE_NOT_FOUND, () -> this.graphs.putEdge(new GraphEdge("g", "a", "t", "x")));
		assertStatus(ZovaStatus.GRAPH_NODE_NOT_FOUND,
				() -> this.graphs.putEdges(List.of(new GraphEdge("g", "a", "t", "x"))));
		assertStatus(ZovaStatus.GRAPH_EDGE_NOT_FOUND, () -> this.graphs.deleteEdge(new GraphEdge("g", "b", "t", "a")));
		assertStatus(ZovaStatus.GRAPH_NOT_FOUND,
				() -> this.graphs.deleteEdges(List.of(new GraphEdge("missing", "b", "t", "a"))));
		assertStatus(ZovaStatus.GRAPH_NOT_FOUND, () -> this.graphs.deleteNodes("missing", List.of("a")));
	}

	@Test
	void whatIsWrittenStraightAwayIsRefusedEvenWhereItWouldFailOtherwise() {
		assertReadOnly(() -> this.graphs.create("g"));
		assertReadOnly(() -> this.graphs.create("new"));
		assertReadOnly(() -> this.graphs.delete("g"));
		assertReadOnly(() -> this.graphs.delete("missing"));
		assertReadOnly(() -> this.graphs.deleteNode("g", "a"));
		assertReadOnly(() -> this.graphs.deleteNode("g", "missing"));
		assertReadOnly(() -> this.graphs.deleteNodes("g", List.of("missing")));
		assertReadOnly(() -> this.graphs.putNode(new GraphNode("g", "a", "k")));
		assertReadOnly(() -> this.graphs.putEdge(new GraphEdge("g", "a", "t", "a")));
		assertReadOnly(() -> this.graphs.putEdges(List.of(new GraphEdge("g", "a", "t", "a"))));
		assertReadOnly(() -> this.graphs.deleteEdge(new GraphEdge("g", "a", "t", "b")));
	}

	@Test
	void whatIsMalformedIsSaidFirst() {
		assertStatus(ZovaStatus.GRAPH_INVALID, () -> this.graphs.create("a b"));
		assertStatus(ZovaStatus.GRAPH_INVALID, () -> this.graphs.delete(""));
		assertStatus(ZovaStatus.GRAPH_INVALID, () -> this.graphs.deleteNode("g", ""));
		assertStatus(ZovaStatus.GRAPH_INVALID, () -> this.graphs.deleteNodes("g", List.of("")));
	}

	@Test
	void whatWritesNothingIsFine() {
		this.graphs.deleteEdges(List.of(new GraphEdge("g", "x", "t", "y"), new GraphEdge("g", "b", "t", "a")));
		this.graphs.replaceEdgePayloads("g", List.of());
		assertThat(this.graphs.info("g")).isEqualTo(new GraphInfo("g", 2, 1));
		assertThat(this.graphs.neighbors("g", NeighborQuery.of("a"))).hasSize(1);
		assertThat(this.graphs.walk("g", WalkQuery.from("a"))).hasSize(2);
	}

	private static void assertReadOnly(ThrowingCallable call) {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(call).withMessageContaining("readonly");
	}

	private static void assertStatus(ZovaStatus status, ThrowingCallable call) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status));
	}

}
