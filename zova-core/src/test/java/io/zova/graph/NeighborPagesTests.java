package io.zova.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.zova.NewDatabase;
import io.zova.TestSeed;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The pages of a node's neighbors make up the list of its neighbors.
 */
class NeighborPagesTests extends NewDatabase {

	private static final int NODES = 30;

	private final long seed = TestSeed.value();

	private final Random random = new Random(this.seed);

	private Graph graph;

	@BeforeEach
	void fill() {
		this.graph = this.database.graphs().create("g");
		List<GraphNode> nodes = new ArrayList<>();
		List<GraphEdge> edges = new ArrayList<>();
		for (int i = 0; i < NODES; i++) {
			nodes.add(new GraphNode("n" + i, "k"));
		}
		for (int i = 0; i < 600; i++) {
			edges.add(new GraphEdge(node(), "t" + this.random.nextInt(3), node()));
		}
		this.graph.putNodes(nodes);
		this.graph.putEdges(edges);
	}

	private String node() {
		return "n" + this.random.nextInt(NODES);
	}

	@Test
	void pagesOfAnySizeMakeUpTheList() {
		for (int i = 0; i < 200; i++) {
			NeighborQuery query = query();
			assertThat(unkeyed(pages(query.limit(1 + this.random.nextInt(12))))).as("seed %d, %s", this.seed, query)
				.isEqualTo(this.graph.neighbors(query));
		}
	}

	@Test
	void edgesThatOtherHandsHaveGivenOneNumberAreAllFoundOnce() {
		new JdbcTemplate(this.database.dataSource())
			.update("update _zova_graph_edges set created_order = created_order / 100 - 2");
		for (int i = 0; i < 200; i++) {
			NeighborQuery query = query();
			assertThat(unkeyed(pages(query.limit(1 + this.random.nextInt(12))))).as("seed %d, %s", this.seed, query)
				.containsExactlyInAnyOrderElementsOf(this.graph.neighbors(query));
		}
	}

	private NeighborQuery query() {
		return NeighborQuery.of(node())
			.direction(this.random.nextBoolean() ? Direction.OUTGOING : Direction.INCOMING)
			.edgeType(this.random.nextBoolean() ? "t" + this.random.nextInt(4) : null)
			.limit(Long.MAX_VALUE);
	}

	private List<KeyedNeighbor> pages(NeighborQuery query) {
		List<KeyedNeighbor> all = new ArrayList<>();
		NeighborCursor cursor = NeighborCursor.START;
		boolean more = true;
		while (more) {
			NeighborPage page = this.graph.neighborPage(query, cursor);
			assertThat(page.neighbors().size()).isLessThanOrEqualTo((int) query.limit());
			assertThat(page.hasMore())
				.isEqualTo(!this.graph.neighborPage(query.limit(1), page.end()).neighbors().isEmpty());
			all.addAll(page.neighbors());
			cursor = page.end();
			more = page.hasMore();
		}
		assertThat(all.stream().map(KeyedNeighbor::edgeKey)).as("seed %d, %s", this.seed, query)
			.doesNotHaveDuplicates();
		return all;
	}

	private static List<Neighbor> unkeyed(List<KeyedNeighbor> neighbors) {
		return neighbors.stream().map((row) -> new Neighbor(row.nodeId(), row.kind(), row.edgeType())).toList();
	}

	@Test
	void aPageGoesOnWhereTheEdgeBeforeWasDeleted() {
		this.graph.putNode("hub", "k");
		for (int i = 0; i < 6; i++) {
			this.graph.putEdge("hub", "t", "n" + i);
		}
		NeighborPage first = this.graph.neighborPage(NeighborQuery.of("hub").limit(3), NeighborCursor.START);
		for (int i = 0; i < 3; i++) {
			this.graph.deleteEdge("hub", "t", "n" + i);
		}
		this.graph.putEdge("hub", "t", "n0");
		NeighborPage second = this.graph.neighborPage(NeighborQuery.of("hub").limit(10), first.end());
		assertThat(second.neighbors()).extracting(KeyedNeighbor::nodeId).containsExactly("n3", "n4", "n5", "n0");
		assertThat(second.hasMore()).isFalse();
		NeighborPage last = this.graph.neighborPage(NeighborQuery.of("hub").limit(10), second.end());
		assertThat(last).isEqualTo(new NeighborPage(List.of(), false, second.end()));
	}

	@Test
	void noneAndAllMayBeAskedFor() {
		NeighborQuery query = NeighborQuery.of("n0");
		assertThat(this.graph.neighborPage(query.limit(0), NeighborCursor.START))
			.isEqualTo(new NeighborPage(List.of(), false, NeighborCursor.START));
		NeighborPage all = this.graph.neighborPage(query.limit(Long.MAX_VALUE), NeighborCursor.START);
		assertThat(unkeyed(all.neighbors())).isEqualTo(this.graph.neighbors(query.limit(Long.MAX_VALUE)));
		assertThat(all.hasMore()).isFalse();
	}

	@Test
	void whatIsMissingOrMalformedIsSaidAsForAllNeighbors() {
		NeighborQuery query = NeighborQuery.of("n0");
		GraphTemplate graphs = this.database.graphs();
		assertStatus(ZovaStatus.GRAPH_NOT_FOUND,
				() -> graphs.graph("missing").neighborPage(query, NeighborCursor.START));
		assertStatus(ZovaStatus.GRAPH_NODE_NOT_FOUND,
				() -> this.graph.neighborPage(NeighborQuery.of("missing").limit(0), NeighborCursor.START));
		assertStatus(ZovaStatus.GRAPH_INVALID, () -> this.graph.neighborPage(query.limit(-1), NeighborCursor.START));
		assertStatus(ZovaStatus.GRAPH_INVALID,
				() -> this.graph.neighborPage(query.edgeType("a b"), NeighborCursor.START));
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.graph.neighborPage(query, null));
	}

	private static void assertStatus(ZovaStatus status, ThrowingCallable call) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status));
	}

}
