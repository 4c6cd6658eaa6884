package io.zova.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import io.zova.RandomBytes;
import io.zova.graph.Direction;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.NeighborQuery;
import io.zova.graph.ScanCursor;
import io.zova.graph.WalkQuery;
import io.zova.object.ChunkId;
import io.zova.object.ObjectId;
import io.zova.object.ObjectReader;
import io.zova.vector.ElementType;
import io.zova.vector.Metric;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorValues;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Fills both engines with a little of everything, and asks them everything about it.
 */
final class EveryRead {

	private static final List<String> COLLECTIONS = List.of("f32 l2", "i8 cosine", "f16 dot");

	private static final List<String> VECTORS = List.of("a", "b", "c", "é");

	private static final List<String> NODES = List.of("a", "b", "c", "d");

	private static final List<GraphEdge> EDGES = List.of(new GraphEdge("a", "cites", "b"),
			new GraphEdge("b", "cites", "c"), new GraphEdge("a", "links", "c"), new GraphEdge("c", "links", "a"),
			new GraphEdge("d", "cites", "d"));

	private static final byte[] NAMESPACE = { 'n', 's' };

	private static final List<byte[]> KEYS = List.of(new byte[] { 'k' }, new byte[] { 0 }, new byte[] { 'x', 1 });

	private final TwoEngines engines;

	private final List<byte[]> contents = new ArrayList<>();

	/** As they were before the damage. */
	private String manifests = "";

	private final Map<String, String> firstChunks = new HashMap<>();

	EveryRead(TwoEngines engines) {
		this.engines = engines;
		byte[] source = RandomBytes.of(150_000, 11);
		for (int size : new int[] { 0, 1, 5_000, 120_000, 150_000 }) {
			this.contents.add(Arrays.copyOf(source, size));
		}
	}

	private JsonNode theirs(String operation, @Nullable Object... arguments) {
		return this.engines.peer().call(operation, arguments);
	}

	void fill() {
		for (byte[] content : this.contents) {
			same("put object", () -> this.engines.database().objects().put(content).toBytes(),
					() -> theirs("put_object", "data", Peer.binary(content)));
		}
		for (String name : COLLECTIONS) {
			fillCollection(name);
		}
		same("create graph", () -> {
			this.engines.database().graphs().create("g");
			return null;
		}, () -> theirs("create_graph", "name", "g"));
		for (String node : NODES) {
			same("put node", () -> {
				this.engines.database().graphs().graph("g").putNode(new GraphNode(node, "doc"));
				return null;
			}, () -> theirs("put_graph_node", "graph_name", "g", "node_id", node, "kind", "doc"));
		}
		for (GraphEdge edge : EDGES) {
			same("put edge", () -> {
				this.engines.database().graphs().graph("g").putEdge(edge);
				return null;
			}, () -> theirs("put_graph_edge", "graph_name", "g", "from_node_id", edge.from(), "edge_type", edge.type(),
					"to_node_id", edge.to()));
		}
		for (byte[] key : KEYS) {
			same("put key-value", () -> {
				this.engines.database().keyValues().namespace(NAMESPACE).put(key, key);
				return null;
			}, () -> theirs("kv_put", "namespace", Peer.binary(NAMESPACE), "key", Peer.binary(key), "value",
					Peer.binary(key)));
		}
		this.manifests = manifests();
		for (byte[] content : this.contents) {
			String id = ObjectId.ofContent(content).toString();
			this.firstChunks.put(id, firstChunk(id));
		}
	}

	private void fillCollection(String name) {
		String element = name.split(" ")[0];
		String metric = name.split(" ")[1];
		same("create " + name, () -> {
			this.engines.database()
				.vectors()
				.create(name, new VectorSpace(4, Metric.valueOf(metric.toUpperCase(Locale.ROOT)), type(name)));
			return null;
		}, () -> theirs("create_vector_collection", "name", name, "dimensions", 4, "metric", metric, "element_type",
				element));
		for (int i = 0; i < VECTORS.size(); i++) {
			byte[] stored = stored(name, i);
			String id = VECTORS.get(i);
			same("put vector", () -> {
				this.engines.database().vectors().collection(name).put(id, VectorValues.ofStored(type(name), stored));
				return null;
			}, () -> theirs("put_vector", "collection_name", name, "vector_id", id, "values",
					Map.of(element, HexFormat.of().formatHex(stored))));
		}
	}

	private static ElementType type(String collection) {
		return ElementType.valueOf(collection.split(" ")[0].toUpperCase(Locale.ROOT));
	}

