package io.zova.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

import io.zova.ZovaDatabase;
import io.zova.format.TestFiles;
import io.zova.graph.Direction;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphInfo;
import io.zova.graph.GraphNode;
import io.zova.graph.GraphTemplate;
import io.zova.graph.NeighborQuery;
import io.zova.graph.WalkQuery;
import io.zova.kv.KeyValueTemplate;
import io.zova.maintenance.check.CheckOptions;
import io.zova.maintenance.check.Severity;
import io.zova.object.ChunkId;
import io.zova.object.ObjectId;
import io.zova.object.ObjectManifest;
import io.zova.object.ObjectTemplate;
import io.zova.sqlite.driver.DriverConnections;
import io.zova.vector.ElementType;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorCollectionInfo;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorValues;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A file that a release wrote reads as its description says, to the last bit, and can be
 * continued: as it is if release 1.3.0 wrote it, else when it has been migrated. So does
 * the one file that a set with a bound store is restored into.
 */
@ParameterizedClass(name = "{0}")
@ValueSource(strings = { "format-12-a", "format-12-a-objects", "format-12-a-vectors", "format-11-a", "format-9-a",
		"format-9-a-objects", "format-9-a-vectors", "format-8-a", "format-7-a", "format-6-a", "format-5-a",
		"format-5-a-objects", "format-5-a-vectors", "format-4-a", "format-3-019-a", "format-3-019-a-both",
		"format-3-a" })
class FixtureTests {

	private static final HexFormat HEX = HexFormat.of();

	@Parameter
	String written;

	@TempDir
	Path folder;

	private Path file;

	private ZovaDatabase database;

	private JsonNode expected;

	private int format;

	private Path written() {
		return this.folder.resolve(this.written + (isSet() ? "-main" : "") + ".zova");
	}

	private boolean isSet() {
		return !this.written.endsWith("-a");
	}

	@BeforeEach
	void open() throws IOException {
		String base = this.written.replaceFirst("-a.*", "-a");
		this.expected = TestFiles.description(base);
		this.format = this.expected.path("formatVersion").asInt();
		TestFiles.fixture(written().getFileName().toString().replace(".zova", ""), this.folder);
		if (isSet()) {
			for (String store : this.written.endsWith("-both") ? List.of("-objects-store", "-vectors-store")
					: List.of("-store")) {
				TestFiles.fixture(this.written + store, this.folder);
			}
		}
		this.file = written();
		if (this.format < 12) {
			this.file = this.folder.resolve("migrated.zova");
			ZovaDatabase.migrate(written(), this.file);
		}
		if (isSet()) {
			Path main = this.file;
			this.file = this.folder.resolve("merged.zova");
			ZovaDatabase.restore(main, this.file);
		}
		this.database = ZovaDatabase.open(this.file);
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void tablesAndViewsHaveTheirRows() {
		for (String kind : List.of("tables", "views")) {
			assertThat(this.expected.path(kind).size()).isPositive();
			for (JsonNode table : this.expected.path(kind)) {
				String name = table.path("name").asString();
				List<String> rows = rows("select * from " + name);
				List<String> wanted = table.path("rows")
					.valueStream()
					.map((row) -> row.valueStream().map(FixtureTests::cell).toList().toString())
					.toList();
				assertThat(rows).as(name).containsExactlyInAnyOrderElementsOf(wanted);
			}
		}
	}

	private List<String> rows(String sql) {
		return new JdbcTemplate(this.database.dataSource()).query(sql, (row, number) -> cells(row));
	}

	private static String cells(ResultSet row) throws SQLException {
		List<String> cells = new ArrayList<>();
		for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
			cells.add(Outcome.text(row.getObject(i)));
		}
		return cells.toString();
	}

	private static String cell(JsonNode cell) {
		if (cell.has("i")) {
			return Outcome.text(Long.parseLong(cell.path("i").asString()));
		}
		if (cell.has("r")) {
			return Outcome.text(Double.parseDouble(cell.path("r").asString()));
		}
		return cell.has("b") ? "x'" + cell.path("b").asString() + "'" : Outcome.text(cell);
	}

