package io.zova.maintenance.salvage;

import java.util.stream.Stream;
import java.sql.SQLException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.ZovaOptions.JournalMode;
import io.zova.ZovaStatus;
import io.zova.format.BoundSet;
import io.zova.format.NewDatabase;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;
import io.zova.maintenance.SampleDatabase;
import io.zova.maintenance.check.CheckOptions;
import io.zova.maintenance.check.FindingKind;
import io.zova.maintenance.pages.PageFile;
import io.zova.object.ObjectId;
import io.zova.sqlite.driver.DriverConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SalvageTests {

	private static final SalvageOptions DEFAULTS = SalvageOptions.defaults();

	private static final SalvageOptions PAGES = DEFAULTS.withDamagedPages();

	private static final List<String> BY_NAMES = List.of(
			"select hex(object_id) || size_bytes || chunk_count || chunker from _zova_objects",
			"select hex(object_id) || chunk_index || hex(chunk_hash) || offset from _zova_object_chunks",
			"select hex(chunk_hash) || hex(data) from _zova_chunks",
			"select name || dimensions || metric || element_type from _zova_vector_collections",
			"select name || vector_id || hex(\"values\") || norm_squared from _zova_vectors join _zova_vector_collections using (collection_key)",
			"select name || created_order from _zova_graphs", """
					select name || node_id || kind || target_type || coalesce(target_namespace, '-')
						|| coalesce(target_ref, '-') || n.created_order
					from _zova_graph_nodes n join _zova_graphs using (graph_key)""", """
					select g.name || f.node_id || t.name || o.node_id || e.created_order || hex(e.payload)
					from _zova_graph_edges e join _zova_graphs g using (graph_key)
						join _zova_graph_nodes f on f.node_key = e.from_node_key
						join _zova_graph_nodes o on o.node_key = e.to_node_key
						join _zova_graph_edge_types t using (edge_type_key)""",
			"select rowid || quote(id) || quote(name) from authors", "select count(*) from notes",
			"select sql from sqlite_schema where type in ('index', 'view') and name not like '\\_zova%' escape '\\' and sql is not null");

	@TempDir
	Path directory;

	private Path saved;

	private Path sample() throws Exception {
		this.saved = this.directory.resolve("saved.zova");
		return SampleDatabase.create(this.directory.resolve("a.zova"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "format-9-a", "format-11-a", "format-12-a" })
	void aSoundFileOfEachFormatComesBackWhole(String name) throws Exception {
		this.saved = this.directory.resolve("saved.zova");
		Path file = TestFiles.fixture(name, this.directory);
		byte[] before = Files.readAllBytes(file);
		SalvageReport plan = ZovaDatabase.salvage(file, DEFAULTS);
		assertThat(plan.dryRun()).isTrue();
		assertThat(plan.source().isSound()).as(plan.source().findings().toString()).isTrue();
		for (SalvageOptions options : List.of(DEFAULTS, PAGES)) {
			SalvageReport report = ZovaDatabase.salvage(file, this.saved, options);
			assertThat(report.verified()).isTrue();
			assertThat(report.skipped()).as(report.toString()).allSatisfy((counter, count) -> {
				boolean notSaved = counter == SalvageCounter.EXTENSIONS
						|| counter == SalvageCounter.EXTENSION_PRIVATE_OBJECTS;
				assertThat(count).as(counter.text()).isEqualTo(notSaved ? report.skipped().get(counter) : 0L);
			});
			for (String query : List.of(
					"select hex(object_id) || size_bytes || chunk_count || chunker from _zova_objects",
					"select hex(object_id) || chunk_index || hex(chunk_hash) || offset from _zova_object_chunks",
					"select hex(chunk_hash) || hex(data) from _zova_chunks",
					"select collection_key || name || dimensions || metric || element_type from _zova_vector_collections",
					"select collection_key || vector_id || hex(\"values\") || norm_squared from _zova_vectors",
					"select name || created_order from _zova_graphs",
					"select node_id || kind || target_type || coalesce(target_ref, '-') || created_order from _zova_graph_nodes",
					"select from_node_key || to_node_key || edge_type_key || created_order || hex(payload) from _zova_graph_edges",
					"select rowid || quote(id) || quote(name) from authors", "select count(*) from notes",
					"select sql from sqlite_schema where type in ('index', 'view') and name not like '\\_zova%' escape '\\' and sql is not null")) {
				assertThat(sorted(this.saved, query)).as(query).isEqualTo(sorted(file, query)).isNotEmpty();
			}
			if (!name.equals("format-9-a")) {
				String keyValues = "select hex(namespace) || ':' || hex(key) || ':' || hex(value) from _zova_kv";
				assertThat(sorted(this.saved, keyValues)).isEqualTo(sorted(file, keyValues)).hasSize(41);
			}
			assertThat(TestFiles.texts(this.saved, "select value from _zova_meta where key = 'database_id'"))
				.doesNotContainAnyElementsOf(
						TestFiles.texts(file, "select value from _zova_meta where key = 'database_id'"));
			assertThat(TestFiles.texts(this.saved, "select distinct revision from _zova_vector_sources"))
				.containsExactly("0");
			Files.delete(this.saved);
		}
		assertThat(file).hasBinaryContent(before);
	}

	/** What a salvage gives is what a migration would. */
	@ParameterizedTest
	@ValueSource(strings = { "format-3-a", "format-3-019-a", "format-4-a", "format-5-a", "format-6-a", "format-7-a",
			"format-8-a" })
	void aSoundFileOfAFormatBefore9ComesBackWholeToo(String name) throws Exception {
		this.saved = this.directory.resolve("saved.zova");
		Path file = TestFiles.fixture(name, this.directory);
		byte[] before = Files.readAllBytes(file);
		Path migrated = this.directory.resolve("migrated.zova");
		ZovaDatabase.migrate(file, migrated);
		SalvageReport plan = ZovaDatabase.salvage(file, DEFAULTS);
		assertThat(plan.source().isSound()).as(plan.source().findings().toString()).isTrue();
		for (SalvageOptions options : List.of(DEFAULTS, PAGES)) {
			SalvageReport report = ZovaDatabase.salvage(file, this.saved, options);
			assertThat(report.verified()).isTrue();
			assertThat(report.copied()).allSatisfy((counter, count) -> assertThat(count).as(counter.text())
				.isEqualTo(plan.recoverable().get(counter)));
			for (String query : BY_NAMES) {
				assertThat(sorted(this.saved, query)).as(query).isEqualTo(sorted(migrated, query));
			}
			assertThat(sorted(this.saved, BY_NAMES.get(2))).isNotEmpty();
			Files.delete(this.saved);
		}
		assertThat(file).hasBinaryContent(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "format-3-a", "format-5-a", "format-7-a", "format-8-a" })
	void whatIsIntactInADamagedFileOfAFormatBefore9ComesBack(String name) throws Exception {
		this.saved = this.directory.resolve("saved.zova");
		Path file = TestFiles.fixture(name, this.directory);
		Path migrated = this.directory.resolve("migrated.zova");
		ZovaDatabase.migrate(file, migrated);
		byte[] content = Files.readAllBytes(file);
		Arrays.fill(content, 0, 4096, (byte) 0);
		Files.write(file, content);
		SalvageReport report = ZovaDatabase.salvage(file, this.saved, PAGES);
		assertThat(report.verified()).isTrue();
		assertThat(report.pages().orElseThrow().schemaWhole()).isFalse();
		for (String query : BY_NAMES.subList(0, 8)) {
			assertThat(sorted(this.saved, query)).as(query).isEqualTo(sorted(migrated, query));
		}
	}

	@Test
	void damageInAFileOfAFormatBefore9IsFoundAndStaysBehind() throws Exception {
		this.saved = this.directory.resolve("saved.zova");
		Path file = TestFiles.fixture("format-7-a", this.directory);
		TestFiles.execute(file, "pragma ignore_check_constraints=on",
				"update _zova_vectors set \"values\" = x'00' where rowid = (select min(rowid) from _zova_vectors)",
				"update _zova_graph_edges set to_node_id = 'nobody' where rowid = (select min(rowid) from _zova_graph_edges)");
		SalvageReport plan = ZovaDatabase.salvage(file, DEFAULTS);
		assertThat(plan.source().kindCounts()).containsEntry(FindingKind.VECTOR_INTEGRITY, 1L)
			.containsEntry(FindingKind.MISSING_EDGE_TO_NODE, 1L);
		SalvageReport report = ZovaDatabase.salvage(file, this.saved, DEFAULTS);
		assertThat(report.verified()).isTrue();
		assertThat(report.skipped()).containsEntry(SalvageCounter.VECTORS, 1L)
			.containsEntry(SalvageCounter.GRAPH_EDGES, 1L);
	}

	@Test
	void theMainFileOfABoundSetOfAFormatBefore9IsSavedWithoutItsStoresAndEachOfThemByItself() throws Exception {
		this.saved = this.directory.resolve("saved.zova");
		Path main = TestFiles.fixture("format-5-a-objects-main", this.directory);
		Path store = TestFiles.fixture("format-5-a-objects-store", this.directory);
		SalvageReport report = ZovaDatabase.salvage(main, this.saved, DEFAULTS);
		assertThat(report.verified()).isTrue();
		assertThat(report.copied()).containsEntry(SalvageCounter.OBJECTS, 0L);
		Path objects = this.directory.resolve("objects.zova");
		assertThat(ZovaDatabase.salvage(store, objects, DEFAULTS).copied().get(SalvageCounter.OBJECTS)).isPositive();
	}

	private static List<String> sorted(Path file, String query) throws Exception {
		return TestFiles.texts(file, query).stream().sorted().toList();
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '|', textBlock = """
			update _zova_chunks set data = cast('abd' as blob) where size_bytes = 3, OBJECTS CHUNKS
			delete from _zova_chunks where size_bytes = 3,                           OBJECTS
			|update _zova_vectors set "values" = x'00' where vector_key = 1|,        VECTORS
			|insert into _zova_vectors values (9, 99, 'stray', x'00', 0)|,           VECTORS
			update _zova_graph_nodes set node_id = 'a' || char(0),                   GRAPH_NODES GRAPH_EDGES
			delete from _zova_graph_nodes,                                           GRAPH_EDGES
			update _zova_graph_edges set payload = 'text',                           GRAPH_EDGES
			|insert into _zova_kv values ('text', x'01', x'01')|,                    KV_ENTRIES
			""")
	void whatIsDamagedStaysBehindAndIsCounted(String damage, String counters) throws Exception {
		Path file = sample();
		TestFiles.execute(file, "pragma ignore_check_constraints=on", damage);
		SalvageReport plan = ZovaDatabase.salvage(file, DEFAULTS);
		assertThat(plan.recoverability()).isEqualTo(Recoverability.PARTIALLY_RECOVERABLE);
		assertThat(this.saved).doesNotExist();
		SalvageReport report = ZovaDatabase.salvage(file, this.saved, DEFAULTS);
		assertThat(report.published()).isTrue();
		assertThat(report.verified()).isTrue();
		assertThat(report.skipped().entrySet().stream().filter((entry) -> entry.getValue() > 0).map(Map.Entry::getKey))
			.containsExactlyInAnyOrder(
					Arrays.stream(counters.split(" ")).map(SalvageCounter::valueOf).toArray(SalvageCounter[]::new));
	}

	@Test
	void aWrongNormIsComputedAnew() throws Exception {
		Path file = sample();
		TestFiles.execute(file, "update _zova_vectors set norm_squared = 7 where vector_key = 1");
		assertThat(ZovaDatabase.salvage(file, this.saved, DEFAULTS).verified()).isTrue();
		assertThat(TestFiles.texts(this.saved, "select norm_squared from _zova_vectors where vector_key = 1"))
			.containsExactly("1.0");
	}

	@Test
	void damagedPagesEndASalvageThatWasNotToldToGoOn() throws Exception {
		Path file = sample();
		long page = Long
			.parseLong(TestFiles.texts(file, "select rootpage from sqlite_schema where name = '_zova_kv'").get(0));
		byte[] content = Files.readAllBytes(file);
		Arrays.fill(content, (int) (page - 1) * 4096, (int) page * 4096, (byte) 0x55);
		Files.write(file, content);
		assertThat(ZovaDatabase.salvage(file, DEFAULTS).recoverability()).isEqualTo(Recoverability.UNKNOWN);
		SalvageReport report = ZovaDatabase.salvage(file, this.saved, DEFAULTS);
		assertThat(report.published()).isFalse();
		assertThat(report.recoverability()).isEqualTo(Recoverability.UNKNOWN);
		assertThat(report.source().kindCounts()).containsOnlyKeys(FindingKind.SQLITE_QUICK_CHECK);
		assertThat(this.saved).doesNotExist();
		SalvageReport forced = ZovaDatabase.salvage(file, this.saved, PAGES);
		assertThat(forced.verified()).isTrue();
		assertThat(forced.copied()).containsEntry(SalvageCounter.OBJECTS, 1L)
			.containsEntry(SalvageCounter.VECTORS, 3L)
			.containsEntry(SalvageCounter.KV_ENTRIES, 0L)
			.containsEntry(SalvageCounter.USER_ROWS, 1L);
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova", "saved.zova");
		assertThat(file).hasBinaryContent(content);
	}

	@Test
	void storesComeIntoTheOneNewFileAndAMissingOneIsLeftOut() throws Exception {
		this.saved = this.directory.resolve("saved.zova");
		Path main = BoundSet.create(this.directory, true);
		for (SalvageOptions options : List.of(DEFAULTS, PAGES)) {
			SalvageReport report = ZovaDatabase.salvage(main, this.saved, options);
			assertThat(report.verified()).isTrue();
			assertThat(report.copied()).as(options.toString())
				.containsEntry(SalvageCounter.OBJECTS, 1L)
				.containsEntry(SalvageCounter.VECTORS, 3L)
				.containsEntry(SalvageCounter.GRAPH_EDGES, 4L)
				.containsEntry(SalvageCounter.KV_ENTRIES, 1L)
				.containsEntry(SalvageCounter.USER_ROWS, 1L);
			assertThat(TestFiles.texts(this.saved, "select hex(payload) from _zova_graph_edges where edge_key = 10"))
				.containsExactly("AA");
			Files.delete(this.saved);
		}
		Files.delete(BoundSet.store(main, StoreRole.OBJECTS));
		SalvageReport report = ZovaDatabase.salvage(main, this.saved, DEFAULTS);
		assertThat(report.copied()).containsEntry(SalvageCounter.OBJECTS, 0L).containsEntry(SalvageCounter.VECTORS, 3L);
		assertThat(report.recoverability()).isEqualTo(Recoverability.PARTIALLY_RECOVERABLE);
	}

	@ParameterizedTest
	@EnumSource(StoreRole.class)
	void aStoreWithDamagedPagesGivesWhatIsIntact(StoreRole role) throws Exception {
		this.saved = this.directory.resolve("saved.zova");
		Path main = BoundSet.create(this.directory, true);
		Path store = BoundSet.store(main, role);
		byte[] content = Files.readAllBytes(store);
		Arrays.fill(content, 0, 4096, (byte) 0x55);
		Files.write(store, content);
		assertThat(ZovaDatabase.doctor(main, CheckOptions.thorough()).needsAttention()).isTrue();
		SalvageReport report = ZovaDatabase.salvage(main, this.saved, PAGES);
		assertThat(report.verified()).isTrue();
		assertThat(report.copied()).as(report.toString())
			.containsEntry(SalvageCounter.OBJECTS, 1L)
			.containsEntry(SalvageCounter.VECTORS, 3L)
			.containsEntry(SalvageCounter.GRAPH_EDGES, 4L)
			.containsEntry(SalvageCounter.KV_ENTRIES, 1L);
		assertThat(store).hasBinaryContent(content);
		assertThat(TestFiles.namesIn(this.directory)).doesNotContainAnyElementsOf(List.of("saved.zova-journal"))
			.noneMatch((name) -> name.startsWith("."));
	}

	@Test
	void theStoreOfAnotherFileIsLeftOut() throws Exception {
		this.saved = this.directory.resolve("saved.zova");
		Path main = BoundSet.create(this.directory, true);
		TestFiles.execute(BoundSet.store(main, StoreRole.VECTORS),
				"update _zova_meta set value = '" + "ab".repeat(32) + "' where key = 'store_id'");
		for (SalvageOptions options : List.of(DEFAULTS, PAGES)) {
			SalvageReport report = ZovaDatabase.salvage(main, this.saved, options);
			assertThat(report.copied()).containsEntry(SalvageCounter.OBJECTS, 1L)
				.containsEntry(SalvageCounter.VECTORS, 0L);
			Files.delete(this.saved);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void tablesOfEveryKindComeBack(boolean pages) throws Exception {
		Path file = sample();
		String wide = "create table wide("
				+ String.join(", ", IntStream.range(0, 1999).mapToObj((i) -> "c" + i).toList()) + ")";
		TestFiles.execute(file,
				"create table computed(id integer primary key, a, twice as (a * 2) stored, b, v as (a + 1))",
				"insert into computed(a, b) values (21, 'b')", wide,
				"insert into wide(c0, c1998) values ('first', 'last')",
				"create table keyed(a, b text, c, primary key (c, a)) without rowid",
				"insert into keyed values (1, 'one', x'01'), (2, 'two', x'00')", "create table implicit(a)",
				"insert into implicit(rowid, a) values (77, 'x')",
				"create table counted(id integer primary key autoincrement, a)",
				"insert into counted values (5, 'five')", "create virtual table words using fts5(title, body)",
				"insert into words(rowid, title, body) values (3, 'a title', 'of words')", "create table log(a)",
				"create trigger fires after insert on implicit begin insert into log values (new.a); end",
				"create index by_a on implicit(a)", "create view all_of_it as select * from implicit",
				"create table grown(a)", "insert into grown values (1)",
				"alter table grown add column b default 'new'");
		SalvageReport report = ZovaDatabase.salvage(file, this.saved, pages ? PAGES : DEFAULTS);
		assertThat(report.verified()).as(report.toString()).isTrue();
		assertThat(TestFiles.texts(this.saved, "select id || a || twice || b || v from computed"))
			.containsExactly("12142b22");
		assertThat(TestFiles.texts(this.saved, "select c0 || c1998 from wide")).containsExactly("firstlast");
		assertThat(TestFiles.texts(this.saved, "select a || b || hex(c) from keyed order by a"))
			.containsExactly("1one01", "2two00");
		assertThat(TestFiles.texts(this.saved, "select rowid || a from implicit")).containsExactly("77x");
		assertThat(TestFiles.texts(this.saved, "select a || b from grown")).containsExactly("1new");
		assertThat(TestFiles.texts(this.saved, "select count(*) from log")).containsExactly("0");
		assertThat(TestFiles.texts(this.saved, "select rowid || title from words where words match 'words'"))
			.containsExactly("3a title");
		assertThat(TestFiles.texts(this.saved, "select a from all_of_it")).containsExactly("x");
		assertThat(TestFiles.texts(this.saved,
				"select name from sqlite_schema where name in ('by_a', 'fires') order by 1"))
			.containsExactly("by_a", "fires");
		assertThat(TestFiles.texts(this.saved, "select seq from sqlite_sequence")).containsExactly("5");
		assertThat(report.skipped()).containsEntry(SalvageCounter.USER_ROWS, 0L)
			.containsEntry(SalvageCounter.USER_TABLES, 0L)
			.containsEntry(SalvageCounter.USER_SCHEMA_OBJECTS, 0L);
	}

	@Test
	void aSchemaRowThatLiesTakesNothingFromTheTableThatItPointsInto() throws Exception {
		Path file = sample();
		TestFiles.execute(file, "create table liar(a text, b text)", "pragma writable_schema=on",
				"update sqlite_schema set rootpage = (select rootpage from sqlite_schema where name = '_zova_vectors') where name = 'liar'");
		SalvageReport report = ZovaDatabase.salvage(file, this.saved, PAGES);
		assertThat(report.verified()).isTrue();
		assertThat(report.copied()).containsEntry(SalvageCounter.VECTORS, 3L);
		assertThat(TestFiles.texts(this.saved, "select count(*) from liar")).containsExactly("0");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '|', textBlock = """
			name = '_zova_vector_collectio.s' where name = '_zova_vector_collections',      0
			|sql = replace(sql, '_zova_vectors', '_zova_vectkrs') where name = '_zova_vectors'|, 0
			name = 'persom' where name = 'person',                                          0
			tbl_name = 'persom' where name = 'person',                                      0
			|sql = replace(sql, 'TABLE person', 'TABLE persom') where name = 'person'|,     0
			|sql = replace(sql, '(id', '(?id') where name = 'person'|,                      2
			|sql = replace(sql, 'TABLE', 'TABME') where name = 'person'|,                   2
			type = 'tab?e' where name = 'person',                                           2
			""")
	void aDamagedDefinitionTakesNoRowWithIt(String damage, int apart) throws Exception {
		Path file = sample();
		TestFiles.execute(file, "create table person(id integer primary key, name text not null, height real)",
				"insert into person values (1, 'Ada', 1.6), (2, 'Bob', 1.8)", "pragma writable_schema=on",
				"update sqlite_schema set " + damage);
		SalvageReport report = ZovaDatabase.salvage(file, this.saved, PAGES);
		assertThat(report.verified()).isTrue();
		assertThat(report.copied()).containsEntry(SalvageCounter.VECTORS, 3L);
		assertThat(report.pages().orElseThrow().lostAndFoundRows()).isEqualTo(apart);
		if (apart > 0) {
			assertThat(TestFiles.texts(this.saved, "select c1 from lost_and_found order by id")).containsExactly("Ada",
					"Bob");
		}
		else {
			String table = TestFiles
				.texts(this.saved, "select name from sqlite_schema where type = 'table' and name like 'perso_'")
				.get(0);
			assertThat(TestFiles.texts(this.saved, "select name from " + table)).containsExactly("Ada", "Bob");
		}
	}

	/** A definition is run to make the table; a forged one could do anything else. */
	@ParameterizedTest
	@ValueSource(strings = { "attach 'FILE' as other", "vacuum into 'FILE'", "delete from main._zova_chunks",
			"create table other.t(a)", "create table t(a); attach 'FILE' as other",
			"create table t as with recursive n(i) as (select 1 union all select i from n) select i from n",
			"create table /* ( */ 't' as with recursive n(i) as (select 1 union all select i from n) select i from n",
			"create trigger _zova_t after insert on _zova_kv begin delete from _zova_chunks; end",
			"create table _zova_t(a)", "drop table _zova_kv", "pragma writable_schema=on" })
	@Timeout(60)
	void whatIsNoDefinitionIsNotRun(String forged) throws Exception {
		Path file = sample();
		Path other = this.directory.resolve("other.zova");
		String sql = forged.replace("FILE", other.toString()).replace("'", "''");
		TestFiles.execute(file, "create table t(a)", "create table person(a)", "insert into person values ('Ada')",
				"create trigger fires after insert on person begin select 1; end", "pragma writable_schema=on",
				"update sqlite_schema set sql = '" + sql + "' where name in ('t', 'fires')");
		SalvageReport report = ZovaDatabase.salvage(file, this.saved, PAGES);
		assertThat(report.verified()).isTrue();
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova", "saved.zova");
		assertThat(TestFiles.texts(this.saved, "select a from person")).containsExactly("Ada");
		assertThat(report.copied()).containsEntry(SalvageCounter.CHUNKS, 2L);
		assertThat(TestFiles.texts(this.saved, "select name from sqlite_schema where name in ('_zova_t', 'fires')"))
			.isEmpty();
	}

	@Test
	void rowsWithoutProofAreToldOneByOne() throws Exception {
		Path file = sample();
		TestFiles.execute(file, "create table person(id integer primary key, name text)",
				"insert into person with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) select i * 10, 'person' || i from n");
		long root = Long
			.parseLong(TestFiles.texts(file, "select rootpage from sqlite_schema where name = 'person'").get(0));
		byte[] content = Files.readAllBytes(file);
		Arrays.fill(content, (int) (root - 1) * 4096, (int) root * 4096, (byte) 0);
		Files.write(file, content);
		SalvageReport report = ZovaDatabase.salvage(file, this.saved, PAGES.withLimit(5));
		assertThat(report.unproven()).containsEntry(SalvageCounter.USER_ROWS, 1001L)
			.containsEntry(SalvageCounter.KV_ENTRIES, 1L)
			.containsEntry(SalvageCounter.VECTORS, 3L)
			.containsEntry(SalvageCounter.GRAPH_EDGES, 1L)
			.containsEntry(SalvageCounter.OBJECTS, 0L);
		assertThat(report.pages().orElseThrow().unprovenRescued()).containsEntry(SalvageCounter.USER_ROWS, 1000L)
			.containsEntry(SalvageCounter.KV_ENTRIES, 0L);
		assertThat(report.unprovenRows()).hasSize(5)
			.allMatch((row) -> row.table().equals("person") && !row.reachable() && row.page() != root);
		for (UnprovenRow row : report.unprovenRows()) {
			assertThat(row.position()).isBetween(0L, 999L);
		}
		Files.delete(this.saved);
		List<UnprovenRow> all = ZovaDatabase.salvage(file, this.saved, PAGES.withLimit(Integer.MAX_VALUE))
			.unprovenRows();
		assertThat(all).hasSize(1006);
		assertThat(all.stream().filter(UnprovenRow::reachable).map(UnprovenRow::what)).containsOnly(
				SalvageCounter.USER_ROWS, SalvageCounter.KV_ENTRIES, SalvageCounter.VECTORS,
				SalvageCounter.GRAPH_EDGES);
		assertThat(all.stream().filter((row) -> row.table().equals("person")).map(UnprovenRow::position).sorted())
			.containsExactlyElementsOf(IntStream.range(0, 1000).mapToObj(Long::valueOf).toList());
		assertThat(all).filteredOn((row) -> row.what() == SalvageCounter.KV_ENTRIES)
			.extracting(UnprovenRow::position)
			.containsExactly(0L);
	}

	@Test
	void whatIsInTheLogIsReadPageByPageToo() throws Exception {
		Path open = this.directory.resolve("open.zova");
		Path file = this.directory.resolve("a.zova");
		this.saved = this.directory.resolve("saved.zova");
		try (ZovaDatabase database = ZovaDatabase.create(open,
				ZovaOptions.builder().journalMode(JournalMode.WAL).build())) {
			database.keyValues().namespace("n").put(new byte[] { 1 }, new byte[] { 2 });
			database.objects().put(new byte[70_000]);
			Files.copy(open, file);
			Files.copy(Path.of(open + "-wal"), Path.of(file + "-wal"));
		}
		byte[] log = Files.readAllBytes(Path.of(file + "-wal"));
		SalvageReport report = ZovaDatabase.salvage(file, this.saved, PAGES);
		assertThat(report.copied()).containsEntry(SalvageCounter.OBJECTS, 1L)
			.containsEntry(SalvageCounter.KV_ENTRIES, 1L);
		assertThat(Path.of(file + "-wal")).hasBinaryContent(log);
	}

	@Test
	void aTransactionThatNeverEndedIsUndoneInTheCopyOnly() throws Exception {
		Path file = sample();
		Path torn = this.directory.resolve("torn.zova");
		TestFiles.execute(file, "create table filler(a)",
				"insert into filler with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000) select 'before' || i from n");
		try (Connection connection = DriverConnections.readWrite(file, 0).open();
				Statement statement = connection.createStatement()) {
			statement.execute("pragma cache_size=2");
			statement.execute("begin");
			statement.execute("update filler set a = 'after' || rowid || '" + "x".repeat(200) + "'");
			Files.copy(file, torn, StandardCopyOption.REPLACE_EXISTING);
			Files.copy(Path.of(file + "-journal"), Path.of(torn + "-journal"));
			statement.execute("rollback");
		}
		byte[] before = Files.readAllBytes(torn);
		assertThat(TestFiles.statusOf(() -> ZovaDatabase.salvage(torn, this.saved, DEFAULTS)))
			.isEqualTo(ZovaStatus.READ_ONLY);
		assertThat(ZovaDatabase.salvage(torn, this.saved, PAGES).verified()).isTrue();
		assertThat(TestFiles.texts(this.saved, "select count(*) from filler where a like 'before%'"))
			.containsExactly("2000");
		assertThat(torn).hasBinaryContent(before);
		assertThat(Path.of(torn + "-journal")).exists();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void deletedRowsStayDeletedAsLongAsTheListOfUnusedPagesCanBeRead(boolean pages) throws Exception {
		Path file = sample();
		TestFiles.execute(file, "create table gone(id integer primary key, secret text)",
				"insert into gone with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000) select i, 'secret' from n",
				"delete from gone");
		ZovaDatabase.salvage(file, this.saved, pages ? PAGES : DEFAULTS);
		assertThat(TestFiles.texts(this.saved, "select count(*) from gone")).containsExactly("0");
		assertThat(TestFiles.texts(this.saved, "select name from sqlite_schema where name = 'lost_and_found'"))
			.isEmpty();
	}

	@Test
	void anObjectWhoseOwnRowIsLostIsProvenByItsChunks() throws Exception {
		Path file = sample();
		TestFiles.execute(file, "delete from _zova_objects");
		SalvageReport report = ZovaDatabase.salvage(file, this.saved, DEFAULTS);
		assertThat(report.copied()).containsEntry(SalvageCounter.OBJECTS, 1L);
		try (ZovaDatabase database = ZovaDatabase.open(this.saved)) {
			assertThat(database.objects().get(ObjectId.parse(SampleDatabase.ABC))).asString().isEqualTo("abc");
		}
	}

	@Test
	void aDestinationIsNeverOverwritten() throws Exception {
		Path file = sample();
		Path link = Files.createSymbolicLink(this.directory.resolve("link.zova"), file);
		Path dangling = Files.createSymbolicLink(this.directory.resolve("dangling.zova"),
				this.directory.resolve("none"));
		List<Path> taken = new ArrayList<>(List.of(file, link, dangling));
		for (Path destination : taken) {
			assertThat(TestFiles.statusOf(() -> ZovaDatabase.salvage(file, destination, DEFAULTS)))
				.isEqualTo(ZovaStatus.DESTINATION_EXISTS);
		}
		assertThat(
				TestFiles.statusOf(() -> ZovaDatabase.salvage(file, this.directory.resolve("none/a.zova"), DEFAULTS)))
			.isEqualTo(ZovaStatus.CANT_OPEN);
		assertThat(TestFiles.statusOf(() -> ZovaDatabase.salvage(file, this.directory.resolve("a.db"), DEFAULTS)))
			.isEqualTo(ZovaStatus.NOT_ZOVA_PATH);
		assertThat(ZovaDatabase.salvage(link, this.saved, PAGES).verified()).isTrue();
	}

	@Test
	void aFileThatIsOpenHereIsNotReadPageByPage() throws Exception {
		Path file = sample();
		try (ZovaDatabase database = ZovaDatabase.open(file)) {
			assertThat(TestFiles.statusOf(() -> ZovaDatabase.salvage(file, this.saved, PAGES)))
				.isEqualTo(ZovaStatus.BUSY);
			assertThat(ZovaDatabase.salvage(file, this.saved, DEFAULTS).verified()).isTrue();
			assertThat(database.info().counts().objects()).isOne();
		}
	}

	@Test
	void aStoreThatIsOpenHereIsNotReadPageByPageForACopyOfItsMainFile() throws Exception {
		this.saved = this.directory.resolve("saved.zova");
		Path main = BoundSet.create(this.directory, true);
		Path copy = Files.copy(main, this.directory.resolve("copy-of-main.zova"));
		try (ZovaDatabase database = ZovaDatabase.open(main)) {
			assertThat(TestFiles.statusOf(() -> ZovaDatabase.salvage(copy, this.saved, PAGES)))
				.isEqualTo(ZovaStatus.BUSY);
			assertThat(this.saved).doesNotExist();
			assertThat(database.info().counts().objects()).isOne();
		}
		assertThat(ZovaDatabase.salvage(copy, this.saved, PAGES).verified()).isTrue();
	}

	@Test
	void whatIsNoZovaFileIsNotSalvaged() throws Exception {
		this.saved = this.directory.resolve("saved.zova");
		Path empty = Files.createFile(this.directory.resolve("empty.zova"));
		Path plain = this.directory.resolve("plain.zova");
		NewDatabase.create(plain, 0);
		TestFiles.execute(plain, "drop table _zova_meta");
		Path old = TestFiles.fixture("format-8-a", this.directory);
		TestFiles.execute(old, "update _zova_meta set value = '2' where key = 'format_version'");
		for (SalvageOptions options : List.of(DEFAULTS, PAGES)) {
			assertThat(TestFiles.statusOf(() -> ZovaDatabase.salvage(empty, this.saved, options)))
				.isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
			assertThat(TestFiles.statusOf(() -> ZovaDatabase.salvage(old, this.saved, options)))
				.isEqualTo(ZovaStatus.UNSUPPORTED_LEGACY_FORMAT);
			assertThat(this.saved).doesNotExist();
		}
		assertThat(TestFiles.statusOf(() -> ZovaDatabase.salvage(plain, this.saved, DEFAULTS)))
			.isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "content='v'", "content = 'v'", "c='v'", "/* c */ CONT ='v'" })
	@Timeout(60)
	void aViewWithoutEndBehindAFullTextIndexIsNotRun(String option) throws Exception {
		Path file = sample();
		TestFiles.execute(file, "create view v as with recursive n(a) as (select 1 union all select a + 1 from n) "
				+ "select a as rowid, a from n", "create virtual table f using fts5(a, " + option + ")");
		assertThat(ZovaDatabase.salvage(file, DEFAULTS).source().isSound()).isTrue();
		for (SalvageOptions options : List.of(DEFAULTS, PAGES)) {
			SalvageReport report = ZovaDatabase.salvage(file, this.saved, options);
			assertThat(report.verified()).isTrue();
			assertThat(TestFiles.texts(this.saved, "select name from sqlite_schema where name in ('f', 'v')"))
				.containsExactlyInAnyOrder("f", "v");
			Files.delete(this.saved);
		}
	}

	@Test
	@Timeout(60)
	void anInterruptEndsAStatementWithoutEnd() throws Exception {
		try (Connection connection = DriverConnections.readOnly(sample(), 0).open();
				Statement statement = connection.createStatement()) {
			StatementWatch watch = StatementWatch.over(connection);
			Thread.currentThread().interrupt();
			try {
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.executeQuery(
							"with recursive n(a) as (select 1 union all select a + 1 from n) select max(a) from n"))
					.satisfies((ex) -> assertThat(ex.getErrorCode()).isEqualTo(9));
			}
			finally {
				assertThat(Thread.interrupted()).isTrue();
				watch.close();
			}
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void aLogThatDoesNotFitIsClosedAgain() throws Exception {
		Path open = this.directory.resolve("open.zova");
		Path file = sample();
		TestFiles.execute(file, "pragma page_size=1024", "vacuum");
		Path log = Path.of(file + "-wal");
		try (ZovaDatabase database = ZovaDatabase.create(open,
				ZovaOptions.builder().journalMode(JournalMode.WAL).build())) {
			database.objects().put(new byte[70_000]);
			Files.copy(Path.of(open + "-wal"), log);
		}
		PageFile pages = PageFile.open(file);
		assertThat(pages.pageSize()).isEqualTo(1024);
		pages.close();
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			assertThat(descriptors.map(SalvageTests::target)).doesNotContain(log.toString());
		}
	}

	private static String target(Path link) {
		try {
			return Files.readSymbolicLink(link).toString();
		}
		catch (IOException ex) {
			return "";
		}
	}

}