	/** Small numbers in every type: of f32 1 or 2, of f16 about as much. */
	private static byte[] stored(String collection, int number) {
		return switch (type(collection)) {
			case F32 -> new byte[] { 0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, (byte) (number * 16), 0x40, 0, 0, 0,
					(byte) (number == 2 ? 0xc0 : 0x40) };
			case F16 -> new byte[] { 0, 0x3c, 0, 0x40, (byte) number, 0x40, 0, (byte) (number == 2 ? 0xc0 : 0x40) };
			case I8 -> new byte[] { 1, (byte) number, 2, (byte) -number };
		};
	}

	/**
	 * Asks everything.
	 */
	void compare() {
		this.contents.forEach(this::objects);
		COLLECTIONS.forEach(this::vectors);
		same("collections", () -> this.engines.database().vectors().list().size(),
				() -> theirs("list_vector_collections").size());
		graphs();
		keyValues();
	}

	private void objects(byte[] content) {
		ObjectId id = ObjectId.ofContent(content);
		String hex = id.toString();
		String of = " of " + content.length;
		var objects = this.engines.database().objects();
		same("get" + of, () -> objects.get(id), () -> allocated(() -> theirs("get_object", "object_id", hex)));
		same("exists" + of, () -> objects.exists(id), () -> theirs("has_object", "object_id", hex));
		same("size" + of, () -> objects.size(id), () -> theirs("object_size", "object_id", hex));
		same("chunk count" + of, () -> objects.chunkCount(id), () -> theirs("object_chunk_count", "object_id", hex));
		same("manifest" + of, () -> objects.manifest(id)
			.chunks()
			.stream()
			.map((entry) -> Outcome.text(List.of(entry.index(), entry.chunk().toBytes(), entry.offset(), entry.size())))
			.toList()
			.toString(),
				() -> Outcome.eachFields(theirs("object_manifest", "object_id", hex).path("chunks"), "index", "hash",
						"offset", "size_bytes"));
		for (String hash : chunks(hex)) {
			same("chunk" + of, () -> objects.getChunk(ChunkId.parse(hash)),
					() -> theirs("get_object_chunk", "hash", hash));
			same("has chunk" + of, () -> objects.chunkExists(ChunkId.parse(hash)),
					() -> theirs("has_object_chunk", "hash", hash));
		}
		// Of damaged manifests engine 1.3.0 reads ranges of other bytes, and may end the
		// process instead of reading; see DeviationTests.
		boolean intact = manifests().equals(this.manifests);
		if (intact) {
			for (int offset : new int[] { 0, 4_000, 119_999, 200_000 }) {
				same("range at " + offset + of, () -> objects.readRange(id, offset, 3_000),
						() -> theirs("read_object_range", "object_id", hex, "offset", offset, "len", 3_000));
			}
		}
		if (intact && firstChunk(hex).equals(this.firstChunks.get(hex))) {
			same("reader" + of, () -> read(objects.open(id)), () -> readTheirs(hex));
		}
	}

	/** Engine 1.3.0 makes room for what a damaged size says, ours looks first. */
	private static JsonNode allocated(Callable<JsonNode> call) throws Exception {
		try {
			return call.call();
		}
		catch (PeerException ex) {
			throw ex.status().equals("ZOVA_OUT_OF_MEMORY")
					? new PeerException("get_object", "ZOVA_OBJECT_CORRUPT", 0, ex.text()) : ex;
		}
	}

	private String firstChunk(String objectId) {
		return Outcome.text(theirs("query", "sql",
				"select * from _zova_object_chunks join _zova_chunks using (chunk_hash) where object_id = x'%s' order by chunk_index limit 1"
					.formatted(objectId))
			.path("rows"));
	}

	private String manifests() {
		return Outcome.text(theirs("query", "sql",
				"select * from _zova_objects left join _zova_object_chunks using (object_id) order by object_id, chunk_index")
			.path("rows"));
	}

	private List<String> chunks(String objectId) {
		return theirs("query", "sql",
				"select lower(hex(chunk_hash)) from _zova_object_chunks where object_id = x'%s' and length(chunk_hash) = 32"
					.formatted(objectId))
			.path("rows")
			.valueStream()
			.map((row) -> row.path(0).path("value").asString())
			.toList();
	}

	/** In parts, so that what comes before the damage is compared too. */
	private static String read(ObjectReader reader) throws IOException {
		List<String> parts = new ArrayList<>();
		try (reader) {
			byte[] part = new byte[10_000];
			for (int read = reader.readNBytes(part, 0, part.length); read > 0; read = reader.readNBytes(part, 0,
					part.length)) {
				parts.add(Arrays.hashCode(Arrays.copyOf(part, read)) + "");
			}
		}
		return parts.toString();
	}

