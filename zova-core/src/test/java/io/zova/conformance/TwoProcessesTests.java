package io.zova.conformance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.zova.RandomBytes;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.graph.GraphNode;
import io.zova.vector.ElementType;
import io.zova.vector.Metric;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorValues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Both engines have the same file open, in two processes.
 */
@RequiresPeer
class TwoProcessesTests {

	private static final int ROUNDS = Integer.getInteger("zova.conformance.rounds", 60);

	@TempDir
	Path folder;

	@ParameterizedTest
	@EnumSource(value = JournalMode.class, names = { "WAL", "DELETE" })
	void whatBothWriteAtTheSameTimeIsAllThereAndReadAlike(JournalMode mode) throws Exception {
		Path file = this.folder.resolve("both.zova");
		try (ZovaDatabase database = ZovaDatabase.create(file,
				ZovaOptions.builder().journalMode(mode).busyTimeout(Duration.ofSeconds(60)).build());
				Peer peer = Peer.start()) {
			JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
			jdbc.execute("create table t(id integer primary key, who text)");
			database.graphs().create("g");
			database.vectors().create("c", new VectorSpace(2, Metric.L2, ElementType.I8));
			peer.call("open", "path", file.toString(), "busy_timeout", 60_000);
			CompletableFuture<Void> theirs = CompletableFuture.runAsync(() -> writeTheirs(peer));
			writeOurs(database, jdbc);
			theirs.join();
			assertThat(jdbc.queryForObject("select count(*) from t", Integer.class)).isEqualTo(2 * ROUNDS);
			assertThat(database.graphs().info("g").nodeCount()).isEqualTo(2 * ROUNDS);
			assertThat(database.vectors().collection("c").count()).isEqualTo(2 * ROUNDS);
			assertThat(database.keyValues().namespace(new byte[0]).count()).isEqualTo(2 * ROUNDS);
			assertThat(database.objects().exists(io.zova.object.ObjectId.ofContent(content("theirs", 0)))).isTrue();
			assertThat(jdbc.queryForObject("pragma integrity_check", String.class)).isEqualTo("ok");
			for (String table : tables(jdbc)) {
				String sql = "select * from " + table;
				try (var connection = database.dataSource().getConnection()) {
					assertThat(SqlOutcome.ours(connection, sql)).as(table)
						.startsWith("[[")
						.isEqualTo(SqlOutcome.theirs(peer, sql));
				}
			}
			assertThat(near(database)).isEqualTo(nearTheirs(peer)).hasSize(2 * ROUNDS);
			assertThat(peer.call("graph_info", "name", "g").path("node_count").asInt()).isEqualTo(2 * ROUNDS);
		}
	}

	private static List<String> tables(JdbcTemplate jdbc) {
		List<String> tables = new ArrayList<>(List.of("t"));
		for (String table : List.of("_zova_objects", "_zova_object_chunks", "_zova_chunks", "_zova_graphs",
				"_zova_graph_nodes", "_zova_kv", "_zova_vectors", "_zova_vector_collections", "_zova_vector_sources",
				"_zova_vector_changes")) {
			assertThat(jdbc.queryForObject("select count(*) from " + table, Integer.class)).as(table).isPositive();
			tables.add(table);
		}
		return tables;
	}

	private static void writeOurs(ZovaDatabase database, JdbcTemplate jdbc) {
		for (int i = 0; i < ROUNDS; i++) {
			jdbc.update("insert into t(who) values ('ours')");
			database.objects().put(content("ours", i));
			database.graphs().graph("g").putNode(new GraphNode("ours" + i, "k"));
			database.vectors().collection("c").put("ours" + i, VectorValues.ofStored(ElementType.I8, stored(i)));
			database.keyValues().namespace(new byte[0]).put(("ours" + i).getBytes(), new byte[] { 1 });
			near(database);
		}
	}

	private static void writeTheirs(Peer peer) {
		for (int i = 0; i < ROUNDS; i++) {
			peer.call("exec", "sql", "insert into t(who) values ('theirs')");
			peer.call("put_object", "data", Peer.binary(content("theirs", i)));
			peer.call("put_graph_node", "graph_name", "g", "node_id", "theirs" + i, "kind", "k");
			peer.call("put_vector", "collection_name", "c", "vector_id", "theirs" + i, "values",
					Map.of("i8", java.util.HexFormat.of().formatHex(stored(i))));
			peer.call("kv_put", "namespace", Map.of("hex", ""), "key", Peer.binary(("theirs" + i).getBytes()), "value",
					Map.of("hex", "02"));
		}
	}

	private static byte[] content(String who, int number) {
		byte[] content = RandomBytes.of(20_000 + number, new java.util.Random((who + number).hashCode()));
		return content;
	}

	private static byte[] stored(int number) {
		return new byte[] { (byte) number, (byte) (number % 7) };
	}

	private static List<String> near(ZovaDatabase database) {
		VectorValues query = VectorValues.ofStored(ElementType.I8, new byte[] { 3, 5 });
		return database.vectors()
			.collection("c")
			.search(VectorQuery.near(query).limit(1_000))
			.stream()
			.map((match) -> match.id() + " " + match.distance())
			.toList();
	}

