package io.zova.graph;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.zova.NewDatabase;
import io.zova.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When graphs are read into memory, how long they stay, and what they take.
 */
@Timeout(60)
class GraphMemoryTests extends NewDatabase {

	private static final int NODES = 500;

	private GraphTemplate graphs;

	@BeforeEach
	void fill() {
		this.graphs = this.database.graphs();
	}

	private static void fill(GraphTemplate graphs, String graph) {
		Random random = new Random(1);
		graphs.create(graph);
		List<GraphNode> nodes = new ArrayList<>();
		List<GraphEdge> edges = new ArrayList<>();
		for (int i = 0; i < NODES; i++) {
			nodes.add(new GraphNode("n" + i, "k"));
			for (int j = 0; j < 5; j++) {
				edges.add(new GraphEdge("n" + i, "t" + j, "n" + random.nextInt(NODES)));
			}
		}
		graphs.graph(graph).putNodes(nodes);
		graphs.graph(graph).putEdges(edges);
	}

	private GraphStatistics statistics() {
		return this.database.statistics().graphs();
	}

	private static List<Neighbor> ask(GraphTemplate graphs, String graph, int node) {
		return graphs.graph(graph).neighbors(NeighborQuery.of("n" + node % NODES));
	}

	private void read(String graph) {
		GraphsInMemory.read(this.database, graph, Direction.OUTGOING);
	}

	private static void readAndAsk(ZovaDatabase database, String graph) {
		GraphsInMemory.read(database, graph, Direction.OUTGOING);
		assertThat(ask(database.graphs(), graph, 0)).hasSize(5);
	}

	@Test
	void aGraphIsReadIntoMemoryOnceThatHasPaid() throws InterruptedException {
		fill(this.graphs, "g");
		for (int i = 0; i < 10; i++) {
			ask(this.graphs, "g", i);
		}
		assertThat(statistics().loads()).isZero();
		assertThat(statistics().fileReads()).isEqualTo(10);
		int[] asked = { 0 };
		OtherThreads.await(() -> {
			ask(this.graphs, "g", asked[0]++);
			return statistics().residentReads() > 0;
		});
		assertThat(statistics().loads()).isEqualTo(1);
		assertThat(statistics().residentGraphs()).isEqualTo(1);
		assertThat(statistics().residentBytes()).isBetween(20_000L, 100_000L);
		assertThat(statistics().loadTime()).isPositive();
		long fromFile = statistics().fileReads();
		for (int i = 0; i < NODES; i++) {
			ask(this.graphs, "g", i);
		}
		assertThat(statistics().fileReads()).isEqualTo(fromFile);
	}

	@Test
	void aGraphThatIsChangedAsOftenAsItIsAskedIsNeverReadIntoMemory() {
		fill(this.graphs, "g");
		JdbcTemplate jdbc = new JdbcTemplate(this.database.dataSource());
		for (int i = 0; i < 150; i++) {
			jdbc.update("update _zova_graph_nodes set kind = ? where node_id = 'n3'", "k" + i);
			for (int j = 0; j < 10; j++) {
				ask(this.graphs, "g", j);
			}
		}
		assertThat(statistics().loads()).isZero();
		assertThat(statistics().residentReads()).isZero();
	}

	@Test
	void smallChangesLeaveTheRestInMemory() {
		fill(this.graphs, "g");
		fill(this.graphs, "other");
		read("g");
		read("other");
		assertThat(statistics().loads()).isEqualTo(2);
		this.graphs.graph("g").putEdge(new GraphEdge("n1", "new", "n2"));
		this.graphs.graph("g").putPayload(new GraphEdge("n1", "new", "n2"), new byte[] { 1 });
		this.graphs.graph("g").deleteEdge(new GraphEdge("n1", "new", "n2"));
		this.graphs.graph("g").putNode(new GraphNode("another", "k"));
		this.graphs.graph("g").putNode(new GraphNode("n7", "k"));
		this.graphs.create("third");
		long fromFile = statistics().fileReads();
		long fromMemory = statistics().residentReads();
		for (int i = 0; i < NODES; i++) {
			ask(this.graphs, "g", i);
		}
		assertThat(statistics().fileReads() - fromFile).isEqualTo(2);
		assertThat(statistics().residentReads() - fromMemory).isEqualTo(NODES - 2);
		this.graphs.graph("g").putNode(new GraphNode("n7", "other"));
		read("other");
		assertThat(statistics().loads()).isEqualTo(2);
		read("g");
		assertThat(statistics().loads()).isEqualTo(3);
	}

