package io.zova.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.vector.ElementType;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorValues;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.zova.ZovaStatus.INVALID_ARGUMENT;
import static io.zova.ZovaStatus.VECTOR_COLLECTION_EXISTS;
import static io.zova.ZovaStatus.VECTOR_COLLECTION_NOT_FOUND;
import static io.zova.ZovaStatus.VECTOR_DIMENSION_MISMATCH;
import static io.zova.ZovaStatus.VECTOR_INVALID;
import static io.zova.ZovaStatus.VECTOR_NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Each rule has its status, and where several are broken the order of the rules decides.
 */
class VectorErrorContractTests extends Contract {

	private static final String E_ACUTE = "\u00e9";

	private VectorOperations vectors;

	private VectorCollection l2;

	private VectorCollection cosine;

	private VectorCollection missing;

	@BeforeEach
	void open() {
		this.vectors = this.database.vectors();
		this.l2 = this.vectors.create("l2", VectorSpace.l2(2));
		this.cosine = this.vectors.create("cosine", VectorSpace.cosine(2));
		this.missing = this.vectors.collection("missing");
		this.l2.put("a", 1, 2);
		this.cosine.put("a", 1, 2);
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
			assertStatus(VECTOR_INVALID, () -> this.vectors.create(name, VectorSpace.l2(1)));
			assertStatus(VECTOR_INVALID, () -> this.vectors.exists(name));
			assertStatus(VECTOR_INVALID, () -> this.vectors.delete(name));
			assertStatus(VECTOR_INVALID, () -> this.vectors.info(name));
			assertStatus(VECTOR_INVALID, () -> this.vectors.collection(name).search(1, 1));
			assertStatus(VECTOR_INVALID, () -> this.l2.put(name, 1, 2));
			assertStatus(VECTOR_INVALID, () -> this.l2.get(name));
			assertStatus(VECTOR_INVALID, () -> this.l2.exists(name));
			assertStatus(VECTOR_INVALID, () -> this.l2.delete(name));
			assertStatus(VECTOR_INVALID, () -> this.l2.deleteAll(List.of("a", name)));
			assertStatus(VECTOR_INVALID, () -> this.l2.search(VectorQuery.nearId(name)));
			assertStatus(VECTOR_INVALID,
					() -> this.l2.search(VectorQuery.near(1, 2).candidates(List.of(name)).limit(0)));
		}
		assertThat(this.l2.count()).isEqualTo(1);
	}

	@Test
	void dimensionsAreOneTo16384() {
		assertStatus(VECTOR_INVALID, () -> this.vectors.create("d", VectorSpace.l2(0)));
		assertStatus(VECTOR_INVALID, () -> this.vectors.create("d", VectorSpace.l2(-1)));
		assertStatus(VECTOR_INVALID, () -> this.vectors.create("d", VectorSpace.l2(16385)));
		float[] ones = new float[16384];
		Arrays.fill(ones, 1);
		VectorCollection largest = this.vectors.create("d", VectorSpace.cosine(16384));
		largest.put("a", ones);
		assertThat(largest.search(1, ones)).singleElement().satisfies((match) -> assertThat(match.distance()).isZero());
	}

	@Test
	void aCollectionIsCreatedOnceWhateverItsSpace() {
		assertStatus(VECTOR_COLLECTION_EXISTS, () -> this.vectors.create("l2", VectorSpace.dot(5)));
		assertThat(this.vectors.info("l2").space()).isEqualTo(VectorSpace.l2(2));
		this.vectors.create("L2", VectorSpace.dot(5));
		assertThat(this.vectors.info("L2").space()).isEqualTo(VectorSpace.dot(5));
		assertStatus(VECTOR_COLLECTION_EXISTS, () -> this.vectors.createIfMissing("l2", VectorSpace.l2(5)));
		this.vectors.createIfMissing("l2", VectorSpace.l2(2)).put("b", 1, 2);
		assertThat(this.l2.count()).isEqualTo(2);
		this.vectors.createIfMissing("new", VectorSpace.l2(2)).put("b", 1, 2);
		assertStatus(VECTOR_INVALID, () -> this.vectors.createIfMissing("_zova_", VectorSpace.l2(2)));
		assertStatus(VECTOR_INVALID, () -> this.vectors.createIfMissing("l2", VectorSpace.l2(0)));
	}

	@Test
	void whatIsNotThereIsSaidToBeMissing() {
		assertStatus(VECTOR_COLLECTION_NOT_FOUND, () -> this.vectors.info("missing"));
		assertThat(this.vectors.delete("missing")).isFalse();
		assertStatus(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.count());
		assertStatus(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.exists("a"));
		assertStatus(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.putAll(List.of()));
		assertStatus(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.deleteAll(List.of()));
		assertStatus(VECTOR_COLLECTION_NOT_FOUND, this.missing::stream);
		assertStatus(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.delete("a"));
		assertStatus(VECTOR_NOT_FOUND, () -> this.l2.get("b"));
		assertStatus(VECTOR_NOT_FOUND, () -> this.l2.getAll(List.of("a", "b")));
		assertThat(this.l2.delete("b")).isFalse();
		assertStatus(VECTOR_NOT_FOUND, () -> this.l2.search(VectorQuery.nearId("b").limit(0)));
		assertThat(this.l2.find("b")).isEmpty();
		assertThat(this.l2.exists("b")).isFalse();
		assertThat(this.l2.deleteAll(List.of("b", "b"))).isZero();
	}

	@Test
	void theCollectionIsLookedForBeforeTheIdToPutButAfterTheIdToGet() {
		assertStatus(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.put("", 1));
		assertStatus(VECTOR_COLLECTION_NOT_FOUND, () -> this.missing.deleteAll(List.of("")));
		assertStatus(VECTOR_INVALID, () -> this.missing.get(""));
		assertStatus(VECTOR_INVALID, () -> this.missing.delete(""));
		assertStatus(VECTOR_INVALID, () -> this.missing.exists(""));
		assertStatus(VECTOR_INVALID, () -> this.missing.search(VectorQuery.nearId("")));
		assertStatus(VECTOR_COLLECTION_NOT_FOUND,
				() -> this.missing.search(VectorQuery.nearId("x").within(Double.NaN)));
		assertStatus(VECTOR_INVALID, () -> this.l2.put("", 1));
	}

	@Test
	void valuesAreCheckedByTypeThenLengthThenContent() {
		assertStatus(VECTOR_INVALID, () -> this.l2.put("b", VectorValues.ofBytes((byte) 1)));
		assertStatus(VECTOR_DIMENSION_MISMATCH, () -> this.l2.put("b", Float.NaN));
		assertStatus(VECTOR_DIMENSION_MISMATCH, () -> this.cosine.put("b", 0, 0, 0));
		assertStatus(VECTOR_INVALID, () -> this.l2.put("b", Float.NaN, 0));
		assertStatus(VECTOR_INVALID, () -> this.l2.put("b", 0, Float.NEGATIVE_INFINITY));
		assertStatus(VECTOR_INVALID, () -> this.cosine.put("b", 0, -0.0f));
		assertStatus(VECTOR_INVALID, () -> this.cosine.search(1, 0, 0));
		VectorCollection half = this.vectors.create("f16", VectorSpace.cosine(2).of(ElementType.F16));
		assertStatus(VECTOR_INVALID, () -> half.put("b", VectorValues.ofHalfBits((short) 0x7c00, (short) 0)));
		half.put("b", VectorValues.ofHalfBits((short) 1, (short) 0));
		this.l2.put("zero", 0, 0);
		this.cosine.put("tiny", Float.MIN_VALUE, 0);
	}

	@Test
	void queriesAreCheckedEvenIfNothingIsAskedFor() {
		assertStatus(VECTOR_DIMENSION_MISMATCH, () -> this.l2.search(0, 1));
		assertStatus(VECTOR_DIMENSION_MISMATCH, () -> this.l2.search(VectorQuery.near(1).within(Double.NaN).limit(0)));
		for (double distance : new double[] { Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY }) {
			assertStatus(VECTOR_INVALID, () -> this.l2.search(VectorQuery.near(1, 2).within(distance).limit(0)));
			assertStatus(VECTOR_INVALID, () -> this.l2.search(VectorQuery.nearId("nope").within(distance)));
		}
		assertStatus(VECTOR_NOT_FOUND, () -> this.l2.search(VectorQuery.nearId("nope").candidates(List.of(""))));
		assertStatus(INVALID_ARGUMENT, () -> VectorQuery.near(1).limit(-1));
		assertThat(this.l2.search(VectorQuery.near(1, 2).candidates(List.of()))).isEmpty();
		assertThat(this.l2.search(VectorQuery.near(1, 2).limit(Long.MAX_VALUE))).hasSize(1);
	}

	@Test
	void aBatchThatFailsLeavesNothing() {
		assertStatus(VECTOR_DIMENSION_MISMATCH,
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

	@Test
	void theFirstBadEntryIsTheOneThatIsComplainedAboutAndNothingIsStored() {
		VectorCollection collection = this.database.vectors().create("c", VectorSpace.cosine(3));
		VectorEntry zero = VectorEntry.of("v", 0, 0, 0);
		VectorEntry notFinite = VectorEntry.of("v", 0, Float.NaN, 0);
		VectorEntry tooShort = VectorEntry.of("v", 1, 2);
		VectorEntry unnamed = VectorEntry.of("_zova_v", 1, 2, 3);
		assertRefused(collection, List.of(tooShort, zero), ZovaStatus.VECTOR_DIMENSION_MISMATCH);
		assertRefused(collection, List.of(zero, tooShort), ZovaStatus.VECTOR_INVALID);
		assertRefused(collection, List.of(notFinite, tooShort), ZovaStatus.VECTOR_INVALID);
		assertRefused(collection, List.of(tooShort, unnamed), ZovaStatus.VECTOR_DIMENSION_MISMATCH);
		assertRefused(collection, List.of(unnamed, tooShort), ZovaStatus.VECTOR_INVALID);
		assertRefused(collection,
				List.of(new VectorEntry("v", VectorValues.ofBytes((byte) 1, (byte) 1, (byte) 1)), tooShort),
				ZovaStatus.VECTOR_INVALID);
	}

	private static void assertRefused(VectorCollection collection, List<VectorEntry> bad, ZovaStatus status) {
		for (int good = 0; good < 26; good++) {
			List<VectorEntry> entries = new ArrayList<>();
			for (int i = 0; i < good; i++) {
				entries.add(VectorEntry.of("a" + (char) ('a' + i), 1, 2, 3));
			}
			entries.addAll(bad);
			for (int i = 0; i < 5; i++) {
				entries.add(VectorEntry.of("z" + i, 1, 2, 3));
			}
			assertThatThrownBy(() -> collection.putAll(entries)).as("after %d good ones", good)
				.isInstanceOfSatisfying(ZovaException.class, (ex) -> assertThat(ex.status()).isEqualTo(status));
			assertThat(collection.count()).isZero();
		}
	}

}
