package io.zova.maintenance.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConnection;

import io.zova.ZovaDatabase;
import io.zova.format.BoundSet;
import io.zova.format.StoreRole;
import io.zova.format.TestFiles;
import io.zova.maintenance.SampleDatabase;
import io.zova.object.StorageProfile;
import io.zova.sqlite.driver.DriverConnections;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each kind of damage, made on purpose, is found, and nothing else is reported.
 */
class EveryFindingTests {

	/** What EveryFindingTests makes with statements of its own, or what can't be made. */
	private static final Set<FindingKind> ELSEWHERE = EnumSet.of(FindingKind.SQLITE_QUICK_CHECK,
			FindingKind.OBJECT_CHUNKER_LAYOUT, FindingKind.KV_TOO_LARGE, FindingKind.BOUND_STORE_OPEN_FAILED,
			// Only if the schema can't be read, which the quick check says before.
			FindingKind.EXTENSION_STORAGE_UNREADABLE);

	@TempDir
	static Path models;

	private static Path model;

	@TempDir
	Path directory;

	@BeforeAll
	static void createModel() throws Exception {
		model = SampleDatabase.create(models.resolve("a.zova"));
	}

	private Path sample() throws IOException {
		return Files.copy(model, this.directory.resolve("a.zova"));
	}

