package io.zova.migration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.TestFiles;
import io.zova.maintenance.CopyOptions;
import io.zova.vector.VectorValues;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What users have made beside the tables of Zova comes along; what is not as the format
 * has it, or is damaged, is refused.
 */
class MigratedSchemaTests {

	@TempDir
	Path directory;

	private OldFiles files;

	private Path destination;

	@BeforeEach
	void prepare() {
		this.files = new OldFiles(this.directory);
		this.destination = this.files.path("new.zova");
	}

	@ParameterizedTest
	@ValueSource(strings = { "format-3-a", "format-8-a", "format-9-a" })
	void whatTheUserHasOnTheTablesOfObjectsStays(String fixture) throws Exception {
		Path old = this.files.put(fixture);
		TestFiles.execute(old, "create table log (what)",
				"create table attachment (id integer primary key, object blob references _zova_objects(object_id))",
				"insert into attachment(object) select object_id from _zova_objects",
				"create view sizes as select hex(object_id) as id, size_bytes from _zova_objects",
				"create trigger seen after insert on _zova_objects begin insert into log values ('new object'); end",
				"create index by_size on _zova_chunks(size_bytes)");
		List<String> schema = TestFiles.texts(old, "select sql from sqlite_schema where name not like '\\_zova%' "
				+ "escape '\\' and sql is not null order by name");
		assertThat(ZovaDatabase.migrate(old, this.destination).leftOut()).isEmpty();
		assertThat(TestFiles.texts(this.destination, "select sql from sqlite_schema where name not like '\\_zova%' "
				+ "escape '\\' and sql is not null order by name"))
			.isEqualTo(schema);
		assertThat(TestFiles.texts(this.destination, "select count(*) from sizes")).containsExactly("8");
		assertThat(TestFiles.texts(this.destination, "select count(*) from attachment")).containsExactly("8");
		try (ZovaDatabase database = ZovaDatabase.open(this.destination)) {
			database.objects().put(new byte[] { 4, 2 });
		}
		assertThat(TestFiles.texts(this.destination, "select what from log")).containsExactly("new object");
	}

	@Test
	void whatNamesColumnsThatAreGoneIsLeftOutAndTheRestStays() throws Exception {
		Path old = this.files.put("format-7-a");
		TestFiles.execute(old, "create table log (what)", "create index by_name on _zova_vectors(collection_name)",
				"create index by_id on _zova_vectors(vector_id)",
				"create trigger gone after insert on _zova_vectors begin insert into log values (new.collection_name); end",
				"create trigger fits after insert on _zova_vectors begin insert into log values (new.vector_id); end");
		MigrationReport report = ZovaDatabase.migrate(old, this.destination);
		assertThat(report.leftOut()).containsExactlyInAnyOrder("index by_name on _zova_vectors",
				"trigger gone on _zova_vectors");
		try (ZovaDatabase database = ZovaDatabase.open(this.destination)) {
			var info = database.vectors()
				.list()
				.stream()
				.filter((each) -> each.space().elementType().text().equals("i8"))
				.findFirst()
				.orElseThrow();
			database.vectors()
				.collection(info.name())
				.put("put later", VectorValues.ofStored(info.space().elementType(), new byte[] { 1, 2, 3 }));
		}
		catch (ZovaException ex) {
			assertThat(ex.status()).isEqualTo(ZovaStatus.VECTOR_DIMENSION_MISMATCH);
		}
		assertThat(TestFiles.texts(this.destination,
				"select name from sqlite_schema where name in ('by_id', 'fits') order by name"))
			.containsExactly("by_id", "fits");
	}

