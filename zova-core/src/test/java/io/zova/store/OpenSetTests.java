package io.zova.store;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;
import io.zova.graph.WalkQuery;
import io.zova.maintenance.check.CheckOptions;
import io.zova.maintenance.check.StatsReport;
import io.zova.object.ObjectId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A set of files is worked with as one database.
 */
class OpenSetTests {

	@TempDir
	Path directory;

	private Path store(StoreRole role) {
		return this.directory.resolve(role.name().toLowerCase(Locale.ROOT) + ".zova");
	}

	private Path main() {
		return this.directory.resolve("main.zova");
	}

	private ZovaDatabase set() {
		Path main = FilledFile.create(main());
		for (StoreRole role : StoreRole.values()) {
			Stores.of(main).split(role, store(role));
		}
		return ZovaDatabase.open(main);
	}

	/** What each feature answers, by template and by SQL. */
	static List<Object> answers(ZovaDatabase database) {
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		List<Object> answers = new ArrayList<>();
		database.objects().stream().forEach((object) -> {
			answers.add(object);
			answers.add(database.objects().get(object.id()).length);
		});
		answers.add(database.vectors().list());
		answers.add(database.vectors().collection("notes").search(3, 2, -2));
		answers.add(
				jdbc.sql("select vector_id, distance from zova_vector_search('notes', ?) where top_k = 3 order by rank")
					.param(new byte[] { 0, 0, 0, 64, 0, 0, 0, -64 })
					.query()
					.listOfRows()
					.toString());
		answers.add(database.graphs().list());
		answers.add(database.graphs().graph("people").walk(WalkQuery.from("n3").maxDepth(5)));
		answers.add(jdbc.sql("select * from zova_graph_walk('people', 'n3') where max_depth = 5")
			.query()
			.listOfRows()
			.toString());
		answers.add(jdbc.sql("select * from zova_graph_neighbors('people', 'n3', 'outgoing')")
			.query()
			.listOfRows()
			.toString());
		answers.add(database.info().counts());
		return answers;
	}

	@Test
	void everyFeatureReadsWhatWasMovedToItsStore() {
		List<Object> before;
		try (ZovaDatabase database = ZovaDatabase.open(FilledFile.create(main()))) {
			before = answers(database);
		}
		for (StoreRole role : StoreRole.values()) {
			Stores.of(main()).split(role, store(role));
			try (ZovaDatabase database = ZovaDatabase.open(main())) {
				assertThat(answers(database)).isEqualTo(before);
				assertThat(answers(database)).isEqualTo(before);
			}
		}
	}

	@Test
	void everyFeatureWritesToItsStoreAndNothingToTheMainFile() throws Exception {
		try (ZovaDatabase database = set()) {
			ObjectId small = database.objects().put("small".getBytes());
			ObjectId large = database.objects().put(new ByteArrayInputStream(new byte[3_000_000]));
			database.vectors().collection("notes").put("new", 7, 7);
			database.vectors().collection("notes").delete("v1");
			database.graphs().graph("people").putNode("new", "person");
			database.graphs().graph("people").putEdge("new", "knows", "n0");
			database.graphs().create("second");
			assertThat(database.objects().get(large)).hasSize(3_000_000);
			database.objects().delete(small);
			assertThat(database.vectors().collection("notes").search(1, 7, 7).get(0).id()).isEqualTo("new");
			assertThat(database.graphs().graph("people").reachable("new", "n1")).isTrue();
		}
		for (StoreRole role : StoreRole.values()) {
			assertThat(FilledFile.rows(main(), role)).isEmpty();
		}
		assertThat(TestFiles.texts(store(StoreRole.OBJECTS), "select count(*) from _zova_objects"))
			.containsExactly("6");
		assertThat(TestFiles.texts(store(StoreRole.VECTORS), "select count(*) from _zova_vectors"))
			.containsExactly("9");
		assertThat(TestFiles.texts(store(StoreRole.GRAPHS), "select count(*) from _zova_graphs")).containsExactly("2");
		ZovaDatabase.open(main()).close();
	}

