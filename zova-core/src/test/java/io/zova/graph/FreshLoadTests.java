package io.zova.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.zova.NewDatabase;
import io.zova.RandomBytes;
import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A graph that is loaded as a whole is what putting it in parts makes, or is not there.
 */
class FreshLoadTests extends NewDatabase {

	private static final int NODES = 3_000;

	private static final String INDEXES = "select name || sql from sqlite_schema where type = 'index' and sql is not null"
			+ " order by 1";

	private final long seed = TestSeed.value();

	private final Random random = new Random(this.seed);

	private JdbcTemplate jdbc;

	@BeforeEach
	void fill() {
		this.jdbc = new JdbcTemplate(this.database.dataSource());
	}

	private FreshGraph graph(FreshGraph.Duplicates duplicates) {
		List<FreshGraph.Node> nodes = new ArrayList<>();
		List<FreshGraph.Edge> edges = new ArrayList<>();
		for (int i = 0; i < NODES; i++) {
			String id = (i == NODES - 1) ? "n0" : "n" + i;
			nodes.add(new FreshGraph.Node(id, "k" + i % 7));
			for (int j = 0; j < 3; j++) {
				edges.add(new FreshGraph.Edge(this.random.nextInt(i + 1), "t" + this.random.nextInt(4),
						this.random.nextInt(i + 1), new byte[0]));
			}
		}
		return new FreshGraph("g", nodes, edges, duplicates);
	}

	@Test
	void theRowsAreThoseOfPuttingNodesAndEdges() {
		FreshGraph graph = graph(FreshGraph.Duplicates.MERGE);
		FreshGraph.Keys keys = this.database.graphs().load(graph);
		try (ZovaDatabase other = ZovaDatabase.create(this.directory.resolve("put.zova"))) {
			GraphTemplate graphs = other.graphs();
			graphs.create("g");
			List<Long> nodes = graphs.graph("g")
				.putNodesKeyed(graph.nodes().stream().map((node) -> new GraphNode(node.id(), node.kind())).toList());
			List<Long> edges = graphs.graph("g")
				.putEdgesKeyed(graph.edges()
					.stream()
					.map((edge) -> new GraphEdge(graph.nodes().get(edge.from()).id(), edge.type(),
							graph.nodes().get(edge.to()).id()))
					.toList());
			assertThat(keys).as("seed %d", this.seed).isEqualTo(new FreshGraph.Keys(nodes, edges));
			for (String rows : List.of("node_key || node_id || kind from _zova_graph_nodes",
					"edge_type_key || name from _zova_graph_edge_types",
					"edge_key || ' ' || from_node_key || ' ' || edge_type_key || ' ' || to_node_key "
							+ "from _zova_graph_edges")) {
				String sql = "select " + rows + " order by 1";
				assertThat(this.jdbc.queryForList(sql, String.class)).as("seed %d", this.seed)
					.isEqualTo(new JdbcTemplate(other.dataSource()).queryForList(sql, String.class));
			}
			assertThat(this.jdbc.queryForList(INDEXES, String.class))
				.isEqualTo(new JdbcTemplate(other.dataSource()).queryForList(INDEXES, String.class));
		}
		assertThat(this.jdbc.queryForList("pragma integrity_check", String.class)).containsExactly("ok");
		assertThat(this.jdbc.queryForList("pragma foreign_key_check")).isEmpty();
		assertThat(this.jdbc.queryForObject("pragma foreign_keys", Integer.class)).isOne();
	}

	@Test
	void longTextsAndPayloadsAreKept() {
		List<FreshGraph.Node> nodes = new ArrayList<>();
		List<FreshGraph.Edge> edges = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			String ref = (i % 50 == 3) ? "\u20ac".repeat(40_000) + i : (i % 3 == 0) ? null : "r" + i;
			nodes.add(new FreshGraph.Node("n" + i, "k", new NodeTarget(TargetType.values()[i % 9], null, ref)));
			byte[] payload = RandomBytes.of((i % 60 == 7) ? 100_000 : i % 5, this.random);
			edges.add(new FreshGraph.Edge(i, "t", 0, payload));
		}
		GraphTemplate graphs = this.database.graphs();
		FreshGraph.Keys keys = graphs.load(new FreshGraph("g", nodes, edges, FreshGraph.Duplicates.REFUSE));
		for (int i = 0; i < 300; i++) {
			assertThat(graphs.graph("g").getNode("n" + i).target()).isEqualTo(nodes.get(i).target());
			assertThat(graphs.graph("g").getPayload(new GraphEdge("n" + i, "t", "n0")))
				.isEqualTo(edges.get(i).payload());
			assertThat(keys.nodes().get(i)).isEqualTo(i + 1);
			assertThat(keys.edges().get(i)).isEqualTo(i + 1);
		}
		assertThat(this.jdbc.queryForObject("pragma foreign_keys", Integer.class)).isOne();
	}

	@Test
	void aTriggerOfTheUserFiresForEachEdge() {
		this.jdbc.execute("create table log(edge)");
		this.jdbc.execute("create trigger logging after insert on _zova_graph_edges begin "
				+ "insert into log values (new.edge_key); end");
		FreshGraph.Keys keys = this.database.graphs().load(graph(FreshGraph.Duplicates.MERGE));
		assertThat(this.jdbc.queryForList("select edge from log order by edge", Long.class))
			.isEqualTo(keys.edges().stream().distinct().sorted().toList());
	}

	@Test
	void aFailedLoadKeepsTheTransactionAndTheIndexes() {
		List<String> indexes = this.jdbc.queryForList(INDEXES, String.class);
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			this.jdbc.execute("create table mine(x)");
			assertThatExceptionOfType(ZovaException.class)
				.isThrownBy(() -> this.database.graphs().load(graph(FreshGraph.Duplicates.REFUSE)))
				.withMessageContaining("occurs twice")
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.CONSTRAINT));
		});
		assertThat(this.jdbc.queryForList("select * from mine")).isEmpty();
		assertThat(this.database.graphs().list()).isEmpty();
		assertThat(this.jdbc.queryForList(INDEXES, String.class)).isEqualTo(indexes);
	}

	@Test
	void aRollbackTakesTheGraphAwayAndTheIndexesStay() {
		List<String> indexes = this.jdbc.queryForList(INDEXES, String.class);
		FreshGraph graph = graph(FreshGraph.Duplicates.MERGE);
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			this.database.graphs().load(graph);
			assertThat(this.database.graphs().info("g").nodeCount()).isEqualTo(NODES - 1);
			status.setRollbackOnly();
		});
		assertThat(this.database.graphs().list()).isEmpty();
		assertThat(this.jdbc.queryForList(INDEXES, String.class)).isEqualTo(indexes);
		assertThat(this.database.graphs().load(graph).nodes()).hasSize(NODES);
		assertThat(this.jdbc.queryForList("pragma integrity_check", String.class)).containsExactly("ok");
	}

	@Test
	void aGraphCreatedIfMissingIsCreatedOnce() {
		this.database.graphs().createIfMissing("g");
		this.database.graphs().graph("g").putNode(new GraphNode("n", "k"));
		this.database.graphs().createIfMissing("g");
		assertThat(this.database.graphs().list()).containsExactly(new GraphInfo("g", 1, 0));
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> this.database.graphs().load(graph(FreshGraph.Duplicates.MERGE)))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.GRAPH_INVALID));
	}

}