	@ParameterizedTest
	@CsvSource({ "format-3-a, _zova_objects", "format-4-a, _zova_graph_edges", "format-5-a, _zova_extensions",
			"format-5-a, _zova_vectors", "format-6-a, _zova_vector_collections", "format-7-a, _zova_vector_norms",
			"format-7-a, _zova_graph_nodes", "format-8-a, _zova_graph_edges", "format-9-a, _zova_graph_edge_types",
			"format-9-a, _zova_object_chunks", "format-11-a, _zova_chunks", "format-11-a, _zova_kv" })
	void aTableThatIsNotAsItsFormatHasItIsRefused(String fixture, String table) throws Exception {
		Path old = this.files.put(fixture);
		TestFiles.redefine(old, table, "not null", "/* changed */ not null");
		assertThat(this.files.refused(ZovaStatus.NOT_ZOVA_DATABASE, () -> ZovaDatabase.migrate(old, this.destination)))
			.hasMessageContaining("the table " + table + " is not defined as format");
		TestFiles.execute(old, "drop table " + table);
		assertThat(this.files.refused(ZovaStatus.NOT_ZOVA_DATABASE, () -> ZovaDatabase.migrate(old, this.destination)))
			.hasMessageContaining("the table " + table + " is missing");
	}

	/** The number alone does not make a format. */
	@ParameterizedTest
	@CsvSource({ "format-3-a, 4", "format-4-a, 3", "format-5-a, 6", "format-6-a, 5", "format-7-a, 6", "format-7-a, 8",
			"format-8-a, 9", "format-9-a, 10", "format-9-a, 11", "format-11-a, 10", "format-11-a, 9" })
	void aNumberThatDoesNotFitTheTablesIsRefused(String fixture, String number) throws Exception {
		Path old = this.files.put(fixture);
		TestFiles.execute(old, "update _zova_meta set value = '" + number + "' where key = 'format_version'");
		ZovaException failure = org.assertj.core.api.Assertions.catchThrowableOfType(ZovaException.class,
				() -> ZovaDatabase.migrate(old, this.destination));
		assertThat(failure.status()).isIn(ZovaStatus.NOT_ZOVA_DATABASE, ZovaStatus.SQLITE_ERROR);
		assertThat(failure).hasMessageContaining("_zova_");
		assertThat(this.files.others(fixture + ".zova")).isEmpty();
	}

	/** No release of this number is known, but its tables are. */
	@Test
	void aFileOfFormat10IsMigrated() throws Exception {
		Path old = this.files.put("format-9-a");
		TestFiles.execute(old,
				"create table _zova_kv ( namespace blob not null, key blob not null, "
						+ "value blob not null, primary key (namespace, key) ) without rowid",
				"insert into _zova_kv values (x'01', x'02', x'03')",
				"update _zova_meta set value = '10' where key = 'format_version'");
		ZovaDatabase.migrate(old, this.destination);
		assertThat(TestFiles.texts(this.destination, "select hex(namespace || key || value) from _zova_kv"))
			.containsExactly("010203");
		assertThat(TestFiles.texts(this.destination, "select count(*) from _zova_graph_edges")).containsExactly("245");
	}

