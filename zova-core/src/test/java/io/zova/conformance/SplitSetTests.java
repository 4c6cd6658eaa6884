package io.zova.conformance;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.format.StoreRole;
import io.zova.graph.Graph;
import io.zova.maintenance.check.CheckOptions;
import io.zova.object.ObjectId;
import io.zova.store.StoreOptions;
import io.zova.store.Stores;
import io.zova.vector.VectorSpace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sets that our {@code split} makes are opened, changed and closed by the real engine,
 * then continued and joined by us, and the real engine opens what comes of it.
 */
@RequiresPeer
class SplitSetTests {

	@TempDir
	Path folder;

	private Peer peer;

	private Path main;

	@BeforeEach
	void start() {
		this.peer = Peer.startIn(this.folder);
		this.main = this.folder.resolve("main.zova");
	}

	@AfterEach
	void stop() {
		this.peer.close();
	}

	@ParameterizedTest
	@EnumSource(value = JournalMode.class, names = { "DELETE", "WAL" })
	void theRealEngineContinuesWhatWeHaveSplitAndWeContinueThat(JournalMode mode) {
		ZovaOptions options = ZovaOptions.builder().journalMode(mode).build();
		ObjectId first;
		try (ZovaDatabase database = ZovaDatabase.create(this.main, options)) {
			first = database.objects().put("ours".getBytes());
			database.vectors().create("docs", VectorSpace.l2(2)).put("ours", 1, 1);
			Graph graph = database.graphs().create("g");
			graph.putNode("ours", "k");
			graph.putNode("other", "k");
			graph.putEdge("ours", "t", "other");
			for (StoreRole role : StoreRole.values()) {
				database.stores()
					.split(role, this.folder.resolve(role.name().toLowerCase(Locale.ROOT) + ".zova"),
							StoreOptions.defaults().allowingWal());
			}
			database.objects().put("ours, after the split".getBytes());
		}
		this.peer.open(this.main);
		this.peer.call("put_object", "data", Peer.binary("theirs".getBytes()));
		this.peer.call("put_vector", "collection_name", "docs", "vector_id", "theirs", "values", List.of(2.0, 2.0));
		this.peer.call("put_graph_node", "graph_name", "g", "node_id", "theirs", "kind", "k");
		this.peer.call("put_graph_edge", "graph_name", "g", "from_node_id", "other", "edge_type", "t", "to_node_id",
				"theirs");
		this.peer.closeDatabase();
		try (ZovaDatabase database = ZovaDatabase.open(this.main, options)) {
			assertThat(database.objects().exists(first)).isTrue();
			assertThat(database.objects().get(ObjectId.ofContent("theirs".getBytes()))).asString().isEqualTo("theirs");
			assertThat(database.vectors().collection("docs").search(1, 3, 3).get(0).id()).isEqualTo("theirs");
			assertThat(database.graphs().graph("g").reachable("ours", "theirs")).isTrue();
			database.objects().put("ours, after theirs".getBytes());
			database.graphs().graph("g").putEdge("theirs", "t", "ours");
			assertThat(database.check(CheckOptions.thorough()).findings()).isEmpty();
			for (StoreRole role : StoreRole.values()) {
				database.stores().join(role);
			}
			assertThat(database.objects().count()).isEqualTo(4);
		}
		this.peer.open(this.main);
		assertThat(this.peer
			.call("has_graph_edge", "graph_name", "g", "from_node_id", "theirs", "edge_type", "t", "to_node_id", "ours")
			.asBoolean()).isTrue();
		this.peer.call("put_object", "data", Peer.binary("theirs, after the join".getBytes()));
		this.peer.closeDatabase();
		try (ZovaDatabase database = ZovaDatabase.open(this.main)) {
			assertThat(database.objects().count()).isEqualTo(5);
		}
	}

}
