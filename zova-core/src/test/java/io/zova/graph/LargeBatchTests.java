package io.zova.graph;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A batch so large that the indexes are built anew writes what small ones write.
 */
class LargeBatchTests {

	private static final int NODES = 2_000;

	private static final int EDGES = EdgeBatch.LARGE + 2_000;

	private static final String ROWS = """
			select edge_key || ' ' || graph_key || ' ' || from_node_key || ' ' || edge_type_key || ' ' || to_node_key
				|| ' ' || created_order
			from _zova_graph_edges order by edge_key
			""";

	private static final String INDEXES = """
			select sql from sqlite_schema where name glob '_zova_graph_*_idx' order by name
			""";

	@TempDir
	Path directory;

	private ZovaDatabase large;

	private ZovaDatabase small;

	private JdbcTemplate jdbc;

	private final long seed = TestSeed.value();

	private final Random random = new Random(this.seed);

	@BeforeEach
	void open() {
		this.large = created("large.zova");
		this.small = created("small.zova");
		this.jdbc = new JdbcTemplate(this.large.dataSource());
	}

	private ZovaDatabase created(String name) {
		ZovaDatabase database = ZovaDatabase.create(this.directory.resolve(name),
				ZovaOptions.builder().maximumPoolSize(1).build());
		List<GraphNode> nodes = new ArrayList<>();
		for (int i = 0; i < NODES; i++) {
			nodes.add(new GraphNode("n" + i, "k"));
		}
		for (String graph : List.of("g", "h")) {
			database.graphs().create(graph).putNodes(nodes);
		}
		return database;
	}

	@AfterEach
	void close() {
		this.large.close();
		this.small.close();
	}

