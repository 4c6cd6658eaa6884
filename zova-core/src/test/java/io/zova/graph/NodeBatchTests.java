package io.zova.graph;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A batch of nodes writes what putting its nodes one by one writes, whatever their texts.
 */
class NodeBatchTests {

	private static final String ROWS = """
			select node_key || '|' || graph_key || '|' || node_id || '|' || kind || '|' || target_type || '|'
				|| ifnull('=' || target_namespace, 'null') || '|' || ifnull('=' || target_ref, 'null')
			from _zova_graph_nodes order by node_key
			""";

	private final long seed = TestSeed.value();

	private final Random random = new Random(this.seed);

	private ZovaDatabase batch;

	private ZovaDatabase single;

	@BeforeEach
	void open(@TempDir Path directory) {
		this.batch = created(directory.resolve("batch.zova"));
		this.single = created(directory.resolve("single.zova"));
	}

	private static ZovaDatabase created(Path file) {
		ZovaDatabase database = ZovaDatabase.create(file);
		database.graphs().create("g");
		database.graphs().create("h");
		return database;
	}

	@AfterEach
	void close() {
		this.batch.close();
		this.single.close();
	}

	@Test
	void theRowsAreThoseOfSinglePuts() {
		List<GraphNode> nodes = new ArrayList<>();
		for (int i = 0; i < 3000; i++) {
			String id = switch (this.random.nextInt(4)) {
				case 0 -> "\u00e9".repeat(1 + this.random.nextInt(256));
				case 1 -> "\ud83d\ude00" + this.random.nextInt(500);
				default -> "n" + this.random.nextInt(1500);
			};
			NodeTarget target = new NodeTarget(TargetType.values()[this.random.nextInt(9)], text(), text());
			nodes.add(new GraphNode(id, "k" + this.random.nextInt(5), target));
		}
		this.batch.graphs().graph("g").putNodes(nodes.subList(0, 700));
		List<Long> keys = this.batch.graphs().graph("g").putNodesKeyed(nodes.subList(700, nodes.size()));
		new TransactionTemplate(this.single.transactionManager())
			.executeWithoutResult((status) -> nodes.forEach(this.single.graphs().graph("g")::putNode));
		assertThat(rows(this.batch)).as("seed %d", this.seed).isEqualTo(rows(this.single));
		assertThat(keys).as("seed %d", this.seed)
			.isEqualTo(nodes.subList(700, nodes.size()).stream().map(this::key).toList());
		assertThat(jdbc(this.batch).queryForObject("""
				select count(*) from _zova_graph_nodes a join _zova_graph_nodes b on b.graph_key = a.graph_key
				where b.node_key > a.node_key and b.created_order <= a.created_order
				""", Long.class)).isZero();
		assertThat(jdbc(this.batch).queryForList("pragma integrity_check", String.class)).containsExactly("ok");
	}

	private String text() {
		return switch (this.random.nextInt(40)) {
			case 0 -> "long \u20ac".repeat(10_000);
			case 1, 2, 3, 4, 5, 6, 7, 8 -> null;
			case 9, 10, 11, 12 -> "";
			default -> "t\u00fc" + this.random.nextInt();
		};
	}

	private Long key(GraphNode node) {
		return jdbc(this.single).queryForObject(
				"""
						select node_key from _zova_graph_nodes join _zova_graphs using (graph_key) where name = 'g' and node_id = ?
						""",
				Long.class, node.id());
	}

	@Test
	void aRowThatATriggerRefusesUndoesTheBatch() {
		List<GraphNode> nodes = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			nodes.add(new GraphNode("n" + i, "k"));
		}
		this.batch.graphs().graph("g").putNode(new GraphNode("n5", "old"));
		List<String> before = rows(this.batch);
		jdbc(this.batch).execute("create trigger refusing before insert on _zova_graph_nodes "
				+ "when new.node_id = 'n900' begin select raise(abort, 'refused'); end");
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.batch.graphs().graph("g").putNodes(nodes));
		assertThat(rows(this.batch)).isEqualTo(before);
	}

	@Test
	void aBadRowOfManyWritesNothing() {
		List<GraphNode> nodes = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			nodes.add(new GraphNode("n" + i, "k"));
		}
		for (String bad : List.of("", "a\u0000", "\ud800", "_zova_x", "\u00e9".repeat(257))) {
			nodes.set(this.random.nextInt(1000), new GraphNode(bad, "k"));
			assertThatExceptionOfType(ZovaException.class)
				.isThrownBy(() -> this.batch.graphs().graph("g").putNodes(nodes))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.GRAPH_INVALID));
			nodes.replaceAll((node) -> node.id().equals(bad) ? new GraphNode("ok", "k") : node);
		}
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> this.batch.graphs().graph("missing").putNodes(nodes))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.GRAPH_NOT_FOUND));
		assertThat(rows(this.batch)).isEmpty();
	}

	@Test
	void anEdgeOfManyToAMissingNodeWritesNothingNotEvenItsType() {
		List<GraphNode> nodes = new ArrayList<>();
		List<GraphEdge> edges = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			nodes.add(new GraphNode("n" + i, "k"));
			edges.add(new GraphEdge("n" + i, "t", "n" + (299 - i)));
		}
		this.batch.graphs().graph("g").putNodes(nodes);
		edges.set(200, new GraphEdge("n1", "t", "missing"));
		edges.set(250, new GraphEdge("missing too", "t", "n1"));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> this.batch.graphs().graph("g").putEdges(edges))
			.withMessageContaining("'missing'")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.GRAPH_NODE_NOT_FOUND));
		assertThat(jdbc(this.batch).queryForList("select * from _zova_graph_edges")).isEmpty();
		assertThat(jdbc(this.batch).queryForList("select * from _zova_graph_edge_types")).isEmpty();
	}

	private static List<String> rows(ZovaDatabase database) {
		return jdbc(database).queryForList(ROWS, String.class);
	}

	private static JdbcTemplate jdbc(ZovaDatabase database) {
		return new JdbcTemplate(database.dataSource());
	}

}