	@Test
	void theDatabaseIdAndTheUsersSchemaAreTheSame() {
		if (this.expected.path("databaseId").isNull()) {
			assertThat(this.database.databaseId()).hasValueSatisfying((id) -> assertThat(id).matches("[0-9a-f]{64}"));
		}
		else {
			assertThat(this.database.databaseId()).contains(this.expected.path("databaseId").asString());
		}
		for (String kind : List.of("tables", "indexes", "views")) {
			assertThat(this.expected.path(kind).size()).isPositive();
			this.expected.path(kind)
				.forEach((object) -> assertThat(
						rows("select sql from sqlite_schema where name = '" + object.path("name").asString() + "'"))
					.containsExactly(List.of(Outcome.text(object.path("sql").asString())).toString()));
		}
	}

	/** Nothing is in the file beyond what the other tests have found there. */
	@Test
	void theTablesOfTheFormatHaveAsManyRowsAsWritten() {
		List<String> names = new ArrayList<>(List.of("_zova_chunks", "_zova_extensions", "_zova_graph_edge_types",
				"_zova_graph_edges", "_zova_graph_nodes", "_zova_graphs", "_zova_kv", "_zova_meta",
				"_zova_object_chunks", "_zova_objects", "_zova_vector_changes", "_zova_vector_collections",
				"_zova_vector_sources", "_zova_vectors"));
		this.expected.path("privateTables")
			.valueStream()
			.map(JsonNode::asString)
			.filter((name) -> name.startsWith("_zova_ext_"))
			.forEach(names::add);
		assertThat(rows("select name from sqlite_schema where type = 'table' and name like '\\_zova\\_%' escape '\\' "
				+ "and name <> '_zova_bound_stores' order by name"))
			.isEqualTo(names.stream().sorted().map((name) -> List.of(Outcome.text(name)).toString()).toList());
		this.expected.path("privateRowCounts")
			.propertyStream()
			.filter((count) -> !count.getKey().equals("_zova_vector_norms"))
			.forEach((count) -> assertThat(rows("select count(*) from " + count.getKey())).as(count.getKey())
				.containsExactly(
						"[" + (count.getKey().equals("_zova_meta") ? "3" : count.getValue().asString()) + "]"));
	}

	/** Also the bytes of texts, and the types of values. */
	@Test
	void theTablesOfExtensionsAreTheSameRowByRow() throws Exception {
		for (JsonNode table : this.expected.path("privateTables")) {
			if (table.asString().startsWith("_zova_ext_")) {
				String all = "select rowid, * from " + table.asString() + " order by rowid";
				List<String> found = new ArrayList<>();
				try (Connection old = DriverConnections.readOnly(written(), 0).open();
						Statement statement = old.createStatement();
						ResultSet row = statement.executeQuery(all)) {
					while (row.next()) {
						found.add(cells(row));
					}
				}
				assertThat(rows(all)).as(table.asString()).isEqualTo(found).isNotEmpty();
			}
		}
	}

	@Test
	void whatHasNoCallOfItsOwnIsInTheTables() {
		assertThat(
				rows("""
						select name, version, storage_prefix, zova_abi_min, capabilities, required, installed_at_unix, manifest_json
						from _zova_extensions
						"""))
			.isEqualTo(this.expected.path("extensions")
				.valueStream()
				.map((extension) -> Outcome
					.fields(extension, "name", "version", "storagePrefix", "zovaAbiMin", "capabilities", "required",
							"installedAtUnix", "manifestJson")
					.replace("true", "1"))
				.toList());
		if (this.format < 12) {
			assertThat(rows("""
					select count(*), count(distinct incarnation), min(length(incarnation)), sum(revision), sum(floor),
						min(token = incarnation and floor_token = incarnation)
					from _zova_vector_sources
					"""))
				.containsExactly("[%1$d, %1$d, 16, 0, 0, 1]".formatted(this.expected.path("vectorCollections").size()));
			assertThat(rows("select * from _zova_vector_changes")).isEmpty();
			return;
		}
		assertThat(rows("""
				select c.name, lower(hex(incarnation)), revision, lower(hex(token)), floor, lower(hex(floor_token))
				from _zova_vector_sources join _zova_vector_collections c using (collection_key)
				""")).containsExactlyInAnyOrderElementsOf(cells(this.expected.path("vectorSources").path("rows")));
		assertThat(rows("""
				select c.name, revision, lower(hex(token)), vector_id
				from _zova_vector_changes join _zova_vector_collections c using (collection_key)
				""")).containsExactlyInAnyOrderElementsOf(cells(this.expected.path("vectorChanges").path("rows")));
	}

