package io.zova.graph;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import io.zova.NewDatabase;
import io.zova.TestSeed;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What batches write, in which order, and that they write all or nothing.
 */
class GraphBatchTests extends NewDatabase {

	private GraphTemplate graphs;

	private JdbcTemplate jdbc;

	private TransactionTemplate transaction;

	@BeforeEach
	void fill() {
		this.graphs = new GraphTemplate(this.database.sql());
		this.jdbc = new JdbcTemplate(this.database.dataSource());
		this.transaction = new TransactionTemplate(this.database.transactionManager());
		this.graphs.create("g");
	}

	@Test
	void repeatedNodesUseUpNumbersAndTheLastWins() {
		this.graphs.graph("g").putNodes(List.of(node("a", "k"), node("a", "k2"), node("b", "k")));
		assertThat(orders("select node_id || ' ' || kind || ' ' || created_order from _zova_graph_nodes order by 1"))
			.containsExactly("a k2 1", "b k 3");
	}

	@Test
	void edgesThatExistUseUpNumbersButNoKeys() {
		putNodes("a", "b", "c");
		this.graphs.graph("g").putEdge(edge("a", "t", "b"));
		List<Long> keys = this.graphs.graph("g")
			.putEdgesKeyed(
					List.of(edge("a", "t2", "a"), edge("a", "t", "b"), edge("a", "t", "c"), edge("a", "t", "c")));
		assertThat(keys).containsExactly(2L, 1L, 3L, 3L);
		this.graphs.graph("g").putEdge(edge("b", "t", "a"));
		assertThat(orders("select edge_key || ' ' || created_order from _zova_graph_edges order by 1"))
			.containsExactly("1 1", "2 2", "3 4", "4 5");
	}

	@Test
	void keysAreReusedAfterTheHighestIsDeleted() {
		putNodes("a", "b", "c");
		this.graphs.graph("g").deleteNode("c");
		putNodes("d");
		this.graphs.graph("g").deleteNode("a");
		putNodes("a");
		assertThat(orders("select node_key || node_id || created_order from _zova_graph_nodes order by 1"))
			.containsExactly("2b2", "3d3", "4a4");
	}

	@Test
	void aBadRowLeavesNoEdgeType() {
		putNodes("a", "b");
		assertStatus(ZovaStatus.GRAPH_NODE_NOT_FOUND,
				() -> this.graphs.graph("g").putEdges(List.of(edge("a", "new", "b"), edge("a", "new", "missing"))));
		assertThat(this.jdbc.queryForObject("select count(*) from _zova_graph_edge_types", Long.class)).isZero();
		this.graphs.graph("g").putEdge(edge("a", "t", "b"));
		this.graphs.delete("g");
		assertThat(this.jdbc.queryForObject("select count(*) from _zova_graph_edge_types", Long.class)).isZero();
	}

