package io.zova.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.KeyedEdge;
import io.zova.graph.KeyedNode;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A stream works in the transaction it was made in, and in no other.
 */
class GraphStreamContractTests extends Contract {

	private static final int NODES = 2_500;

	private Graph graph;

	@BeforeEach
	void open() {
		this.graph = this.database.graphs().create("g");
		List<GraphNode> nodes = new ArrayList<>();
		List<GraphEdge> edges = new ArrayList<>();
		for (int i = 0; i < NODES; i++) {
			nodes.add(new GraphNode("n" + i, "k"));
			edges.add(new GraphEdge("n" + i, "t", "n" + (i * 7) % NODES));
		}
		this.graph.putNodes(nodes);
		this.graph.putEdges(edges);
	}

	@Test
	void aStreamShowsWhatItsTransactionHasWritten() {
		this.transaction.executeWithoutResult((status) -> {
			this.graph.putNode("own", "k");
			assertThat(this.graph.streamNodes().map(KeyedNode::id)).hasSize(NODES + 1).endsWith("own");
			status.setRollbackOnly();
		});
	}

	@Test
	void aStreamOutsideATransactionIsRefused() {
		assertRefused(() -> this.graph.streamNodes());
		assertRefused(() -> this.graph.streamEdges());
	}

	@Test
	void aStreamThatOutlivesItsTransactionIsRefusedAlsoInTheNext() {
		Stream<KeyedNode> nodes = this.transaction.execute((status) -> this.graph.streamNodes());
		Stream<KeyedEdge> edges = this.transaction.execute((status) -> this.graph.streamEdges());
		assertRefused(nodes::toList);
		this.transaction.executeWithoutResult((status) -> assertRefused(edges::toList));
	}

	@Test
	void aStreamOfASuspendedTransactionIsRefused() {
		TransactionTemplate inner = new TransactionTemplate(this.database.transactionManager());
		inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		inner.setReadOnly(true);
		this.transaction.setReadOnly(true);
		this.transaction.executeWithoutResult((status) -> {
			Stream<KeyedNode> nodes = this.graph.streamNodes();
			inner.executeWithoutResult((within) -> assertRefused(nodes::toList));
			assertThat(this.graph.streamNodes()).hasSize(NODES);
		});
	}

	private static void assertRefused(ThrowingCallable call) {
		assertThatExceptionOfType(IllegalTransactionStateException.class).isThrownBy(call)
			.withMessageContaining("transaction");
	}

}
