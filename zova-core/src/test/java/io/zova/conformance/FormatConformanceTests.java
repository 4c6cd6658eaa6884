package io.zova.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.zova.ZovaDatabase;
import io.zova.ZovaStatus;
import io.zova.format.BoundSet;
import io.zova.format.FormatProbe;
import io.zova.format.NewDatabase;
import io.zova.format.TestFiles;
import io.zova.format.ZovaSchema;
import io.zova.maintenance.Backup;
import io.zova.maintenance.Compact;
import io.zova.maintenance.Convert;
import io.zova.maintenance.CopyOptions;
import io.zova.maintenance.Restore;
import io.zova.sqlite.driver.DriverConnections;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The real engine opens what we write, and both give the same status to what is wrong.
 */
@RequiresPeer
class FormatConformanceTests {

	@TempDir
	Path folder;

	private Peer peer;

	private Path file;

	@BeforeEach
	void start() {
		this.peer = Peer.start();
		this.file = this.folder.resolve("a.zova");
	}

	@AfterEach
	void stop() {
		this.peer.close();
	}

	@ParameterizedTest
	@CsvSource({ "0, delete", "0, wal", "512, delete", "65536, delete" })
	void theEngineWorksWithANewFileOfOursAndWithOurCopiesOfIt(int pageSize, String journalMode) throws Exception {
		NewDatabase.create(this.file, pageSize);
		TestFiles.execute(this.file, "create table notes (text)", "pragma journal_mode = " + journalMode);
		writeByTheEngine();
		Path backup = this.folder.resolve("backup.zova");
		Path compact = this.folder.resolve("compact.zova");
		Path restored = this.folder.resolve("restored.zova");
		try (ZovaDatabase database = ZovaDatabase.open(this.file)) {
			assertThat(new Backup(database.sql()).to(backup, CopyOptions.defaults()).verification())
				.hasValueSatisfying((found) -> assertThat(found.objects()).isEqualTo(1));
			new Compact(database.sql()).to(compact, CopyOptions.defaults());
		}
		Restore.toFile(backup, restored, CopyOptions.defaults());
		for (Path copy : new Path[] { backup, compact, restored }) {
			Path again = this.folder.resolve("again-" + copy.getFileName());
			this.peer.call("restore_backup", "source", copy.toString(), "destination", again.toString());
			assertThat(TestFiles.statusOfOpening(again)).isEqualTo(ZovaStatus.OK);
		}
	}

	@Test
	void theEngineOpensWhatWeConverted() throws Exception {
		Path source = Files.createFile(this.folder.resolve("old.db"));
		TestFiles.execute(source, "pragma page_size = 1024", "create table t (a)", "insert into t values (1)");
		Convert.toFile(source, this.file, CopyOptions.defaults());
		writeByTheEngine();
		assertThat(TestFiles.texts(this.file, "select a from t")).containsExactly("1");
	}

