package io.zova.conformance;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.GraphOperations;
import io.zova.graph.GraphTemplate;
import io.zova.graph.NeighborQuery;
import io.zova.object.ChunkId;
import io.zova.object.ObjectId;
import io.zova.object.ObjectReader;
import io.zova.object.ObjectTemplate;
import io.zova.object.StorageProfile;
import io.zova.vector.ElementType;
import io.zova.vector.Metric;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorValues;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where ours differs from the real engine on purpose: what it does, what ours does
 * instead. docs/compatibility.md lists them.
 */
@RequiresPeer
class DeviationTests {

	private static final byte[] LARGE = new byte[200_000];

	static {
		Arrays.fill(LARGE, (byte) 5);
	}

	@TempDir
	Path folder;

	private Peer peer;

	private ZovaDatabase database;

	@BeforeEach
	void open() {
		this.peer = Peer.start();
		this.peer.create(this.folder.resolve("theirs.zova"));
		this.database = ZovaDatabase.create(this.folder.resolve("ours.zova"));
	}

	@AfterEach
	void close() {
		this.database.close();
		this.peer.close();
	}

	@Test
	void anObjectWriterWorksInsideATransaction() {
		this.peer.call("begin_immediate");
		assertThatExceptionOfType(PeerException.class).isThrownBy(() -> this.peer.call("object_writer"))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo("ZOVA_OBJECT_TRANSACTION_ACTIVE"));
		ObjectId id = ObjectId.ofContent(LARGE);
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			try (var writer = this.database.objects().writer()) {
				writer.write(LARGE);
				assertThat(writer.finish()).isEqualTo(id);
			}
			status.setRollbackOnly();
		});
		assertThat(this.database.objects().exists(id)).isFalse();
	}

	@Test
	void deletingWhatIsNotThereAnswersFalse() {
		this.peer.call("create_graph", "name", "g");
		assertMissing("ZOVA_GRAPH_NODE_NOT_FOUND", "delete_graph_node", "graph_name", "g", "node_id", "a");
		assertMissing("ZOVA_GRAPH_EDGE_NOT_FOUND", "delete_graph_edge", "graph_name", "g", "from_node_id", "a",
				"edge_type", "t", "to_node_id", "a");
		assertMissing("ZOVA_GRAPH_NOT_FOUND", "delete_graph", "name", "other");
		this.peer.call("create_vector_collection", "name", "c", "dimensions", 2, "metric", "l2", "element_type", "f32");
		assertMissing("ZOVA_VECTOR_NOT_FOUND", "delete_vector", "collection_name", "c", "vector_id", "a");
		assertMissing("ZOVA_VECTOR_COLLECTION_NOT_FOUND", "delete_vector_collection", "name", "other");
		assertMissing("ZOVA_OBJECT_NOT_FOUND", "delete_object", "object_id", ObjectId.ofContent(LARGE).toString());
		GraphOperations graphs = this.database.graphs();
		Graph graph = graphs.create("g");
		assertThat(graph.deleteNode("a")).isFalse();
		assertThat(graph.deleteEdge("a", "t", "a")).isFalse();
		assertThat(graphs.delete("other")).isFalse();
		VectorOperations vectors = this.database.vectors();
		assertThat(vectors.create("c", VectorSpace.l2(2)).delete("a")).isFalse();
		assertThat(vectors.delete("other")).isFalse();
		assertThat(this.database.objects().delete(ObjectId.ofContent(LARGE))).isFalse();
	}

	private void assertMissing(String status, String operation, Object... arguments) {
		assertThatExceptionOfType(PeerException.class).isThrownBy(() -> this.peer.call(operation, arguments))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status));
	}

	@Test
	void aChunkAbove64KiBCanBeReadOnItsOwn() {
		JsonNode id = this.peer.call("put_object", "data", Peer.binary(LARGE), "profile", "streaming");
		String hash = this.peer.call("object_manifest", "object_id", id)
			.path("chunks")
			.path(0)
			.path("hash")
			.path("hex")
			.asString();
		assertThatExceptionOfType(PeerException.class)
			.isThrownBy(() -> this.peer.call("get_object_chunk", "hash", hash))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo("ZOVA_OBJECT_CORRUPT"));
		ObjectTemplate objects = this.database.objects();
		objects.put(LARGE, StorageProfile.STREAMING);
		assertThat(objects.getChunk(ChunkId.parse(hash))).isEqualTo(LARGE);
	}

	@Test
	void aVerifiedBackupAcceptsChunksAbove64KiB() {
		this.peer.call("put_object", "data", Peer.binary(LARGE), "profile", "streaming");
		assertThatExceptionOfType(PeerException.class)
			.isThrownBy(() -> this.peer.call("backup_to", "destination",
					this.folder.resolve("their-copy.zova").toString(), "verify", true))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo("ZOVA_OBJECT_CORRUPT"));
		ObjectId id = this.database.objects().put(LARGE, StorageProfile.STREAMING);
		this.database.backup(this.folder.resolve("our-copy.zova"));
		try (ZovaDatabase copy = ZovaDatabase.open(this.folder.resolve("our-copy.zova"))) {
			assertThat(copy.objects().get(id)).isEqualTo(LARGE);
		}
	}

	@Test
	void emptySqlIsRefusedAndDoesNotEndTheProcess() throws SQLException {
		assertThatExceptionOfType(PeerException.class).isThrownBy(() -> this.peer.call("prepare", "sql", ""))
			.as("the peer does not hand it on, because the engine would crash")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo("PEER_EMPTY_SQL"));
		try (Connection connection = this.database.dataSource().getConnection()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connection.prepareStatement(""))
				.withMessageContaining("One statement is needed, but the text holds 0");
		}
	}

	@Test
	void aReaderOfADamagedObjectSaysSoAndDoesNotEndTheProcess() {
		String damage = "update _zova_object_chunks set offset = 1 where chunk_index = 0";
		JsonNode theirs = this.peer.call("put_object", "data", Peer.binary(LARGE));
		this.peer.call("exec", "sql", damage);
		assertThatExceptionOfType(PeerException.class)
			.isThrownBy(() -> this.peer.call("object_reader", "object_id", theirs))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo("PEER_CRASH"));
		ObjectId ours = this.database.objects().put(LARGE);
		JdbcClient.create(this.database.dataSource()).sql(damage).update();
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> this.database.objects().open(ours).read(new byte[1]))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.OBJECT_CORRUPT));
	}

	@Test
	void aRangeOfAnObjectWithADamagedManifestIsRefused() {
		String damage = "update _zova_object_chunks set chunk_index = 1000000";
		byte[] small = Arrays.copyOf(LARGE, 5_000);
		JsonNode theirs = this.peer.call("put_object", "data", Peer.binary(small));
		this.peer.call("exec", "sql", "pragma ignore_check_constraints = on");
		this.peer.call("exec", "sql", damage);
		byte[] read = Peer.bytes(this.peer.call("read_object_range", "object_id", theirs, "offset", 0, "len", 3_000));
		assertThat(read).as("reads what it finds").hasSize(3_000);
		ObjectId ours = this.database.objects().put(small);
		JdbcClient.create(this.database.dataSource()).sql(damage).update();
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> this.database.objects().readRange(ours, 0, 3_000))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.OBJECT_CORRUPT));
	}

	@Test
	void anImpossibleSizeOfAnObjectIsDamageAndNotTooLittleMemory() {
		String damage = "update _zova_objects set size_bytes = 9223372036854775807";
		JsonNode theirs = this.peer.call("put_object", "data", Peer.binary(LARGE));
		this.peer.call("exec", "sql", damage);
		assertThatExceptionOfType(PeerException.class)
			.isThrownBy(() -> this.peer.call("get_object", "object_id", theirs))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo("ZOVA_OUT_OF_MEMORY"));
		ObjectId ours = this.database.objects().put(LARGE);
		JdbcClient.create(this.database.dataSource()).sql(damage).update();
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> this.database.objects().get(ours))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.OBJECT_CORRUPT));
	}

	@Test
	void aSearchNearAVectorWhoseOwnNormIsDamagedSaysSo() throws SQLException {
		String damage = "update _zova_vectors set norm_squared = -1.0 where vector_id = 'a'";
		this.peer.call("create_vector_collection", "name", "c", "dimensions", 2, "metric", "cosine", "element_type",
				"i8");
		VectorCollection ours = this.database.vectors().create("c", new VectorSpace(2, Metric.COSINE, ElementType.I8));
		for (String id : List.of("a", "b")) {
			byte[] stored = { 1, (byte) id.charAt(0) };
			this.peer.call("put_vector", "collection_name", "c", "vector_id", id, "values",
					Map.of("i8", HexFormat.of().formatHex(stored)));
			ours.put(id, VectorValues.ofStored(ElementType.I8, stored));
		}
		this.peer.call("exec", "sql", "pragma ignore_check_constraints = on");
		this.peer.call("exec", "sql", damage);
		assertThat(this.peer.call("search_vectors_by_id", "collection_name", "c", "source_vector_id", "a", "limit", 5))
			.as("left out, although any other row with such a norm is an error")
			.hasSize(1);
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("pragma ignore_check_constraints = on");
			statement.execute(damage);
		}
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ours.search(VectorQuery.nearId("a").limit(5)))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.VECTOR_CORRUPT));
	}

	@Test
	void namesOfEdgeTypesAreReadFromTheFile() {
		String change = "update _zova_graph_edge_types set name = 'new'";
		this.peer.call("create_graph", "name", "g");
		this.peer.call("put_graph_node", "graph_name", "g", "node_id", "a", "kind", "k");
		this.peer.call("put_graph_edge", "graph_name", "g", "from_node_id", "a", "edge_type", "old", "to_node_id", "a");
		this.peer.call("graph_neighbors", "graph_name", "g", "node_id", "a", "limit", 1);
		this.peer.call("exec", "sql", change);
		assertThat(this.peer.call("graph_neighbors", "graph_name", "g", "node_id", "a", "limit", 1)
			.path(0)
			.path("edge_type")
			.asString()).isEqualTo("old");
		GraphTemplate graphs = this.database.graphs();
		graphs.create("g");
		graphs.graph("g").putNode(new GraphNode("a", "k"));
		graphs.graph("g").putEdge(new GraphEdge("a", "old", "a"));
		graphs.graph("g").neighbors(NeighborQuery.of("a").limit(1));
		JdbcClient.create(this.database.dataSource()).sql(change).update();
		assertThat(graphs.graph("g").neighbors(NeighborQuery.of("a").limit(1)).get(0).edgeType()).isEqualTo("new");
	}

	@Test
	void aReaderWhoseObjectWasRolledBackSaysThatItIsGone() {
		this.peer.call("begin_immediate");
		JsonNode theirs = this.peer.call("put_object", "data", Peer.binary(LARGE));
		JsonNode reader = this.peer.call("object_reader", "object_id", theirs).path("reader");
		this.peer.call("rollback");
		assertThatExceptionOfType(PeerException.class)
			.isThrownBy(() -> this.peer.call("reader_read", "reader", reader, "len", 10))
			.as("another error each time")
			.satisfies((ex) -> assertThat(ex.status()).isIn("ZOVA_OUT_OF_MEMORY", "ZOVA_CORRUPT"));
		ObjectReader[] ours = new ObjectReader[1];
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			ours[0] = this.database.objects().open(this.database.objects().put(LARGE));
			status.setRollbackOnly();
		});
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ours[0].readAllBytes())
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.OBJECT_NOT_FOUND));
	}

	@Test
	void aSavepointMayBeNamedByAKeyword() throws SQLException {
		this.peer.call("begin_immediate");
		assertThatExceptionOfType(PeerException.class).isThrownBy(() -> this.peer.call("savepoint", "name", "select"))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo("ZOVA_SQLITE_ERROR"));
		try (Connection connection = this.database.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			connection.releaseSavepoint(connection.setSavepoint("select"));
			connection.rollback();
		}
	}

	@Test
	void aTransactionThatSqliteHasUndoneTakesNothingMoreUntilItIsRolledBack() throws SQLException {
		String again = "insert or rollback into u values (1)";
		for (String sql : List.of("create table u(a unique)", "insert into u values (1)", "begin")) {
			this.peer.call("exec", "sql", sql);
		}
		assertThatExceptionOfType(PeerException.class).isThrownBy(() -> this.peer.call("exec", "sql", again))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo("ZOVA_CONSTRAINT"));
		this.peer.call("exec", "sql", "insert into u values (2)");
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("create table u(a unique)");
			statement.execute("insert into u values (1)");
			statement.execute("begin");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute(again));
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.execute("insert into u values (2)"))
				.withMessageContaining("Roll back, then start again");
			statement.execute("rollback");
			statement.execute("insert into u values (2)");
		}
	}

	@Test
	void aNodeBeyondTheLastNumberIsRefused() {
		String last = "update _zova_graph_nodes set created_order = 9223372036854775807";
		String type = "select typeof(created_order) from _zova_graph_nodes where node_id = 'b'";
		this.peer.call("create_graph", "name", "g");
		this.peer.call("put_graph_node", "graph_name", "g", "node_id", "a", "kind", "k", "target_type", "none");
		this.peer.call("exec", "sql", last);
		this.peer.call("put_graph_node", "graph_name", "g", "node_id", "b", "kind", "k", "target_type", "none");
		assertThat(this.peer.call("query", "sql", type).toString()).as("no integer any more").contains("real");
		GraphTemplate graphs = this.database.graphs();
		graphs.create("g");
		graphs.graph("g").putNode(new GraphNode("a", "k"));
		JdbcClient.create(this.database.dataSource()).sql(last).update();
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> graphs.graph("g").putNode(new GraphNode("b", "k")))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.GRAPH_INVALID));
	}

	@Test
	void aFileWhoseTrigramDocumentsLoseTheirTargetStillOpens() {
		Path theirs = this.folder.resolve("trigrams.zova");
		this.peer.call("create", "db", "trigrams", "path", theirs.toString());
		this.peer.call("install_extension", "db", "trigrams", "name", "trgm");
		JsonNode id = this.peer.call("put_object", "db", "trigrams", "data", Peer.binary(LARGE));
		this.peer.call("query", "db", "trigrams", "sql", "select zova_trgm_create_index('texts')");
		this.peer.call("query", "db", "trigrams", "sql", "select zova_trgm_put('texts', 'one', 'object', null, '"
				+ id.path("hex").asString() + "', 'some text')");
		this.peer.call("close", "db", "trigrams");
		try (ZovaDatabase ours = ZovaDatabase.open(theirs)) {
			ours.objects().delete(ObjectId.ofContent(LARGE));
			assertThat(ours.backup(this.folder.resolve("backup.zova"))).isNotNull();
		}
		ZovaDatabase.open(theirs).close();
		for (String file : new String[] { "trigrams.zova", "backup.zova" }) {
			assertThatExceptionOfType(PeerException.class)
				.isThrownBy(() -> this.peer.call("open", "db", "again", "path", this.folder.resolve(file).toString()))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo("ZOVA_EXTENSION_INVALID"));
		}
	}

	/**
	 * The real engine hands out text that it frees when the function is asked for the
	 * next row of the join. What is then in that memory is left to chance, so it gets
	 * many tries.
	 */
	@Test
	void textOfTableFunctionsIsRightUnderAggregatesInJoins() {
		List<String> ids = IntStream.range(0, 12).mapToObj((i) -> String.valueOf((char) ('a' + i)).repeat(8)).toList();
		JdbcClient jdbc = JdbcClient.create(this.database.dataSource());
		jdbc.sql("create table t(a)").update();
		this.peer.call("exec", "sql", "create table t(a)");
		this.database.vectors().create("docs", VectorSpace.l2(2));
		this.peer.call("create_vector_collection", "name", "docs", "dimensions", 2, "metric", "l2");
		for (String id : ids) {
			jdbc.sql("insert into t values (?)").param(id).update();
			this.peer.call("exec", "sql", "insert into t values ('" + id + "')");
			this.database.vectors().collection("docs").put(id, id.charAt(0), 1f);
			this.peer.call("put_vector", "collection_name", "docs", "vector_id", id, "values",
					new float[] { id.charAt(0), 1f });
		}
		String sql = """
				select min(v.vector_id), max(v.vector_id), min(v.vector_id || ''), max(v.vector_id || '')
				from t, zova_vector_search v where v.collection = 'docs' and v.source_vector_id = t.a and v.top_k = %d
				""";
		String bare = """
				select v.vector_id, count(*)
				from t, zova_vector_search v where v.collection = 'docs' and v.source_vector_id = t.a and v.top_k = %d
				""";
		int wrong = 0;
		for (int round = 0; round < 100 && wrong == 0; round++) {
			for (int top = 3; top < 12; top++) {
				assertThat(jdbc.sql(sql.formatted(top)).query().singleRow().values()).map(String::valueOf)
					.containsExactly(ids.get(0), ids.get(11), ids.get(0), ids.get(11));
				assertThat(jdbc.sql(bare.formatted(top)).query().singleRow().get("vector_id")).isIn(ids);
				JsonNode row = this.peer.call("query", "sql", sql.formatted(top)).path("rows").path(0);
				wrong += row.path(0).equals(row.path(2)) && row.path(1).equals(row.path(3)) ? 0 : 1;
				JsonNode any = this.peer.call("query", "sql", bare.formatted(top)).path("rows").path(0).path(0);
				wrong += ids.contains(any.path("value").asString("")) ? 0 : 1;
			}
		}
		assertThat(wrong).isPositive();
	}

}
