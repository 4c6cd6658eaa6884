package io.zova.vector;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;

import io.zova.ZovaDatabase;
import io.zova.LoggedEvents;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Collections in memory stay within their budget, leave when they are not used, and are
 * gone when the database is closed.
 */
class VectorMemoryTests {

	private static final VectorSpace SPACE = VectorSpace.l2(384);

	@TempDir
	Path directory;

	private Path file;

	private ZovaDatabase database;

	@BeforeEach
	void createFile() {
		this.file = this.directory.resolve("memory.zova");
		this.database = ZovaDatabase.create(this.file);
	}

	@AfterEach
	void closeFile() {
		this.database.close();
	}

	private VectorCollection fill(String name, int rows) {
		VectorCollection collection = this.database.vectors().create(name, SPACE);
		collection.putAll(entries(0, rows));
		return collection;
	}

	private static List<VectorEntry> entries(int first, int rows) {
		Random random = new Random(first + rows);
		List<VectorEntry> entries = new ArrayList<>();
		for (int i = first; i < first + rows; i++) {
			float[] elements = new float[384];
			for (int j = 0; j < elements.length; j++) {
				elements[j] = random.nextFloat();
			}
			entries.add(VectorEntry.of("v" + i, elements));
		}
		return entries;
	}

	@Test
	void aCollectionTakesLessThanAThirdOfItsVectors() {
		VectorCollection collection = fill("c", 2048);
		collection.search(1, new float[384]);
		assertThat(this.database.vectors().statistics().residentBytes()).isBetween(2048L * 384, 2048L * 384 * 4 / 3);
	}

	/** There, rounding to bytes loses nothing: the index has all there is to know. */
	@Test
	void aCollectionOfBytesTakesLittleMoreThanItsVectors() {
		VectorCollection collection = this.database.vectors().create("c", SPACE.of(ElementType.I8));
		List<VectorEntry> entries = new ArrayList<>();
		for (int i = 0; i < 2048; i++) {
			entries.add(new VectorEntry("v" + i, VectorValues.ofBytes(new byte[384])));
		}
		collection.putAll(entries);
		collection.search(VectorQuery.nearId("v7"));
		assertThat(this.database.vectors().statistics().residentBytes()).isBetween(2048L * 384, 2048L * 384 * 13 / 10);
	}

	@Test
	void whatWasNotSearchedForTheLongestTimeLeavesFirst() {
		for (String name : List.of("a", "b", "c")) {
			fill(name, 600);
		}
		long each = VectorsInMemory.estimate(SPACE, 600);
		try (VectorTemplate vectors = new VectorTemplate(this.database.sql(), new VectorMemory(each * 2))) {
			for (String name : List.of("a", "b", "a", "c")) {
				vectors.collection(name).search(1, new float[384]);
				assertThat(vectors.statistics().residentBytes()).isLessThanOrEqualTo(each * 2);
			}
			assertThat(vectors.statistics().scans()).isZero();
			assertThat(inMemory(vectors)).containsExactly("a", "c");
			vectors.collection("b").search(1, new float[384]);
			assertThat(inMemory(vectors)).containsExactly("b", "c");
			vectors.collection("c").search(1, new float[384]);
			vectors.collection("a").search(1, new float[384]);
			assertThat(inMemory(vectors)).containsExactly("a", "c");
		}
	}

	private List<String> inMemory(VectorTemplate vectors) {
		return new JdbcTemplate(this.database.dataSource())
			.query("select name, collection_key from _zova_vector_collections order by name",
					(row, number) -> vectors.index().holds(row.getLong(2)) ? row.getString(1) : "")
			.stream()
			.filter((name) -> !name.isEmpty())
			.toList();
	}

	@Test
	void whatDoesNotFitIsSearchedInTheFileWithTheSameResult() {
		VectorCollection collection = fill("c", 600);
		VectorQuery query = VectorQuery.nearId("v17").limit(20);
		try (VectorTemplate vectors = new VectorTemplate(this.database.sql(), new VectorMemory(10_000))) {
			assertThat(vectors.collection("c").search(query)).isEqualTo(collection.search(query));
			assertThat(vectors.statistics().residentCollections()).isZero();
			assertThat(vectors.statistics().scans()).isEqualTo(1);
		}
	}

	@Test
	void ofWhatDoesNotFitAsMuchAsFitsIsInMemoryAndTheLogSaysSoOnce() {
		VectorCollection collection = fill("large", 3000);
		fill("small", 500).search(1, new float[384]);
		long budget = VectorsInMemory.estimate(SPACE, 2000);
		VectorQuery query = VectorQuery.nearId("v17").limit(20);
		try (LoggedEvents log = LoggedEvents.of(VectorMemory.class);
				VectorTemplate vectors = new VectorTemplate(this.database.sql(), new VectorMemory(budget))) {
			vectors.collection("small").search(1, new float[384]);
			for (int i = 0; i < 3; i++) {
				assertThat(vectors.collection("large").search(query)).isEqualTo(collection.search(query));
			}
			assertThat(inMemory(vectors)).containsExactly("large", "small");
			assertThat(vectors.statistics().residentBytes()).isBetween(budget * 8 / 10, budget);
			assertThat(vectors.statistics().scans()).isEqualTo(3);
			assertThat(log.messages()).singleElement()
				.asString()
				.contains("'large'", "needs 2 MiB", "take 1 MiB", "zova.vector.resident-memory");
		}
	}