	@Test
	void theOrdersOfCreationAreKept() {
		assertThat(this.database.vectors().list().stream().map(VectorCollectionInfo::name).toList())
			.isEqualTo(this.expected.path("vectorCollectionOrder").valueStream().map(JsonNode::asString).toList());
		for (JsonNode graph : this.expected.path("graphs")) {
			String where = " join _zova_graphs g using (graph_key) where g.name = '" + graph.path("name").asString()
					+ "' order by ";
			// Keys are given by first use, but a maintenance operation may give them
			// anew.
			assertThat(rows("select y.name from _zova_graph_edge_types y" + where + "edge_type_key"))
				.containsExactlyInAnyOrderElementsOf(
						graph.path("edgeTypesByFirstUse").valueStream().map(FixtureTests::textCell).toList());
			assertThat(rows("select node_id, n.created_order from _zova_graph_nodes n" + where + "n.created_order"))
				.containsExactlyInAnyOrderElementsOf(graph.path("nodes")
					.valueStream()
					.map((node) -> Outcome.fields(node, "id", "createdOrder"))
					.toList());
			assertThat(rows("""
					select f.node_id, y.name, t.node_id, e.created_order from _zova_graph_edges e
					join _zova_graph_nodes f on f.node_key = from_node_key
					join _zova_graph_nodes t on t.node_key = to_node_key
					join _zova_graph_edge_types y on y.edge_type_key = e.edge_type_key
					join _zova_graphs g on g.graph_key = e.graph_key
					where g.name = '%s'
					""".formatted(graph.path("name").asString())))
				.containsExactlyInAnyOrderElementsOf(graph.path("edges")
					.valueStream()
					.map((edge) -> Outcome.fields(edge, "from", "type", "to", "createdOrder"))
					.toList());
		}
	}

	private static String textCell(JsonNode text) {
		return List.of(Outcome.text(text.asString())).toString();
	}

	private static List<String> cells(JsonNode rows) {
		assertThat(rows.size()).isPositive();
		return rows.valueStream().map((row) -> row.valueStream().map(FixtureTests::cell).toList().toString()).toList();
	}

	@Test
	void objectsHaveTheirBytesManifestsAndRanges() {
		ObjectTemplate objects = this.database.objects();
		assertThat(this.expected.path("objects").size()).isEqualTo((this.format >= 11) ? 9 : 8);
		for (JsonNode object : this.expected.path("objects")) {
			String label = object.path("label").asString();
			ObjectId id = ObjectId.parse(object.path("id").asString());
			byte[] content = objects.get(id);
			assertThat(ObjectId.ofContent(content)).as(label).isEqualTo(id);
			ObjectManifest manifest = objects.manifest(id);
			assertThat(manifest.object().size()).as(label).isEqualTo(object.path("size").asLong());
			assertThat(manifest.object().profile().chunker()).as(label).isEqualTo(object.path("chunker").asString());
			assertThat(manifest.chunks().stream().map(FixtureTests::text).toList()).as(label)
				.isEqualTo(object.path("chunks")
					.valueStream()
					.map((chunk) -> Outcome.fields(chunk, "index", "hash", "offset", "size"))
					.toList());
			byte[] range = HEX.parseHex(object.path("range").path("hex").asString());
			assertThat(objects.readRange(id, object.path("range").path("offset").asLong(), range.length)).as(label)
				.isEqualTo(range);
		}
		this.expected.path("deletedObjects")
			.forEach((object) -> assertThat(objects.exists(ObjectId.parse(object.path("id").asString()))).isFalse());
		this.expected.path("looseChunks").forEach((chunk) -> {
			ChunkId id = ChunkId.parse(chunk.path("hash").asString());
			assertThat(objects.getChunk(id)).hasSize(chunk.path("size").asInt())
				.satisfies((content) -> assertThat(ChunkId.ofContent(content)).isEqualTo(id));
		});
	}

	private static String text(ObjectManifest.Entry entry) {
		return Outcome.text(List.of(entry.index(), entry.chunk().toString(), entry.offset(), entry.size()));
	}

