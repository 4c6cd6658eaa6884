package io.zova.vector;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import io.zova.NewDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Vectors are stored, replaced and deleted as the format says, journal included.
 */
class VectorStorageTests extends NewDatabase {

	private VectorTemplate vectors;

	private JdbcTemplate jdbc;

	@BeforeEach
	void fill() {
		this.vectors = new VectorTemplate(this.database.sql());
		this.jdbc = new JdbcTemplate(this.database.dataSource());
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
	void aStreamReadsOnlyThePagesThatAreUsed() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(1));
		collection.putAll(IntStream.range(0, 300).mapToObj((i) -> VectorEntry.of("v%03d".formatted(i), i)).iterator());
		this.jdbc.update("update _zova_vectors set \"values\" = x'00' where vector_id = 'v128'");
		assertThat(collection.stream().limit(128)).hasSize(128);
		assertThatExceptionOfType(ZovaException.class).isThrownBy(() -> collection.stream().count())
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.VECTOR_CORRUPT));
	}

}
