package io.zova;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.zova.format.NewDatabase;
import io.zova.format.TestFiles;
import io.zova.graph.Graph;
import io.zova.graph.GraphTemplate;
import io.zova.graph.GraphsInMemory;
import io.zova.graph.NeighborQuery;
import io.zova.graph.WalkQuery;
import io.zova.graph.WalkStep;
import io.zova.object.ObjectId;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorMatch;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A file that somebody has made to do harm is refused, or fails with an error of its own:
 * it loads no code, calls no function that is not for it, and exhausts no memory.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileFilesTests {

	@TempDir
	Path folder;

	private Path file;

	@BeforeEach
	void create() {
		this.file = this.folder.resolve("hostile.zova");
		NewDatabase.create(this.file, 0);
	}

	@Test
	void sqlCannotLoadExtensions() {
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> jdbc.sql("select load_extension('anything')").query().listOfRows())
				.withStackTraceContaining("not authorized");
		}
	}

	@Test
	void triggersAndViewsOfTheFileDoNotReachFunctionsForDirectUse() throws SQLException {
		TestFiles.execute(this.file, "create table t(a)", "create view v as select launch() as a",
				"create trigger evil after insert on t begin select launch(); end");
		AtomicInteger launched = new AtomicInteger();
		ScalarFunction launch = ScalarFunction.of("launch", 0, (arguments) -> launched.incrementAndGet());
		try (ZovaDatabase database = ZovaDatabase.open(this.file, ZovaOptions.builder().functions(launch).build())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> jdbc.sql("insert into t values (1)").update())
				.withStackTraceContaining("unsafe use of launch()");
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> jdbc.sql("select * from v").query().listOfRows())
				.withStackTraceContaining("unsafe use of launch()");
		}
		assertThat(launched).hasValue(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "drop table _zova_kv; create view _zova_kv as select x'' namespace, x'' key, x'' value",
			"drop table _zova_kv; create table _zova_kv (namespace blob, key blob, value blob as (key))",
			"drop table _zova_kv; create virtual table _zova_kv using fts5(namespace, key, value)",
			"drop trigger _zova_vector_change_insert; create trigger _zova_vector_change_insert after insert on "
					+ "_zova_vectors begin delete from _zova_objects; end" })
	void tablesOfTheFormatThatAreSomethingElseAreRefused(String changes) throws SQLException {
		TestFiles.execute(this.file, changes.contains("begin") ? changes.split("; ", 2) : changes.split("; "));
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "update _zova_objects set size_bytes = 9223372036854775807",
			"update _zova_objects set size_bytes = 2147483647", "update _zova_objects set size_bytes = 2147483000",
			"update _zova_objects set size_bytes = -1", "update _zova_objects set size_bytes = 'many'",
			"update _zova_objects set chunk_count = 9223372036854775807", "update _zova_objects set chunk_count = 0",
			"update _zova_object_chunks set size_bytes = 2147483647",
			"update _zova_object_chunks set offset = 9223372036854775807",
			"update _zova_chunks set size_bytes = 1000000000, data = zeroblob(1000)",
			"update _zova_chunks set data = 'text'", "update _zova_chunks set data = x''",
			"delete from _zova_object_chunks" })
	void objectsOfImpossibleSizesAreDamagedObjects(String damage) throws SQLException {
		ObjectId id;
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			id = database.objects().put(new byte[100_000]);
		}
		withoutRules(damage);
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> database.objects().get(id))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.OBJECT_CORRUPT));
			assertThatExceptionOfType(ZovaException.class)
				.isThrownBy(() -> database.backup(this.folder.resolve("copy.zova")));
		}
		assertThat(this.folder.resolve("copy.zova")).doesNotExist();
	}

	@ParameterizedTest
	@ValueSource(strings = { "update _zova_vector_collections set dimensions = 2147483647",
			"update _zova_vector_collections set dimensions = 9223372036854775807",
			"update _zova_vector_collections set dimensions = -3", "update _zova_vector_collections set dimensions = 0",
			"update _zova_vector_collections set dimensions = 'x'",
			"update _zova_vector_collections set metric = 'none'",
			"update _zova_vector_collections set element_type = 'f64'",
			"update _zova_vectors set \"values\" = zeroblob(100000000)",
			"update _zova_vectors set \"values\" = 'text'" })
	void vectorsOfImpossibleSizesAreErrors(String damage) throws SQLException {
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			database.vectors().create("docs", VectorSpace.cosine(3));
			database.vectors().collection("docs").put("a", 1f, 2f, 3f);
		}
		withoutRules(damage);
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			assertThatExceptionOfType(ZovaException.class)
				.isThrownBy(() -> database.vectors().collection("docs").search(VectorQuery.near(1f, 2f, 3f).limit(5)));
		}
	}

	/** The journal numbers its changes; whatever it says, a search ends. */
	@ParameterizedTest
	@ValueSource(strings = { "revision = 9223372036854775807", "revision = 9223372036854775806", "revision = -1",
			"revision = 9223372036854775807, floor = 9223372036854775807", "floor = -9223372036854775808",
			"floor = -9223372036854775808, revision = 9223372036854775807", "floor = 9223372036854775807",
			"revision = 'x'", "revision = 1e300" })
	void searchesEndWhateverTheJournalSays(String numbers) throws SQLException {
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			database.vectors().create("docs", VectorSpace.cosine(3));
			database.vectors().collection("docs").put("a", 1f, 2f, 3f);
		}
		withoutRules("update _zova_vector_sources set " + numbers);
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			VectorCollection docs = database.vectors().collection("docs");
			for (int i = 0; i < 3; i++) {
				assertThat(docs.search(VectorQuery.near(1f, 2f, 3f).limit(5))).extracting(VectorMatch::id)
					.containsExactly("a");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "99", "-1", "0", "9223372036854775807" })
	void anEdgeThatLeadsToNoNodeIsNoWay(String missing) throws SQLException {
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			GraphTemplate graphs = database.graphs();
			graphs.create("g");
			graphs.graph("g").putNode("a", "k");
			graphs.graph("g").putNode("b", "k");
			graphs.graph("g").putNode("c", "k");
			graphs.graph("g").putEdge("a", "e", "b");
			graphs.graph("g").putEdge("a", "e", "c");
		}
		withoutRules("update _zova_graph_edges set to_node_key = " + missing + " where to_node_key = 2");
		for (boolean inMemory : List.of(false, true)) {
			try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
				if (inMemory) {
					GraphsInMemory.read(database, "g");
				}
				Graph graph = database.graphs().graph("g");
				assertThat(graph.walk(WalkQuery.from("a").maxDepth(5).limit(10))).extracting(WalkStep::nodeId)
					.containsExactly("a", "c");
				assertThat(graph.walk(WalkQuery.from("a").maxDepth(5).limit(2))).extracting(WalkStep::nodeId)
					.containsExactly("a", "c");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "update _zova_graph_edges set created_order = 'x'",
			"update _zova_graph_edges set created_order = -9223372036854775808",
			"update _zova_graph_nodes set created_order = 9223372036854775807",
			"update _zova_graph_nodes set target_type = 'soul'",
			"update _zova_graph_nodes set node_id = x'ff00ff' where node_id = 'b'",
			"update _zova_graph_nodes set kind = x'00'", "update _zova_graph_edges set to_node_key = 99" })
	void graphsOfWrongTypesGiveAnErrorOrAnAnswer(String damage) throws SQLException {
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			GraphTemplate graphs = database.graphs();
			graphs.create("g");
			graphs.graph("g").putNode("a", "k");
			graphs.graph("g").putNode("b", "k");
			graphs.graph("g").putEdge("a", "e", "b");
		}
		withoutRules(damage);
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			try {
				assertThat(database.graphs().graph("g").neighbors(NeighborQuery.of("a"))).hasSizeLessThanOrEqualTo(1);
			}
			catch (ZovaException ex) {
				assertThat(ex.status()).isIn(ZovaStatus.GRAPH_INVALID, ZovaStatus.GRAPH_NODE_NOT_FOUND,
						ZovaStatus.CORRUPT);
			}
		}
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aDanglingLinkIsNotWrittenThrough() throws Exception {
		Path outside = this.folder.resolve("outside.zova");
		Path link = Files.createSymbolicLink(this.folder.resolve("link.zova"), outside);
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.create(link))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.DESTINATION_EXISTS));
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> ZovaDatabase.restore(this.file, link));
		assertThat(outside).doesNotExist();
	}

	/** As a program would that is not bound to the rules of the tables. */
	private void withoutRules(String damage) throws SQLException {
		try (Connection connection = io.zova.sqlite.driver.DriverConnections.readWrite(this.file, 0).open()) {
			TestFiles.execute(connection, "pragma foreign_keys=off");
			TestFiles.execute(connection, "pragma ignore_check_constraints=on");
			TestFiles.execute(connection, "pragma writable_schema=on");
			TestFiles.execute(connection, damage);
		}
	}

}