	private static List<String> nearTheirs(Peer peer) {
		JsonNode found = peer.call("search_vectors", "collection_name", "c", "query", Map.of("i8", "0305"), "limit",
				1_000);
		return found.valueStream()
			.map((hit) -> hit.path("id").asString() + " " + hit.path("distance").asDouble())
			.toList();
	}

	@Test
	void whileAThirdProcessHoldsTheLockBothAreBusy() {
		try (TwoEngines engines = new TwoEngines(this.folder, 2); Peer holder = Peer.start()) {
			RecordSteps.createTables(engines);
			EveryRead read = new EveryRead(engines);
			read.fill();
			engines.peer().call("set_busy_timeout", "milliseconds", 0);
			for (Path file : engines.files()) {
				holder.call("open", "db", file.toString(), "path", file.toString());
				holder.call("begin_immediate", "db", file.toString());
			}
			read.compare();
			assertWritesAreRefused(engines, "ZOVA_BUSY");
			for (Path file : engines.files()) {
				holder.call("rollback", "db", file.toString());
			}
			engines.sameContent();
		}
	}

	@Test
	void readOnlyHandlesReadAllAndRefuseWritesAlike() {
		try (TwoEngines engines = new TwoEngines(this.folder, 2)) {
			RecordSteps.createTables(engines);
			EveryRead read = new EveryRead(engines);
			read.fill();
			engines.readOnly();
			read.compare();
			assertWritesAreRefused(engines, "ZOVA_READ_ONLY");
			read.compare();
		}
	}

	/** A list, so that each says what it was. */
	private static void assertWritesAreRefused(TwoEngines engines, String status) {
		ZovaDatabase database = engines.database();
		Peer peer = engines.peer();
		byte[] content = { 1, 2, 3, 4, 5, 6 };
		Map<String, List<Object>> theirs = new java.util.LinkedHashMap<>();
		Map<String, Runnable> ours = new java.util.LinkedHashMap<>();
		theirs.put("put object", List.of("put_object", "data", Peer.binary(content)));
		ours.put("put object", () -> database.objects().put(content));
		theirs.put("create collection",
				List.of("create_vector_collection", "name", "x", "dimensions", 2, "metric", "l2"));
		ours.put("create collection",
				() -> database.vectors().create("x", new VectorSpace(2, Metric.L2, ElementType.F32)));
		theirs.put("put vector", List.of("put_vector", "collection_name", "i8 cosine", "vector_id", "new", "values",
				Map.of("i8", "01020304")));
		ours.put("put vector",
				() -> database.vectors()
					.collection("i8 cosine")
					.put("new", VectorValues.ofStored(ElementType.I8, new byte[] { 1, 2, 3, 4 })));
		theirs.put("delete vector", List.of("delete_vector", "collection_name", "i8 cosine", "vector_id", "a"));
		ours.put("delete vector", () -> database.vectors().collection("i8 cosine").delete("a"));
		theirs.put("create graph", List.of("create_graph", "name", "new"));
		ours.put("create graph", () -> database.graphs().create("new"));
		theirs.put("put node", List.of("put_graph_node", "graph_name", "g", "node_id", "new", "kind", "k"));
		ours.put("put node", () -> database.graphs().graph("g").putNode(new GraphNode("new", "k")));
		theirs.put("delete node", List.of("delete_graph_node", "graph_name", "g", "node_id", "a"));
		ours.put("delete node", () -> database.graphs().graph("g").deleteNode("a"));
		theirs.put("put key-value", List.of("kv_put", "namespace", Map.of("hex", ""), "key", Map.of("hex", ""), "value",
				Map.of("hex", "")));
		ours.put("put key-value", () -> database.keyValues().namespace(new byte[0]).put(new byte[0], new byte[0]));
		theirs.put("clear", List.of("kv_clear_namespace", "namespace", Map.of("hex", "6e73")));
		ours.put("clear", () -> database.keyValues().namespace(new byte[] { 'n', 's' }).clear());
		ours.forEach((what, call) -> {
			List<Object> request = theirs.get(what);
			String outcome = engines.same(what, () -> {
				try {
					call.run();
					return null;
				}
				catch (org.springframework.dao.CannotAcquireLockException ex) {
					return "ZOVA_BUSY";
				}
			}, () -> {
				try {
					return peer.call((String) request.get(0), request.subList(1, request.size()).toArray());
				}
				catch (PeerException ex) {
					return ex.status().equals("ZOVA_BUSY") ? ex.status() : thrown(ex);
				}
			});
			assertThat(outcome).as(what).contains(status);
		});
	}

	private static Object thrown(PeerException ex) {
		throw ex;
	}

	@Test
	void anErrorOfTheLockIsSpringsOwn() {
		Path file = this.folder.resolve("locked.zova");
		try (ZovaDatabase database = ZovaDatabase.create(file,
				ZovaOptions.builder().busyTimeout(Duration.ZERO).build()); Peer holder = Peer.start()) {
			holder.open(file);
			holder.call("begin_immediate");
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> database.keyValues().namespace(new byte[0]).put(new byte[0], new byte[0]))
				.isInstanceOf(org.springframework.dao.CannotAcquireLockException.class);
		}
	}

}
