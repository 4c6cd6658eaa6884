package io.zova.adversary;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.graph.Direction;
import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.NeighborCursor;
import io.zova.graph.NeighborQuery;
import io.zova.graph.ScanCursor;
import io.zova.graph.Traversal;
import io.zova.graph.WalkQuery;
import io.zova.kv.KeyRange;
import io.zova.kv.KeyValueNamespace;
import io.zova.maintenance.CopyOptions;
import io.zova.object.ChunkId;
import io.zova.object.ObjectId;
import io.zova.object.ObjectManifest;
import io.zova.object.ObjectReader;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorValues;

import org.springframework.transaction.support.TransactionTemplate;

/**
 * Every call that reads a {@link SampleFile}, by its name. Those that give bytes of an
 * object look whether they are right.
 */
final class Calls {

	private static final Traversal SHORT = Traversal.EVERYTHING.maxDepth(50).limit(1000);

	private final Map<String, Call> calls = new LinkedHashMap<>();

	private Calls() {
	}

	static Map<String, Call> of(ZovaDatabase database, Path copies) {
		Calls calls = new Calls();
		SampleFile.objects().forEach((id, content) -> calls.addObject(database, id, content));
		calls.addObjects(database);
		for (VectorCollection collection : List.of(database.vectors().collection("docs"),
				database.vectors().collection("bytes"))) {
			calls.addVectors(database, collection);
		}
		calls.addGraph(database, database.graphs().graph("g"));
		calls.addKeyValues(database);
		calls.addSql(database);
		calls.addCopies(database, copies);
		return calls.calls;
	}