	@Test
	void aPartOfACollectionThatLiesAmongOthersIsReadOnceAndFillsTheRoom() {
		VectorCollection collection = this.database.vectors().create("large", SPACE);
		VectorCollection between = this.database.vectors().create("between", SPACE);
		for (int i = 0; i < 30; i++) {
			collection.putAll(entries(i * 100, 100));
			between.putAll(entries(i * 200, 200));
		}
		long budget = VectorsInMemory.estimate(SPACE, 2000);
		VectorQuery query = VectorQuery.nearId("v17").limit(20);
		try (VectorTemplate vectors = new VectorTemplate(this.database.sql(), new VectorMemory(budget))) {
			for (int i = 0; i < 3; i++) {
				assertThat(vectors.collection("large").search(query)).isEqualTo(collection.search(query));
			}
			assertThat(vectors.statistics().residentBytes()).isBetween(budget * 8 / 10, budget);
		}
	}

	@Test
	void moreOfItIsInMemoryWhenOthersHaveLeft() {
		VectorCollection collection = fill("large", 6000);
		fill("small", 2500);
		long budget = VectorsInMemory.estimate(SPACE, 4000);
		VectorQuery query = VectorQuery.nearId("v17").limit(20);
		try (VectorTemplate vectors = new VectorTemplate(this.database.sql(), new VectorMemory(budget))) {
			vectors.collection("small").search(1, new float[384]);
			vectors.collection("large").search(query);
			assertThat(inMemory(vectors)).containsExactly("large", "small");
			vectors.delete("small");
			long part = vectors.statistics().residentBytes();
			assertThat(vectors.collection("large").search(query)).isEqualTo(collection.search(query));
			assertThat(vectors.statistics().residentBytes()).isBetween(part * 3 / 2, budget);
		}
	}

	@Test
	void aDeletedCollectionLeavesAndSoDoesOneThatAnotherConnectionHasMadeAnew() {
		fill("c", 40).search(1, new float[384]);
		VectorTemplate vectors = this.database.vectors();
		assertThat(vectors.statistics().residentCollections()).isEqualTo(1);
		vectors.delete("c");
		assertThat(vectors.statistics().residentCollections()).isZero();
		fill("c", 40).search(1, new float[384]);
		new JdbcTemplate(this.database.dataSource()).update("delete from _zova_vector_collections");
		fill("c", 41).search(1, new float[384]);
		assertThat(vectors.statistics().residentCollections()).isEqualTo(1);
	}

	@Test
	void collectionsWithGapsDamagedRowsAndNeighborsAreReadCompletely() {
		VectorCollection collection = fill("c", 900);
		fill("other", 300);
		VectorQuery query = VectorQuery.near(new float[384]).limit(2000);
		JdbcTemplate jdbc = new JdbcTemplate(this.database.dataSource());
		jdbc.update("delete from _zova_vectors where vector_key % 97 = 5 or vector_key between 400 and 420");
		jdbc.update("update _zova_vectors set collection_key = 2, vector_id = 'moved ' || vector_id"
				+ " where vector_key in (7, 500)");
		jdbc.update("update _zova_vectors set vector_id = 'a' || char(0) || 'b' where vector_key = 600");
		try (VectorTemplate plain = new VectorTemplate(this.database.sql(), new VectorMemory(0))) {
			for (String name : List.of("c", "other")) {
				List<VectorMatch> expected = plain.collection(name).search(query);
				try (VectorTemplate fresh = new VectorTemplate(this.database.sql(), new VectorMemory(1 << 30))) {
					assertThat(fresh.collection(name).search(query)).isEqualTo(expected);
					assertThat(fresh.statistics().scans()).isZero();
				}
			}
		}
		jdbc.update("update _zova_vectors set \"values\" = x'00' where vector_key = 800");
		try (VectorTemplate fresh = new VectorTemplate(this.database.sql(), new VectorMemory(1 << 30))) {
			assertThatThrownBy(() -> fresh.collection("c").search(query)).isInstanceOfSatisfying(ZovaException.class,
					(ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.VECTOR_CORRUPT));
		}
		assertThat(collection.name()).isEqualTo("c");
	}

	@Test
	void aCollectionIsReadBeforeItsFirstSearchOnRequest() {
		fill("c", 40);
		this.database.vectors().preload(List.of("c"));
		assertThat(this.database.vectors().statistics().residentCollections()).isEqualTo(1);
	}