	static Stream<String> changes() {
		Stream<String> drops = ZovaSchema.objects().stream().map((object) -> "drop " + object);
		return Stream.concat(drops, Stream.of("update _zova_meta set value = 'Zova' where key = 'magic'",
				"update _zova_meta set value = '012' where key = 'format_version'",
				"update _zova_meta set value = '1__2' where key = 'format_version'",
				"update _zova_meta set value = '_12' where key = 'format_version'",
				"update _zova_meta set value = '+12' where key = 'format_version'",
				"update _zova_meta set value = ' 12' where key = 'format_version'",
				"update _zova_meta set value = '' where key = 'format_version'",
				"update _zova_meta set value = x'3132' where key = 'format_version'",
				"update _zova_meta set value = x'7a6f7661' where key = 'magic'",
				"update _zova_meta set value = '4294967296' where key = 'format_version'",
				"update _zova_meta set value = '13' where key = 'format_version'",
				"update _zova_meta set value = '11' where key = 'format_version'",
				"update _zova_meta set value = '8' where key = 'format_version'",
				"delete from _zova_meta where key = 'magic'", "delete from _zova_meta where key = 'database_id'",
				"insert into _zova_meta values ('store_role', 'graph_store')",
				"insert into _zova_meta values ('store_role', '')", "create table _zova_vector_norms (a)",
				"create view _zova_vector_norms as select 1", "create table _ZOVA_VECTOR_NORMS (a)",
				"create table _zova_bound_stores (a)", "create view _zova_bound_stores as select 1",
				"create table _zova_mine (a)", "create table _zova_ext_x (a)", "create view _zova_ext_x as select 1",
				"create table _ZOVA_EXT_X (a)",
				"create trigger _zova_ext_x after insert on _zova_kv begin select 1; end",
				"create index _zova_ext_x on _zova_kv (value)",
				"insert into _zova_extensions values ('x', '1', '_zova_ext_x_', '1.0.0', '', 1, 1, '')",
				"insert into _zova_extensions values ('x', '1', '_zova_ext_y_', '1.0.0', '', 1, 1, '')",
				"insert into _zova_extensions values ('x', '1', '_zova_ext_x_', '1.0.0', '', 0, 1, '')",
				"insert into _zova_extensions values ('x', '', '_zova_ext_x_', '1.0.0', '', 1, 1, '')",
				"insert into _zova_extensions values ('x y', '1', '_zova_ext_x y_', '1.0.0', '', 1, 1, '')",
				"insert into _zova_extensions values ('trgm', '0.1.0', '_zova_ext_trgm_', '1.0.0', '', 1, 1, '')",
				"insert into _zova_extensions values ('trgm', '0.2.0', '_zova_ext_trgm_', '1.0.0', '', 1, 1, '')",
				"insert into _zova_extensions values ('trgm', '0.1.0', '_zova_ext_trgm_', '1.4.0', '', 1, 1, '')",
				"pragma application_id = 77"));
	}

	@ParameterizedTest
	@MethodSource("changes")
	void aChangedFileGetsTheSameStatusFromBoth(String change) throws Exception {
		NewDatabase.create(this.file, 0);
		TestFiles.execute(this.file, change);
		assertSameStatus(this.file);
	}

	@ParameterizedTest
	@CsvSource({ "_zova_kv, value blob, VALUE BLOB", "_zova_kv, value blob, value blob /* x */",
			"_zova_vector_retire, 4096, 4097", "_zova_chunks, 1048576, 65536",
			"_zova_vector_change_insert, _zova_vector_change_insert, _ZOVA_VECTOR_CHANGE_INSERT",
			"_zova_objects, _zova_objects, _ZOVA_OBJECTS", "_zova_vector_changes, vector_id text, VECTOR_ID text",
			"_zova_vector_sources, incarnation blob, INCARNATION blob",
			"_zova_vector_changes, _zova_vector_changes, _ZOVA_VECTOR_CHANGES", "_zova_kv, value blob, value BLOB",
			"_zova_extensions, manifest_json, Manifest_json", "_zova_graphs, created_order, Created_Order",
			"_zova_graph_edge_types, edge_type_key integer, EDGE_TYPE_KEY integer",
			"_zova_vectors, norm_squared real, NORM_SQUARED real", "_zova_vector_collections, metric text, METRIC text",
			"_zova_chunks, data blob, DATA blob",
			"_zova_object_chunks, references _zova_objects, references _ZOVA_OBJECTS",
			"_zova_vector_change_insert, select case, SELECT CASE",
			"_zova_vector_retire, 'update _zova_vector_sources set floor', 'UPDATE _ZOVA_VECTOR_SOURCES SET FLOOR'",
			"_zova_kv, _zova_kv, \"_zova_kv\"" })
	void aRedefinedObjectGetsTheSameStatusFromBoth(String name, String find, String replacement) throws Exception {
		NewDatabase.create(this.file, 0);
		TestFiles.redefine(this.file, name, find, replacement);
		assertSameStatus(this.file);
	}

