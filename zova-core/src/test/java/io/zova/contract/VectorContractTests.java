package io.zova.contract;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.vector.ElementType;
import io.zova.vector.Metric;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorCollectionInfo;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorMatch;
import io.zova.vector.VectorOperations;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorValues;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Vectors are stored, read in order, found by distance, and follow the transaction.
 */
class VectorContractTests extends Contract {

	private VectorOperations vectors;

	private JdbcTemplate jdbc;

	@BeforeEach
	void open() {
		this.vectors = this.database.vectors();
		this.jdbc = new JdbcTemplate(this.database.dataSource());
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
	void aStreamOfAnyLengthIsInTheOrderOfTheIds() {
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
	}

	@Test
	void searchesSeeTheirTransactionAndAreUndoneWithIt() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(1));
		collection.put("a", 1);
		this.transaction.executeWithoutResult((status) -> {
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
		this.transaction.executeWithoutResult((status) -> {
			collection.put("a", 1);
			assertThat(
					catchThrowable(() -> collection.putAll(List.of(VectorEntry.of("b", 1), VectorEntry.of("c", 1, 2)))))
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

	@Test
	void vectorsFromAnIteratorAreStoredWhileTheyComeAndNotKept() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(2));
		int[] next = { 0 };
		int[] mostWaiting = { 0 };
		this.transaction.executeWithoutResult((status) -> {
			collection.putAll(Stream.generate(() -> {
				if (next[0] % 10 == 0) {
					// What the open transaction has stored so far.
					int waiting = next[0] - (int) collection.count();
					mostWaiting[0] = Math.max(mostWaiting[0], waiting);
				}
				return VectorEntry.of("v%06d".formatted(next[0]++), 1, 2);
			}).limit(2_000).iterator());
		});
		assertThat(collection.count()).isEqualTo(2_000);
		assertThat(mostWaiting[0]).isBetween(0, 32);
	}

	@Test
	void vectorsStreamInFromAnIterator() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(16));
		int[] next = { 0 };
		collection.putAll(Stream.generate(() -> VectorEntry.of("v%06d".formatted(next[0]++), new float[16]))
			.limit(20_000)
			.iterator());
		assertThat(collection.count()).isEqualTo(20_000);
		assertThat(next[0]).isBetween(20_000, 20_002);
	}

	@Test
	void equalDistancesAreInTheByteOrderOfTheIds() {
		VectorCollection collection = this.vectors.create("c", VectorSpace.l2(2));
		collection.putAll(List.of(VectorEntry.of("\ud83d\ude00", 1, 0), VectorEntry.of("\uffee", 0, 1),
				VectorEntry.of("b", -1, 0), VectorEntry.of("a", 0, -1), VectorEntry.of("far", 3, 0)));
		assertThat(collection.search(9, 0, 0)).extracting(VectorMatch::id)
			.containsExactly("a", "b", "\uffee", "\ud83d\ude00", "far");
		assertThat(collection.search(3, 0, 0)).extracting(VectorMatch::id).containsExactly("a", "b", "\uffee");
	}

}
