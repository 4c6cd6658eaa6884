package io.zova.graph;

import java.util.List;

import io.zova.NewDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The bytes that edges carry, by the edges' ends and by their keys.
 */
class EdgePayloadTests extends NewDatabase {

	private GraphTemplate graphs;

	private Graph graph;

	private GraphEdge edge;

	@BeforeEach
	void fill() {
		this.graphs = this.database.graphs();
		this.graph = this.graphs.create("g");
		this.graph.putNode("a", "k");
		this.graph.putNode("b", "k");
		this.edge = new GraphEdge("a", "t", "b");
		this.graphs.graph("g").putEdges(List.of(this.edge, new GraphEdge("b", "t", "a")));
	}

	@Test
	void aNewEdgeCarriesNothing() {
		assertThat(this.graphs.graph("g").getPayload(this.edge)).isEmpty();
		assertThat(this.graphs.graph("g").findPayloadsByKey(List.of(1L)).get(0)).hasValue(new byte[0]);
	}

	@Test
	void whatIsReplacedIsThatEdgesAlone() {
		byte[] bytes = new byte[100_000];
		bytes[99_999] = 7;
		this.graphs.graph("g").putPayload(this.edge, bytes);
		assertThat(this.graphs.graph("g").getPayload(this.edge)).isEqualTo(bytes);
		assertThat(this.graph.getPayload(new GraphEdge("a", "t", "b"))).isEqualTo(bytes);
		assertThat(this.graph.getPayload(new GraphEdge("b", "t", "a"))).isEmpty();
		this.graphs.graph("g").putEdge(this.edge);
		assertThat(this.graphs.graph("g").getPayload(this.edge)).isEqualTo(bytes);
		this.graph.putPayload(new GraphEdge("a", "t", "b"), new byte[0]);
		assertThat(this.graphs.graph("g").getPayload(this.edge)).isEmpty();
	}

	@Test
	void oneUnknownKeyOfManyChangesNothing() {
		assertStatus(ZovaStatus.GRAPH_EDGE_NOT_FOUND, () -> this.graphs.graph("g")
			.putPayloads(List.of(new EdgePayload(1, new byte[] { 1 }), new EdgePayload(99, new byte[] { 2 }))));
		assertThat(this.graphs.graph("g").getPayload(this.edge)).isEmpty();
	}

	@Test
	void aRollbackTakesThemBack() {
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			this.graphs.graph("g").putPayload(this.edge, new byte[] { 1 });
			assertThat(this.graphs.graph("g").getPayload(this.edge)).containsExactly(1);
			status.setRollbackOnly();
		});
		assertThat(this.graphs.graph("g").getPayload(this.edge)).isEmpty();
	}

	@Test
	void edgesThatAreNotThereHaveNone() {
		GraphEdge missing = new GraphEdge("a", "t", "a");
		assertStatus(ZovaStatus.GRAPH_EDGE_NOT_FOUND, () -> this.graphs.graph("g").getPayload(missing));
		assertStatus(ZovaStatus.GRAPH_EDGE_NOT_FOUND, () -> this.graphs.graph("g").putPayload(missing, new byte[1]));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.graphs.graph("g").putPayload(this.edge, null));
		assertStatus(ZovaStatus.GRAPH_NOT_FOUND, () -> this.graphs.graph("missing").findPayloadsByKey(List.of()));
	}

	private static void assertStatus(ZovaStatus status, ThrowingCallable call) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status));
	}

}
