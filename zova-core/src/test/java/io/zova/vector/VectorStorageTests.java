package io.zova.vector;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Vectors are stored, read back, replaced and deleted as the format says, journal
 * included, and follow the transaction.
 */
class VectorStorageTests {

	@TempDir
	Path directory;

	private ZovaDatabase database;

	private VectorTemplate vectors;

	private JdbcTemplate jdbc;

	@BeforeEach
	void createFile() {
		this.database = ZovaDatabase.create(this.directory.resolve("storage.zova"));
		this.vectors = new VectorTemplate(this.database.sql());
		this.jdbc = new JdbcTemplate(this.database.dataSource());
	}

	@AfterEach
	void closeFile() {
		this.database.close();
	}

	@Test
	void collectionsAreListedInTheByteOrderOfTheirNames() {
		for (String name : List.of("\u00e9", "c", "aaa", "C", "_zova")) {
			this.vectors.create(name, VectorSpace.dot(3).of(ElementType.F16));
		}
		this.vectors.collection("c").put("x", VectorValues.half(1, 2, 3));
		assertThat(this.vectors.list()).extracting(VectorCollectionInfo::name)
			.containsExactly("C", "_zova", "aaa", "c", "\u00e9");
		assertThat(this.vectors.list().get(3))
			.isEqualTo(new VectorCollectionInfo("c", new VectorSpace(3, Metric.DOT, ElementType.F16), 1));
		assertThat(this.vectors.exists("aaa")).isTrue();
		assertThat(this.vectors.delete("aaa")).isTrue();
		assertThat(this.vectors.exists("aaa")).isFalse();
	}

	@Test
	void valuesAreStoredAsTheirBytes() {
		this.vectors.create("f32", VectorSpace.l2(2)).put("a", 3, 4);
		this.vectors.create("f16", VectorSpace.l2(3).of(ElementType.F16)).put("a", VectorValues.half(1, 2, 3));
		this.vectors.create("i8", VectorSpace.l2(3).of(ElementType.I8))
			.put("a", VectorValues.ofBytes((byte) -128, (byte) 127, (byte) 0));
		List<byte[]> stored = this.jdbc.queryForList("select \"values\" from _zova_vectors order by vector_key",
				byte[].class);
		assertThat(stored.stream().map(HexFormat.of()::formatHex)).containsExactly("0000404000008040", "003c00400042",
				"807f00");
		assertThat(this.vectors.collection("i8").get("a").values().toFloats()).containsExactly(-128, 127, 0);
	}

	@Test
	void scalingToBytesRoundsAndCuts() {
		assertThat(VectorValues.bytes(127, 0.5f, -1, 2, 0.003f))
			.isEqualTo(VectorValues.ofBytes((byte) 64, (byte) -127, (byte) 127, (byte) 0));
	}