	private List<GraphEdge> edges(int count) {
		List<GraphEdge> edges = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			boolean repeated = i > 10 && this.random.nextInt(20) == 0;
			edges.add(repeated ? edges.get(this.random.nextInt(i)) : new GraphEdge("n" + this.random.nextInt(NODES),
					"t" + this.random.nextInt(3), "n" + this.random.nextInt(NODES)));
		}
		return edges;
	}

	private void putInSmallParts(List<GraphEdge> edges) {
		for (int i = 0; i < edges.size(); i += EdgeBatch.LARGE / 2) {
			this.small.graphs().graph("g").putEdges(edges.subList(i, Math.min(i + EdgeBatch.LARGE / 2, edges.size())));
		}
	}

	@Test
	void theRowsAreThoseOfSmallBatches() {
		List<String> indexes = this.jdbc.queryForList(INDEXES, String.class);
		List<GraphEdge> first = edges(500);
		List<GraphEdge> second = edges(EDGES);
		second.addAll(this.random.nextInt(second.size()), first);
		this.large.graphs().graph("g").putEdges(first);
		this.large.graphs().graph("g").putEdges(second);
		this.small.graphs().graph("g").putEdges(first);
		putInSmallParts(second);
		assertThat(withoutOrder(this.large)).as("seed %d", this.seed).isEqualTo(withoutOrder(this.small));
		assertThat(this.jdbc.queryForObject("""
				select count(*) from _zova_graph_edges a join _zova_graph_edges b on b.graph_key = a.graph_key
				where b.edge_key = a.edge_key + 1 and b.created_order <= a.created_order
				""", Long.class)).isZero();
		assertThat(this.jdbc.queryForList(INDEXES, String.class)).hasSize(7).isEqualTo(indexes);
		assertThat(this.jdbc.queryForList("pragma integrity_check", String.class)).containsExactly("ok");
		assertThat(this.jdbc.queryForList("pragma foreign_key_check")).isEmpty();
		this.large.graphs().graph("g").putEdge(new GraphEdge("n0", "last", "n0"));
		this.small.graphs().graph("g").putEdge(new GraphEdge("n0", "last", "n0"));
		assertThat(withoutOrder(this.large)).as("seed %d", this.seed).isEqualTo(withoutOrder(this.small));
	}

	/** Which numbers ignored edges use up depends on where a batch ends. */
	private static List<String> withoutOrder(ZovaDatabase database) {
		return new JdbcTemplate(database.dataSource()).queryForList(ROWS.replace("|| ' ' || created_order", ""),
				String.class);
	}

	@Test
	void theNumbersOfCreationCountEveryRow() {
		List<GraphEdge> edges = new ArrayList<>();
		for (int i = 0; i < EDGES; i++) {
			edges.add(new GraphEdge("n" + (i / 100), "t", "n" + (i % 100)));
		}
		edges.add(2, edges.get(0));
		this.large.graphs().graph("g").putEdge(new GraphEdge("n0", "t", "n1"));
		this.large.graphs().graph("g").putEdges(edges);
		assertThat(this.jdbc.queryForList(ROWS, String.class)).hasSize(EDGES)
			.startsWith("1 1 1 1 2 1", "2 1 1 1 1 2", "3 1 1 1 3 5", "4 1 1 1 4 6");
	}

	@Test
	void keysComeBackForEveryRow() {
		List<GraphEdge> edges = edges(EDGES);
		List<Long> keys = this.large.graphs().graph("g").putEdgesKeyed(edges);
		assertThat(keys).hasSize(edges.size());
		List<KeyedEdge> stored = this.large.graphs()
			.graph("g")
			.findEdgesByKey(keys)
			.stream()
			.flatMap((edge) -> edge.stream())
			.toList();
		assertThat(stored).map(KeyedEdge::type).containsExactlyElementsOf(edges.stream().map(GraphEdge::type).toList());
	}

	@Test
	void aTriggerOfTheUserFiresOnceForEachNewRow() {
		this.jdbc.execute("create table log(edge)");
		this.jdbc.execute("create trigger logging after insert on _zova_graph_edges begin "
				+ "insert into log values (new.edge_key); end");
		List<GraphEdge> edges = edges(EDGES);
		this.large.graphs().graph("g").putEdges(edges.subList(0, 300));
		this.large.graphs().graph("g").putEdges(edges.subList(200, 400));
		this.large.graphs().graph("g").putEdges(edges);
		assertThat(this.jdbc.queryForList("select edge from log order by rowid", Long.class)).hasSizeGreaterThan(1000)
			.doesNotHaveDuplicates()
			.hasSameSizeAs(this.jdbc.queryForList(ROWS, String.class));
	}

	@Test
	void whatFailsLeavesRowsAndIndexesAsTheyWere() {
		this.large.graphs().graph("g").putEdges(edges(10));
		List<String> before = this.jdbc.queryForList(ROWS, String.class);
		List<String> indexes = this.jdbc.queryForList(INDEXES, String.class);
		this.jdbc.execute("create trigger refusing before insert on _zova_graph_edges when new.edge_key = 20000 begin "
				+ "select raise(abort, 'refused'); end");
		List<GraphEdge> edges = edges(EDGES);
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.large.graphs().graph("g").putEdges(edges));
		assertThat(this.jdbc.queryForList(ROWS, String.class)).isEqualTo(before);
		assertThat(this.jdbc.queryForList(INDEXES, String.class)).isEqualTo(indexes);
		new TransactionTemplate(this.large.transactionManager()).executeWithoutResult((status) -> {
			this.jdbc.execute("drop trigger refusing");
			this.large.graphs().graph("g").putEdges(edges);
			status.setRollbackOnly();
		});
		assertThat(this.jdbc.queryForList(ROWS, String.class)).isEqualTo(before);
		assertThat(this.jdbc.queryForList(INDEXES, String.class)).isEqualTo(indexes);
		assertThat(this.jdbc.queryForList("pragma integrity_check", String.class)).containsExactly("ok");
	}

	@Test
	void foreignKeysOfTheUserAreEnforcedAsAlways() {
		this.jdbc.execute("create table note(edge integer references _zova_graph_edges(edge_key) "
				+ "deferrable initially deferred)");
		List<GraphEdge> edges = edges(EDGES);
		TransactionTemplate transaction = new TransactionTemplate(this.large.transactionManager());
		transaction.executeWithoutResult((status) -> {
			this.jdbc.update("insert into note values (1), (3000)");
			this.large.graphs().graph("g").putEdges(edges.subList(0, 5000));
		});
		transaction.executeWithoutResult((status) -> {
			this.jdbc.update("insert into note values (6000)");
			this.large.graphs().graph("g").putEdges(edges);
		});
		assertThat(this.jdbc.queryForList("pragma foreign_key_check")).isEmpty();
		assertThat(this.jdbc.queryForList("select edge from note", Long.class)).containsExactly(1L, 3000L, 6000L);
	}

	@Test
	void foreignKeysAreEnforcedAgainAfterABatch() {
		List<GraphEdge> edges = edges(EDGES);
		this.large.graphs().graph("g").putEdges(edges.subList(0, 5000));
		this.large.graphs().graph("g").putEdges(edges);
		assertThat(this.jdbc.queryForObject("pragma foreign_keys", Integer.class)).isOne();
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.jdbc.update("""
				insert into _zova_graph_edges(graph_key, from_node_key, edge_type_key, to_node_key, created_order)
				values (1, 1, 1, 1000000, 1000000)
				""")).withStackTraceContaining("FOREIGN KEY constraint failed");
		assertThat(this.jdbc.queryForList("pragma foreign_key_check")).isEmpty();
	}

	@Test
	void manyBatchesOfOneTransactionAreOne() {
		List<GraphEdge> edges = edges(EDGES);
		new TransactionTemplate(this.large.transactionManager()).executeWithoutResult((status) -> {
			for (int i = 0; i < edges.size(); i += 3000) {
				this.large.graphs().graph("g").putEdges(edges.subList(i, Math.min(i + 3000, edges.size())));
				assertThat(this.jdbc.queryForList(INDEXES, String.class)).hasSize(7);
			}
		});
		putInSmallParts(edges);
		assertThat(withoutOrder(this.large)).as("seed %d", this.seed).isEqualTo(withoutOrder(this.small));
		assertThat(this.jdbc.queryForList("pragma integrity_check", String.class)).containsExactly("ok");
	}

	@Test
	void somebodyWhoReadsInTheSameTransactionDoesNotHinder() {
		List<GraphEdge> edges = edges(EDGES);
		new TransactionTemplate(this.large.transactionManager()).executeWithoutResult((status) -> {
			Connection connection = DataSourceUtils.getConnection(this.large.dataSource());
			try (Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("select node_id from _zova_graph_nodes")) {
				assertThat(rows.next()).isTrue();
				this.large.graphs().graph("g").putEdges(edges);
				assertThat(rows.next()).isTrue();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		putInSmallParts(edges);
		assertThat(withoutOrder(this.large)).as("seed %d", this.seed).isEqualTo(withoutOrder(this.small));
	}

	@Test
	void theCacheIsAsItWasBefore() {
		List<GraphEdge> edges = edges(EDGES);
		assertThat(this.jdbc.queryForObject("pragma cache_size", Long.class)).isEqualTo(-2000);
		this.large.graphs().graph("g").putEdges(edges);
		assertThat(this.jdbc.queryForObject("pragma cache_size", Long.class)).isEqualTo(-2000);
		assertThat(this.jdbc.queryForList(INDEXES, String.class)).hasSize(7);
	}

}
