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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where nothing can be written, that is said before anything is looked up.
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
	void whatIsWrittenIsRefusedEvenWhereItWouldFailOtherwise() {
		assertReadOnly(() -> this.graphs.create("g"));
		assertReadOnly(() -> this.graphs.create("a b"));
		assertReadOnly(() -> this.graphs.delete("missing"));
		assertReadOnly(() -> this.graphs.deleteNode("g", "missing"));
		assertReadOnly(() -> this.graphs.deleteNodes("missing", List.of("a")));
		assertReadOnly(() -> this.graphs.putNode(new GraphNode("missing", "a", "k")));
		assertReadOnly(() -> this.graphs.putNodes(List.of(new GraphNode("missing", "a", "k"))));
		assertReadOnly(() -> this.graphs.putEdge(new GraphEdge("g", "a", "t", "x")));
		assertReadOnly(() -> this.graphs.putEdges(List.of(new GraphEdge("g", "a", "t", "a"))));
		assertReadOnly(() -> this.graphs.deleteEdge(new GraphEdge("g", "b", "t", "a")));
		assertReadOnly(() -> this.graphs.deleteEdges(List.of(new GraphEdge("g", "x", "t", "y"))));
		assertReadOnly(() -> this.graphs.replaceEdgePayloads("g", List.of()));
	}

	@Test
	void everythingCanBeRead() {
		assertThat(this.graphs.info("g")).isEqualTo(new GraphInfo("g", 2, 1));
		assertThat(this.graphs.neighbors("g", NeighborQuery.of("a"))).hasSize(1);
		assertThat(this.graphs.walk("g", WalkQuery.from("a"))).hasSize(2);
	}

	private static void assertReadOnly(ThrowingCallable call) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.withMessageContaining("readonly")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.READ_ONLY));
	}

}