	private String readTheirs(String id) {
		JsonNode reader = theirs("object_reader", "object_id", id).path("reader");
		List<String> parts = new ArrayList<>();
		try {
			while (true) {
				byte[] part = new byte[0];
				while (part.length < 10_000) {
					byte[] more = Peer.bytes(theirs("reader_read", "reader", reader, "len", 10_000 - part.length));
					if (more.length == 0) {
						break;
					}
					byte[] longer = Arrays.copyOf(part, part.length + more.length);
					System.arraycopy(more, 0, longer, part.length, more.length);
					part = longer;
				}
				if (part.length == 0) {
					return parts.toString();
				}
				parts.add(Arrays.hashCode(part) + "");
			}
		}
		finally {
			theirs("reader_drop", "reader", reader);
		}
	}

	private void vectors(String name) {
		var vectors = this.engines.database().vectors();
		var collection = vectors.collection(name);
		same("has " + name, () -> vectors.exists(name), () -> theirs("has_vector_collection", "name", name));
		same("info " + name,
				() -> Outcome.text(List.of(vectors.info(name).name(), vectors.info(name).space().dimensions(),
						vectors.info(name).count())),
				() -> Outcome.fields(theirs("vector_collection_info", "name", name), "name", "dimensions",
						"vector_count"));
		String element = name.split(" ")[0];
		byte[] query = stored(name, 1);
		Map<String, String> theirQuery = Map.of(element, HexFormat.of().formatHex(query));
		VectorValues ourQuery = VectorValues.ofStored(type(name), query);
		for (String id : VECTORS) {
			same("get " + id + " of " + name, () -> HexFormat.of().formatHex(collection.get(id).values().toStored()),
					() -> theirs("get_vector", "collection_name", name, "vector_id", id).path("hex").asString());
			same("has " + id + " in " + name, () -> collection.exists(id),
					() -> theirs("has_vector", "collection_name", name, "vector_id", id));
			same("near " + id + " in " + name, () -> matches(collection.search(VectorQuery.nearId(id).limit(3))),
					() -> Outcome.eachFields(
							theirs("search_vectors_by_id", "collection_name", name, "source_vector_id", id, "limit", 3),
							"id", "bits"));
		}
		for (int limit : new int[] { 0, 2, 100 }) {
			same("search " + name + ", limit " + limit,
					() -> matches(collection.search(VectorQuery.near(ourQuery).limit(limit))),
					() -> Outcome.eachFields(
							theirs("search_vectors", "collection_name", name, "query", theirQuery, "limit", limit),
							"id", "bits"));
		}
		same("search some of " + name,
				() -> matches(
						collection.search(VectorQuery.near(ourQuery).candidates(List.of("a", "é", "no")).limit(5))),
				() -> Outcome.eachFields(theirs("search_vectors_in", "collection_name", name, "query", theirQuery,
						"candidate_ids", List.of("a", "é", "no"), "limit", 5), "id", "bits"));
	}

	private static String matches(List<io.zova.vector.VectorMatch> found) {
		return found.stream()
			.map((match) -> Outcome
				.text(List.of(match.id(), "%016x".formatted(Double.doubleToRawLongBits(match.distance())))))
			.toList()
			.toString();
	}

