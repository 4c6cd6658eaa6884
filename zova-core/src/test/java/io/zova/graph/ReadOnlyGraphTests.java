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
			writable.graphs().graph("g").putNodes(List.of(new GraphNode("a", "k"), new GraphNode("b", "k")));
			writable.graphs().graph("g").putEdge(new GraphEdge("a", "t", "b"));
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
		assertReadOnly(() -> this.graphs.graph("g").deleteNode("missing"));
		assertReadOnly(() -> this.graphs.graph("missing").deleteNodes(List.of("a")));
		assertReadOnly(() -> this.graphs.graph("missing").putNode(new GraphNode("a", "k")));
		assertReadOnly(() -> this.graphs.graph("missing").putNodes(List.of(new GraphNode("a", "k"))));
		assertReadOnly(() -> this.graphs.graph("g").putEdge(new GraphEdge("a", "t", "x")));
		assertReadOnly(() -> this.graphs.graph("g").putEdges(List.of(new GraphEdge("a", "t", "a"))));
		assertReadOnly(() -> this.graphs.graph("g").deleteEdge(new GraphEdge("b", "t", "a")));
		assertReadOnly(() -> this.graphs.graph("g").deleteEdges(List.of(new GraphEdge("x", "t", "y"))));
		assertReadOnly(() -> this.graphs.graph("g").putPayloads(List.of()));
	}

	@Test
	void everythingCanBeRead() {
		assertThat(this.graphs.info("g")).isEqualTo(new GraphInfo("g", 2, 1));
		assertThat(this.graphs.graph("g").neighbors(NeighborQuery.of("a"))).hasSize(1);
		assertThat(this.graphs.graph("g").walk(WalkQuery.from("a"))).hasSize(2);
	}

	private static void assertReadOnly(ThrowingCallable call) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.withMessageContaining("readonly")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.READ_ONLY));
	}

}