	static Stream<Case> cases() {
		return Stream.of(
				Case.of("update _zova_objects set object_id = x'ab'",
						"sqlite/sqlite_constraint_violation error Constraint table=_zova_objects",
						"object/object_id_shape error ObjectCorrupt object_id=ab",
						"object/orphan_manifest_row warning ObjectNotFound object_id=%ABC chunk_hash=%ABC",
						"sqlite/foreign_key_violation warning 1 table=_zova_object_chunks"),
				Case.of("delete from _zova_chunks where size_bytes = 3",
						"chunk/missing_chunk error ObjectChunkNotFound object_id=%ABC chunk_hash=%ABC",
						"object/object_manifest error ObjectChunkNotFound object_id=%ABC",
						"sqlite/foreign_key_violation warning 1 table=_zova_object_chunks"),
				Case.of("update _zova_object_chunks set chunk_hash = x'abcd'",
						"sqlite/sqlite_constraint_violation error Constraint table=_zova_object_chunks",
						"chunk/missing_chunk_id_shape error ObjectCorrupt object_id=%ABC chunk_hash=abcd",
						"object/object_manifest error ObjectChunkNotFound object_id=%ABC",
						"sqlite/foreign_key_violation warning 1 table=_zova_object_chunks"),
				Case.of("update _zova_objects set size_bytes = 4",
						"object/object_manifest error ObjectCorrupt object_id=%ABC"),
				Case.of("update _zova_objects set chunk_count = 2",
						"object/object_manifest error ObjectCorrupt object_id=%ABC"),
				Case.of("update _zova_object_chunks set offset = 1",
						"object/object_manifest error ObjectCorrupt object_id=%ABC"),
				Case.of("update _zova_object_chunks set chunk_index = 1",
						"object/object_manifest error ObjectCorrupt object_id=%ABC"),
				Case.of("update _zova_object_chunks set size_bytes = 2",
						"object/object_manifest error ObjectCorrupt object_id=%ABC"),
				Case.of("update _zova_chunks set data = cast('abd' as blob) where size_bytes = 3",
						"chunk/chunk_integrity error ObjectCorrupt object_id=%ABC chunk_hash=%ABC",
						"object/object_integrity error ObjectCorrupt object_id=%ABC"),
				Case.of("update _zova_chunks set data = cast('abcd' as blob) where size_bytes = 3",
						"sqlite/sqlite_constraint_violation error Constraint table=_zova_chunks",
						"chunk/chunk_integrity error ObjectCorrupt object_id=%ABC chunk_hash=%ABC",
						"object/object_integrity error ObjectCorrupt object_id=%ABC"),
				Case.of("update _zova_objects set object_id = zeroblob(32); update _zova_object_chunks set object_id = zeroblob(32)",
						"object/object_integrity error ObjectCorrupt object_id=0000000000000000000000000000000000000000000000000000000000000000"),
				Case.of("insert into _zova_object_chunks values (zeroblob(32), 0, x'%X', 0, 1)",
						"object/orphan_manifest_row warning ObjectNotFound object_id=0000000000000000000000000000000000000000000000000000000000000000 chunk_hash=%X",
						"sqlite/foreign_key_violation warning 1 table=_zova_object_chunks"),
				Case.of("update _zova_objects set chunker = 'odd'",
						"sqlite/sqlite_constraint_violation error Constraint table=_zova_objects",
						"object/object_manifest error ObjectCorrupt object_id=%ABC"),
				Case.of("update _zova_chunks set chunk_hash = x'01' where size_bytes = 1",
						"sqlite/sqlite_constraint_violation error Constraint table=_zova_chunks",
						"chunk/loose_chunk_id_shape error ObjectCorrupt chunk_hash=01"),
				Case.of("update _zova_chunks set data = cast('y' as blob) where size_bytes = 1",
						"chunk/loose_chunk_integrity error ObjectCorrupt chunk_hash=%X"),
				Case.of("update _zova_vectors set \"values\" = x'0000803f' where vector_key = 1",
						"vector/vector_integrity error VectorCorrupt collection=docs vector_id=a"),
				Case.of("update _zova_vectors set \"values\" = x'0000803f0000c07f' where vector_key = 1",
						"vector/vector_integrity error VectorCorrupt collection=docs vector_id=a"),
				Case.of("update _zova_vectors set \"values\" = x'0000000000000080' where vector_key = 1",
						"vector/vector_integrity error VectorCorrupt collection=docs vector_id=a"),
				Case.of("update _zova_vectors set \"values\" = x'007c' where vector_key = 2",
						"vector/vector_integrity error VectorCorrupt collection=half vector_id=a"),
				Case.of("update _zova_vectors set vector_id = '_zova_x' where vector_key = 1",
						"vector/vector_integrity error VectorInvalid collection=docs vector_id=_zova_x"),
				Case.of("update _zova_vectors set norm_squared = 3 where vector_key = 1",
						"vector/vector_norm_mismatch warning VectorCorrupt collection=docs vector_id=a"),
				Case.of("insert into _zova_vectors values (9, 99, 'stray', x'00', 0)",
						"vector/vector_collection_missing error VectorCollectionNotFound vector_id=stray",
						"sqlite/foreign_key_violation warning 1 table=_zova_vectors"),
				Case.of("delete from _zova_vector_sources where collection_key = 1",
						"vector/vector_source_missing error VectorCorrupt collection=docs",
						"sqlite/foreign_key_violation warning 1 table=_zova_vector_changes"),
				Case.of("delete from _zova_vector_sources where collection_key = 1; delete from _zova_vector_changes where collection_key = 1",
						"vector/vector_source_missing error VectorCorrupt collection=docs"),
				Case.of("update _zova_vector_sources set token = zeroblob(16) where collection_key = 1",
						"vector/vector_source_inconsistent error VectorCorrupt collection=docs"),
				Case.of("delete from _zova_vector_changes where collection_key = 1",
						"vector/vector_source_inconsistent error VectorCorrupt collection=docs"),
				Case.of("update _zova_vector_sources set floor_token = zeroblob(16) where collection_key = 1",
						"vector/vector_source_inconsistent error VectorCorrupt collection=docs"),
				Case.of("update _zova_vector_collections set dimensions = 3 where collection_key = 1",
						"vector/vector_integrity error VectorCorrupt collection=docs vector_id=a"),
				Case.of("update _zova_graphs set name = 'a b'",
						"graph/graph_name_invalid error GraphInvalid graph=a b"),
				Case.of("update _zova_graph_nodes set node_id = 'a' || char(0)",
						"graph/node_id_invalid error GraphInvalid graph=g node_id=a\\x00"),
				Case.of("update _zova_graphs set name = 'a' || char(10) || 'ERROR ' || char(27, 8238) || 'b'",
						"graph/graph_name_invalid error GraphInvalid graph=a\\x0aERROR \\x1b\\u202eb"),
				Case.of("update _zova_graph_nodes set node_id = cast(x'ff' as text)",
						"graph/node_id_invalid error GraphInvalid graph=g node_id=\ufffd"),
				Case.of("update _zova_graph_nodes set kind = 'a b'",
						"graph/node_kind_invalid error GraphInvalid graph=g node_id=n"),
				Case.of("update _zova_graph_nodes set target_type = 'odd'",
						"sqlite/sqlite_constraint_violation error Constraint table=_zova_graph_nodes",
						"graph/node_target_type_invalid error GraphInvalid graph=g node_id=n"),
				Case.of("update _zova_graph_nodes set target_namespace = cast(x'ff' as text)",
						"graph/node_target_namespace_invalid error GraphInvalid graph=g node_id=n"),
				Case.of("update _zova_graph_nodes set target_ref = 'a' || char(0) || 'b'",
						"graph/node_target_ref_invalid error GraphInvalid graph=g node_id=n"),
				Case.of("update _zova_graph_nodes set target_type = 'object', target_ref = null",
						"graph/node_object_target_missing warning ObjectNotFound graph=g node_id=n"),
				Case.of("update _zova_graph_nodes set target_type = 'object', target_ref = '%X'",
						"graph/node_object_target_missing warning ObjectNotFound graph=g node_id=n"),
				Case.of("update _zova_graph_nodes set target_type = 'object', target_ref = 'x'",
						"graph/node_object_target_invalid error GraphInvalid graph=g node_id=n"),
				Case.of("update _zova_graph_nodes set target_type = 'object_chunk', target_ref = null",
						"graph/node_chunk_target_missing warning ObjectChunkNotFound graph=g node_id=n"),
				Case.of("update _zova_graph_nodes set target_type = 'object_chunk', target_ref = 'x'",
						"graph/node_chunk_target_invalid error GraphInvalid graph=g node_id=n"),
				Case.of("update _zova_graph_nodes set target_type = 'vector', target_ref = 'x'",
						"graph/node_vector_target_missing warning VectorNotFound graph=g node_id=n"),
				Case.of("delete from _zova_graph_nodes",
						"graph/missing_edge_from_node error GraphNodeNotFound graph=g edge_type=t",
						"graph/missing_edge_to_node error GraphNodeNotFound graph=g edge_type=t",
						"sqlite/foreign_key_violation warning 1 table=_zova_graph_edges"),
				Case.of("update _zova_graph_edges set from_node_key = 5",
						"graph/missing_edge_from_node error GraphNodeNotFound graph=g node_id=n edge_type=t",
						"sqlite/foreign_key_violation warning 1 table=_zova_graph_edges"),
				Case.of("update _zova_graph_edges set to_node_key = 5",
						"graph/missing_edge_to_node error GraphNodeNotFound graph=g node_id=n edge_type=t",
						"sqlite/foreign_key_violation warning 1 table=_zova_graph_edges"),
				Case.of("delete from _zova_graph_edge_types",
						"graph/missing_edge_type error GraphInvalid graph=g node_id=n",
						"sqlite/foreign_key_violation warning 1 table=_zova_graph_edges"),
				Case.of("update _zova_graph_edge_types set name = 'a b'",
						"graph/edge_type_invalid error GraphInvalid graph=g edge_type=a b"),
				Case.of("update _zova_graph_nodes set graph_key = 7",
						"graph/node_graph_missing error GraphNotFound node_id=n",
						"graph/missing_edge_from_node error GraphNodeNotFound graph=g edge_type=t",
						"graph/missing_edge_to_node error GraphNodeNotFound graph=g edge_type=t",
						"sqlite/foreign_key_violation warning 1 table=_zova_graph_nodes",
						"sqlite/foreign_key_violation warning 1 table=_zova_graph_edges"),
				Case.of("update _zova_graph_edges set graph_key = 7", "graph/edge_graph_missing error GraphNotFound",
						"sqlite/foreign_key_violation warning 1 table=_zova_graph_edges"),
				Case.of("update _zova_graph_edge_types set graph_key = 7",
						"graph/edge_type_graph_missing error GraphNotFound edge_type=t",
						"graph/missing_edge_type error GraphInvalid graph=g node_id=n",
						"sqlite/foreign_key_violation warning 1 table=_zova_graph_edge_types",
						"sqlite/foreign_key_violation warning 1 table=_zova_graph_edges"),
				Case.of("update _zova_graph_edges set payload = 'text'",
						"graph/edge_payload_invalid error GraphInvalid graph=g node_id=n edge_type=t"),
				Case.of("insert into _zova_kv values ('text', x'01', x'01')",
						"kv/kv_type_invalid error KvCorrupt entry=0"),
				Case.of("insert into _zova_kv values (x'05', x'01', 2.5)",
						"kv/kv_type_invalid error KvCorrupt entry=1"),
				Case.of("drop index _zova_graph_edges_topology_idx",
						"sqlite/private_index_missing error NotZovaDatabase table=_zova_graph_edges_topology_idx"),
				Case.of("drop index _zova_graph_edges_to_node_idx; create index _zova_graph_edges_to_node_idx on _zova_graph_edges(graph_key)",
						"sqlite/private_object_changed error NotZovaDatabase table=_zova_graph_edges_to_node_idx"),
				Case.of("drop trigger _zova_vector_retire",
						"sqlite/private_trigger_missing error NotZovaDatabase table=_zova_vector_retire"),
				Case.of("drop table _zova_kv", "sqlite/private_table_missing error NotZovaDatabase table=_zova_kv"),
				Case.of("create table _zova_ext_x (a)", "extension/unknown_extension_storage error _zova_ext_x"),
				Case.of("insert into _zova_extensions values ('x', '1', '_zova_ext_x_', '1.0.0', '', 1, 0, '')",
						"extension/extension_unavailable error x: ExtensionUnavailable"),
				Case.of("insert into _zova_extensions values ('trgm', '2', '_zova_ext_trgm_', '1.0.0', '', 1, 0, '')",
						"extension/extension_incompatible error trgm: ExtensionIncompatible"),
				Case.of("insert into _zova_extensions values ('trgm', '0.1.0', '_zova_ext_trgm_', '1.0.0', '', 1, 0, '')",
						"extension/trgm_check_failed error trgm: ExtensionInvalid"),
				Case.of("insert into _zova_extensions values ('x', '1', '_zova_ext_y_', '1.0.0', '', 1, 0, '')",
						"extension/extension_registry_unreadable error ExtensionInvalid"),
				Case.of("create table t(a not null, b int check (b > 1)); insert into t values (1, 2); update t set b = 0",
						"sqlite/sqlite_constraint_violation error Constraint"));
	}