	@Test
	void graphsInMemoryNeverTakeMoreThanTheBudget() {
		fill(this.graphs, "a");
		read("a");
		long each = statistics().residentBytes();
		ZovaOptions options = ZovaOptions.builder().graphResidentMemory(each * 5 / 2).build();
		try (ZovaDatabase small = ZovaDatabase.create(this.directory.resolve("small.zova"), options)) {
			GraphTemplate of = small.graphs();
			for (String graph : List.of("a", "b", "c", "d")) {
				fill(of, graph);
			}
			Random random = new Random(2);
			for (int i = 0; i < 200; i++) {
				readAndAsk(small, List.of("a", "b", "c", "d").get(random.nextInt(4)));
				assertThat(small.statistics().graphs().residentBytes()).isLessThanOrEqualTo(each * 5 / 2);
			}
			assertThat(small.statistics().graphs().residentGraphs()).isEqualTo(2);
			readAndAsk(small, "a");
			readAndAsk(small, "b");
			long loads = small.statistics().graphs().loads();
			readAndAsk(small, "a");
			readAndAsk(small, "c");
			// Nobody asked for b as long as for the others.
			readAndAsk(small, "a");
			assertThat(small.statistics().graphs().loads()).isEqualTo(loads + 1);
		}
	}

	@Test
	void aGraphThatDoesNotFitIsAnsweredByTheFile() {
		ZovaOptions options = ZovaOptions.builder().graphResidentMemory(10_000).build();
		try (ZovaDatabase small = ZovaDatabase.create(this.directory.resolve("small.zova"), options)) {
			fill(small.graphs(), "g");
			readAndAsk(small, "g");
			assertThat(small.statistics().graphs().residentGraphs()).isZero();
			assertThat(small.statistics().graphs().fileReads()).isEqualTo(1);
		}
	}

	@Test
	void withoutABudgetNothingIsReadIntoMemory() {
		ZovaOptions options = ZovaOptions.builder().graphResidentMemory(0).build();
		try (ZovaDatabase without = ZovaDatabase.create(this.directory.resolve("none.zova"), options)) {
			fill(without.graphs(), "g");
			for (int i = 0; i < 2000; i++) {
				ask(without.graphs(), "g", i);
			}
			assertThat(without.statistics().graphs()).isEqualTo(new GraphStatistics(0, 0, 0, 2000, 0, Duration.ZERO));
		}
	}

	@Test
	void aClosedDatabaseHasNothingInMemory() {
		fill(this.graphs, "g");
		read("g");
		assertThat(statistics().residentBytes()).isPositive();
		this.database.close();
		assertThat(statistics().residentBytes()).isZero();
		assertThat(statistics().residentGraphs()).isZero();
	}

	@Test
	void rowsThatNoZovaLibraryWritesAreLeftToTheFile() {
		fill(this.graphs, "g");
		JdbcTemplate jdbc = new JdbcTemplate(this.database.dataSource());
		for (String damage : List.of("update _zova_graph_nodes set node_id = x'6e37' where node_id = 'n7'",
				"update _zova_graph_nodes set node_id = 'n7' where node_id = x'6e37'",
				"update _zova_graph_edges set created_order = 1.5 where edge_key = 3",
				"update _zova_graph_edges set created_order = 3 where edge_key = 3",
				"update _zova_graph_nodes set node_key = -1 where node_id = 'alone'")) {
			if (damage.contains("alone")) {
				this.graphs.graph("g").putNode(new GraphNode("alone", "k"));
			}
			boolean sound = damage.contains("= 'n7' where") || damage.contains("= 3 where");
			jdbc.update(damage);
			long loads = statistics().loads();
			readAndAsk(this.database, "g");
			assertThat(statistics().loads() - loads).as(damage).isEqualTo(sound ? 1 : 0);
		}
	}

