package io.zova.vector;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

import static io.zova.ZovaStatus.INVALID_ARGUMENT;
import static io.zova.ZovaStatus.VECTOR_COLLECTION_EXISTS;
import static io.zova.ZovaStatus.VECTOR_COLLECTION_NOT_FOUND;
import static io.zova.ZovaStatus.VECTOR_CORRUPT;
import static io.zova.ZovaStatus.VECTOR_DIMENSION_MISMATCH;
import static io.zova.ZovaStatus.VECTOR_INVALID;
import static io.zova.ZovaStatus.VECTOR_NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Each rule has its status, and where several are broken the reference's order decides.
 */
class VectorErrorsTests {

	private static final String E_ACUTE = "\u00e9";

	@TempDir
	Path directory;

	private ZovaDatabase database;

	private VectorTemplate vectors;

	private VectorCollection l2;

	private VectorCollection cosine;

	private VectorCollection missing;

	@BeforeEach
	void createFile() {
		this.database = ZovaDatabase.create(this.directory.resolve("errors.zova"));
		this.vectors = new VectorTemplate(this.database.sql());
		this.l2 = this.vectors.create("l2", VectorSpace.l2(2));
		this.cosine = this.vectors.create("cosine", VectorSpace.cosine(2));
		this.missing = this.vectors.collection("missing");
		this.l2.put("a", 1, 2);
		this.cosine.put("a", 1, 2);
	}

	@AfterEach
	void closeFile() {
		this.database.close();
	}

	@Test
	void namesHaveOneTo255Bytes() {
		for (String name : List.of("a".repeat(255), E_ACUTE.repeat(127), "_zova", " ", "a\nb", "_zov\u00e4_",
				"\u0130")) {
			this.vectors.create(name, VectorSpace.l2(1)).put(name, 1);
			assertThat(this.vectors.collection(name).search(1, 1)).hasSize(1);
		}
		for (String name : List.of("", "a".repeat(256), E_ACUTE.repeat(128), "_zova_", "_ZoVa_x", "a\0b", "\ud83d",
				"\ude00x")) {
			fails(VECTOR_INVALID, () -> this.vectors.create(name, VectorSpace.l2(1)));
			fails(VECTOR_INVALID, () -> this.vectors.exists(name));
			fails(VECTOR_INVALID, () -> this.vectors.delete(name));
			fails(VECTOR_INVALID, () -> this.vectors.info(name));
			fails(VECTOR_INVALID, () -> this.vectors.collection(name).search(1, 1));
			fails(VECTOR_INVALID, () -> this.l2.put(name, 1, 2));
			fails(VECTOR_INVALID, () -> this.l2.get(name));
			fails(VECTOR_INVALID, () -> this.l2.exists(name));
			fails(VECTOR_INVALID, () -> this.l2.delete(name));
			fails(VECTOR_INVALID, () -> this.l2.deleteAll(List.of("a", name)));
			fails(VECTOR_INVALID, () -> this.l2.search(VectorQuery.nearId(name)));
			fails(VECTOR_INVALID, () -> this.l2.search(VectorQuery.near(1, 2).candidates(List.of(name)).limit(0)));
		}
		assertThat(this.l2.count()).isEqualTo(1);
	}

	@Test
	void dimensionsAreOneTo16384() {
		fails(VECTOR_INVALID, () -> this.vectors.create("d", VectorSpace.l2(0)));
		fails(VECTOR_INVALID, () -> this.vectors.create("d", VectorSpace.l2(-1)));
		fails(VECTOR_INVALID, () -> this.vectors.create("d", VectorSpace.l2(16385)));
		float[] ones = new float[16384];
		Arrays.fill(ones, 1);
		VectorCollection largest = this.vectors.create("d", VectorSpace.cosine(16384));
		largest.put("a", ones);
		assertThat(largest.search(1, ones)).singleElement().satisfies((match) -> assertThat(match.distance()).isZero());
	}