	@ParameterizedTest
	@ValueSource(strings = { "format-3-a", "format-4-a", "format-5-a", "format-6-a", "format-7-a", "format-8-a",
			"format-9-a", "format-11-a", "format-12-a", "format-12-b-all-graphs-store" })
	void filesOfTheReleasesGetTheSameStatusFromBoth(String fixture) throws Exception {
		Path path = TestFiles.fixture(fixture, this.folder);
		assertSameStatus(path);
		assertThat(this.peer.call("probe_format", "path", path.toString()).path("format_version").asLong())
			.isEqualTo(FormatProbe.probe(path).number());
	}

	@ParameterizedTest
	@ValueSource(strings = { "missing.zova", "missing/a.zova", "directory.zova", "empty.zova", "garbage.zova",
			"truncated.zova", "damaged.zova", "dangling.zova", "a.ZOVA", "locked.zova" })
	void pathsAndDamageGetTheSameStatusFromBoth(String name) throws Exception {
		Files.createDirectory(this.folder.resolve("directory.zova"));
		Files.createFile(this.folder.resolve("empty.zova"));
		Files.write(this.folder.resolve("garbage.zova"), new byte[4096]);
		Files.createSymbolicLink(this.folder.resolve("dangling.zova"), this.folder.resolve("nowhere.zova"));
		NewDatabase.create(this.file, 0);
		Files.write(this.folder.resolve("truncated.zova"), Arrays.copyOf(Files.readAllBytes(this.file), 4096 * 2));
		byte[] damaged = Files.readAllBytes(this.file);
		Arrays.fill(damaged, 4096, 8192, (byte) 0x5a);
		Files.write(this.folder.resolve("damaged.zova"), damaged);
		NewDatabase.create(this.folder.resolve("locked.zova"), 0);
		try (Connection locking = DriverConnections.readWrite(this.folder.resolve("locked.zova"), 0).open()) {
			TestFiles.execute(locking, "begin exclusive");
			assertSameStatus(this.folder.resolve(name));
		}
	}

	@Test
	void aSetOfBoundFilesBecomesTheSameFileInBoth() throws Exception {
		assertSameWhenRestored(BoundSet.create(this.folder, false), true);
	}

	@Test
	void aPublishedSetOfBoundFilesBecomesTheSameFileInBoth() throws Exception {
		Path main = TestFiles.fixture("format-12-a-vectors-main", this.folder);
		TestFiles.fixture("format-12-a-vectors-store", this.folder);
		workInFolder();
		assertSameWhenRestored(main, false);
	}

	/**
	 * The real engine cannot restore sets with objects that it wrote for streams: it
	 * takes their chunks for damaged. But it opens the sets, and what we made of them.
	 */
	@ParameterizedTest
	@CsvSource({ "format-12-a-objects, format-12-a-objects-store", "format-12-a-vectors, format-12-a-vectors-store",
			"format-12-b-all, format-12-b-all-objects-store format-12-b-all-vectors-store format-12-b-all-graphs-store" })
	void theEngineFindsTheSameInAPublishedSetAndInTheFileThatWeMakeOfIt(String set, String stores) throws Exception {
		Path main = TestFiles.fixture(set + "-main", this.folder);
		for (String store : stores.split(" ")) {
			TestFiles.fixture(store, this.folder);
		}
		assertThat(Restore.toFile(main, this.file, CopyOptions.defaults()).verification()).isPresent();
		workInFolder();
		this.peer.call("open", "db", "set", "path", main.toString());
		this.peer.open(this.file);
		sameAnswer("list_vector_collections");
		sameAnswer("list_graphs");
		for (String id : found("select lower(hex(object_id)) from _zova_objects")) {
			sameAnswer("object_manifest", "object_id", id);
			sameAnswer("get_object", "object_id", id);
		}
		for (String name : found("select name from _zova_vector_collections")) {
			for (String id : found("select distinct vector_id from _zova_vectors join _zova_vector_collections "
					+ "using (collection_key) where name = '" + name + "'")) {
				sameAnswer("get_vector", "collection_name", name, "vector_id", id);
			}
		}
		for (String name : found("select name from _zova_graphs")) {
			for (String id : found("select node_id from _zova_graph_nodes join _zova_graphs using (graph_key) "
					+ "where name = '" + name + "'")) {
				sameAnswer("get_graph_node", "graph_name", name, "node_id", id);
				sameAnswer("graph_neighbors", "graph_name", name, "node_id", id, "limit", 1000);
				sameAnswer("graph_neighbors", "graph_name", name, "node_id", id, "limit", 1000, "direction",
						"incoming");
			}
		}
		for (String namespace : found("select distinct lower(hex(namespace)) from _zova_kv")) {
			List<Map<String, String>> keys = found(
					"select lower(hex(key)) from _zova_kv where hex(namespace) = upper('" + namespace + "')")
				.stream()
				.map((key) -> Map.of("hex", key))
				.toList();
			sameAnswer("kv_get_many", "namespace", Map.of("hex", namespace), "keys", keys);
		}
	}

