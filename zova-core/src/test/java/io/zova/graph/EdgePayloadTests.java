package io.zova.graph;

import java.nio.file.Path;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The bytes that edges carry, by the edges' ends and by their keys.
 */
class EdgePayloadTests {

	private ZovaDatabase database;

	private GraphTemplate graphs;

	private Graph graph;

	private GraphEdge edge;

	@BeforeEach
	void open(@TempDir Path directory) {
		this.database = ZovaDatabase.create(directory.resolve("payloads.zova"));
		this.graphs = this.database.graphs();
		this.graph = this.graphs.graph("g").create();
		this.graph.putNode("a", "k");
		this.graph.putNode("b", "k");
		this.edge = this.graph.edge("a", "t", "b");
		this.graphs.putEdges(List.of(this.edge, this.graph.edge("b", "t", "a")));
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void aNewEdgeCarriesNothing() {
		assertThat(this.graphs.edgePayload(this.edge)).isEmpty();
		assertThat(this.graphs.edgePayloads("g", List.of(1L)).get(0)).hasValue(new byte[0]);
	}

	@Test
	void whatIsReplacedIsThatEdgesAlone() {
		byte[] bytes = new byte[100_000];
		bytes[99_999] = 7;
		this.graphs.replaceEdgePayload(this.edge, bytes);
		assertThat(this.graphs.edgePayload(this.edge)).isEqualTo(bytes);
		assertThat(this.graph.edgePayload("a", "t", "b")).isEqualTo(bytes);
		assertThat(this.graph.edgePayload("b", "t", "a")).isEmpty();
		this.graphs.putEdge(this.edge);
		assertThat(this.graphs.edgePayload(this.edge)).isEqualTo(bytes);
		this.graph.replaceEdgePayload("a", "t", "b", new byte[0]);
		assertThat(this.graphs.edgePayload(this.edge)).isEmpty();
	}

	@Test
	void oneUnknownKeyOfManyChangesNothing() {
		assertStatus(ZovaStatus.GRAPH_EDGE_NOT_FOUND, () -> this.graphs.replaceEdgePayloads("g",
				List.of(new EdgePayload(1, new byte[] { 1 }), new EdgePayload(99, new byte[] { 2 }))));
		assertThat(this.graphs.edgePayload(this.edge)).isEmpty();
	}

	@Test
	void aRollbackTakesThemBack() {
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			this.graphs.replaceEdgePayload(this.edge, new byte[] { 1 });
			assertThat(this.graphs.edgePayload(this.edge)).containsExactly(1);
			status.setRollbackOnly();
		});
		assertThat(this.graphs.edgePayload(this.edge)).isEmpty();
	}

	@Test
	void edgesThatAreNotThereHaveNone() {
		GraphEdge missing = this.graph.edge("a", "t", "a");
		assertStatus(ZovaStatus.GRAPH_EDGE_NOT_FOUND, () -> this.graphs.edgePayload(missing));
		assertStatus(ZovaStatus.GRAPH_EDGE_NOT_FOUND, () -> this.graphs.replaceEdgePayload(missing, new byte[1]));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.graphs.replaceEdgePayload(this.edge, null));
		assertStatus(ZovaStatus.GRAPH_NOT_FOUND, () -> this.graphs.edgePayloads("missing", List.of()));
	}

	private static void assertStatus(ZovaStatus status, ThrowingCallable call) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status));
	}

}