	@ParameterizedTest
	@MethodSource("cases")
	void aDefectIsFoundAndNothingElse(Case damaged) throws Exception {
		Path file = sample();
		TestFiles.execute(file, damaged.statements.toArray(String[]::new));
		CheckReport report = Check.of(file, CheckOptions.thorough());
		assertThat(report.findings()).extracting(Finding::toString).isEqualTo(damaged.findings);
		assertThat(report.findingCount()).isEqualTo(damaged.findings.size());
		assertThat(report.complete()).isTrue();
	}

	@Test
	void noKindIsForgotten() {
		Set<FindingKind> made = EnumSet.copyOf(ELSEWHERE);
		cases().flatMap((damaged) -> damaged.findings.stream())
			.forEach((finding) -> made.add(FindingKind
				.valueOf(finding.substring(finding.indexOf('/') + 1, finding.indexOf(' ')).toUpperCase(Locale.ROOT))));
		Arrays.stream(FindingKind.values()).filter((kind) -> kind.area() == Area.BOUND_STORE).forEach(made::add);
		assertThat(made).containsExactlyInAnyOrder(FindingKind.values());
	}

	@Test
	void aChunkLongerThanItsChunkerCutsIsAWarning() throws Exception {
		Path file = this.directory.resolve("a.zova");
		try (ZovaDatabase database = ZovaDatabase.create(file)) {
			database.objects().put(new byte[200_000], StorageProfile.STREAMING);
		}
		TestFiles.execute(file, "update _zova_objects set chunker = 'fastcdc-v1'");
		CheckReport report = Check.of(file, CheckOptions.thorough());
		assertThat(report.kindCounts()).containsOnlyKeys(FindingKind.OBJECT_CHUNKER_LAYOUT);
		assertThat(report.isSound()).isTrue();
	}