	private void graphs() {
		var graphs = this.engines.database().graphs();
		same("info", () -> Outcome.text(List.of(graphs.info("g").nodeCount(), graphs.info("g").edgeCount())),
				() -> Outcome.fields(theirs("graph_info", "name", "g"), "node_count", "edge_count"));
		same("graphs", () -> graphs.list().size(), () -> theirs("list_graphs").size());
		for (String node : NODES) {
			same("node " + node, () -> {
				GraphNode found = graphs.graph("g").getNode(node);
				return Outcome.text(Arrays.asList(found.id(), found.kind(),
						found.target().type().name().toLowerCase(Locale.ROOT), found.target().ref()));
			}, () -> Outcome.fields(theirs("get_graph_node", "graph_name", "g", "node_id", node), "node_id", "kind",
					"target_type", "target_ref"));
			same("has node " + node, () -> graphs.graph("g").nodeExists(node),
					() -> theirs("has_graph_node", "graph_name", "g", "node_id", node));
			for (Direction direction : List.of(Direction.OUTGOING, Direction.INCOMING)) {
				String way = direction.name().toLowerCase(Locale.ROOT);
				same("degree of " + node + " " + way, () -> graphs.graph("g").degree(node, direction, null),
						() -> theirs("graph_degree", "graph_name", "g", "node_id", node, "direction", way));
				same("neighbors of " + node + " " + way,
						() -> graphs.graph("g")
							.neighbors(NeighborQuery.of(node).direction(direction).limit(10))
							.stream()
							.map((n) -> Outcome.text(List.of(n.nodeId(), n.kind(), n.edgeType())))
							.toList()
							.toString(),
						() -> Outcome.eachFields(theirs("graph_neighbors", "graph_name", "g", "node_id", node,
								"direction", way, "limit", 10), "node_id", "kind", "edge_type"));
			}
			same("walk from " + node, () -> graphs.graph("g")
				.walk(WalkQuery.from(node).maxDepth(3).limit(10))
				.stream()
				.map((step) -> Outcome
					.text(Arrays.asList(step.nodeId(), step.kind(), step.depth(), step.predecessor(), step.edgeType())))
				.toList()
				.toString(),
					() -> Outcome.eachFields(
							theirs("graph_walk", "graph_name", "g", "start_node_id", node, "max_depth", 3, "limit", 10),
							"node_id", "kind", "depth", "predecessor_node_id", "edge_type"));
		}
		for (GraphEdge edge : EDGES) {
			same("has " + edge, () -> graphs.graph("g").edgeExists(edge), () -> theirs("has_graph_edge", "graph_name",
					"g", "from_node_id", edge.from(), "edge_type", edge.type(), "to_node_id", edge.to()));
		}
		List<Long> keys = List.of(1L, 2L, 3L, 4L, 5L, 6L);
		same("nodes by key",
				() -> graphs.graph("g")
					.findNodesByKey(keys)
					.stream()
					.map((found) -> found
						.map((node) -> Outcome.text(List.of(node.key(), node.id(), node.kind(), node.createdOrder())))
						.orElse("null"))
					.toList()
					.toString(),
				() -> theirs("get_graph_nodes_keyed", "graph_name", "g", "node_keys", keys).valueStream()
					.map((node) -> node.isNull() ? "null"
							: Outcome.fields(node, "node_key", "node_id", "kind", "created_order"))
					.toList()
					.toString());
		same("edges by key",
				() -> graphs.graph("g")
					.findEdgesByKey(keys)
					.stream()
					.map((found) -> found
						.map((edge) -> Outcome
							.text(List.of(edge.key(), edge.fromKey(), edge.type(), edge.toKey(), edge.createdOrder())))
						.orElse("null"))
					.toList()
					.toString(),
				() -> theirs("get_graph_edges_keyed", "graph_name", "g", "edge_keys", keys).valueStream()
					.map((edge) -> edge.isNull() ? "null"
							: Outcome.fields(edge, "edge_key", "from_node_key", "edge_type", "to_node_key",
									"created_order"))
					.toList()
					.toString());
		same("payloads", () -> graphs.graph("g").findPayloadsByKey(keys),
				() -> theirs("graph_edge_payloads", "graph_name", "g", "edge_keys", keys));
		same("scan", () -> {
			var page = graphs.graph("g").page(ScanCursor.START, ScanCursor.START, 10, 10);
			return Outcome.text(List.of(page.nodes().stream().map((node) -> node.id()).toList(),
					page.edges().stream().map((edge) -> edge.key()).toList()));
		}, () -> {
			JsonNode page = theirs("graph_scan", "graph_name", "g", "node_limit", 10, "edge_limit", 10);
			return Outcome
				.text(List.of(page.path("nodes").valueStream().map((node) -> node.path("node_id").asString()).toList(),
						page.path("edges").valueStream().map((edge) -> edge.path("edge_key").asLong()).toList()));
		});
	}

	private void keyValues() {
		var keyValues = this.engines.database().keyValues();
		for (byte[] key : KEYS) {
			same("key-value " + Outcome.text(key), () -> keyValues.namespace(NAMESPACE).find(key),
					() -> theirs("kv_get", "namespace", Peer.binary(NAMESPACE), "key", Peer.binary(key)));
		}
		same("key-values", () -> keyValues.namespace(NAMESPACE).findAll(KEYS), () -> theirs("kv_get_many", "namespace",
				Peer.binary(NAMESPACE), "keys", KEYS.stream().map(Peer::binary).toList()));
		same("count", () -> keyValues.namespace(NAMESPACE).count(),
				() -> theirs("kv_count", "namespace", Peer.binary(NAMESPACE)));
	}

	private void same(String what, Callable<? extends @Nullable Object> ours,
			Callable<? extends @Nullable Object> theirs) {
		this.engines.same(what, ours, theirs);
	}

}
