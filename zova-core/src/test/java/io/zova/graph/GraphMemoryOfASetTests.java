package io.zova.graph;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;
import io.zova.store.StoreOptions;
import io.zova.store.Stores;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Graphs whose tables are in a store are kept in memory as others are, and never answer
 * what the store does not hold.
 */
@Timeout(60)
class GraphMemoryOfASetTests {

	@TempDir
	Path directory;

	private ZovaDatabase database;

	private Path store;

	private ZovaDatabase set(JournalMode mode) {
		Path main = this.directory.resolve("main.zova");
		this.store = this.directory.resolve("graphs.zova");
		try (ZovaDatabase filled = ZovaDatabase.create(main)) {
			Graph graph = filled.graphs().create("g");
			for (int i = 0; i < 20; i++) {
				graph.putNode("n" + i, "k");
			}
			for (int i = 1; i < 20; i++) {
				graph.putEdge("n0", "t", "n" + i);
			}
		}
		Stores.of(main).split(StoreRole.GRAPHS, this.store, StoreOptions.defaults().allowingWal());
		this.database = ZovaDatabase.open(main, ZovaOptions.builder().journalMode(mode).build());
		return this.database;
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	private List<String> neighbors() {
		return this.database.graphs()
			.graph("g")
			.neighbors(NeighborQuery.of("n0").limit(100))
			.stream()
			.map(Neighbor::nodeId)
			.toList();
	}

	private long hits() {
		return this.database.statistics().graphs().residentReads();
	}

	/** From memory if that may answer now. */
	private void readAndExpect(int neighbors) {
		GraphsInMemory.read(this.database, "g", Direction.OUTGOING);
		long before = hits();
		assertThat(neighbors()).hasSize(neighbors);
		assertThat(hits()).as("answered from memory").isEqualTo(before + 1);
	}

	@ParameterizedTest
	@EnumSource(value = JournalMode.class, names = { "DELETE", "WAL" })
	void whatIsInMemoryFollowsEachChangeOfTheStore(JournalMode mode) throws Exception {
		set(mode);
		readAndExpect(19);
		Graph graph = this.database.graphs().graph("g");
		graph.putNode("more", "k");
		graph.putEdge("n0", "t", "more");
		assertThat(neighbors()).hasSize(20).endsWith("more");
		graph.deleteEdge("n0", "t", "n1");
		assertThat(neighbors()).hasSize(19).doesNotContain("n1");
		JdbcClient.create(this.database.dataSource())
			.sql("delete from graph_store._zova_graph_edges where to_node_key in "
					+ "(select node_key from graph_store._zova_graph_nodes where node_id = 'n2')")
			.update();
		assertThat(neighbors()).as("after plain SQL").hasSize(18).doesNotContain("n2");
		readAndExpect(18);
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		transaction.executeWithoutResult((status) -> {
			JdbcClient.create(this.database.dataSource())
				.sql("delete from graph_store._zova_graph_edges where to_node_key in "
						+ "(select node_key from graph_store._zova_graph_nodes where node_id = 'n3')")
				.update();
			assertThat(neighbors()).as("in a transaction after plain SQL").hasSize(17);
		});
		assertThat(neighbors()).as("after a transaction with plain SQL").hasSize(17).doesNotContain("n3");
		readAndExpect(17);
		transaction.executeWithoutResult((status) -> {
			graph.deleteEdge("n0", "t", "n4");
			assertThat(neighbors()).hasSize(16);
			status.setRollbackOnly();
		});
		assertThat(neighbors()).as("after a rollback").hasSize(17);
		asAnotherProcess();
		assertThat(neighbors()).as("after another process").hasSize(16).doesNotContain("n5");
		readAndExpect(16);
	}

	/** What the published library does, past everything that this process knows. */
	private void asAnotherProcess() throws Exception {
		TestFiles.execute(this.directory.resolve("main.zova"), "pragma busy_timeout=10000",
				"attach '" + this.store + "' as s", "begin immediate",
				"delete from s._zova_graph_edges where to_node_key in "
						+ "(select node_key from s._zova_graph_nodes where node_id = 'n5')",
				"update _zova_bound_stores set graph_epoch = graph_epoch + 1 where role = 'graph_store'",
				"update s._zova_meta set value = value + 1 where key = 'graph_epoch'", "commit");
	}

	@ParameterizedTest
	@EnumSource(value = JournalMode.class, names = { "DELETE", "WAL" })
	void whatIsInMemoryFollowsWhereTheGraphsAre(JournalMode mode) throws Exception {
		set(mode);
		readAndExpect(19);
		this.database.stores().join(StoreRole.GRAPHS);
		readAndExpect(19);
		this.database.graphs().graph("g").deleteEdge("n0", "t", "n1");
		assertThat(neighbors()).hasSize(18);
		this.database.stores().bind(StoreRole.GRAPHS, empty(), StoreOptions.defaults().allowingWal());
		assertThat(this.database.graphs().exists("g")).isFalse();
		StoreOptions options = StoreOptions.defaults().allowingWal();
		this.database.stores().bind(StoreRole.GRAPHS, this.store, options.takingOver());
		readAndExpect(19);
		this.database.stores().unbind(StoreRole.GRAPHS);
		assertThat(this.database.graphs().exists("g")).isFalse();
		this.database.stores().bind(StoreRole.GRAPHS, this.store, options.takingOver());
		readAndExpect(19);
		assertThat(Files.exists(this.store)).isTrue();
	}

	/** The main file must hold nothing itself before a store is bound. */
	private Path empty() {
		this.database.graphs().delete("g");
		Path empty = this.directory.resolve("empty.zova");
		Stores.create(StoreRole.GRAPHS, empty);
		return empty;
	}

}