	@Test
	void aTriggerThatRefusesARowUndoesTheBatchButNotTheTransaction() {
		putNodes("a", "b");
		this.jdbc.execute("""
				create trigger no_loops before insert on _zova_graph_edges when new.from_node_key = new.to_node_key
				begin select raise(abort, 'no loops'); end""");
		this.transaction.executeWithoutResult((status) -> {
			this.graphs.graph("g").putNode(node("c", "k"));
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> this.graphs.graph("g").putEdges(List.of(edge("a", "t", "b"), edge("b", "t", "b"))));
			assertStatus(ZovaStatus.GRAPH_NODE_NOT_FOUND,
					() -> this.graphs.graph("g").putEdge(edge("a", "t", "missing")));
		});
		assertThat(this.graphs.info("g")).isEqualTo(new GraphInfo("g", 3, 0));
		assertThat(this.jdbc.queryForObject("select count(*) from _zova_graph_edge_types", Long.class)).isZero();
	}

	@Test
	void numbersOfARolledBackTransactionAreGivenOutAgain() {
		putNodes("a");
		this.transaction.executeWithoutResult((status) -> {
			this.graphs.graph("g").putNode(node("b", "k"));
			this.graphs.graph("g").putEdge(edge("a", "t", "b"));
			assertThat(this.graphs.graph("g").neighbors(NeighborQuery.of("a"))).hasSize(1);
			status.setRollbackOnly();
		});
		assertThat(this.graphs.graph("g").neighbors(NeighborQuery.of("a"))).isEmpty();
		assertThat(this.graphs.graph("g").putNodesKeyed(List.of(node("z", "k")))).containsExactly(2L);
	}

	@Test
	void aRowOfEachGraphCountsInItsOwnGraph() {
		putNodes("a", "b", "c");
		Graph other = this.graphs.create("h");
		other.putNodes(List.of(node("a", "k"), node("b", "k")));
		this.graphs.graph("g").putEdges(List.of(edge("a", "t", "b")));
		other.putEdges(List.of(edge("a", "t", "b"), edge("b", "t", "a")));
		this.graphs.graph("g").putEdges(List.of(edge("b", "t", "c")));
		assertThat(orders("""
				select g.name || e.created_order || '-' || e.edge_key from _zova_graph_edges e
				join _zova_graphs g using (graph_key) order by 1""")).containsExactly("g1-1", "g2-4", "h1-2", "h2-3");
	}

	@Test
	void missingIndexesComeBackWithTheNextEdge() {
		putNodes("a", "b");
		String indexes = "select sql from sqlite_schema where name glob '_zova_graph_*_idx' order by name";
		List<String> before = orders(indexes);
		assertThat(before).hasSize(7);
		this.graphs.graph("g").putEdge(edge("a", "t", "b"));
		this.jdbc.execute("drop index _zova_graph_edges_topology_idx");
		this.jdbc.execute("drop index _zova_graph_nodes_created_order_idx");
		this.graphs.graph("g").putEdge(edge("a", "t", "b"));
		assertThat(orders(indexes)).isEqualTo(before);
		assertThat(this.graphs.info("g").edgeCount()).isEqualTo(1);
		this.jdbc.execute("drop index _zova_graph_edges_topology_idx");
		this.graphs.graph("g").putEdges(List.of(edge("a", "t", "b"), edge("b", "t", "b")));
		assertThat(orders(indexes)).isEqualTo(before);
	}

	@Test
	void randomBatchesEqualSinglePuts() {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		this.graphs.create("single");
		List<GraphNode> nodes = new ArrayList<>();
		for (int i = 0; i < 30; i++) {
			nodes.add(new GraphNode("n" + i, "k"));
		}
		this.graphs.graph("g").putNodes(nodes);
		this.graphs.graph("single").putNodes(nodes);
		this.transaction.executeWithoutResult((status) -> {
			for (int batch = 0; batch < 20; batch++) {
				Set<GraphEdge> distinct = new LinkedHashSet<>();
				List<GraphEdge> rows = new ArrayList<>();
				for (int i = 0; i < 40; i++) {
					GraphEdge edge = edge("n" + random.nextInt(30), "t" + random.nextInt(3), "n" + random.nextInt(30));
					rows.add(edge);
					distinct.add(edge);
				}
				this.graphs.graph("g").putEdges(rows);
				distinct.forEach((edge) -> this.graphs.graph("single").putEdge(edge));
			}
		});
		assertThat(edgesInOrder("g")).as("seed " + seed).isEqualTo(edgesInOrder("single")).hasSizeGreaterThan(400);
	}

	private List<String> edgesInOrder(String graph) {
		return orders("""
				select f.node_id || y.name || t.node_id from _zova_graph_edges e
				join _zova_graph_nodes f on f.node_key = e.from_node_key
				join _zova_graph_nodes t on t.node_key = e.to_node_key
				join _zova_graph_edge_types y on y.edge_type_key = e.edge_type_key
				join _zova_graphs g on g.graph_key = e.graph_key
				where g.name = '%s' order by e.created_order, e.edge_key""".formatted(graph));
	}

	@Test
	void theLastNumberIsNotExceeded() {
		putNodes("a", "b");
		this.jdbc.update("update _zova_graph_nodes set created_order = ? where node_id = 'b'", Long.MAX_VALUE - 1);
		putNodes("c");
		assertStatus(ZovaStatus.GRAPH_INVALID, () -> this.graphs.graph("g").putNode(node("d", "k")));
		assertStatus(ZovaStatus.GRAPH_INVALID, () -> putNodes("d"));
		this.graphs.graph("g").putEdge(edge("a", "t", "a"));
		this.jdbc.update("update _zova_graph_edges set created_order = ?", Long.MAX_VALUE);
		assertStatus(ZovaStatus.GRAPH_INVALID, () -> this.graphs.graph("g").putEdge(edge("a", "t", "b")));
		assertStatus(ZovaStatus.GRAPH_INVALID, () -> this.graphs.graph("g").putEdges(List.of(edge("a", "t", "b"))));
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

	private List<String> orders(String sql) {
		return this.jdbc.queryForList(sql, String.class);
	}

	private static void assertStatus(ZovaStatus status, ThrowingCallable call) {
		assertThatExceptionOfType(ZovaException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status));
	}

}