	@Test
	void aTransactionOverTheSetIsRolledBackInAllFiles() {
		try (ZovaDatabase database = set()) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			jdbc.sql("create table article (id integer primary key)").update();
			List<Object> before = answers(database);
			List<StoreInfo> stores = database.stores().info();
			new TransactionTemplate(database.transactionManager()).executeWithoutResult((status) -> {
				jdbc.sql("insert into article values (1)").update();
				database.objects().put("undone".getBytes());
				database.vectors().collection("notes").put("undone", 1, 1);
				database.graphs().graph("people").putNode("undone", "person");
				assertThat(database.stores().info()).extracting(StoreInfo::epoch).containsExactly(1L, 1L, 1L);
				status.setRollbackOnly();
			});
			assertThat(answers(database)).isEqualTo(before);
			assertThat(jdbc.sql("select count(*) from article").query(Long.class).single()).isZero();
			assertThat(database.stores().info()).isEqualTo(stores);
		}
	}

	@ParameterizedTest
	@EnumSource(ZovaOptions.JournalMode.class)
	void eachCallThatChangesSomethingIsCountedOnceInBothFiles(ZovaOptions.JournalMode mode) throws Exception {
		set().close();
		try (ZovaDatabase database = ZovaDatabase.open(main(), ZovaOptions.builder().journalMode(mode).build())) {
			expect(database, StoreRole.OBJECTS, 1, () -> database.objects().put("one".getBytes()));
			expect(database, StoreRole.OBJECTS, 0, () -> database.objects().put("one".getBytes()));
			expect(database, StoreRole.OBJECTS, 1, () -> {
				try (var writer = database.objects().writer()) {
					writer.write("one".getBytes());
					writer.finish();
				}
			});
			expect(database, StoreRole.OBJECTS, 1,
					() -> database.objects().put(new ByteArrayInputStream(new byte[3_000_000])));
			expect(database, StoreRole.OBJECTS, 1,
					() -> database.objects().delete(database.objects().put("one".getBytes())));
			expect(database, StoreRole.GRAPHS, 1, () -> database.graphs().graph("people").putNode("n0", "person"));
			expect(database, StoreRole.GRAPHS, 1, () -> database.graphs().graph("people").putEdge("n0", "k", "n1"));
			expect(database, StoreRole.GRAPHS, 1, () -> database.graphs().graph("people").putEdge("n0", "k", "n1"));
			expect(database, StoreRole.GRAPHS, 1, () -> database.graphs().graph("people").deleteEdge("n0", "k", "n1"));
			expect(database, StoreRole.GRAPHS, 0, () -> database.graphs().graph("people").deleteEdge("n0", "k", "n1"));
			expect(database, StoreRole.GRAPHS, 0, () -> database.graphs().graph("people").deleteNode("nobody"));
			expect(database, StoreRole.GRAPHS, 1, () -> database.graphs().delete("people"));
			expect(database, StoreRole.VECTORS, 1, () -> database.vectors().collection("notes").put("a", 1, 1));
			expect(database, StoreRole.VECTORS, 1, () -> database.vectors().collection("notes").delete("a"));
			expect(database, StoreRole.VECTORS, 1, () -> database.vectors().delete("notes"));
			expect(database, StoreRole.OBJECTS, 0,
					() -> database.keyValues().namespace("a").put(new byte[1], new byte[1]));
		}
		ZovaDatabase.open(main()).close();
	}

	private void expect(ZovaDatabase database, StoreRole role, long changes, Runnable call) throws Exception {
		long before = database.stores().info(role).orElseThrow().epoch();
		call.run();
		assertThat(database.stores().info(role).orElseThrow().epoch()).isEqualTo(before + changes);
		String inStore = "select value from " + role.storeName() + "._zova_meta where key = '" + role.epochName() + "'";
		assertThat(JdbcClient.create(database.dataSource()).sql(inStore).query(Long.class).single())
			.isEqualTo(before + changes);
	}

	@ParameterizedTest
	@EnumSource
	void storesAreSplitOffBoundAndJoinedWhileTheDatabaseIsInUse(StoreRole role) throws Exception {
		try (ZovaDatabase database = ZovaDatabase.open(FilledFile.create(main()))) {
			List<Object> before = answers(database);
			try (Connection kept = database.dataSource().getConnection()) {
				database.stores().split(role, store(role));
				assertThat(answers(database)).isEqualTo(before);
				database.objects().put("after the split".getBytes());
				database.vectors().collection("notes").put("after", 100, 100);
				database.graphs().graph("people").putNode("after", "person");
				assertThat(FilledFile.rows(main(), role)).isEmpty();
				try (var statement = kept.createStatement();
						var row = statement
							.executeQuery("select count(*) from zova_graph_walk('people', 'n3') where max_depth = 5")) {
					assertThat(row.next()).isTrue();
					assertThat(row.getInt(1)).isEqualTo(3);
				}
				List<Object> changed = answers(database);
				database.stores().join(role);
				assertThat(answers(database)).isEqualTo(changed);
				assertThat(database.stores().info()).isEmpty();
			}
		}
		assertThat(TestFiles.statusOfOpening(main())).isEqualTo(ZovaStatus.OK);
	}

	@Test
	void storesChangeOnlyOutsideATransaction() {
		try (ZovaDatabase database = ZovaDatabase.open(FilledFile.create(main()))) {
			ZovaStatus status = new TransactionTemplate(database.transactionManager())
				.execute((transaction) -> TestFiles
					.statusOf(() -> database.stores().split(StoreRole.OBJECTS, store(StoreRole.OBJECTS))));
			assertThat(status).isEqualTo(ZovaStatus.OBJECT_TRANSACTION_ACTIVE);
			assertThat(store(StoreRole.OBJECTS)).doesNotExist();
		}
	}

	@Test
	void copiesOfASetHoldEverythingInOneFile() throws Exception {
		Path backup = this.directory.resolve("backup.zova");
		Path compact = this.directory.resolve("compact.zova");
		List<Object> before;
		try (ZovaDatabase database = set()) {
			before = answers(database);
			database.backup(backup);
			database.compact(compact);
			assertThat(answers(database)).isEqualTo(before);
			ZovaStatus busy = new TransactionTemplate(database.transactionManager()).execute((transaction) -> {
				database.objects().put("not yet".getBytes());
				return TestFiles.statusOf(() -> database.backup(this.directory.resolve("busy.zova")));
			});
			assertThat(busy).isEqualTo(ZovaStatus.BUSY);
			ZovaStatus inTransaction = new TransactionTemplate(database.transactionManager()).execute(
					(transaction) -> TestFiles.statusOf(() -> database.compact(this.directory.resolve("busy.zova"))));
			assertThat(inTransaction).isEqualTo(ZovaStatus.SQLITE_ERROR);
			assertThat(this.directory.resolve("busy.zova")).doesNotExist();
		}
		for (Path copy : List.of(backup, compact)) {
			try (ZovaDatabase database = ZovaDatabase.open(copy)) {
				assertThat(answers(database)).isEqualTo(before);
				assertThat(database.stores().info()).isEmpty();
			}
		}
		try (ZovaDatabase readOnly = ZovaDatabase.open(main(), ZovaOptions.builder().readOnly(true).build())) {
			readOnly.backup(this.directory.resolve("of-readonly.zova"));
			readOnly.compact(this.directory.resolve("compact-of-readonly.zova"));
			assertThat(TestFiles.statusOf(() -> readOnly.objects().put(new byte[1]))).isEqualTo(ZovaStatus.READ_ONLY);
		}
	}

	@Test
	void theExampleOfThePageWorks() {
		Path largerDisk = this.directory;
		try (ZovaDatabase database = ZovaDatabase.open(FilledFile.create(main()))) {
			Stores stores = database.stores();
			MoveReport moved = stores.split(StoreRole.OBJECTS, largerDisk.resolve("app.objects.zova"));
			assertThat(moved.rows()).containsEntry("objects", 5L);
		}
	}

	@Test
	void checksAndStatisticsLookIntoTheStores() throws Exception {
		try (ZovaDatabase database = set()) {
			assertThat(database.check(CheckOptions.thorough()).findings()).isEmpty();
			assertThat(database.stats(10).toString()).as("there is the table of the stores, too")
				.isEqualTo(inOneFile().toString().replace("privateTables=14", "privateTables=15"));
			TestFiles.execute(store(StoreRole.OBJECTS),
					"update _zova_chunks set data = zeroblob(size_bytes) where rowid = 1");
			assertThat(database.check(CheckOptions.thorough()).findings()).isNotEmpty();
			assertThat(database.doctor(CheckOptions.thorough()).toString()).contains("OBJECT");
		}
	}

	private StatsReport inOneFile() {
		try (ZovaDatabase database = ZovaDatabase.open(FilledFile.create(this.directory.resolve("one.zova")))) {
			return database.stats(10);
		}
	}

}