	@Test
	void aTableOfTheUserInTheWayIsNamed() throws Exception {
		Path old = this.files.put("format-9-a");
		TestFiles.execute(old, "create table _zova_kv (mine)");
		assertThat(this.files.refused(ZovaStatus.SQLITE_ERROR, () -> ZovaDatabase.migrate(old, this.destination)))
			.hasMessageContaining("_zova_kv")
			.hasMessageContaining("Rename it");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					format-4-a | delete from _zova_graph_nodes where created_order = 5 | NOT_ZOVA_DATABASE
					format-7-a | delete from _zova_graphs | NOT_ZOVA_DATABASE
					format-8-a | update _zova_graph_edges set to_node_key = 9999 where edge_key = 3 | NOT_ZOVA_DATABASE
					format-9-a | delete from _zova_graph_edge_types | NOT_ZOVA_DATABASE
					format-3-a | delete from _zova_vector_collections | NOT_ZOVA_DATABASE
					format-8-a | update _zova_vectors set collection_key = 99 where vector_key = 7 | NOT_ZOVA_DATABASE
					format-9-a | create table orphan (a integer references notes(id)); | OK
					format-6-a | update _zova_vectors set dimensions = dimensions + 1 where rowid = 3 | VECTOR_CORRUPT
					format-6-a | update _zova_vectors set "values" = substr("values", 2) where rowid = 3 | VECTOR_CORRUPT
					format-5-a | update _zova_vectors set "values" = unhex(concat('0000c07f', substr(hex("values"), 9))) where rowid = 3 | VECTOR_CORRUPT
					format-8-a | update _zova_vectors set "values" = substr("values", 2) where vector_key = 7 | VECTOR_CORRUPT
					format-3-a | update _zova_chunks set data = zeroblob(size_bytes) | OBJECT_CORRUPT
					format-11-a | delete from _zova_object_chunks where chunk_index = 0 | OBJECT_CORRUPT
					format-4-a | update _zova_graph_nodes set created_order = 'x' where created_order = 5 | NOT_ZOVA_DATABASE
					format-4-a | update _zova_graph_nodes set node_id = cast(node_id as blob) where created_order = 1 | NOT_ZOVA_DATABASE
					format-9-a | update _zova_extensions set name = 'other', storage_prefix = '_zova_ext_other_' | EXTENSION_INVALID
					format-5-a | drop table _zova_ext_trgm_terms | EXTENSION_INVALID
					format-5-a | update _zova_extensions set version = '9.0.0' | EXTENSION_INCOMPATIBLE
					""")
	void damageIsFound(String fixture, String damage, ZovaStatus status) throws Exception {
		Path old = this.files.put(fixture);
		TestFiles.execute(old, damage);
		if (status == ZovaStatus.OK) {
			ZovaDatabase.migrate(old, this.destination);
			return;
		}
		this.files.refused(status, () -> ZovaDatabase.migrate(old, this.destination));
	}

	@Test
	void anOrphanOfTheUsersTablesIsFoundAlsoWithoutVerification() throws Exception {
		Path old = this.files.put("format-9-a");
		TestFiles.execute(old, "create table child (a integer references authors(id))",
				"insert into child values (987654321)");
		assertThat(this.files.refused(ZovaStatus.NOT_ZOVA_DATABASE,
				() -> ZovaDatabase.migrate(old, this.destination, CopyOptions.defaults().withoutVerification())))
			.hasMessageContaining("child")
			.hasMessageContaining("authors");
	}

	@Test
	void withoutVerificationDamagedContentIsCopied() throws Exception {
		Path old = this.files.put("format-9-a");
		TestFiles.execute(old, "update _zova_chunks set data = zeroblob(size_bytes)");
		assertThat(ZovaDatabase.migrate(old, this.destination, CopyOptions.defaults().withoutVerification())
			.verification()).isEmpty();
		assertThat(this.destination).exists();
	}

	/**
	 * Whatever a disk does to a file: it is refused as a whole or migrated as a whole.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "format-3-a", "format-7-a", "format-8-a", "format-11-a" })
	void bytesThatFlipMakeNoHalfFile(String fixture) throws Exception {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		Path old = this.files.put(fixture);
		byte[] sound = Files.readAllBytes(old);
		for (int i = 0; i < 12; i++) {
			byte[] damaged = sound.clone();
			for (int flips = 1 + random.nextInt(20); flips > 0; flips--) {
				damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
			}
			Files.write(old, damaged);
			try {
				ZovaDatabase.migrate(old, this.destination);
				assertThat(TestFiles.statusOfOpening(this.destination)).as("seed " + seed).isEqualTo(ZovaStatus.OK);
				Files.delete(this.destination);
			}
			catch (ZovaException ex) {
				assertThat(ex.getMessage()).as("seed " + seed).contains(fixture);
			}
			assertThat(old).as("seed " + seed).hasBinaryContent(damaged);
			assertThat(this.files.others(fixture + ".zova")).as("seed " + seed).isEmpty();
		}
	}

}