	/** The published sets name their stores without a directory. */
	private void workInFolder() {
		this.peer.close();
		this.peer = Peer.startIn(this.folder);
	}

	private List<String> found(String sql) {
		List<String> texts = this.peer.call("query", "sql", sql)
			.path("rows")
			.valueStream()
			.map((row) -> row.path(0).path("value").asString())
			.toList();
		assertThat(texts).as(sql).isNotEmpty();
		return texts;
	}

	private void sameAnswer(String operation, Object... arguments) {
		Object[] ofSet = Arrays.copyOf(arguments, arguments.length + 2);
		ofSet[arguments.length] = "db";
		ofSet[arguments.length + 1] = "set";
		assertThat(this.peer.call(operation, arguments)).as(operation + Arrays.toString(arguments))
			.isEqualTo(this.peer.call(operation, ofSet));
	}

	private void assertSameWhenRestored(Path main, boolean verify) throws Exception {
		Path theirs = this.folder.resolve("theirs.zova");
		Path ours = this.folder.resolve("ours.zova");
		this.peer.call("restore_backup", "source", main.toString(), "destination", theirs.toString(), "verify", verify);
		Restore.toFile(main, ours, CopyOptions.defaults());
		for (String table : TestFiles.texts(theirs,
				"select name from sqlite_schema where type = 'table' order by name")) {
			String columns = TestFiles
				.texts(theirs,
						"select group_concat('quote(\"' || name || '\")', ' || '','' || ') from pragma_table_info('"
								+ table + "')")
				.get(0);
			String rows = "select " + columns + " as row_text from \"" + table + "\" order by row_text";
			assertThat(TestFiles.texts(ours, rows)).as(table).isEqualTo(TestFiles.texts(theirs, rows));
		}
	}

	private void assertSameStatus(Path path) {
		String theirs = "ZOVA_OK";
		try {
			this.peer.open(path);
			this.peer.closeDatabase();
		}
		catch (PeerException ex) {
			theirs = ex.status();
		}
		assertThat(TestFiles.statusOfOpening(path).nativeName()).isEqualTo(asDeviationsSay(theirs, path));
	}

	/** Ours migrates the formats 3 to 8, which theirs no longer reads. */
	private static String asDeviationsSay(String theirs, Path path) {
		if (!theirs.equals(ZovaStatus.UNSUPPORTED_LEGACY_FORMAT.nativeName())) {
			return theirs;
		}
		long format = FormatProbe.probe(path).number();
		return (format >= 3 && format <= 8) ? ZovaStatus.MIGRATION_REQUIRED.nativeName() : theirs;
	}

	private void writeByTheEngine() throws IOException, SQLException {
		this.peer.open(this.file);
		this.peer.call("put_object", "data", Peer.binary(new byte[200_000]));
		this.peer.call("exec", "sql", "insert into _zova_kv values (x'', x'01', x'02')");
		this.peer.closeDatabase();
	}

}