	@Test
	void ofTheSameIdTheLastOneStaysAndKeepsItsRow() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(1));
		collection.putAll(List.of(VectorEntry.of("z", 1), VectorEntry.of("y", 2), VectorEntry.of("z", 3)));
		assertThat(collection.get("z").values().toFloats()).containsExactly(3);
		assertThat(this.jdbc.queryForList("select vector_id from _zova_vectors order by vector_key", String.class))
			.containsExactly("z", "y");
	}

	@Test
	void everyChangeIsInTheJournalInOrder() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(1));
		collection.putAll(List.of(VectorEntry.of("z", 1), VectorEntry.of("y", 1), VectorEntry.of("b", 1),
				VectorEntry.of("z", 1)));
		collection.put("z", 1);
		assertThat(collection.deleteAll(List.of("z", "nope", "b", "y", "z"))).isEqualTo(3);
		assertThat(this.jdbc.queryForList("select vector_id from _zova_vector_changes order by revision", String.class))
			.containsExactly("z", "y", "b", "z", "z", "z", "y", "b");
		assertThat(this.jdbc.queryForObject("select revision from _zova_vector_sources", Long.class)).isEqualTo(8);
	}

	/** The reference's figures: where the journal begins after so many changes. */
	@Test
	void theJournalKeepsTheLastFourThousandChangesAndIsCutEveryTwoHundredAndFiftySix() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(1));
		int done = 0;
		for (int[] expected : new int[][] { { 4095, 0 }, { 4096, 0 }, { 4351, 0 }, { 4352, 256 }, { 4607, 256 },
				{ 4608, 512 }, { 5000, 768 }, { 5120, 1024 } }) {
			int revision = expected[0];
			collection
				.putAll(IntStream.range(done, revision).mapToObj((i) -> VectorEntry.of("v" + i % 7, i)).iterator());
			done = revision;
			Map<String, Object> journal = this.jdbc.queryForMap("select s.revision, s.floor,"
					+ " (select count(*) from _zova_vector_changes) as rows_kept,"
					+ " (select min(revision) from _zova_vector_changes) as first_kept from _zova_vector_sources s");
			assertThat(journal).as("revision %d", revision)
				.containsEntry("revision", revision)
				.containsEntry("floor", expected[1])
				.containsEntry("rows_kept", revision - expected[1])
				.containsEntry("first_kept", expected[1] + 1);
		}
	}

	@Test
	void severalVectorsAreReadAtOnce() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(1));
		collection.putAll(IntStream.range(0, 25).mapToObj((i) -> VectorEntry.of("v" + (char) ('a' + i), i)).iterator());
		assertThat(collection.getAll(List.of("vc", "va", "vc"))).extracting(VectorEntry::id)
			.containsExactly("vc", "va", "vc");
		assertThat(collection.findAll(List.of("vc", "nope", "va", "vc")))
			.extracting((entry) -> entry.map(VectorEntry::id).orElse("none"))
			.containsExactly("vc", "none", "va", "vc");
		List<VectorEntry> scanned = collection.stream().toList();
		assertThat(scanned).hasSize(25).isSortedAccordingTo((a, b) -> a.id().compareTo(b.id()));
		List<VectorEntry> paged = new ArrayList<>(collection.page(null, 10));
		while (paged.size() < 25) {
			paged.addAll(collection.page(paged.get(paged.size() - 1).id(), 10));
		}
		assertThat(paged).isEqualTo(scanned);
		assertThat(collection.page("vy", 10)).isEmpty();
	}

	@Test
	void aStreamReadsOnlyThePagesThatAreUsed() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(1));
		for (int size : new int[] { 0, 1, 127, 128, 129, 256, 300 }) {
			collection
				.putAll(IntStream.range(0, size).mapToObj((i) -> VectorEntry.of("v%03d".formatted(i), i)).iterator());
			assertThat(collection.stream()).hasSize(size);
			Iterator<VectorEntry> entries = collection.stream().iterator();
			for (int i = 0; i < size; i++) {
				assertThat(entries.next().id()).isEqualTo("v%03d".formatted(i));
			}
			assertThat(entries.hasNext()).isFalse();
		}
		this.jdbc.update("update _zova_vectors set \"values\" = x'00' where vector_id = 'v128'");
		assertThat(collection.stream().limit(128)).hasSize(128);
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> collection.stream().count())
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.VECTOR_CORRUPT));
	}

	@Test
	void searchesSeeTheirTransactionAndAreUndoneWithIt() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(1));
		collection.put("a", 1);
		TransactionTemplate transaction = new TransactionTemplate(this.database.transactionManager());
		transaction.executeWithoutResult((status) -> {
			collection.put("b", 2);
			assertThat(collection.delete("a")).isTrue();
			assertThat(collection.delete("a")).isFalse();
			this.vectors.create("d", VectorSpace.l2(1)).put("x", 1);
			assertThat(collection.search(5, 0)).extracting(VectorMatch::id).containsExactly("b");
			Object savepoint = status.createSavepoint();
			collection.put("c", 0);
			assertThat(collection.search(5, 0)).extracting(VectorMatch::id).containsExactly("c", "b");
			status.rollbackToSavepoint(savepoint);
			assertThat(collection.search(5, 0)).extracting(VectorMatch::id).containsExactly("b");
			status.setRollbackOnly();
		});
		assertThat(collection.search(5, 0)).extracting(VectorMatch::id).containsExactly("a");
		assertThat(this.vectors.exists("d")).isFalse();
	}

	@Test
	void aCallThatFailsInsideATransactionLeavesTheRestOfItAlone() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(1));
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			collection.put("a", 1);
			assertThat(org.assertj.core.api.Assertions
				.catchThrowable(() -> collection.putAll(List.of(VectorEntry.of("b", 1), VectorEntry.of("c", 1, 2)))))
				.isNotNull();
			collection.put("d", 1);
		});
		assertThat(collection.page(null, 9)).extracting(VectorEntry::id).containsExactly("a", "d");
	}

	@Test
	void candidatesMayComeFromAQueryAndMatchesMayBeJoinedWithTheirRows() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(1));
		this.jdbc.execute("create table article(doc_id text primary key, lang text, title text)");
		for (int i = 0; i < 10; i++) {
			collection.put("d" + i, i);
			if (i != 4) {
				this.jdbc.update("insert into article values(?, ?, ?)", "d" + i, (i % 2 == 0) ? "de" : "en", "T" + i);
			}
		}
		this.jdbc.update("insert into article values(null, 'de', 'no vector'), ('d99', 'de', 'none either')");
		VectorQuery query = VectorQuery.near(0).candidates("select doc_id from article where lang = ?", "de").limit(3);
		assertThat(collection.search(query)).extracting(VectorMatch::id).containsExactly("d0", "d2", "d6");
		List<Map.Entry<String, Double>> titles = collection.search(VectorQuery.near(3.4f).limit(3),
				"select title from article where doc_id = ?",
				(match, row) -> Map.entry(row.getString(1), match.distance()));
		assertThat(titles).extracting(Map.Entry::getKey).containsExactly("T3", "T2");
		assertThat(collection.searchAll(List.of(VectorQuery.near(0).limit(1), VectorQuery.nearId("d5").limit(2))))
			.extracting((matches) -> matches.stream().map(VectorMatch::id).toList())
			.containsExactly(List.of("d0"), List.of("d4", "d6"));
	}

	@Test
	void aQueryForCandidatesGetsAsManyArgumentsAsItHasParameters() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(1));
		collection.put("a", 1);
		this.jdbc.execute("create table article(doc_id text primary key, lang text)");
		VectorQuery near = VectorQuery.near(0).limit(1);
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> collection.search(near.candidates("select doc_id from article where lang = ?")))
			.withMessageContaining("has 1 parameters, but 0 arguments were given: select doc_id")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.INVALID_ARGUMENT));
		assertThatExceptionOfType(ZovaException.class)
			.isThrownBy(() -> collection.search(near.candidates("select doc_id from article", "de")))
			.withMessageContaining("has 0 parameters, but 1 arguments were given");
	}

}