	@Test
	void vectorsAndSearchesAreTheSameToTheBit() {
		assertThat(this.expected.path("vectorCollections").size()).isEqualTo((this.format >= 6) ? 6 : 3);
		for (JsonNode wanted : this.expected.path("vectorCollections")) {
			String name = wanted.path("name").asString();
			VectorCollection collection = this.database.vectors().collection(name);
			VectorSpace space = this.database.vectors().info(name).space();
			assertThat(collection.count()).isEqualTo(wanted.path("count").asLong());
			assertThat(space.dimensions()).isEqualTo(wanted.path("dimensions").asInt());
			assertThat(space.metric().name()).isEqualToIgnoringCase(wanted.path("metric").asString());
			assertThat(space.elementType().name()).isEqualToIgnoringCase(wanted.path("elementType").asString());
			assertThat(rows("select vector_id, norm_squared from _zova_vectors join _zova_vector_collections "
					+ "using (collection_key) where name = '" + name + "'"))
				.containsExactlyInAnyOrderElementsOf(wanted.path("vectors")
					.valueStream()
					.map((vector) -> List
						.of(Outcome.text(vector.path("id").asString()),
								"r" + vector.path("normBits").asString(norm(wanted, vector)))
						.toString())
					.toList());
			wanted.path("vectors")
				.forEach((vector) -> assertThat(collection.get(vector.path("id").asString()).values().toStored())
					.as(name + " " + vector.path("id"))
					.isEqualTo(HEX.parseHex(vector.path("hex").asString())));
			wanted.path("deletedIds").forEach((id) -> assertThat(collection.exists(id.asString())).isFalse());
			ElementType type = ElementType.valueOf(wanted.path("elementType").asString().toUpperCase(Locale.ROOT));
			assertThat(wanted.path("searches").size()).isPositive();
			for (JsonNode search : wanted.path("searches")) {
				assertThat(collection.search(query(search, type))
					.stream()
					.map((match) -> Outcome
						.text(List.of(match.id(), "%016x".formatted(Double.doubleToRawLongBits(match.distance())))))
					.toList()
					.toString()).as(name + " " + search.path("kind"))
					.isEqualTo(Outcome.eachFields(search.path("results"), "id", "bits"));
			}
		}
	}

	/** Formats before 7 stored none. */
	private static String norm(JsonNode collection, JsonNode vector) {
		double norm = 0;
		ElementType type = ElementType.valueOf(collection.path("elementType").asString().toUpperCase(Locale.ROOT));
		for (float element : VectorValues.ofStored(type, HEX.parseHex(vector.path("hex").asString())).toFloats()) {
			norm += (double) element * element;
		}
		return "%016x".formatted(Double.doubleToRawLongBits(norm));
	}

	private static VectorQuery query(JsonNode search, ElementType type) {
		VectorQuery query = search.has("sourceId") ? VectorQuery.nearId(search.path("sourceId").asString())
				: VectorQuery.near(VectorValues.ofStored(type, HEX.parseHex(search.path("query").asString())));
		if (search.has("candidates")) {
			query = query.candidates(search.path("candidates").valueStream().map(JsonNode::asString).toList());
		}
		if (search.has("maxDistanceBits")) {
			query = query
				.within(Double.longBitsToDouble(Long.parseUnsignedLong(search.path("maxDistanceBits").asString(), 16)));
		}
		return query.limit(search.path("limit").asLong());
	}

	@Test
	void graphsHaveTheirNodesEdgesNeighborsAndWalks() {
		GraphTemplate graphs = this.database.graphs();
		assertThat(graphs.list().stream().map(GraphInfo::name).sorted().toList())
			.isEqualTo(
					this.expected.path("graphs").valueStream().map((g) -> g.path("name").asString()).sorted().toList())
			.hasSize((this.format >= 4) ? 2 : 0);
		for (JsonNode wanted : this.expected.path("graphs")) {
			String name = wanted.path("name").asString();
			assertThat(graphs.info(name))
				.isEqualTo(new GraphInfo(name, wanted.path("nodeCount").asLong(), wanted.path("edgeCount").asLong()));
			for (JsonNode node : wanted.path("nodes")) {
				GraphNode found = graphs.graph(name).getNode(node.path("id").asString());
				assertThat(Outcome
					.text(Arrays.asList(found.id(), found.kind(), found.target().type().name().toLowerCase(Locale.ROOT),
							found.target().namespace(), found.target().ref())))
					.isEqualTo(Outcome.fields(node, "id", "kind", "targetType", "targetNamespace", "targetRef"));
			}
			for (JsonNode edge : wanted.path("edges")) {
				GraphEdge key = new GraphEdge(edge.path("from").asString(), edge.path("type").asString(),
						edge.path("to").asString());
				assertThat(HEX.formatHex(graphs.graph(name).getPayload(key)))
					.isEqualTo(edge.path("payload").asString(""));
			}
			assertThat(wanted.path("neighbors").size()).isPositive();
			for (JsonNode call : wanted.path("neighbors")) {
				assertThat(graphs.graph(name)
					.neighbors(NeighborQuery.of(call.path("node").asString())
						.direction(Direction.valueOf(call.path("direction").asString().toUpperCase(Locale.ROOT)))
						.edgeType(nullable(call.path("edgeType")))
						.limit(call.path("limit").asLong()))
					.stream()
					.map((n) -> Outcome.text(List.of(n.nodeId(), n.kind(), n.edgeType())))
					.toList()
					.toString()).isEqualTo(Outcome.eachFields(call.path("results"), "id", "kind", "edgeType"));
			}
			for (JsonNode call : wanted.path("walks")) {
				assertThat(graphs.graph(name)
					.walk(WalkQuery.from(call.path("start").asString())
						.edgeType(nullable(call.path("edgeType")))
						.maxDepth(call.path("maxDepth").asLong())
						.limit(call.path("limit").asLong()))
					.stream()
					.map((s) -> Outcome
						.text(Arrays.asList(s.nodeId(), s.kind(), s.depth(), s.predecessor(), s.edgeType())))
					.toList()
					.toString()).isEqualTo(
							Outcome.eachFields(call.path("results"), "id", "kind", "depth", "predecessor", "edgeType"));
			}
		}
	}