	@Test
	void anotherFileAtTheSamePlaceIsNotTakenForTheOldOne() throws Exception {
		VectorCollection collection = fill("c", 40);
		this.database.close();
		Path copy = this.directory.resolve("copy.zova");
		Files.copy(this.file, copy);
		this.database = ZovaDatabase.open(this.file);
		try (ZovaDatabase other = ZovaDatabase.open(copy)) {
			// One index over two files stands for a file that is restored while in use.
			VectorMemory shared = new VectorMemory(Long.MAX_VALUE / 2);
			VectorTemplate first = new VectorTemplate(this.database.sql(), shared);
			VectorTemplate second = new VectorTemplate(other.sql(), shared);
			for (int i = 0; i < 20; i++) {
				first.collection("c").delete("v" + i);
				second.collection("c").delete("v" + (39 - i));
				assertThat(first.collection("c").search(99, new float[384])).hasSize(39 - i)
					.noneMatch((match) -> match.id().equals("v0"));
				assertThat(second.collection("c").search(99, new float[384])).hasSize(39 - i)
					.noneMatch((match) -> match.id().equals("v39"));
			}
			assertThat(shared.scans()).isZero();
			shared.close();
		}
		assertThat(collection.name()).isEqualTo("c");
	}

	@Test
	void manyThreadsSearchOneLargeCollectionAtOnce() throws InterruptedException {
		VectorCollection collection = fill("c", 9000);
		VectorQuery query = VectorQuery.nearId("v17").limit(20);
		List<VectorMatch> expected = collection.search(query);
		AtomicInteger right = new AtomicInteger();
		CountDownLatch done = new CountDownLatch(32);
		for (int i = 0; i < 32; i++) {
			new Thread(() -> {
				for (int j = 0; j < 10; j++) {
					if (collection.search(query).equals(expected)) {
						right.incrementAndGet();
					}
				}
				done.countDown();
			}).start();
		}
		assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(right).hasValue(320);
	}

	/**
	 * The memory of the one that leaves is given back while others may be searching it.
	 */
	@Test
	void collectionsThatPushEachOtherOutAreSearchedRightAllTheTime() throws InterruptedException {
		VectorQuery query = VectorQuery.nearId("v17").limit(5);
		List<String> names = List.of("a", "b");
		List<List<VectorMatch>> expected = names.stream().map((name) -> fill(name, 700).search(query)).toList();
		AtomicInteger right = new AtomicInteger();
		try (VectorTemplate vectors = new VectorTemplate(this.database.sql(),
				new VectorMemory(VectorsInMemory.estimate(SPACE, 700)))) {
			CountDownLatch done = new CountDownLatch(6);
			for (int i = 0; i < 6; i++) {
				int first = i;
				new Thread(() -> {
					for (int j = 0; j < 200; j++) {
						// Mostly the one, so that it is searched when the other comes.
						int which = (j % 16 == first) ? 1 : 0;
						if (vectors.collection(names.get(which)).search(query).equals(expected.get(which))) {
							right.incrementAndGet();
						}
					}
					done.countDown();
				}).start();
			}
			assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
			assertThat(right).hasValue(6 * 200);
			assertThat(vectors.statistics().residentSearches()).isGreaterThan(600);
			assertThat(vectors.statistics().residentCollections()).isEqualTo(1);
		}
	}

	@Test
	void searchesThatGoOnWhileTheIndexIsClosedAreRight() throws InterruptedException {
		VectorQuery query = VectorQuery.nearId("v17").limit(5);
		List<VectorMatch> expected = fill("c", 3000).search(query);
		for (int run = 0; run < 20; run++) {
			VectorTemplate vectors = new VectorTemplate(this.database.sql(), new VectorMemory(1 << 30));
			AtomicInteger right = new AtomicInteger();
			CountDownLatch searching = new CountDownLatch(4);
			CountDownLatch done = new CountDownLatch(4);
			for (int i = 0; i < 4; i++) {
				new Thread(() -> {
					for (int j = 0; j < 12; j++) {
						if (vectors.collection("c").search(query).equals(expected)) {
							right.incrementAndGet();
						}
						searching.countDown();
					}
					done.countDown();
				}).start();
			}
			assertThat(searching.await(60, TimeUnit.SECONDS)).isTrue();
			vectors.close();
			assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
			assertThat(right).hasValue(4 * 12);
			assertThat(vectors.statistics().residentCollections()).isZero();
		}
	}

	@Test
	void theOptionsNameTheBudget() {
		this.database.close();
		this.database = ZovaDatabase.open(this.file, ZovaOptions.builder().vectorResidentMemory(0).build());
		fill("c", 40).search(1, new float[384]);
		assertThat(this.database.vectors().statistics().residentCollections()).isZero();
	}

}