	@Test
	void aCollectionIsCreatedOnceWhateverItsSpace() {
		fails(VECTOR_COLLECTION_EXISTS, () -> this.vectors.create("l2", VectorSpace.dot(5)));
		assertThat(this.vectors.info("l2").space()).isEqualTo(VectorSpace.l2(2));
		this.vectors.create("L2", VectorSpace.dot(5));
		assertThat(this.vectors.info("L2").space()).isEqualTo(VectorSpace.dot(5));
		fails(VECTOR_COLLECTION_EXISTS, () -> this.vectors.createIfMissing("l2", VectorSpace.l2(5)));
		this.vectors.createIfMissing("l2", VectorSpace.l2(2)).put("b", 1, 2);
		assertThat(this.l2.count()).isEqualTo(2);
		this.vectors.createIfMissing("new", VectorSpace.l2(2)).put("b", 1, 2);
		fails(VECTOR_INVALID, () -> this.vectors.createIfMissing("_zova_", VectorSpace.l2(2)));
		fails(VECTOR_INVALID, () -> this.vectors.createIfMissing("l2", VectorSpace.l2(0)));
	}

	@Test
	void whatIsNotThereIsSaidToBeMissing() {
		fails(VECTOR_COLLECTION_NOT_FOUND, () -> this.vectors.info("missing"));
		assertThat(this.vectors.delete("missing")).isFalse();
		fails(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.count());
		fails(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.exists("a"));
		fails(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.putAll(List.of()));
		fails(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.deleteAll(List.of()));
		fails(VECTOR_COLLECTION_NOT_FOUND, this.missing::stream);
		fails(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.delete("a"));
		fails(VECTOR_NOT_FOUND, () -> this.l2.get("b"));
		fails(VECTOR_NOT_FOUND, () -> this.l2.getAll(List.of("a", "b")));
		assertThat(this.l2.delete("b")).isFalse();
		fails(VECTOR_NOT_FOUND, () -> this.l2.search(VectorQuery.nearId("b").limit(0)));
		assertThat(this.l2.find("b")).isEmpty();
		assertThat(this.l2.exists("b")).isFalse();
		assertThat(this.l2.deleteAll(List.of("b", "b"))).isZero();
	}

	@Test
	void theCollectionIsLookedForBeforeTheIdToPutButAfterTheIdToGet() {
		fails(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.put("", 1));
		fails(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.deleteAll(List.of("")));
		fails(VECTOR_INVALID, () -> this.missing.get(""));
		fails(VECTOR_INVALID, () -> this.missing.delete(""));
		fails(VECTOR_INVALID, () -> this.missing.exists(""));
		fails(VECTOR_INVALID, () -> this.missing.search(VectorQuery.nearId("")));
		fails(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.search(VectorQuery.nearId("x").within(Double.NaN)));
		fails(VECTOR_INVALID, () -> this.l2.put("", 1));
	}

	@Test
	void valuesAreCheckedByTypeThenLengthThenContent() {
		fails(VECTOR_INVALID, () -> this.l2.put("b", VectorValues.ofBytes((byte) 1)));
		fails(VECTOR_DIMENSION_MISMATCH, () -> this.l2.put("b", Float.NaN));
		fails(VECTOR_DIMENSION_MISMATCH, () -> this.cosine.put("b", 0, 0, 0));
		fails(VECTOR_INVALID, () -> this.l2.put("b", Float.NaN, 0));
		fails(VECTOR_INVALID, () -> this.l2.put("b", 0, Float.NEGATIVE_INFINITY));
		fails(VECTOR_INVALID, () -> this.cosine.put("b", 0, -0.0f));
		fails(VECTOR_INVALID, () -> this.cosine.search(1, 0, 0));
		VectorCollection half = this.vectors.create("f16", VectorSpace.cosine(2).of(ElementType.F16));
		fails(VECTOR_INVALID, () -> half.put("b", VectorValues.ofHalfBits((short) 0x7c00, (short) 0)));
		half.put("b", VectorValues.ofHalfBits((short) 1, (short) 0));
		this.l2.put("zero", 0, 0);
		this.cosine.put("tiny", Float.MIN_VALUE, 0);
	}

