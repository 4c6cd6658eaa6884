package io.zova.conformance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.zova.ZovaDatabase;
import io.zova.format.TestFiles;
import io.zova.maintenance.CopyOptions;
import io.zova.sqlite.driver.DriverConnections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What we migrate equals what the real engine migrates, row by row, and the real engine
 * goes on with all of it.
 */
@RequiresPeer
class MigrationDifferentialTests {

	/** Each draws its own. */
	private static final List<String> DRAWN = List.of("incarnation", "token", "floor_token");

	@TempDir
	Path folder;

	private Peer peer;

	@BeforeEach
	void start() {
		this.peer = Peer.startIn(this.folder);
	}

	@AfterEach
	void stop() {
		this.peer.close();
	}

	private Path put(String name) throws Exception {
		if (name.endsWith("-main")) {
			for (String store : List.of("-store", "-objects-store", "-vectors-store")) {
				if (MigrationDifferentialTests.class
					.getResource("/fixtures/" + name.replace("-main", store) + ".zova.gz") != null) {
					TestFiles.fixture(name.replace("-main", store), this.folder);
				}
			}
		}
		return TestFiles.fixture(name, this.folder);
	}

	/**
	 * The real engine takes its own chunks above 64 KiB in format 11 for damage, and so
	 * does not verify those.
	 */
	@ParameterizedTest
	@CsvSource({ "format-9-a, true", "format-11-a, false", "format-9-a-objects-main, true",
			"format-9-a-vectors-main, true" })
	void ourMigrationIsThatOfTheRealEngineRowByRow(String fixture, boolean verify) throws Exception {
		Path old = put(fixture);
		Path ours = this.folder.resolve("ours.zova");
		Path theirs = this.folder.resolve("theirs.zova");
		ZovaDatabase.migrate(old, ours);
		this.peer.call("migrate_database", "source", old.toString(), "destination", theirs.toString(), "verify",
				verify);
		requireSame(ours, theirs);
		for (String member : List.of("objects", "vectors")) {
			Path our = this.folder.resolve("ours." + member + ".zova");
			assertThat(Files.exists(our)).isEqualTo(Files.exists(this.folder.resolve("theirs." + member + ".zova")));
			if (Files.exists(our)) {
				requireSame(our, this.folder.resolve("theirs." + member + ".zova"));
			}
		}
	}

	private static void requireSame(Path ours, Path theirs) throws SQLException {
		try (Connection our = DriverConnections.readOnly(ours, 0).open();
				Connection their = DriverConnections.readOnly(theirs, 0).open()) {
			String tables = "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' "
					+ "escape '\\' order by name";
			assertThat(TestFiles.texts(our, tables)).isEqualTo(TestFiles.texts(their, tables));
			for (String object : List.of("index", "view", "trigger")) {
				String names = "select name from sqlite_schema where type = '" + object + "' order by name";
				assertThat(TestFiles.texts(our, names)).isEqualTo(TestFiles.texts(their, names));
			}
			for (String table : TestFiles.texts(our, tables)) {
				List<String> columns = new ArrayList<>(
						TestFiles.texts(our, "select name from pragma_table_info('" + table + "')"));
				columns.removeAll(DRAWN);
				String rows = "select \"" + String.join("\", \"", columns) + "\" from " + table + " order by 1, 2";
				assertThat(rows(our, rows)).as(table).isEqualTo(rows(their, rows));
			}
		}
	}

	private static List<String> rows(Connection connection, String sql) throws SQLException {
		List<String> rows = new ArrayList<>();
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			while (row.next()) {
				List<String> cells = new ArrayList<>();
				for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
					String cell = Outcome.text(row.getObject(i));
					// Stores are named by the main file.
					cells.add(cell.replace("ours.", "").replace("theirs.", ""));
				}
				rows.add(cells.toString());
			}
		}
		return rows;
	}

	@ParameterizedTest
	@ValueSource(strings = { "format-3-a", "format-3-019-a", "format-4-a", "format-5-a", "format-6-a", "format-7-a",
			"format-8-a", "format-9-a", "format-11-a", "format-3-019-a-both-main", "format-5-a-objects-main",
			"format-5-a-vectors-main", "format-9-a-objects-main", "format-9-a-vectors-main" })
	void theRealEngineChecksAndContinuesWhatWeHaveMigrated(String fixture) throws Exception {
		Path ours = this.folder.resolve("ours.zova");
		ZovaDatabase.migrate(put(fixture), ours);
		JsonNode expected = TestFiles.description(fixture.replaceFirst("-a.*", "-a"));
		this.peer.call("open", "path", ours.toString());
		if (!fixture.startsWith("format-11")) {
			// With verification of every object, chunk and vector.
			this.peer.call("backup_to", "destination", this.folder.resolve("backup.zova").toString());
		}
		for (JsonNode object : expected.path("objects")) {
			byte[] content = Peer.bytes(this.peer.call("get_object", "object_id", object.path("id").asString()));
			assertThat(content).hasSize(object.path("size").asInt());
		}
		this.peer.call("put_object", "data", Peer.binary(new byte[] { 4, 2 }));
		String collection = expected.path("vectorCollections").path(0).path("name").asString();
		JsonNode first = expected.path("vectorCollections").path(0).path("vectors").path(0);
		this.peer.call("delete_vector", "collection_name", collection, "vector_id", first.path("id").asString());
		this.peer.call("exec", "sql", "update notes set title = 'continued'");
		this.peer.closeDatabase();
		Path result = ours;
		if (fixture.endsWith("-main")) {
			result = this.folder.resolve("merged.zova");
			ZovaDatabase.restore(ours, result);
		}
		try (ZovaDatabase database = ZovaDatabase.open(result)) {
			assertThat(database.objects().get(io.zova.object.ObjectId.ofContent(new byte[] { 4, 2 })))
				.containsExactly(4, 2);
			assertThat(database.vectors().collection(collection).exists(first.path("id").asString())).isFalse();
			assertThat(database.backup(this.folder.resolve("ours-again.zova"), CopyOptions.defaults()).verification())
				.isPresent();
		}
		try (Stream<Path> names = Files.list(this.folder)) {
			assertThat(names.map(Path::toString)).noneMatch((name) -> name.contains("recovery"));
		}
	}

}