	@Test
	void aKeyValueLongerThanARowMayBeIsFound() throws Exception {
		Path file = sample();
		Findings findings = new Findings(10);
		try (SQLiteConnection connection = DriverConnections.readOnly(file, 0).open()) {
			Watch watch = new Watch(CheckProgress.NONE, Optional.empty());
			new KeyValueChecks(new Inspection(connection, Schemas.MAIN, findings, watch), 1).run();
		}
		assertThat(findings.kept()).extracting(Finding::toString)
			.containsExactly("kv/kv_too_large error KvTooLarge entry=0");
	}

	@Test
	void damagedPagesEndTheCheck() throws Exception {
		Path file = sample();
		TestFiles.execute(file, "update _zova_objects set size_bytes = 4");
		long page = Long
			.parseLong(TestFiles.texts(file, "select rootpage from sqlite_schema where name = '_zova_kv'").get(0));
		byte[] content = Files.readAllBytes(file);
		Arrays.fill(content, (int) (page - 1) * 4096, (int) page * 4096, (byte) 0x55);
		Files.write(file, content);
		CheckReport report = Check.of(file, CheckOptions.thorough());
		assertThat(report.findings()).extracting(Finding::toString)
			.containsExactly("sqlite/sqlite_quick_check fatal CheckFailed");
		assertThat(report.isSound()).isFalse();
		assertThat(report.checked().objects()).isZero();
		assertThat(file).hasBinaryContent(content);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '|', textBlock = """
			update _zova_meta set value = 'x' where key = 'magic',          STORE_MAGIC_MISMATCH
			delete from _zova_meta where key = 'magic',                     MISSING_STORE_MAGIC
			drop table _zova_meta,                                          STORE_MAGIC_UNREADABLE
			update _zova_meta set value = '11' where key = 'format_version', STORE_FORMAT_VERSION_MISMATCH
			delete from _zova_meta where key = 'format_version',            MISSING_STORE_FORMAT_VERSION
			|update _zova_meta set value = 'x' where key = 'store_role'|,   STORE_ROLE_MISMATCH
			delete from _zova_meta where key = 'store_role',                MISSING_STORE_ROLE
			update _zova_meta set value = 'x' where key = 'store_id',       STORE_ID_MISMATCH
			delete from _zova_meta where key = 'store_id',                  MISSING_STORE_ID
			update _zova_meta set value = 'x' where key = 'bound_set_id',   BOUND_SET_ID_MISMATCH
			delete from _zova_meta where key = 'bound_set_id',              MISSING_BOUND_SET_ID
			update _zova_meta set value = '9' where key = 'vector_epoch',   VECTOR_EPOCH_MISMATCH
			update _zova_meta set value = 'x' where key = 'vector_epoch',   VECTOR_EPOCH_INVALID
			delete from _zova_meta where key = 'vector_epoch',              MISSING_VECTOR_EPOCH
			drop table _zova_vector_changes,                                BOUND_STORE_OPEN_FAILED
			""")
	void aStoreThatDoesNotFitIsFound(String damage, FindingKind kind) throws Exception {
		Path main = BoundSet.create(this.directory, true);
		TestFiles.execute(BoundSet.store(main, StoreRole.VECTORS), damage);
		CheckReport report = Check.of(main, CheckOptions.thorough());
		assertThat(report.kindCounts()).containsOnlyKeys(kind);
		assertThat(report.actions()).contains(SuggestedAction.BIND_VECTOR_STORE)
			.doesNotContain(SuggestedAction.BIND_OBJECT_STORE);
		assertThat(report.checked().objects()).isOne();
		assertThat(report.checked().vectors()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "OBJECTS, OBJECT_EPOCH_MISMATCH", "GRAPHS, GRAPH_EPOCH_MISMATCH" })
	void theStoreOfEachRoleCountsItsChanges(StoreRole role, FindingKind kind) throws Exception {
		Path main = BoundSet.create(this.directory, true);
		TestFiles.execute(BoundSet.store(main, role), "update _zova_meta set value = '9' where key like '%epoch'");
		CheckReport report = Check.of(main, CheckOptions.thorough());
		assertThat(report.kindCounts()).containsOnlyKeys(kind);
		assertThat(report.actions()).contains(SuggestedAction.RESTORE_WHOLE_SET);
	}