	@Test
	void queriesAreCheckedEvenIfNothingIsAskedFor() {
		fails(VECTOR_DIMENSION_MISMATCH, () -> this.l2.search(0, 1));
		fails(VECTOR_DIMENSION_MISMATCH, () -> this.l2.search(VectorQuery.near(1).within(Double.NaN).limit(0)));
		for (double distance : new double[] { Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY }) {
			fails(VECTOR_INVALID, () -> this.l2.search(VectorQuery.near(1, 2).within(distance).limit(0)));
			fails(VECTOR_INVALID, () -> this.l2.search(VectorQuery.nearId("nope").within(distance)));
		}
		fails(VECTOR_NOT_FOUND, () -> this.l2.search(VectorQuery.nearId("nope").candidates(List.of(""))));
		fails(INVALID_ARGUMENT, () -> VectorQuery.near(1).limit(-1));
		assertThat(this.l2.search(VectorQuery.near(1, 2).candidates(List.of()))).isEmpty();
		assertThat(this.l2.search(VectorQuery.near(1, 2).limit(Long.MAX_VALUE))).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "x'00'", "zeroblob(8)", "x'0000c07f0000803f'", "x'0000807f0000803f'",
			"x'000000000000000000000000'" })
	void aDamagedVectorFailsWhatComesAcrossIt(String blob) {
		this.cosine.put("bad", 5, -5);
		new JdbcTemplate(this.database.dataSource())
			.update("update _zova_vectors set \"values\" = " + blob + " where vector_id = 'bad'");
		fails(VECTOR_CORRUPT, () -> this.cosine.get("bad"));
		fails(VECTOR_CORRUPT, () -> this.cosine.search(VectorQuery.nearId("bad")));
		fails(VECTOR_CORRUPT, () -> this.cosine.search(1, 1, 2));
		fails(VECTOR_CORRUPT, () -> this.cosine.search(VectorQuery.near(1, 2).within(-5)));
		fails(VECTOR_CORRUPT, () -> this.cosine.search(VectorQuery.near(1, 2).candidates(List.of("bad"))));
		assertThat(this.cosine.search(VectorQuery.near(1, 2).candidates(List.of("a")))).hasSize(1);
		assertThat(this.cosine.search(0, 1, 2)).isEmpty();
		assertThat(this.cosine.exists("bad")).isTrue();
		this.cosine.put("bad", 5, -5);
		assertThat(this.cosine.search(5, 1, 2)).hasSize(2);
	}

	@Test
	void theStoredLengthOfByteVectorsUnderCosineIsBelievedAndChecked() {
		VectorCollection bytes = this.vectors.create("i8", VectorSpace.cosine(3).of(ElementType.I8));
		bytes.put("b", VectorValues.ofBytes((byte) -3, (byte) 1, (byte) 5));
		VectorQuery query = VectorQuery.near(VectorValues.ofBytes((byte) 1, (byte) 1, (byte) 1));
		JdbcTemplate jdbc = new JdbcTemplate(this.database.dataSource());
		assertThat(GoldenVectors.bits(bytes.search(query))).containsExactly("b 3fe6a1a0c3583628");
		jdbc.update("update _zova_vectors set norm_squared = 4 where vector_id = 'b'");
		assertThat(GoldenVectors.bits(bytes.search(query))).containsExactly("b 3fc126145e9ecd54");
		assertThat(GoldenVectors.bits(bytes.search(query.candidates(List.of("b")))))
			.containsExactly("b 3fc126145e9ecd54");
		jdbc.update("update _zova_vectors set norm_squared = null where vector_id = 'b'");
		assertThat(GoldenVectors.bits(bytes.search(query))).containsExactly("b 3fe6a1a0c3583628");
		jdbc.update("update _zova_vectors set norm_squared = 0 where vector_id = 'b'");
		fails(VECTOR_CORRUPT, () -> bytes.search(query));
		jdbc.update("update _zova_vectors set norm_squared = 9e999 where vector_id = 'b'");
		fails(VECTOR_CORRUPT, () -> bytes.search(query));
	}

	@Test
	void aBatchThatFailsLeavesNothing() {
		fails(VECTOR_DIMENSION_MISMATCH,
				() -> this.l2.putAll(List.of(VectorEntry.of("b", 1, 1), VectorEntry.of("c", 1))));
		Iterator<VectorEntry> broken = new Iterator<>() {

			private int next;

			@Override
			public boolean hasNext() {
				return true;
			}

			@Override
			public VectorEntry next() {
				if (this.next == 100) {
					throw new IllegalStateException("no more");
				}
				return VectorEntry.of("n" + this.next++, 1, 1);
			}

		};
		assertThatThrownBy(() -> this.l2.putAll(broken)).isInstanceOf(IllegalStateException.class);
		assertThat(this.l2.count()).isEqualTo(1);
	}

	private static void fails(ZovaStatus status, ThrowingCallable call) {
		assertThatThrownBy(call)
			.isInstanceOfSatisfying(ZovaException.class, (ex) -> assertThat(ex.status()).isEqualTo(status))
			.message()
			.isNotBlank();
	}

}
