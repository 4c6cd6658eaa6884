package io.zova.format;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.zova.sqlite.driver.DriverConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ZovaSchemaTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@CsvSource(textBlock = """
			_zova_extensions,            251, b51c4c2da44c78756de7e331507f78a6e82925c0e924292fa281fd9922ad18a5
			_zova_objects,               238, 9aa325ea88a011245f92362236a1ec596d8caf14ae260390dd99f9c1b9c49cfb
			_zova_chunks,                196, f29350a4744864059c45d9ab86c56029d29d78b8fb855ec739690680402121a1
			_zova_object_chunks,         426, 98677580af2e7bb8a5e82b2270cfde46e97d0ef6565f0674b25ae42d28e5310b
			_zova_vector_collections,    312, a25b388ee9ac7394f5e07100fb66d8cc2d96e60829ba85c5be699a8f8b4459bc
			_zova_vectors,               358, 65cb985764f19a78f2d0e9a1edbc373f641b19ff1b7c1a00bb390b53bb6c2440
			_zova_vector_sources,        460, 0761db109866d5425469e878c61f9e24e9c2f7d488d71095a890306ecd1aa02a
			_zova_vector_changes,        297, b2fa5621dc35b34d48241bf3154c017eaf09711baefc12d2486a18eb04e8d0e3
			_zova_graphs,                142, 415d2212447eed18cb106424dcc666880ab47dca666d5c53b0e2675d678c1b0e
			_zova_graph_nodes,           519, 1c9b73edbd699ae80ebf9df2e2e0b16aaeb526858badf07e8fd363f5313cb833
			_zova_graph_edge_types,      271, 7ae411f11a5515d7b262c15b8a246b6dabef11851b3443cea669d5d8dffb7744
			_zova_graph_edges,           590, 670e62bf4c1c26731a9bd30b064a23d67333e1f77d5d17f3d629ead50f288aa4
			_zova_kv,                    111, 7ccdbc9b883412ccb02f242fedb1aebbddfeb7fa420035b3ea54f65f19eab2f5
			_zova_bound_stores,          492, f670e0819647341636a6b2a4deabe24585f82693f4a0b5abbe1eda05dcae742f
			_zova_vector_source_insert,  266, 9500287f4d7a85547647d76addf4fdabb30f2b5fc1091101f6086f074bf83c8d
			_zova_vector_retire,         496, 072d4ab676e4d0254c0b285a76f00a7266d0a4d48b3b14cab3f6c65691e88d92
			_zova_vector_change_insert,  772, 33d5740acb4ce10f0689784f969cb439fc65772d76aab459b178c9359e3dae1f
			_zova_vector_change_update,  772, bb0e2a515f7363f3506e90f676239939bc390ddbc9c6a01cb08cc51265e93dfe
			_zova_vector_change_move,    842, e42e8a6a12d45a785e28c00130a6d8ee38270cc888b884453bb788b78a8a3375
			_zova_vector_change_delete,  772, 084af73699166691c3774dcca16b77edd403ac7071dc600141483a956e9be1f8
			""")
	void aCreatedObjectHasTheFingerprintOfTheFormat(String name, int length, String sha256) throws Exception {
		String stored;
		try (Connection connection = created()) {
			if (name.equals("_zova_bound_stores")) {
				execute(connection, ZovaSchema.BOUND_STORES.sql());
			}
			stored = texts(connection, "select sql from sqlite_schema where name = '" + name + "'").get(0);
		}
		String normalized = SchemaObject.normalize(stored);
		assertThat(normalized).hasSize(length);
		assertThat(HexFormat.of()
			.formatHex(MessageDigest.getInstance("SHA-256").digest(normalized.getBytes(StandardCharsets.UTF_8))))
			.isEqualTo(sha256);
	}

	@Test
	void aNewFileHasFourteenTablesSixTriggersAndSevenIndexesInTheOrderOfTheFormat() throws Exception {
		try (Connection connection = created()) {
			assertThat(texts(connection,
					"select name from sqlite_schema where name not like 'sqlite_autoindex%' order by rowid"))
				.containsExactly("_zova_meta", "_zova_extensions", "_zova_objects", "_zova_chunks",
						"_zova_object_chunks", "_zova_vector_collections", "_zova_vectors", "_zova_vector_sources",
						"_zova_vector_changes", "_zova_vector_source_insert", "_zova_vector_retire",
						"_zova_vector_change_insert", "_zova_vector_change_update", "_zova_vector_change_move",
						"_zova_vector_change_delete", "_zova_graphs", "_zova_graph_nodes", "_zova_graph_edge_types",
						"_zova_graph_edges", "_zova_graph_edges_topology_idx", "_zova_graph_nodes_created_order_idx",
						"_zova_graph_edges_created_order_idx", "_zova_graph_edges_from_node_idx",
						"_zova_graph_edges_from_node_type_idx", "_zova_graph_edges_to_node_idx",
						"_zova_graph_edges_to_node_type_idx", "_zova_kv");
			assertThat(texts(connection,
					"select type || ' ' || count(*) from sqlite_schema where sql is not null group by type"))
				.containsExactly("index 7", "table 14", "trigger 6");
		}
	}

	@Test
	void aNewFileSaysWhatItIsAndHasAnIdOfItsOwn() throws Exception {
		List<String> ids = new ArrayList<>();
		for (String name : List.of("a.zova", "b.zova")) {
			try (Connection connection = created(name)) {
				List<String> meta = texts(connection, "select key || '=' || value from _zova_meta order by rowid");
				assertThat(meta).hasSize(3).startsWith("magic=zova", "format_version=12");
				assertThat(meta.get(2)).matches("database_id=[0-9a-f]{64}");
				ids.add(meta.get(2));
			}
		}
		assertThat(ids).doesNotHaveDuplicates();
	}

	@Test
	void aNewFileHasTheSizeThatTheFormatGives() throws Exception {
		created("a.zova").close();
		assertThat(Files.size(this.directory.resolve("a.zova"))).isEqualTo(39 * 4096);
	}

	@Test
	void theJournalOfACollectionFollowsItsVectors() throws Exception {
		try (Connection connection = created()) {
			execute(connection, "insert into _zova_vector_collections values (1, 'docs', 1, 'l2', 'f32')");
			execute(connection, "insert into _zova_vectors values (1, 1, 'a', x'00000000', 0)");
			execute(connection, "update _zova_vectors set vector_id = 'b'");
			execute(connection, "delete from _zova_vectors");
			// The change of an id is a change of both ids, in an order that SQLite
			// chooses.
			assertThat(texts(connection, "select vector_id from _zova_vector_changes order by revision"))
				.containsExactlyInAnyOrder("a", "a", "b", "b")
				.startsWith("a")
				.endsWith("b");
			assertThat(texts(connection, "select length(incarnation) || ' ' || revision from _zova_vector_sources"))
				.containsExactly("16 4");
		}
	}

	@Test
	void aSchemaThatCannotBeCreatedLeavesNothingBehind() throws Exception {
		try (Connection connection = empty("a.zova")) {
			execute(connection, "create table _zova_kv (a)");
			assertThatThrownBy(() -> ZovaSchema.create(connection)).isInstanceOf(SQLException.class)
				.hasMessageContaining("_zova_kv");
			assertThat(texts(connection, "select name from sqlite_schema")).containsExactly("_zova_kv");
			execute(connection, "begin immediate");
		}
	}

	private Connection created() throws Exception {
		return created("test.zova");
	}

	private Connection created(String name) throws Exception {
		Connection connection = empty(name);
		ZovaSchema.create(connection);
		return connection;
	}

	private Connection empty(String name) throws Exception {
		Path file = Files.createFile(this.directory.resolve(name));
		return DriverConnections.readWrite(file, 0).open();
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static List<String> texts(Connection connection, String sql) throws SQLException {
		List<String> texts = new ArrayList<>();
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			while (rows.next()) {
				texts.add(rows.getString(1));
			}
		}
		return texts;
	}

}