	private void addObject(ZovaDatabase database, ObjectId id, byte[] content) {
		String of = " of " + content.length;
		Random random = new Random(content.length);
		int from = random.nextInt(content.length + 1);
		int length = random.nextInt(content.length - from + 1);
		byte[] part = Arrays.copyOfRange(content, from, from + length);
		this.calls.put("get" + of, () -> requireSame(content, database.objects().get(id)));
		this.calls.put("range" + of, () -> requireSame(part, database.objects().readRange(id, from, length)));
		this.calls.put("stream" + of, () -> {
			try (InputStream stream = database.objects().open(id)) {
				requireSame(content, stream.readAllBytes());
			}
		});
		this.calls.put("skip" + of, () -> {
			try (ObjectReader stream = database.objects().open(id)) {
				stream.skipNBytes(from);
				requireSame(part, stream.readNBytes(length));
			}
		});
		this.calls.put("channel" + of, () -> {
			try (SeekableByteChannel channel = database.objects().openChannel(id)) {
				ByteBuffer buffer = ByteBuffer.allocate(length);
				channel.position(from);
				while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
					continue;
				}
				// It ends where the object says that it does, which only a whole read can
				// find wrong.
				long end = Math.min(Math.max(channel.size() - from, 0), length);
				requireSame(Arrays.copyOf(part, (int) end), Arrays.copyOf(buffer.array(), buffer.position()));
			}
		});
		this.calls.put("copy" + of, () -> {
			ByteArrayOutputStream copy = new ByteArrayOutputStream();
			database.objects().copyTo(id, copy, (bytes) -> {
			});
			requireSame(content, copy.toByteArray());
		});
		this.calls.put("info" + of, () -> database.objects().info(id));
		this.calls.put("exists" + of, () -> database.objects().exists(id));
		this.calls.put("chunks" + of, () -> {
			for (ObjectManifest.Entry entry : database.objects().manifest(id).chunks()) {
				byte[] chunk = database.objects().getChunk(entry.chunk());
				if (!ChunkId.ofContent(chunk).equals(entry.chunk())) {
					throw new AssertionError("a chunk with other bytes");
				}
			}
		});
	}

	private void addObjects(ZovaDatabase database) {
		this.calls.put("list", () -> database.objects().page(null, 100));
		this.calls.put("objects", () -> {
			for (ObjectId id : all(database.objects().stream().map((info) -> info.id()))) {
				byte[] content = database.objects().get(id);
				if (!ObjectId.ofContent(content).equals(id)) {
					throw new AssertionError("an object with other bytes");
				}
				requireChunks(content, database.objects().manifest(id));
			}
		});
		this.calls.put("loose", () -> database.objects().looseChunks(Duration.ZERO));
	}

	/** Each chunk is checked, too, not only all of them together. */
	private static void requireChunks(byte[] content, ObjectManifest manifest) {
		for (ObjectManifest.Entry entry : manifest.chunks()) {
			int from = Math.toIntExact(entry.offset());
			byte[] chunk = Arrays.copyOfRange(content, from, from + Math.toIntExact(entry.size()));
			if (!ChunkId.ofContent(chunk).equals(entry.chunk())) {
				throw new AssertionError("a chunk with other bytes than its hash says was read");
			}
		}
	}

	private void addVectors(ZovaDatabase database, VectorCollection vectors) {
		String of = " of " + vectors.name();
		VectorValues near = vectors.name().equals("docs") ? VectorValues.of(SampleFile.vector(1))
				: VectorValues.bytes(0.1f, SampleFile.vector(1));
		List<String> ids = IntStream.range(0, SampleFile.VECTORS).mapToObj((i) -> "v" + i).toList();
		this.calls.put("info" + of, () -> database.vectors().info(vectors.name()));
		this.calls.put("count" + of, vectors::count);
		this.calls.put("vector" + of, () -> vectors.get("v1"));
		this.calls.put("vectors" + of, () -> vectors.getAll(ids));
		this.calls.put("vector exists" + of, () -> vectors.exists("v1"));
		this.calls.put("stream" + of, () -> vectors.stream().map((entry) -> entry.values().toFloats()).toList());
		this.calls.put("page" + of, () -> vectors.page("v2", 20));
		this.calls.put("search" + of, () -> vectors.search(VectorQuery.near(near).limit(5)));
		this.calls.put("search again" + of, () -> vectors.search(VectorQuery.near(near).limit(500)));
		this.calls.put("search by id" + of, () -> vectors.search(VectorQuery.nearId("v3")));
		this.calls.put("search within" + of, () -> vectors.search(VectorQuery.near(near).within(0.1)));
		this.calls.put("search of ids" + of, () -> vectors.search(VectorQuery.near(near).candidates(ids)));
		this.calls.put("searches" + of,
				() -> vectors.searchAll(List.of(VectorQuery.near(near), VectorQuery.nearId("v4"))));
	}

	private void addGraph(ZovaDatabase database, Graph graph) {
		NeighborQuery neighbors = NeighborQuery.of("n0").limit(1000);
		this.calls.put("graph", () -> database.graphs().info(graph.name()));
		this.calls.put("graphs", () -> database.graphs().list());
		this.calls.put("node", () -> graph.getNode("n5"));
		this.calls.put("edge", () -> graph.edgeExists("n0", "to", "n1"));
		this.calls.put("edge payload", () -> graph.getPayload(new GraphEdge("n0", "to", "n1")));
		this.calls.put("neighbors", () -> graph.neighbors(neighbors));
		this.calls.put("neighbors of type", () -> graph.neighbors(neighbors.edgeType("to")));
		this.calls.put("neighbors into", () -> graph.neighbors(neighbors.direction(Direction.INCOMING)));
		this.calls.put("neighbors by key", () -> database.graphs().graph("g").neighborsKeyed(neighbors));
		this.calls.put("neighbor page", () -> graph.neighborPage(neighbors, NeighborCursor.START));
		this.calls.put("degree", () -> graph.degree("n0", Direction.OUTGOING, null));
		this.calls.put("walk", () -> graph.walk(WalkQuery.from("n0").maxDepth(5).limit(100)));
		this.calls.put("walk both ways",
				() -> graph.walk(WalkQuery.from("n1").direction(Direction.INCOMING).maxDepth(50).limit(1000)));
		this.calls.put("traverse", () -> graph.traverse("n1", SHORT));
		this.calls.put("path", () -> graph.shortestPath("n1", "n30"));
		this.calls.put("graph scan", () -> graph.page(ScanCursor.START, ScanCursor.START, 100, 100));
		this.calls.put("nodes", inTransaction(database, () -> all(graph.streamNodes())));
		this.calls.put("edges", inTransaction(database, () -> all(graph.streamEdges())));
		this.calls.put("dangling", graph::dangling);
		List<Long> keys = List.of(1L, 2L, 3L, 99L);
		this.calls.put("nodes by key", () -> database.graphs().graph("g").findNodesByKey(keys));
		this.calls.put("edges by key", () -> database.graphs().graph("g").findEdgesByKey(keys));
		this.calls.put("payloads by key", () -> database.graphs().graph("g").findPayloadsByKey(keys));
		this.calls.put("degrees", () -> database.graphs().graph("g").degrees(keys, Direction.OUTGOING, "to"));
		this.calls.put("edge itself", () -> database.graphs().graph("g").getEdge(new GraphEdge("n0", "to", "n2")));
	}

	private void addKeyValues(ZovaDatabase database) {
		KeyValueNamespace keyValues = database.keyValues().namespace("kv");
		this.calls.put("namespaces", () -> database.keyValues().namespaces());
		this.calls.put("key-value", () -> keyValues.find(SampleFile.key(7)));
		this.calls.put("key-values", () -> keyValues.findAll(List.of(SampleFile.key(1), SampleFile.key(70))));
		this.calls.put("key-value count", keyValues::count);
		this.calls.put("key-value scan", () -> keyValues.page(KeyRange.all()));
		this.calls.put("key-value stream", () -> all(keyValues.stream(KeyRange.all())));
	}

	private void addSql(ZovaDatabase database) {
		for (String sql : List.of("select * from item order by name", "select name from item where id = 7",
				"select * from zova_vector_search('docs', (select \"values\" from _zova_vectors limit 1), 5)",
				"select * from zova_graph_walk where graph_name = 'g' and start_node_id = 'n0' and max_depth = 3",
				"pragma integrity_check", "pragma foreign_key_check", "pragma table_list",
				"select * from sqlite_schema, pragma_table_xinfo(name)")) {
			this.calls.put(sql, () -> query(database, sql));
		}
		this.calls.put("every table", () -> {
			for (String table : List.of("meta", "extensions", "objects", "chunks", "object_chunks",
					"vector_collections", "vectors", "vector_sources", "vector_changes", "graphs", "graph_nodes",
					"graph_edge_types", "graph_edges", "kv")) {
				query(database, "select * from _zova_" + table);
			}
		});
	}

	private static void query(ZovaDatabase database, String sql) throws Exception {
		try (Connection connection = database.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			int columns = rows.getMetaData().getColumnCount();
			while (rows.next()) {
				for (int column = 1; column <= columns; column++) {
					rows.getObject(column);
				}
			}
		}
	}

	/** What has passed verification has the right bytes, wherever it is. */
	private void addCopies(ZovaDatabase database, Path copies) {
		this.calls.put("database info", database::info);
		this.calls.put("backup", () -> {
			Path copy = copies.resolve("backup.zova");
			database.backup(copy);
			requireObjects(copy);
		});
		this.calls.put("compact", () -> {
			Path copy = copies.resolve("compact.zova");
			database.compact(copy);
			requireObjects(copy);
		});
		this.calls.put("backup without verification",
				() -> database.backup(copies.resolve("unverified.zova"), CopyOptions.defaults().withoutVerification()));
	}

	private static void requireObjects(Path copy) {
		try (ZovaDatabase database = ZovaDatabase.open(copy, ZovaOptions.builder().readOnly(true).build())) {
			for (ObjectId id : all(database.objects().stream().map((info) -> info.id()))) {
				if (!ObjectId.ofContent(database.objects().get(id)).equals(id)) {
					throw new AssertionError("an object with other bytes in a verified copy");
				}
			}
		}
		catch (RuntimeException ex) {
			throw new AssertionError("a verified copy cannot be read", ex);
		}
	}

	private static Call inTransaction(ZovaDatabase database, Runnable call) {
		TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
		return () -> transaction.executeWithoutResult((status) -> call.run());
	}

	private static <T> List<T> all(Stream<T> stream) {
		try (stream) {
			return stream.toList();
		}
	}

	private static void requireSame(byte[] expected, byte[] found) {
		if (!Arrays.equals(expected, found)) {
			throw new AssertionError("other bytes: %d instead of %d".formatted(found.length, expected.length));
		}
	}

	/**
	 * A call that reads.
	 */
	@FunctionalInterface
	interface Call {

		void run() throws Exception;

	}

}
