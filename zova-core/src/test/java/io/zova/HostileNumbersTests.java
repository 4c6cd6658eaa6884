package io.zova;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.zova.format.BoundSet;
import io.zova.format.TestFiles;
import io.zova.graph.Direction;
import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.GraphsInMemory;
import io.zova.graph.NeighborCursor;
import io.zova.graph.NeighborPage;
import io.zova.graph.NeighborQuery;
import io.zova.graph.ScanCursor;
import io.zova.graph.Traversal;
import io.zova.graph.WalkQuery;
import io.zova.object.ChunkId;
import io.zova.object.ObjectId;
import io.zova.object.ObjectTemplate;
import io.zova.object.ObjectWriter;
import io.zova.object.StorageProfile;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever stands where the format has a number, every operation ends: with the right
 * bytes, with an answer, or with an error of this library or of Spring's for databases.
 */
class HostileNumbersTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	/** On both sides of every sum and every cast, and of each kind that SQLite stores. */
	private static final List<String> VALUES = List.of("0", "-1", "9223372036854775807", "-9223372036854775808", "1.5",
			"'abc'", "null");

	/**
	 * These are in all rows as well: sums over them overflow, sorting them says nothing.
	 */
	private static final List<String> IN_ALL_ROWS = List.of("-1", "9223372036854775807", "'abc'");

	/** Nothing here is to survive a power failure. */
	private static final ZovaOptions LESS_SYNC = ZovaOptions.builder()
		.synchronous(ZovaOptions.Synchronous.NORMAL)
		.build();

	private static final byte[] SHORT = bytes(20_000, 1);

	private static final byte[] LONG = bytes(1_200_000, 2);

	private static final byte[] LOOSE = bytes(500, 3);

	@TempDir
	private static Path folder;

	private static final Map<String, Path> SOUND = new HashMap<>();

	private static ExecutorService threads;

	@BeforeAll
	static void create() {
		threads = Executors.newCachedThreadPool();
		try (ZovaDatabase database = createRoom("objects")) {
			database.objects().put(SHORT);
			database.objects().put(LONG, StorageProfile.STREAMING);
			database.objects().put(new byte[0]);
			database.objects().putChunk(ChunkId.ofContent(LOOSE), LOOSE);
		}
		try (ZovaDatabase database = createRoom("vectors")) {
			for (String name : List.of("docs", "other")) {
				database.vectors().create(name, VectorSpace.cosine(4));
				VectorCollection docs = database.vectors().collection(name);
				for (int i = 0; i < 40; i++) {
					docs.put("v" + i, i + 1, 2, 3, 4 - i);
				}
			}
		}
		try (ZovaDatabase database = createRoom("graphs")) {
			for (String name : List.of("g", "h")) {
				database.graphs().create(name);
				Graph graph = database.graphs().graph(name);
				for (int i = 0; i < 12; i++) {
					graph.putNode("n" + i, "kind");
				}
				for (int i = 0; i < 12; i++) {
					graph.putEdge("n" + i, "next", "n" + (i + 1) % 12);
					graph.putEdge("n0", "all", "n" + i);
				}
			}
		}
	}

	/** What is damaged in one room leaves the others alone, so they are not asked. */
	private static ZovaDatabase createRoom(String room) {
		Path file = folder.resolve(room + ".zova");
		SOUND.put(room, file);
		ZovaDatabase database = ZovaDatabase.create(file);
		database.keyValues().namespace("ns").put(new byte[] { 1 }, SHORT);
		return database;
	}

	private static String roomOf(String column) {
		if (column.startsWith("_zova_vector")) {
			return "vectors";
		}
		return column.startsWith("_zova_graph") ? "graphs" : "objects";
	}

	private static List<String> valuesOf(String column) {
		List<String> values = new ArrayList<>(VALUES);
		if (column.matches(".*(size_bytes|chunk_count|chunk_index|offset|dimensions)")) {
			values.add("2147483648");
		}
		if (column.matches(".*(order|revision|floor)")) {
			values.add("9223372036854775806");
		}
		if (column.matches(".*(norm_squared|token|value)")) {
			values.addAll(List.of("9e999", "x'00ff'"));
		}
		return values;
	}

	@AfterAll
	static void stop() {
		threads.shutdownNow();
	}

	@ParameterizedTest
	@ValueSource(strings = { "_zova_objects.size_bytes", "_zova_objects.chunk_count", "_zova_chunks.size_bytes",
			"_zova_object_chunks.chunk_index", "_zova_object_chunks.offset", "_zova_object_chunks.size_bytes",
			"_zova_vector_collections.collection_key", "_zova_vector_collections.dimensions",
			"_zova_vectors.vector_key", "_zova_vectors.collection_key", "_zova_vectors.norm_squared",
			"_zova_vector_sources.collection_key", "_zova_vector_sources.revision", "_zova_vector_sources.floor",
			"_zova_vector_sources.token", "_zova_vector_changes.collection_key", "_zova_vector_changes.revision",
			"_zova_graphs.graph_key", "_zova_graphs.created_order", "_zova_graph_nodes.node_key",
			"_zova_graph_nodes.graph_key", "_zova_graph_nodes.created_order", "_zova_graph_edge_types.edge_type_key",
			"_zova_graph_edge_types.graph_key", "_zova_graph_edges.edge_key", "_zova_graph_edges.graph_key",
			"_zova_graph_edges.from_node_key", "_zova_graph_edges.edge_type_key", "_zova_graph_edges.to_node_key",
			"_zova_graph_edges.created_order", "_zova_meta.value" })
	void everyOperationEnds(String column) throws Exception {
		String table = column.substring(0, column.indexOf('.'));
		String name = column.substring(table.length() + 1);
		List<String> faults = new ArrayList<>();
		int damaged = 0;
		for (String value : valuesOf(column)) {
			// The newest row, and as many as can have the same value.
			for (String which : List.of("(select max(%s) from %s)", "all")) {
				if (which.equals("all") && !IN_ALL_ROWS.contains(value)) {
					continue;
				}
				Path file = folder.resolve("damaged.zova");
				Files.copy(SOUND.get(roomOf(column)), file, StandardCopyOption.REPLACE_EXISTING);
				String where = which.equals("all") ? "true" : name + " = " + which.formatted(name, table);
				if (damage(file, table, name, value, where) == 0) {
					continue;
				}
				damaged++;
				String what = "%s = %s where %s".formatted(column, value, where);
				use(file, false, what, faults);
				if (table.startsWith("_zova_graph")) {
					use(file, true, what, faults);
				}
			}
		}
		assertThat(damaged).isPositive();
		assertThat(faults).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "required", "installed_at_unix" })
	void anyNumberOfAnExtensionIsChecked(String column) throws Exception {
		List<String> faults = new ArrayList<>();
		for (String value : List.of("0", "-1", "4294967297", "9223372036854775807", "-9223372036854775808", "1.5",
				"'abc'", "x'00ff'", "null")) {
			Path file = folder.resolve("extended.zova");
			Files.copy(SOUND.get("graphs"), file, StandardCopyOption.REPLACE_EXISTING);
			TestFiles.execute(file, "create table _zova_ext_trgm_meta (key text primary key, value text not null)",
					"insert into _zova_ext_trgm_meta values ('extension_version', '0.1.0')",
					"create table _zova_ext_trgm_indexes (a)", "create table _zova_ext_trgm_documents (a)",
					"create table _zova_ext_trgm_terms (a)", "create table _zova_ext_trgm_postings (a)",
					"insert into _zova_extensions values ('trgm', '0.1.0', '_zova_ext_trgm_', '1.0.0', 'sql,trgm', 1, 1, '')");
			if (damage(file, "_zova_extensions", column, value, "true") > 0) {
				run("open", () -> {
					ZovaDatabase.open(file, LESS_SYNC).close();
					// As an int it would be 1.
					return assertThat(column + value).isNotEqualTo("required4294967297");
				}, column + " = " + value, faults);
			}
		}
		assertThat(faults).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "object_epoch", "vector_epoch", "graph_epoch" })
	void anyNumberOfABoundStoreIsRefusedOrMerged(String column) throws Exception {
		List<String> faults = new ArrayList<>();
		for (String value : VALUES) {
			Path set = Files.createTempDirectory(folder, "set");
			Path main = BoundSet.create(set, true);
			if (damage(main, "_zova_bound_stores", column, value, column + " is not null") > 0) {
				run("open", () -> act(() -> ZovaDatabase.open(main, LESS_SYNC).close()), column + " = " + value,
						faults);
				run("restore", () -> act(() -> ZovaDatabase.restore(main, set.resolve("copy.zova"))),
						column + " = " + value, faults);
			}
		}
		assertThat(faults).isEmpty();
	}

	/** What the reads have left in memory is there when the writes come. */
	private static void use(Path file, boolean inMemory, String what, List<String> faults) throws Exception {
		Path copy = folder.resolve("used.zova");
		Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
		ZovaDatabase[] opened = new ZovaDatabase[1];
		run("open", () -> opened[0] = ZovaDatabase.open(copy, LESS_SYNC), what, faults);
		ZovaDatabase database = opened[0];
		if (database == null) {
			return;
		}
		try {
			if (inMemory) {
				GraphsInMemory.read(database, "g");
			}
			for (Map.Entry<String, Callable<?>> operation : operations(database, what, !inMemory).entrySet()) {
				run(operation.getKey(), operation.getValue(), what + (inMemory ? ", graphs in memory" : ""), faults);
			}
		}
		finally {
			database.close();
		}
	}

	private static void run(String name, Callable<?> operation, String what, List<String> faults) throws Exception {
		Future<?> future = threads.submit(operation);
		try {
			future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			future.cancel(true);
			faults.add("%s: %s has not ended within %s".formatted(what, name, PATIENCE));
		}
		catch (ExecutionException ex) {
			Throwable error = ex.getCause();
			// Nobody else uses the file, so trying again cannot help.
			boolean clear = error instanceof DataAccessException && !(error instanceof UncategorizedSQLException)
					&& !(error instanceof TransientDataAccessException);
			if (!clear) {
				faults.add("%s: %s: %s at %s".formatted(what, name, error,
						Arrays.stream(error.getStackTrace()).limit(4).toList()));
			}
		}
	}

	/** Those of the room that the damaged table belongs to, and copies. */
	private static Map<String, Callable<?>> operations(ZovaDatabase database, String what, boolean copies) {
		Map<String, Callable<?>> all = new LinkedHashMap<>();
		if (what.startsWith("_zova_vector")) {
			vectors(database, all);
			vectorWrites(database, all);
		}
		else if (what.startsWith("_zova_graph")) {
			graphs(database, all);
			graphWrites(database, all);
		}
		else {
			objects(database.objects(), all);
			objectWrites(database.objects(), all);
		}
		all.put("key-value",
				() -> same(database.keyValues().namespace("ns").find(new byte[] { 1 }).orElseThrow(), SHORT));
		all.put("info", database::info);
		if (copies) {
			all.put("backup", () -> copied(database::backup));
			all.put("compact", () -> copied(database::compact));
		}
		return all;
	}

	private static void objects(ObjectTemplate objects, Map<String, Callable<?>> all) {
		for (byte[] content : List.of(SHORT, LONG, new byte[0])) {
			ObjectId id = ObjectId.ofContent(content);
			String of = " of " + content.length;
			all.put("get" + of, () -> same(objects.get(id), content));
			all.put("open" + of, () -> same(objects.open(id).readAllBytes(), content));
			all.put("resource" + of, () -> objects.asResource(id).contentLength());
			all.put("skip" + of, () -> {
				try (var in = objects.asResource(id).getInputStream()) {
					in.skip(content.length / 2);
					return in.readAllBytes();
				}
			});
			all.put("channel" + of, () -> {
				ByteBuffer into = ByteBuffer.allocate(content.length + 10);
				try (var channel = objects.openChannel(id)) {
					while (into.hasRemaining() && channel.read(into) >= 0) {
						// Reads on.
					}
				}
				return same(Arrays.copyOf(into.array(), into.position()), content);
			});
			for (int at : new int[] { 0, content.length / 2, content.length - 1 }) {
				if (at >= 0) {
					all.put("range at " + at + of, () -> same(objects.readRange(id, at, 1),
							Arrays.copyOfRange(content, at, Math.min(at + 1, content.length))));
				}
			}
			all.put("range" + of, () -> same(objects.readRange(id, 0, Integer.MAX_VALUE), content));
			all.put("manifest" + of, () -> objects.manifest(id));
			all.put("info" + of, () -> objects.info(id));
		}
		all.put("list", () -> objects.page(null, 10));
		all.put("stream", () -> objects.stream().toList());
		all.put("chunk", () -> same(objects.getChunk(ChunkId.ofContent(LOOSE)), LOOSE));
		all.put("loose chunks", () -> objects.looseChunks(Duration.ZERO));
	}

	private static void vectors(ZovaDatabase database, Map<String, Callable<?>> all) {
		VectorCollection docs = database.vectors().collection("docs");
		VectorQuery query = VectorQuery.near(1, 2, 3, 4).limit(5);
		all.put("vector collections", () -> database.vectors().list());
		all.put("vector collection", () -> database.vectors().info("docs"));
		all.put("number of vectors", docs::count);
		all.put("get vector", () -> docs.get("v1"));
		all.put("page of vectors", () -> docs.page(null, 10));
		all.put("stream of vectors", () -> docs.stream().toList());
		all.put("search", () -> docs.search(query));
		all.put("search by id", () -> docs.search(VectorQuery.nearId("v1").limit(5)));
		all.put("search in", () -> docs.search(query.candidates(List.of("v1", "v2"))));
		all.put("search other", () -> database.vectors().collection("other").search(query));
		all.put("search all", () -> docs.searchAll(List.of(query, query)));
	}

	private static void graphs(ZovaDatabase database, Map<String, Callable<?>> all) {
		Graph graph = database.graphs().graph("g");
		all.put("graphs", () -> database.graphs().list());
		all.put("graph", () -> database.graphs().info("g"));
		all.put("node", () -> graph.getNode("n1"));
		all.put("edge", () -> graph.edgeExists("n1", "next", "n2"));
		all.put("payload", () -> graph.getPayload(new GraphEdge("n1", "next", "n2")));
		for (Direction direction : Direction.values()) {
			NeighborQuery query = NeighborQuery.of("n0").direction(direction).limit(100);
			all.put("neighbors " + direction, () -> graph.neighbors(query));
			all.put("keyed neighbors " + direction, () -> database.graphs().graph("g").neighborsKeyed(query));
			all.put("typed neighbors " + direction, () -> graph.neighbors(query.edgeType("all")));
			all.put("pages of neighbors " + direction, () -> {
				NeighborCursor cursor = NeighborCursor.START;
				int rows = 0;
				for (boolean more = true; more;) {
					NeighborPage page = graph.neighborPage(query.limit(3), cursor);
					rows += page.neighbors().size();
					more = !page.neighbors().isEmpty() && page.hasMore();
					cursor = page.end();
					assertThat(rows).isLessThan(1_000);
				}
				return rows;
			});
			all.put("degree " + direction, () -> graph.degree("n0", direction, null));
			all.put("walk " + direction,
					() -> graph.walk(WalkQuery.from("n0").direction(direction).maxDepth(20).limit(100)));
			all.put("typed walk " + direction, () -> graph
				.walk(WalkQuery.from("n0").edgeType("next").direction(direction).maxDepth(20).limit(100)));
			all.put("traverse " + direction, () -> graph.traverse("n0", Traversal.EVERYTHING.direction(direction)));
		}
		all.put("path", () -> graph.shortestPath("n0", "n7"));
		all.put("scan", () -> graph.page(ScanCursor.START, ScanCursor.START, 100, 100));
		TransactionTemplate reading = new TransactionTemplate(database.transactionManager());
		all.put("nodes", () -> reading.execute((status) -> graph.streamNodes().toList()));
		all.put("edges", () -> reading.execute((status) -> graph.streamEdges().toList()));
		all.put("dangling", graph::dangling);
		all.put("by key", () -> database.graphs().graph("g").findNodesByKey(List.of(1L, 2L, Long.MAX_VALUE)));
		all.put("edges by key", () -> database.graphs().graph("g").findEdgesByKey(List.of(1L, 2L, Long.MAX_VALUE)));
	}

	private static void objectWrites(ObjectTemplate objects, Map<String, Callable<?>> all) {
		all.put("put object", () -> objects.put(SHORT));
		all.put("write object", () -> {
			try (ObjectWriter writer = objects.writer()) {
				writer.write(SHORT);
				return writer.finish();
			}
		});
		all.put("put chunk", () -> act(() -> objects.putChunk(ChunkId.ofContent(LOOSE), LOOSE)));
		all.put("collect chunks", () -> objects.collectLooseChunks(Duration.ZERO));
		all.put("delete object", () -> act(() -> objects.delete(ObjectId.ofContent(SHORT))));
		all.put("delete objects", () -> objects.deleteAll(List.of(ObjectId.ofContent(LONG))));
	}

	private static void vectorWrites(ZovaDatabase database, Map<String, Callable<?>> all) {
		VectorCollection docs = database.vectors().collection("docs");
		all.put("put vector", () -> act(() -> docs.put("v1", 4, 3, 2, 1)));
		all.put("put vectors", () -> act(() -> {
			for (int i = 0; i < 40; i++) {
				docs.put("w" + i, 4, 3, 2, i);
			}
		}));
		all.put("search after puts", () -> docs.search(VectorQuery.near(1, 2, 3, 4).limit(5)));
		all.put("delete vector", () -> act(() -> docs.delete("v2")));
		all.put("delete vectors", () -> docs.deleteAll(List.of("v3", "v4")));
		all.put("create collection", () -> database.vectors().create("new", VectorSpace.l2(2)));
		all.put("put into new collection", () -> act(() -> database.vectors().collection("new").put("a", 1, 2)));
		all.put("delete collection", () -> act(() -> database.vectors().delete("docs")));
	}

	private static void graphWrites(ZovaDatabase database, Map<String, Callable<?>> all) {
		Graph graph = database.graphs().graph("g");
		all.put("put node", () -> act(() -> graph.putNode("new", "kind")));
		all.put("put nodes",
				() -> database.graphs()
					.graph("g")
					.putNodesKeyed(List.of(new GraphNode("new2", "kind"), new GraphNode("n1", "other", null))));
		all.put("put edge", () -> act(() -> graph.putEdge("n1", "new", "n3")));
		all.put("put edges", () -> database.graphs().graph("g").putEdgesKeyed(manyEdges(graph)));
		all.put("walk after puts", () -> graph.walk(WalkQuery.from("n0").maxDepth(20).limit(100)));
		all.put("delete edge", () -> act(() -> graph.deleteEdge("n1", "next", "n2")));
		all.put("delete node", () -> act(() -> graph.deleteNode("n1")));
		all.put("delete nodes", () -> act(() -> graph.deleteNodes(List.of("n2", "n3"))));
		all.put("create graph", () -> act(() -> database.graphs().create("new")));
		all.put("delete graph", () -> act(() -> database.graphs().delete("g")));
	}

	private static List<GraphEdge> manyEdges(Graph graph) {
		List<GraphEdge> edges = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			edges.add(new GraphEdge("n" + i, "many", "n" + (i + 5) % 12));
		}
		return edges;
	}

	private static boolean act(Runnable action) {
		action.run();
		return true;
	}

	private static boolean same(byte[] actual, byte[] expected) {
		assertThat(Arrays.equals(actual, expected)).as("the right bytes").isTrue();
		return true;
	}

	private static Path copied(java.util.function.Consumer<Path> copying) throws Exception {
		Path copy = folder.resolve("copy.zova");
		Files.deleteIfExists(copy);
		copying.accept(copy);
		return copy;
	}

	/**
	 * Changes rows past every rule: triggers, foreign keys, checks and NOT NULL.
	 * @return how many rows have changed, 0 if SQLite itself refuses the value there
	 */
	private static int damage(Path file, String table, String column, String value, String where) throws SQLException {
		try (Connection connection = io.zova.sqlite.driver.DriverConnections.readWrite(file, 0).open();
				Statement statement = connection.createStatement()) {
			statement.execute("pragma synchronous=off");
			statement.execute("pragma foreign_keys=off");
			statement.execute("pragma ignore_check_constraints=on");
			List<String> triggers = TestFiles.texts(connection, "select sql from sqlite_schema where type = 'trigger'");
			for (String trigger : TestFiles.texts(connection,
					"select name from sqlite_schema where type = 'trigger'")) {
				statement.execute("drop trigger " + trigger);
			}
			String schema = TestFiles.texts(connection, "select sql from sqlite_schema where name = '" + table + "'")
				.get(0);
			redefine(connection, statement, table, schema.replace(" not null", ""));
			int changed = 0;
			try {
				changed = statement
					.executeUpdate("update or ignore %s set %s = %s where %s".formatted(table, column, value, where));
			}
			catch (SQLException ex) {
				assertThat(ex.getMessage()).matches("(?s).*(MISMATCH|datatype mismatch|UNIQUE|NOTNULL|NOT NULL).*");
			}
			redefine(connection, statement, table, schema);
			for (String trigger : triggers) {
				statement.execute(trigger);
			}
			return changed;
		}
	}

	private static void redefine(Connection connection, Statement statement, String table, String sql)
			throws SQLException {
		statement.execute("pragma writable_schema=on");
		statement.executeUpdate(
				"update sqlite_schema set sql = '" + sql.replace("'", "''") + "' where name = '" + table + "'");
		long version;
		try (ResultSet row = statement.executeQuery("pragma schema_version")) {
			version = row.getLong(1);
		}
		statement.execute("pragma schema_version=" + (version + 1));
		statement.execute("pragma writable_schema=reset");
	}

	private static byte[] bytes(int length, long seed) {
		byte[] bytes = RandomBytes.of(length, seed);
		return bytes;
	}

}
