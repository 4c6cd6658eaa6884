package io.zova.maintenance;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.zova.ZovaDatabase;
import io.zova.ZovaStatus;
import io.zova.format.TestFiles;
import io.zova.object.StorageProfile;

import static org.assertj.core.api.Assertions.assertThat;

class VerificationTests {

	@TempDir
	Path directory;

	private Path source;

	@BeforeEach
	void createSource() throws Exception {
		this.source = SampleDatabase.create(this.directory.resolve("a.zova"));
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '|', textBlock = """
			update _zova_objects set size_bytes = 4,                                   OBJECT_CORRUPT
			update _zova_objects set chunk_count = 2,                                  OBJECT_CORRUPT
			|update _zova_objects set chunk_count = 0, size_bytes = 0|,                OBJECT_CORRUPT
			update _zova_objects set object_id = zeroblob(32),                         OBJECT_CORRUPT
			delete from _zova_object_chunks,                                           OBJECT_CORRUPT
			update _zova_object_chunks set offset = 1,                                 OBJECT_CORRUPT
			update _zova_object_chunks set chunk_index = 1,                            OBJECT_CORRUPT
			update _zova_object_chunks set size_bytes = 2,                             OBJECT_CORRUPT
			update _zova_object_chunks set chunk_hash = zeroblob(32),                  OBJECT_CORRUPT
			|delete from _zova_chunks where data = cast('abc' as blob)|,               OBJECT_CORRUPT
			|update _zova_chunks set data = cast('abd' as blob) where size_bytes = 3|, OBJECT_CORRUPT
			|update _zova_chunks set data = cast('y' as blob) where size_bytes = 1|,   OBJECT_CORRUPT
			|update _zova_vectors set "values" = x'0000803f' where vector_key = 1|,    VECTOR_CORRUPT
			|update _zova_vectors set "values" = x'0000803f0000c07f' where vector_key = 1|, VECTOR_CORRUPT
			|update _zova_vectors set "values" = x'0000803f0000807f' where vector_key = 1|, VECTOR_CORRUPT
			|update _zova_vectors set "values" = x'0000000000000080' where vector_key = 1|, VECTOR_CORRUPT
			|update _zova_vectors set "values" = x'007c' where vector_key = 2|,        VECTOR_CORRUPT
			|update _zova_vectors set "values" = x'00' where vector_key = 2|,          VECTOR_CORRUPT
			|update _zova_vectors set "values" = x'000000' where vector_key = 3|,      VECTOR_CORRUPT
			""")
	void aCopyOfDamagedContentIsRefusedUnlessVerificationIsOff(String damage, ZovaStatus status) throws Exception {
		TestFiles.execute(this.source, damage.split(";"));
		assertThat(statusOfBackup(CopyOptions.defaults())).isEqualTo(status);
		assertThat(TestFiles.namesIn(this.directory)).containsExactly("a.zova");
		assertThat(statusOfBackup(CopyOptions.defaults().withoutVerification())).isEqualTo(ZovaStatus.OK);
		assertThat(this.directory.resolve("copy.zova")).exists();
	}

	@ParameterizedTest
	@ValueSource(strings = { "update _zova_vectors set norm_squared = null",
			"update _zova_vectors set norm_squared = 99", "delete from _zova_graph_nodes", "delete from _zova_graphs",
			"delete from _zova_vector_changes", "insert into _zova_vectors values (9, 99, 'orphan', x'00', 0)",
			"insert into _zova_kv values ('text', 1, 2.5)" })
	void whatTheNativeLibraryAcceptsIsAccepted(String change) throws Exception {
		TestFiles.execute(this.source, change);
		assertThat(statusOfBackup(CopyOptions.defaults())).isEqualTo(ZovaStatus.OK);
	}

	@Test
	void anObjectThatCannotBeReadBecauseOfItsChunkerIsNotCopied() throws Exception {
		try (ZovaDatabase database = ZovaDatabase.open(this.source)) {
			database.objects().put(new byte[200_000], StorageProfile.STREAMING);
		}
		TestFiles.execute(this.source, "update _zova_objects set chunker = 'fastcdc-v1' where size_bytes = 200000");
		assertThat(statusOfBackup(CopyOptions.defaults())).isEqualTo(ZovaStatus.OBJECT_CORRUPT);
	}

	@Test
	void damagedPagesAreFoundAndTheSourceIsLeftAsItIs() throws Exception {
		TestFiles.execute(this.source, "create table filler (data)", "insert into filler values (zeroblob(100000))");
		try (RandomAccessFile file = new RandomAccessFile(this.source.toFile(), "rw")) {
			// The last page in a chain of overflow pages says which one follows: none.
			file.seek(file.length() - 4096);
			file.writeInt(3);
		}
		byte[] before = Files.readAllBytes(this.source);
		assertThat(statusOfBackup(CopyOptions.defaults())).isEqualTo(ZovaStatus.CORRUPT);
		assertThat(this.source).hasBinaryContent(before);
		assertThat(TestFiles.namesIn(this.directory)).isEqualTo(List.of("a.zova"));
	}

	@Test
	void anExtensionThatDoesNotFitIsFound() throws Exception {
		try (ZovaDatabase database = ZovaDatabase.open(this.source)) {
			TestFiles.execute(this.source, "create table _zova_ext_x (a)");
			assertThat(TestFiles.statusOf(
					() -> new Backup(database.sql()).to(this.directory.resolve("copy.zova"), CopyOptions.defaults())))
				.isEqualTo(ZovaStatus.EXTENSION_INVALID);
		}
	}

	private ZovaStatus statusOfBackup(CopyOptions options) {
		try (ZovaDatabase database = ZovaDatabase.open(this.source)) {
			return TestFiles
				.statusOf(() -> new Backup(database.sql()).to(this.directory.resolve("copy.zova"), options));
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { Integer.MIN_VALUE, Long.MIN_VALUE, -1, 0, 16_385, 1L << 62, Long.MAX_VALUE })
	void aCollectionWithAnImpossibleNumberOfElementsIsDamaged(long dimensions) throws Exception {
		TestFiles.execute(this.source, "pragma ignore_check_constraints=on",
				"update _zova_vector_collections set dimensions = " + dimensions);
		assertThat(statusOfBackup(CopyOptions.defaults())).isEqualTo(ZovaStatus.VECTOR_CORRUPT);
	}

}