	@Test
	void whatATransactionHasTouchedIsMarkedForWhoReadsTheGraphBeforeItsCommit() {
		fill(this.graphs, "g");
		fill(this.graphs, "other");
		read("other");
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			this.graphs.graph("g").putEdge(new GraphEdge("n1", "new", "n2"));
			elsewhere(() -> read("g"));
		});
		assertThat(statistics().loads()).isEqualTo(2);
		assertThat(this.graphs.graph("g").neighbors(NeighborQuery.of("n1").edgeType("new")))
			.containsExactly(new Neighbor("n2", "k", "new"));
		assertThat(this.graphs.graph("g").walk(WalkQuery.from("n1").edgeType("new"))).hasSize(2);
		read("g");
		assertThat(statistics().loads()).isEqualTo(2);
	}

	@Test
	void aNewKindIsSeenAlsoIfTheGraphWasReadBeforeTheCommit() {
		fill(this.graphs, "g");
		fill(this.graphs, "other");
		this.graphs.graph("g").putEdge(new GraphEdge("n1", "new", "n2"));
		read("other");
		NeighborQuery query = NeighborQuery.of("n1").edgeType("new");
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			this.graphs.graph("g").putNode(new GraphNode("n2", "other"));
			elsewhere(() -> {
				read("g");
				assertThat(this.graphs.graph("g").neighbors(query)).containsExactly(new Neighbor("n2", "k", "new"));
			});
		});
		assertThat(this.graphs.graph("g").neighbors(query)).containsExactly(new Neighbor("n2", "other", "new"));
	}

	@Test
	void aReadingTransactionIsNotAnsweredFromMemoryThatIsNewer() {
		this.database.close();
		this.database = ZovaDatabase.create(this.directory.resolve("log.zova"),
				ZovaOptions.builder().journalMode(ZovaOptions.JournalMode.WAL).build());
		this.graphs = this.database.graphs();
		fill(this.graphs, "g");
		this.graphs.graph("g").putEdge(new GraphEdge("n1", "new", "n2"));
		read("g");
		NeighborQuery query = NeighborQuery.of("n1").edgeType("new");
		TransactionTemplate reading = new TransactionTemplate(this.database.transactionManager());
		reading.setReadOnly(true);
		reading.executeWithoutResult((status) -> {
			Neighbor before = new Neighbor("n2", "k", "new");
			Neighbor after = new Neighbor("n2", "other", "new");
			assertThat(this.graphs.graph("g").neighbors(query)).containsExactly(before);
			elsewhere(() -> {
				this.graphs.graph("g").putNode(new GraphNode("n2", "other"));
				read("g");
				assertThat(this.graphs.graph("g").neighbors(query)).containsExactly(after);
				assertThat(this.graphs.graph("g").neighbors(query)).containsExactly(after);
			});
			assertThat(statistics().loads()).isEqualTo(2);
			assertThat(this.graphs.graph("g").neighbors(query)).containsExactly(before);
			assertThat(this.graphs.graph("g").walk(WalkQuery.from("n1").edgeType("new")).get(1).kind()).isEqualTo("k");
		});
	}

	@Test
	void edgesThatOnlyTheirKeysTellApartAreAnsweredByTheFile() {
		fill(this.graphs, "g");
		this.graphs.graph("g")
			.putEdges(List.of(new GraphEdge("n1", "first", "n9"), new GraphEdge("n1", "second", "n9"),
					new GraphEdge("n3", "second", "n9"), new GraphEdge("n3", "first", "n9")));
		JdbcClient.create(this.database.dataSource()).sql("""
				update _zova_graph_edges set created_order = 5000
				where to_node_key = (select node_key from _zova_graph_nodes where graph_key = 1 and node_id = 'n9')
				""").update();
		read("g");
		assertThat(this.graphs.graph("g").neighbors(NeighborQuery.of("n3").limit(100)))
			.endsWith(new Neighbor("n9", "k", "second"), new Neighbor("n9", "k", "first"));
		assertThat(this.graphs.memory().loads()).isZero();
	}

	private static void elsewhere(Runnable work) {
		try {
			CompletableFuture.runAsync(work).get(20, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	void theTableFunctionsAnswerFromMemoryInATransaction() {
		fill(this.graphs, "g");
		read("g");
		List<Neighbor> neighbors = ask(this.graphs, "g", 0);
		JdbcTemplate jdbc = new JdbcTemplate(this.database.dataSource());
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			ask(this.graphs, "g", 1);
			long before = statistics().residentReads();
			assertThat(jdbc.queryForList("select node_id from zova_graph_neighbors('g', 'n0')", String.class))
				.isEqualTo(neighbors.stream().map(Neighbor::nodeId).toList());
			assertThat(statistics().residentReads()).isEqualTo(before + 1);
			jdbc.update("delete from _zova_graph_edges");
			assertThat(jdbc.queryForList("select node_id from zova_graph_neighbors('g', 'n0')", String.class))
				.isEmpty();
			status.setRollbackOnly();
		});
		assertThat(ask(this.graphs, "g", 0)).isEqualTo(neighbors);
	}

}