	@Test
	void aMissingStoreIsFoundAndWhatRefersIntoItIsNotMissed() throws Exception {
		Path main = BoundSet.create(this.directory, true);
		TestFiles.execute(BoundSet.store(main, StoreRole.GRAPHS),
				"update _zova_graph_nodes set target_type = 'object'");
		Files.delete(BoundSet.store(main, StoreRole.OBJECTS));
		CheckReport report = Check.of(main, CheckOptions.thorough());
		assertThat(report.findings()).extracting(Finding::toString)
			.containsExactly("bound_store/missing_or_unreadable_store error CantOpen store=object_store");
		assertThat(report.checked().graphNodes()).isEqualTo(4);
	}

	@Test
	void damageInAStoreIsFoundThere() throws Exception {
		Path main = BoundSet.create(this.directory, true);
		assertThat(Check.of(main, CheckOptions.thorough()).findingCount()).isZero();
		TestFiles.execute(BoundSet.store(main, StoreRole.OBJECTS),
				"update _zova_chunks set data = cast('abd' as blob)");
		assertThat(Check.of(main, CheckOptions.thorough()).kindCounts()).containsOnlyKeys(FindingKind.CHUNK_INTEGRITY,
				FindingKind.OBJECT_INTEGRITY);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "format-12-a", "format-12-a-objects-main", "format-12-a-vectors-main", "format-12-b-all-main" })
	void aSoundFileOfThePublishedLibraryHasNoErrors(String name) throws Exception {
		for (String store : name.contains("-b-all") ? List.of("objects-store", "vectors-store", "graphs-store")
				: name.contains("-main") ? List.of("store") : List.<String>of()) {
			TestFiles.fixture(name.replace("main", store), this.directory);
		}
		Path file = TestFiles.fixture(name, this.directory);
		CheckReport report = Check.of(file, CheckOptions.thorough().withLimit(100));
		assertThat(report.isSound()).as(report.findings().toString()).isTrue();
		assertThat(report.kindCounts().keySet()).isSubsetOf(FindingKind.NODE_OBJECT_TARGET_MISSING,
				FindingKind.NODE_CHUNK_TARGET_MISSING, FindingKind.NODE_VECTOR_TARGET_MISSING);
		assertThat(report.checked().objects()).isPositive();
		assertThat(report.checked().vectors()).isPositive();
		assertThat(report.checked().graphEdges()).isPositive();
		assertThat(report.checked().keyValues()).isEqualTo(41);
	}

	record Case(List<String> statements, List<String> findings) {

		static Case of(String statements, String... findings) {
			List<String> all = new ArrayList<>(List.of("pragma ignore_check_constraints=on"));
			all.addAll(List.of(filled(statements).split("; ")));
			return new Case(all, Arrays.stream(findings).map(Case::filled).toList());
		}

		private static String filled(String text) {
			return text.replace("%ABC", SampleDatabase.ABC).replace("%X", SampleDatabase.X);
		}

		@Override
		public String toString() {
			return String.join("; ", this.statements.subList(1, this.statements.size()));
		}

	}

}
