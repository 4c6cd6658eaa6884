package io.zova.graph;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.zova.RandomTransaction;
import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever changes a graph, in whatever way, and whatever of it is undone: what memory
 * says is what the file says on the same connection.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GraphMemoryInterleavingTests {

	private static final int STEPS = 400;

	private static final int NODES = 40;

	@TempDir
	Path directory;

	/** Two databases on the same file, as two parts of an application may open it. */
	private final List<Side> sides = new ArrayList<>();

	private Foreigner foreigner;

	void open(JournalMode mode) throws SQLException {
		Path file = this.directory.resolve("interleaved.zova");
		ZovaOptions options = ZovaOptions.builder().journalMode(mode).build();
		this.sides.add(new Side(ZovaDatabase.create(file, options)));
		this.sides.add(new Side(ZovaDatabase.open(file, options)));
		this.foreigner = new Foreigner(file);
		this.sides.get(0).create();
	}

	@AfterEach
	void close() throws SQLException {
		this.sides.forEach((side) -> side.database.close());
		this.foreigner.connection.close();
	}

	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void anyOrderOfChangesGivesWhatTheFileSays(JournalMode mode) throws SQLException {
		open(mode);
		long seed = TestSeed.value();
		Random random = new Random(seed);
		for (int i = 0; i < STEPS; i++) {
			Side side = this.sides.get(random.nextInt(2));
			String step = mode + ", seed " + seed + ", step " + i;
			switch (random.nextInt(12)) {
				case 0, 1 -> side.transaction(random, step);
				case 2 -> {
					if (mode == JournalMode.WAL) {
						side.readOnlyTransaction(this.sides.get(random.nextInt(2)), this.foreigner, random, step);
					}
				}
				case 3 -> this.foreigner.change(random);
				case 4 -> {
					if (random.nextInt(40) == 0) {
						side.resident.delete("g");
						side.create();
					}
					else if (random.nextInt(40) == 0) {
						side.database.vacuum();
					}
				}
				case 5 -> side.plainSql(random);
				case 6 -> side.anyChange(random);
				case 7, 8 -> side.smallChange(random);
				default -> {
					// Nothing changes: what is in memory is asked once more.
				}
			}
			side.compare(random, step);
			this.sides.get(random.nextInt(2)).compare(random, step);
		}
		for (Side side : this.sides) {
			GraphMemory memory = side.resident.memory();
			assertThat(memory.loads()).isBetween(10L, 4L * STEPS);
			assertThat(memory.hits()).isGreaterThan(memory.loads());
			assertThat(memory.misses()).isGreaterThan(10);
		}
	}

	@Test
	void threadsThatReadWhileOthersWriteSeeTheirOwnState() throws Exception {
		open(JournalMode.WAL);
		AtomicBoolean stop = new AtomicBoolean();
		AtomicInteger compared = new AtomicInteger();
		AtomicReference<Throwable> failure = new AtomicReference<>();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			int number = i;
			threads.add(new Thread(() -> {
				Random random = new Random(number);
				Side side = this.sides.get(number % 2);
				try {
					while (!stop.get() && failure.get() == null) {
						if (number < 2) {
							side.transaction(random, "thread " + number);
							Thread.sleep(random.nextInt(3));
						}
						else {
							reading(side, true)
								.executeWithoutResult((status) -> side.compareOnce(random, "thread " + number));
							compared.incrementAndGet();
						}
					}
				}
				catch (Throwable ex) {
					failure.compareAndSet(null, ex);
				}
			}));
		}
		threads.forEach(Thread::start);
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
		while (compared.get() < 2000 && failure.get() == null && System.nanoTime() < deadline) {
			Thread.sleep(10);
		}
		stop.set(true);
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(failure.get()).isNull();
		assertThat(compared.get()).isGreaterThan(100);
		assertThat(this.sides.get(0).resident.memory().hits()).isPositive();
	}

	private static TransactionTemplate reading(Side side, boolean readOnly) {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
		definition.setReadOnly(readOnly);
		return new TransactionTemplate(side.database.transactionManager(), definition);
	}

	private static String node(Random random) {
		return "n" + random.nextInt(NODES);
	}

	private static GraphEdge edge(Random random) {
		return new GraphEdge(node(random), "t" + random.nextInt(5), node(random));
	}

	/** A connection of which this process knows nothing. */
	private static final class Foreigner {

		private final Connection connection;

		Foreigner(Path file) throws SQLException {
			this.connection = DriverManager.getConnection("jdbc:sqlite:" + file);
			run("pragma foreign_keys=on");
			run("pragma busy_timeout=5000");
		}

		void change(Random random) throws SQLException {
			Change change = Change.any(random);
			try (PreparedStatement statement = this.connection.prepareStatement(change.sql)) {
				for (int i = 0; i < change.values.length; i++) {
					statement.setString(i + 1, change.values[i]);
				}
				statement.executeUpdate();
			}
		}

		private void run(String sql) throws SQLException {
			try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
				statement.execute();
			}
		}

	}

	/** A statement that no Zova library would run. */
	private record Change(String sql, String... values) {

		static Change any(Random random) {
			return switch (random.nextInt(6)) {
				case 0 -> new Change("""
						insert or ignore into _zova_graph_edges(graph_key, from_node_key, edge_type_key, to_node_key,
							created_order)
						select f.graph_key, f.node_key, y.edge_type_key, t.node_key, f.node_key + 7 * t.node_key
						from _zova_graph_nodes f, _zova_graph_nodes t, _zova_graph_edge_types y
						where f.node_id = ? and t.node_id = ? and y.name = ? and t.graph_key = f.graph_key
							and y.graph_key = f.graph_key""", node(random), node(random), "t" + random.nextInt(5));
				case 1 -> new Change("""
						delete from _zova_graph_edges where from_node_key =
							(select node_key from _zova_graph_nodes where node_id = ?)""", node(random));
				case 2 -> new Change(
						"update _zova_graph_edges set created_order = 1000 - created_order where edge_key" + " % 7 = ?",
						String.valueOf(random.nextInt(7)));
				case 3 -> new Change("update _zova_graph_nodes set kind = 'foreign' where node_id = ?", node(random));
				case 4 -> new Change("delete from _zova_graph_nodes where node_id = ?", node(random));
				default -> new Change("update or ignore _zova_graph_nodes set node_id = ? where node_id = ?",
						node(random), node(random));
			};
		}

	}

	private static final class Side {

		private final ZovaDatabase database;

		private final GraphTemplate resident;

		private final GraphTemplate plain;

		private final JdbcTemplate jdbc;

		Side(ZovaDatabase database) {
			this.database = database;
			this.resident = database.graphs();
			this.plain = new GraphTemplate(database.sql());
			this.jdbc = new JdbcTemplate(database.dataSource());
		}

		void create() {
			Random random = new Random(3);
			this.resident.create("g");
			List<GraphNode> nodes = new ArrayList<>();
			List<GraphEdge> edges = new ArrayList<>();
			for (int i = 0; i < NODES; i++) {
				nodes.add(new GraphNode("n" + i, "k" + i % 3));
			}
			for (int i = 0; i < 3 * NODES; i++) {
				edges.add(edge(random));
			}
			this.resident.graph("g").putNodes(nodes);
			this.resident.graph("g").putEdges(edges);
		}

		/** One that leaves memory usable. */
		void smallChange(Random random) {
			GraphTemplate graphs = random.nextBoolean() ? this.resident : this.plain;
			switch (random.nextInt(7)) {
				case 0, 1, 2 -> tried(() -> graphs.graph("g").putEdge(edge(random)));
				case 3 -> tried(() -> graphs.graph("g").deleteEdge(edge(random)));
				case 4 -> graphs.graph("g").deleteEdges(List.of(edge(random), edge(random), edge(random)));
				case 5 -> tried(() -> graphs.graph("g").putEdges(List.of(edge(random), edge(random))));
				default -> tried(() -> graphs.graph("g")
					.putNode(graphs.graph("g")
						.findNode(node(random))
						.orElseGet(() -> new GraphNode(node(random), "new"))));
			}
		}

		void anyChange(Random random) {
			GraphTemplate graphs = random.nextBoolean() ? this.resident : this.plain;
			switch (random.nextInt(9)) {
				case 0 -> graphs.graph("g").putNode(new GraphNode(node(random), "k" + random.nextInt(3)));
				case 1 -> tried(() -> graphs.graph("g").deleteNode(node(random)));
				case 2 -> graphs.graph("g").deleteNodes(List.of(node(random), node(random)));
				case 3 -> graphs.graph("g")
					.putNodes(List.of(new GraphNode(node(random), "k" + random.nextInt(3)),
							new GraphNode(node(random), "k" + random.nextInt(3))));
				case 4 -> tried(() -> graphs.graph("g").putPayload(edge(random), new byte[] { 1 }));
				case 5 -> tried(() -> graphs.graph("g")
					.putEdge(new GraphEdge(node(random), "new" + random.nextInt(50), node(random))));
				case 6 -> {
					String other = "other" + random.nextInt(3);
					graphs.createIfMissing(other);
					graphs.graph(other).putNode(new GraphNode(node(random), "k"));
					graphs.delete(other);
				}
				default -> smallChange(random);
			}
		}

		private static void tried(Runnable change) {
			try {
				change.run();
			}
			catch (ZovaException ex) {
				// A node or an edge is missing; nothing has changed.
				assertThat(ex.status().name()).contains("NOT_FOUND");
			}
		}

		void plainSql(Random random) {
			Change change = Change.any(random);
			this.jdbc.update(change.sql, (Object[]) change.values);
		}

		void transaction(Random random, String step) {
			RandomTransaction.run(this.database.transactionManager(), random, () -> changeInside(random),
					() -> maybeCompare(random, step));
		}

		private void changeInside(Random random) {
			switch (random.nextInt(5)) {
				case 0 -> anyChange(random);
				case 1 -> plainSql(random);
				default -> smallChange(random);
			}
		}

		/** An old state, looked at after others have written and read. */
		void readOnlyTransaction(Side other, Foreigner foreigner, Random random, String step) {
			reading(this, true).executeWithoutResult((status) -> {
				compareOnce(random, step);
				Thread thread = new Thread(() -> {
					try {
						switch (random.nextInt(3)) {
							case 0 -> other.anyChange(random);
							case 1 -> foreigner.change(random);
							default -> other.smallChange(random);
						}
						other.compare(random, step);
					}
					catch (SQLException ex) {
						throw new IllegalStateException(ex);
					}
				});
				AtomicReference<Throwable> failure = new AtomicReference<>();
				thread.setUncaughtExceptionHandler((failed, ex) -> failure.set(ex));
				thread.start();
				try {
					thread.join();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				assertThat(failure.get()).as(step).isNull();
				for (int i = 0; i < 5; i++) {
					compareOnce(random, step);
				}
			});
		}

		private void maybeCompare(Random random, String step) {
			if (random.nextBoolean()) {
				compare(random, step);
			}
		}

		void compare(Random random, String step) {
			for (int i = 0; i < 3; i++) {
				boolean inside = TransactionSynchronizationManager.isActualTransactionActive();
				if (inside || random.nextBoolean()) {
					// Nobody writes meanwhile.
					compareOnce(random, step);
				}
				else {
					reading(this, random.nextBoolean()).executeWithoutResult((status) -> compareOnce(random, step));
				}
			}
		}

		void compareOnce(Random random, String step) {
			String node = node(random);
			Direction direction = random.nextInt(4) == 0 ? Direction.INCOMING : Direction.OUTGOING;
			String type = random.nextInt(3) == 0 ? "t" + random.nextInt(6) : null;
			long limit = random.nextInt(4) == 0 ? random.nextInt(6) : 1000;
			int depth = random.nextInt(4);
			NeighborQuery neighbors = new NeighborQuery(node, direction, type, limit);
			same(step + " " + neighbors, direction, (graphs) -> graphs.graph("g").neighbors(neighbors));
			WalkQuery walk = new WalkQuery(node, direction, type, depth, limit);
			same(step + " " + walk, direction, (graphs) -> graphs.graph("g").walk(walk));
			same(step + " degree of " + node, direction, (graphs) -> graphs.graph("g").degree(node, direction, type));
			Traversal traversal = Traversal.EVERYTHING.direction(direction).edgeType(type).maxDepth(depth);
			same(step + " " + traversal, direction, (graphs) -> graphs.graph("g").traverse(node, traversal));
			String target = node(random);
			same(step + " path to " + target, direction,
					(graphs) -> graphs.graph("g").shortestPath(node, target, traversal));
			if (direction == Direction.OUTGOING && type == null) {
				assertThat(GoldenGraph.outcome(() -> this.jdbc
					.query("select node_id, kind, edge_type from zova_graph_neighbors('g', ?, "
							+ "'outgoing') order by rank",
							(row, number) -> new Neighbor(row.getString(1), row.getString(2), row.getString(3)), node)
					.toString())).as(step)
					.isIn(GoldenGraph.outcome(() -> this.plain.graph("g").neighbors(NeighborQuery.of(node)).toString()),
							"UncategorizedSQLException");
			}
		}

		private void same(String step, Direction direction,
				java.util.function.Function<GraphTemplate, Object> question) {
			GraphsInMemory.read(this.database, "g", direction);
			Object expected = GoldenGraph.outcome(() -> question.apply(this.plain));
			assertThat(GoldenGraph.outcome(() -> question.apply(this.resident))).as(step).isEqualTo(expected);
			assertThat(GoldenGraph.outcome(() -> question.apply(this.resident))).as(step).isEqualTo(expected);
		}

	}

}