	private static @Nullable String nullable(JsonNode node) {
		return node.isNull() ? null : node.asString();
	}

	@Test
	void keyValuesAreAllThere() {
		KeyValueTemplate keyValues = new KeyValueTemplate(this.database.sql());
		assertThat(this.expected.path("keyValues").size()).isEqualTo((this.format >= 11) ? 3 : 0);
		for (JsonNode namespace : this.expected.path("keyValues")) {
			byte[] name = HEX.parseHex(namespace.path("namespace").asString());
			assertThat(keyValues.namespace(name).count()).isEqualTo(namespace.path("count").asLong());
			namespace.path("entries")
				.forEach((entry) -> assertThat(
						keyValues.namespace(name).find(HEX.parseHex(entry.path("key").asString())))
					.hasValueSatisfying(
							(value) -> assertThat(HEX.formatHex(value)).isEqualTo(entry.path("value").asString())));
		}
		this.expected.path("keyValuesAbsent")
			.forEach((absent) -> assertThat(keyValues.namespace(HEX.parseHex(absent.path("namespace").asString()))
				.find(HEX.parseHex(absent.path("key").asString()))).isEmpty());
	}

	@Test
	void aDeepCheckFindsNoError() {
		assertThat(this.database.check(CheckOptions.thorough().withLimit(1000)).findings())
			.noneMatch((finding) -> finding.severity().compareTo(Severity.ERROR) >= 0);
	}

	@Test
	void theFileCanBeContinued() {
		JsonNode graph = this.expected.path("graphs").path(0);
		JsonNode collection = this.expected.path("vectorCollections").path(0);
		float[] one = new float[collection.path("dimensions").asInt()];
		Arrays.fill(one, 1);
		ObjectId id = ObjectId.ofContent(new byte[] { 4, 2 });
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			this.database.objects().put(new byte[] { 4, 2 });
			this.database.objects().delete(ObjectId.parse(this.expected.path("objects").path(4).path("id").asString()));
			if (this.format >= 4) {
				this.database.graphs()
					.graph(graph.path("name").asString())
					.putEdge(new GraphEdge(graph.path("nodes").path(0).path("id").asString(), "continues",
							graph.path("nodes").path(1).path("id").asString()));
			}
			this.database.vectors().collection(collection.path("name").asString()).put("continued", one);
			new KeyValueTemplate(this.database.sql()).namespace(new byte[] { 1 })
				.put(new byte[] { 2 }, new byte[] { 3 });
		});
		this.database.close();
		this.database = ZovaDatabase.open(this.file);
		assertThat(this.database.objects().exists(id)).isTrue();
		assertThat(this.database.vectors().collection(collection.path("name").asString()).count())
			.isEqualTo(collection.path("count").asLong() + 1);
		if (this.format >= 4) {
			assertThat(this.database.graphs().info(graph.path("name").asString()).edgeCount())
				.isEqualTo(graph.path("edgeCount").asLong() + 1);
		}
		assertThat(rows("pragma integrity_check")).containsExactly("['ok']");
		assertThat(rows("pragma foreign_key_check")).isEmpty();
		assertThat(this.database.backup(this.folder.resolve("backup.zova")).verification())
			.hasValueSatisfying((found) -> assertThat(found.objects()).isEqualTo(this.expected.path("objects").size()));
	}

}
