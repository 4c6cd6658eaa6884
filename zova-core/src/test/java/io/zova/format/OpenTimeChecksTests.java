package io.zova.format;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.driver.DriverConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OpenTimeChecksTests {

	@TempDir
	Path directory;

	private Path file;

	@BeforeEach
	void createFile() {
		this.file = this.directory.resolve("test.zova");
		NewDatabase.create(this.file, 0);
	}

	@Test
	void aNewFileOpens() throws Exception {
		try (Connection connection = FormatValidation.open(this.file, false, 0)) {
			assertThat(TestFiles.texts(connection, "pragma foreign_keys")).containsExactly("1");
		}
	}

	static Stream<SchemaObject> tablesAndTriggers() {
		return ZovaSchema.objects().stream().filter((object) -> !object.kind().equals("index"));
	}

	static Stream<SchemaObject> indexes() {
		return ZovaSchema.objects().stream().filter((object) -> object.kind().equals("index"));
	}

	@ParameterizedTest
	@MethodSource("tablesAndTriggers")
	void aFileWithoutOneTableOrTriggerDoesNotOpen(SchemaObject object) throws Exception {
		TestFiles.execute(this.file, "drop " + object);
		assertThatThrownBy(() -> FormatValidation.open(this.file, false, 0)).isInstanceOf(ZovaException.class)
			.hasMessageContaining(object.name())
			.extracting("status")
			.isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
	}

	@ParameterizedTest
	@MethodSource("indexes")
	void aFileWithoutOneIndexOpens(SchemaObject index) throws Exception {
		TestFiles.execute(this.file, "drop " + index);
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.OK);
	}

	@ParameterizedTest
	@CsvSource({ "_zova_vector_retire, 4096, 4097", "_zova_vector_change_insert, then, /* then */ then",
			"_zova_vector_change_delete, after delete on _zova_vectors, after delete on _zova_graphs",
			"_zova_chunks, 1048576, 65536", "_zova_kv, value blob, value text",
			"_zova_kv, create table _zova_kv, create table \"_zova_kv\"", "_zova_kv, value blob, Value2 blob",
			"_zova_kv, value blob, VALUE blob", "_zova_vectors, norm_squared real, NORM_SQUARED real",
			"_zova_graph_edges, payload blob, Payload blob",
			"_zova_vector_change_insert, _zova_vector_change_insert, _ZOVA_VECTOR_CHANGE_INSERT",
			"_zova_graphs, created_order integer not null, 'created_order integer not null, extra'",
			"_zova_graph_edges, default x'', default x'00'", "_zova_graphs, 128, 128 /* a comment */",
			"_zova_graph_nodes, 'unique (graph_key, node_id),', ''", "_zova_kv, without rowid, ''",
			"_zova_objects, 'create table _zova_objects', 'create table _Zova_Objects'" })
	void aChangedDefinitionDoesNotOpen(String name, String find, String replacement) throws Exception {
		String stored = TestFiles.texts(this.file, "select sql from sqlite_schema where name = '" + name + "'").get(0);
		String text = find.startsWith("create table") ? find.replace("create table", "CREATE TABLE") : find;
		String changed = find.startsWith("create table") ? replacement.replace("create table", "CREATE TABLE")
				: replacement;
		assertThat(stored).contains(text);
		TestFiles.redefine(this.file, name, text, changed);
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
	}

	@ParameterizedTest
	@CsvSource({ "_zova_kv, value blob, 'value\n\t\t BLOB'", "_zova_kv, '(', '  ( '",
			"_zova_vector_change_insert, after insert, 'AFTER\tINSERT'",
			"_zova_vector_changes, vector_id text, VECTOR_ID text",
			"_zova_object_chunks, references _zova_objects, references _ZOVA_OBJECTS" })
	void otherBlanksAndLettersInAnotherCaseOpen(String name, String find, String replacement) throws Exception {
		TestFiles.redefine(this.file, name, find, replacement);
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.OK);
	}

	@ParameterizedTest
	@ValueSource(strings = { "create table _zova_mine (a)", "create view _zova_view as select 1",
			"create trigger mine after insert on _zova_kv begin select 1; end", "create index mine on _zova_kv (value)",
			"create table zova_vector_search (a)", "create table _ZOVA_EXT_X (a)", "pragma application_id = 77",
			"pragma user_version = 5", "pragma journal_mode = wal", "delete from _zova_meta where key = 'database_id'",
			"insert into _zova_meta values ('my key', 'x')", "pragma auto_vacuum = 1" })
	void whatTheFormatDoesNotForbidOpens(String statement) throws Exception {
		TestFiles.execute(this.file, statement);
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.OK);
	}

	@Test
	void aFileOfAnotherTextEncodingOpens() throws Exception {
		Path utf16 = this.directory.resolve("utf16.zova");
		Files.createFile(utf16);
		try (Connection connection = DriverConnections.readWrite(utf16, 0).open()) {
			TestFiles.execute(connection, "pragma encoding = 'UTF-16le'");
			ZovaSchema.create(connection);
		}
		assertThat(TestFiles.statusOfOpening(utf16)).isEqualTo(ZovaStatus.OK);
	}

	@Test
	void aViewInPlaceOfTheMetaTableOpens() throws Exception {
		TestFiles.execute(this.file, "alter table _zova_meta rename to other",
				"create view _zova_meta as select key, value from other");
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.OK);
	}

	@Test
	void aTableOfAnOlderFormatDoesNotOpen() throws Exception {
		TestFiles.execute(this.file, "create table _zova_vector_norms (a)");
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
	}

	@ParameterizedTest
	@CsvSource({ "'zova', OK", "'Zova', NOT_ZOVA_DATABASE", "'zova ', NOT_ZOVA_DATABASE", "'', NOT_ZOVA_DATABASE",
			"'zov', NOT_ZOVA_DATABASE" })
	void theMagicWordCountsLetterByLetter(String magic, ZovaStatus status) throws Exception {
		TestFiles.execute(this.file, "update _zova_meta set value = '" + magic + "' where key = 'magic'");
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(status);
	}

	@ParameterizedTest
	@ValueSource(strings = { "magic", "format_version" })
	void aFileThatDoesNotSayWhatItIsDoesNotOpen(String key) throws Exception {
		TestFiles.execute(this.file, "delete from _zova_meta where key = '" + key + "'");
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', textBlock = """
			'12',         OK
			'0012',       OK
			'1_2',        OK
			x'3132',      OK
			12,           OK
			'',           NOT_ZOVA_DATABASE
			'+12',        NOT_ZOVA_DATABASE
			'-12',        NOT_ZOVA_DATABASE
			' 12',        NOT_ZOVA_DATABASE
			'12 ',        NOT_ZOVA_DATABASE
			'12.0',       NOT_ZOVA_DATABASE
			'_12',        NOT_ZOVA_DATABASE
			'12_',        NOT_ZOVA_DATABASE
			'_',          NOT_ZOVA_DATABASE
			'twelve',     NOT_ZOVA_DATABASE
			'4294967296', NOT_ZOVA_DATABASE
			'99999999999999999999', NOT_ZOVA_DATABASE
			'4294967295', UNSUPPORTED_FUTURE_FORMAT
			'13',         UNSUPPORTED_FUTURE_FORMAT
			'11',         MIGRATION_REQUIRED
			'10',         MIGRATION_REQUIRED
			'9',          MIGRATION_REQUIRED
			'8',          MIGRATION_REQUIRED
			'3',          MIGRATION_REQUIRED
			'2',          UNSUPPORTED_LEGACY_FORMAT
			'0',          UNSUPPORTED_LEGACY_FORMAT
			""")
	void theFormatIsADecimalNumber(String literal, ZovaStatus status) throws Exception {
		TestFiles.redefine(this.file, "_zova_meta", "value text not null", "value");
		TestFiles.execute(this.file, "delete from _zova_meta", "insert into _zova_meta values ('magic', 'zova')",
				"insert into _zova_meta values ('format_version', " + literal + ")");
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(status);
	}

	@ParameterizedTest
	@CsvSource({ "object_store, BOUND_STORE_INVALID", "vector_store, BOUND_STORE_INVALID",
			"graph_store, BOUND_STORE_INVALID", "kv_store, NOT_ZOVA_DATABASE", "'', NOT_ZOVA_DATABASE" })
	void aStoreOfAnotherFileDoesNotOpenByItself(String role, ZovaStatus status) throws Exception {
		TestFiles.execute(this.file, "insert into _zova_meta values ('store_role', '" + role + "')");
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(status);
	}

	@Test
	void theFormatIsCheckedBeforeTheSchemaAndTheRoleBetweenThem() throws Exception {
		TestFiles.execute(this.file, "drop table _zova_kv",
				"insert into _zova_meta values ('store_role', 'graph_store')");
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.BOUND_STORE_INVALID);
		TestFiles.execute(this.file, "update _zova_meta set value = '11' where key = 'format_version'");
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.MIGRATION_REQUIRED);
	}

	@Test
	void anEmptyTableOfBoundStoresOpensAndAnotherDefinitionDoesNot() throws Exception {
		TestFiles.execute(this.file, ZovaSchema.BOUND_STORES.sql());
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.OK);
		TestFiles.redefine(this.file, "_zova_bound_stores", "'default'", "'other'");
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
	}

	@Test
	void aFileWithBoundStoresIsNeverOpenedWithoutThem() throws Exception {
		Path main = TestFiles.fixture("format-12-b-all-main", this.directory);
		assertThatThrownBy(() -> FormatValidation.open(main, false, 0)).isInstanceOf(ZovaException.class)
			.hasMessageContaining("format-12-b-all-graphs-store.zova")
			.hasMessageContaining("Restore it into a new file")
			.extracting("status")
			.isEqualTo(ZovaStatus.BOUND_STORE_INVALID);
		assertThat(TestFiles.statusOfOpening(TestFiles.fixture("format-12-b-all-graphs-store", this.directory)))
			.isEqualTo(ZovaStatus.BOUND_STORE_INVALID);
	}

	@ParameterizedTest
	@ValueSource(strings = { "format-3-a", "format-8-a", "format-9-a", "format-11-a", "format-9-a-objects-main" })
	void aFileOfAnOlderFormatSaysWhatToDo(String fixture) throws Exception {
		Path old = TestFiles.fixture(fixture, this.directory);
		byte[] before = Files.readAllBytes(old);
		assertThatThrownBy(() -> FormatValidation.open(old, false, 0)).isInstanceOf(ZovaException.class)
			.hasMessageContaining("ZovaDatabase.migrate(Path.of(\"" + old + "\"), newFile)")
			.hasMessageContaining("zova.migration=on-start")
			.extracting("status")
			.isEqualTo(ZovaStatus.MIGRATION_REQUIRED);
		assertThat(old).hasBinaryContent(before);
	}

	@Test
	void aFileOfThePublishedReleaseOpens() throws Exception {
		Path published = TestFiles.fixture("format-12-a", this.directory);
		byte[] before = Files.readAllBytes(published);
		try (Connection connection = FormatValidation.open(published, false, 0)) {
			assertThat(TestFiles.texts(connection, "select name from _zova_extensions")).containsExactly("trgm");
		}
		try (Connection connection = FormatValidation.open(published, true, 0)) {
			assertThat(TestFiles.texts(connection, "select count(*) from _zova_objects")).containsExactly("9");
		}
		assertThat(published).hasBinaryContent(before);
	}

	@Test
	void filesThatAreNoDatabaseDoNotOpen() throws Exception {
		Path empty = Files.createFile(this.directory.resolve("empty.zova"));
		Path garbage = Files.write(this.directory.resolve("garbage.zova"), new byte[5000]);
		Path text = Files.writeString(this.directory.resolve("text.zova"), "not a database ".repeat(1000));
		Path plain = Files.createFile(this.directory.resolve("plain.zova"));
		TestFiles.execute(plain, "create table t (a)");
		for (Path path : List.of(empty, garbage, text, plain)) {
			byte[] before = Files.readAllBytes(path);
			assertThat(TestFiles.statusOfOpening(path)).as(path.toString()).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
			assertThat(path).hasBinaryContent(before);
		}
	}

	@Test
	void aTruncatedOrDamagedFileIsCorrupt() throws Exception {
		Path truncated = this.directory.resolve("truncated.zova");
		Files.write(truncated, Arrays.copyOf(Files.readAllBytes(this.file), 4096 * 2));
		assertThat(TestFiles.statusOfOpening(truncated)).isEqualTo(ZovaStatus.CORRUPT);
		byte[] bytes = Files.readAllBytes(this.file);
		Arrays.fill(bytes, 4096, 8192, (byte) 0x5a);
		Files.write(this.file, bytes);
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.CORRUPT);
	}

	@Test
	void aFileLockedByAnotherConnectionIsBusy() throws Exception {
		try (Connection other = DriverConnections.readWrite(this.file, 0).open()) {
			TestFiles.execute(other, "begin exclusive");
			assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.BUSY);
			assertThat(TestFiles.statusOf(() -> FormatProbe.probe(this.file))).isEqualTo(ZovaStatus.BUSY);
		}
		assertThat(TestFiles.statusOfOpening(this.file)).isEqualTo(ZovaStatus.OK);
	}

	@ParameterizedTest
	@CsvSource({ "a.ZOVA, NOT_ZOVA_PATH", "'a.zova ', NOT_ZOVA_PATH", "a.zova?mode=memory, NOT_ZOVA_PATH",
			"'', NOT_ZOVA_PATH", ":memory:, NOT_ZOVA_PATH", "a.db, NOT_ZOVA_PATH", "missing.zova, NOT_ZOVA_DATABASE",
			"missing/a.zova, CANT_OPEN", "directory.zova, CANT_OPEN", "dangling.zova, NOT_ZOVA_DATABASE",
			"link.zova, OK", ".zova, NOT_ZOVA_DATABASE" })
	void thePathIsCheckedFirst(String name, ZovaStatus status) throws Exception {
		Files.createDirectory(this.directory.resolve("directory.zova"));
		Files.createSymbolicLink(this.directory.resolve("dangling.zova"), this.directory.resolve("nowhere.zova"));
		Files.createSymbolicLink(this.directory.resolve("link.zova"), this.file);
		Path path = name.isEmpty() ? Path.of("") : this.directory.resolve(name);
		assertThat(TestFiles.statusOfOpening(path)).isEqualTo(status);
	}

	@Test
	void openingReadOnlyWritesNothingEvenInWalMode() throws Exception {
		TestFiles.execute(this.file, "pragma journal_mode = wal");
		byte[] before = Files.readAllBytes(this.file);
		try (Connection connection = FormatValidation.open(this.file, true, 0)) {
			assertThatThrownBy(() -> TestFiles.execute(connection, "create table t (a)"))
				.hasMessageContaining("readonly");
		}
		assertThat(this.file).hasBinaryContent(before);
	}

	@Test
	void anEmptyFileIsNotMadeToASqliteFileByTheAttemptToOpenIt() throws Exception {
		Path empty = Files.write(this.directory.resolve("empty.zova"), new byte[0], StandardOpenOption.CREATE);
		assertThat(TestFiles.statusOfOpening(empty)).isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
		assertThat(Files.size(empty)).isZero();
	}

}
