package io.zova.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.zova.NewDatabase;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A stream shows one state of a graph: that of the transaction it was made in, and it
 * works in no other.
 */
class GraphStreamTests extends NewDatabase {

	private static final int NODES = 2_500;

	private Graph graph;

	private TransactionTemplate transaction;

	@Override
	protected ZovaOptions options() {
		return ZovaOptions.builder().journalMode(ZovaOptions.JournalMode.WAL).build();
	}

	@BeforeEach
	void open() {
		this.transaction = new TransactionTemplate(this.database.transactionManager());
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
	void aStreamSeesTheStateOfItsTransactionWhateverOthersWrite() {
		this.transaction.setReadOnly(true);
		this.transaction.executeWithoutResult((status) -> {
			List<String> seen = new ArrayList<>();
			this.graph.streamNodes().forEach((node) -> {
				seen.add(node.id());
				if (seen.size() % 1000 == 1) {
					elsewhere(() -> {
						this.graph.putNode("new" + seen.size(), "k");
						this.graph.deleteNode("n" + (NODES - seen.size()));
					});
				}
			});
			assertThat(seen).hasSize(NODES).startsWith("n0", "n1").endsWith("n2499");
			assertThat(this.graph.streamEdges()).hasSize(NODES);
		});
		assertThat(this.graph.nodeExists("new1")).isTrue();
		assertThat(this.graph.nodeExists("n" + (NODES - 1))).isFalse();
	}

	@Test
	void aTransactionOfAnotherDatabaseIsNone() {
		try (ZovaDatabase other = ZovaDatabase.inMemory()) {
			new TransactionTemplate(other.transactionManager())
				.executeWithoutResult((status) -> assertRefused(() -> this.graph.streamNodes()));
		}
	}

	private static void assertRefused(ThrowingCallable call) {
		assertThatExceptionOfType(IllegalTransactionStateException.class).isThrownBy(call)
			.withMessageContaining("transaction");
	}

	private static void elsewhere(Runnable work) {
		try {
			CompletableFuture.runAsync(work).get(20, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

}
