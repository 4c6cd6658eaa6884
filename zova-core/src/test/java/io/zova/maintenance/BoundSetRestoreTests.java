package io.zova.maintenance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.zova.ZovaStatus;
import io.zova.format.BoundSet;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;
import io.zova.sqlite.driver.DriverConnections;

import static org.assertj.core.api.Assertions.assertThat;

class BoundSetRestoreTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aSetBecomesOneFileThatHoldsEverything(boolean relative) throws Exception {
		Path main = BoundSet.create(this.directory, relative);
		Path copy = this.directory.resolve("copy.zova");
		CopyReport report = Restore.toFile(main, copy, CopyOptions.defaults());
		assertThat(report.verification()).contains(new VerificationReport(1, 1, 3, 1));
		assertThat(TestFiles.statusOfOpening(copy)).isEqualTo(ZovaStatus.OK);
		assertThat(TestFiles.texts(copy, "select text from notes")).containsExactly("in main");
		assertThat(TestFiles.texts(copy, "select count(*) from _zova_bound_stores")).containsExactly("0");
		assertThat(TestFiles
			.texts(copy, "select collection_key || name || vector_key || vector_id || hex(\"values\") || norm_squared "
					+ "from _zova_vector_collections join _zova_vectors using (collection_key) order by vector_key"))
			.containsExactly("1apple1d02028.0", "2zebra2a0749.0", "2zebra3b0525.0");
		assertThat(TestFiles.texts(copy,
				"select graph_key || name || ':' || node_key || node_id from _zova_graphs join _zova_graph_nodes using (graph_key) order by node_key"))
			.containsExactly("2a:1m", "1z:2n1", "1z:3n3", "1z:4n2");
		assertThat(TestFiles.texts(copy, "select edge_type_key || name from _zova_graph_edge_types order by 1"))
			.containsExactly("1self", "2first", "3second");
		assertThat(TestFiles.texts(copy,
				"select edge_key || ':' || from_node_key || edge_type_key || to_node_key || created_order || hex(payload) from _zova_graph_edges order by edge_key"))
			.containsExactly("1:1111", "2:2231AA", "3:4222BB", "4:3343");
	}

	@Test
	void theJournalOfVectorsContinuesWhereTheStoreHadIt() throws Exception {
		Path main = BoundSet.create(this.directory, true);
		Path copy = this.directory.resolve("copy.zova");
		Restore.toFile(main, copy, CopyOptions.defaults());
		String sources = "select name || hex(incarnation) || revision || hex(token) || floor || hex(floor_token) from _zova_vector_sources join _zova_vector_collections using (collection_key) order by name";
		String changes = "select name || revision || hex(token) || vector_id from _zova_vector_changes join _zova_vector_collections using (collection_key) order by name, revision";
		Path store = BoundSet.store(main, StoreRole.VECTORS);
		assertThat(TestFiles.texts(copy, sources)).isEqualTo(TestFiles.texts(store, sources)).hasSize(2);
		assertThat(TestFiles.texts(copy, changes)).isEqualTo(TestFiles.texts(store, changes)).hasSize(6);
	}

	@Test
	void aSetCanBeRestoredIntoMemoryAndItsFilesStayAsTheyAre() throws Exception {
		Path main = BoundSet.create(this.directory, true);
		List<String> names = TestFiles.namesIn(this.directory);
		byte[] before = Files.readAllBytes(BoundSet.store(main, StoreRole.GRAPHS));
		try (Connection memory = DriverConnections.memory(0).open()) {
			Restore.intoMemory(main, memory, CopyOptions.defaults());
			assertThat(TestFiles.texts(memory, "select count(*) from _zova_graph_edges")).containsExactly("4");
		}
		assertThat(BoundSet.store(main, StoreRole.GRAPHS)).hasBinaryContent(before);
		assertThat(TestFiles.namesIn(this.directory)).isEqualTo(names);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '|', textBlock = """
			drop table _zova_graph_nodes,                                               NOT_ZOVA_DATABASE
			drop table _zova_extensions,                                                NOT_ZOVA_DATABASE
			drop table _zova_meta,                                                      NOT_ZOVA_DATABASE
			drop table _zova_kv,                                                        OK
			drop trigger _zova_vector_retire,                                           OK
			update _zova_meta set value = 'x' where key = 'magic',                      NOT_ZOVA_DATABASE
			update _zova_meta set value = 'object_store' where key = 'store_role',      NOT_ZOVA_DATABASE
			update _zova_meta set value = '012' where key = 'format_version',           UNSUPPORTED_ZOVA_VERSION
			update _zova_meta set value = '11' where key = 'format_version',            UNSUPPORTED_ZOVA_VERSION
			delete from _zova_meta where key = 'store_id',                              BOUND_STORE_INVALID
			update _zova_meta set value = 'short' where key = 'store_id',               BOUND_STORE_INVALID
			delete from _zova_meta where key = 'bound_set_id',                          BOUND_STORE_INVALID
			update _zova_meta set value = 'other' where key = 'bound_set_id',           BOUND_STORE_INVALID
			delete from _zova_meta where key = 'graph_epoch',                           BOUND_STORE_INVALID
			update _zova_meta set value = '5' where key = 'graph_epoch',                BOUND_STORE_INVALID
			update _zova_meta set value = 'x' where key = 'graph_epoch',                BOUND_STORE_INVALID
			delete from _zova_graph_nodes where node_key = 4,                           CORRUPT
			""")
	void aStoreThatDoesNotFitIsRefused(String change, ZovaStatus status) throws Exception {
		Path main = BoundSet.create(this.directory, true);
		TestFiles.execute(BoundSet.store(main, StoreRole.GRAPHS), change);
		List<String> before = TestFiles.namesIn(this.directory);
		Path copy = this.directory.resolve("copy.zova");
		assertThat(TestFiles.statusOf(() -> Restore.toFile(main, copy, CopyOptions.defaults()))).isEqualTo(status);
		if (status != ZovaStatus.OK) {
			assertThat(TestFiles.namesIn(this.directory)).isEqualTo(before);
		}
	}

	@Test
	void aMissingOrDamagedStoreIsRefused() throws Exception {
		Path main = BoundSet.create(this.directory, true);
		Path copy = this.directory.resolve("copy.zova");
		Path store = BoundSet.store(main, StoreRole.OBJECTS);
		TestFiles.execute(store, "update _zova_chunks set data = cast('abd' as blob)");
		assertThat(TestFiles.statusOf(() -> Restore.toFile(main, copy, CopyOptions.defaults().withoutVerification())))
			.isEqualTo(ZovaStatus.OBJECT_CORRUPT);
		Files.writeString(store, "no database ".repeat(1000));
		assertThat(TestFiles.statusOf(() -> Restore.toFile(main, copy, CopyOptions.defaults())))
			.isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
		Files.delete(store);
		assertThat(TestFiles.statusOf(() -> Restore.toFile(main, copy, CopyOptions.defaults())))
			.isEqualTo(ZovaStatus.NOT_ZOVA_DATABASE);
		TestFiles.execute(main, "update _zova_bound_stores set path = 'nowhere/a.zova'");
		assertThat(TestFiles.statusOf(() -> Restore.toFile(main, copy, CopyOptions.defaults())))
			.isEqualTo(ZovaStatus.CANT_OPEN);
		TestFiles.execute(main, "update _zova_bound_stores set path = 'a.db'");
		assertThat(TestFiles.statusOf(() -> Restore.toFile(main, copy, CopyOptions.defaults())))
			.isEqualTo(ZovaStatus.NOT_ZOVA_PATH);
	}

}
