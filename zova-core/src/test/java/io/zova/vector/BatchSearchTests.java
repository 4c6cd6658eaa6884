package io.zova.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.NewDatabase;
import io.zova.TestSeed;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Many searches in one call find what one search after the other finds.
 */
class BatchSearchTests extends NewDatabase {

	private static final int DIMENSIONS = 24;

	private static final int ROWS = 3000;

	private VectorTemplate plain;

	@BeforeEach
	void createFile() {
		this.plain = new VectorTemplate(this.database.sql(), new VectorMemory(0));
	}

	@AfterEach
	void closeFile() {
		this.plain.close();
	}

	private static VectorValues values(ElementType type, Random random) {
		float[] elements = new float[DIMENSIONS];
		// Rows of very different length, and many that are equal.
		float scale = (float) Math.pow(10, random.nextInt(4) - 2);
		for (int i = 0; i < elements.length; i++) {
			elements[i] = (random.nextInt(5) - 2 + 0.25f) * scale;
		}
		return switch (type) {
			case F32 -> VectorValues.of(elements);
			case F16 -> VectorValues.half(elements);
			case I8 -> VectorValues.bytes(30 / scale, elements);
		};
	}

	private static VectorQuery query(ElementType type, Random random) {
		VectorQuery query = random.nextBoolean() ? VectorQuery.near(values(type, random))
				: VectorQuery.nearId("v" + random.nextInt(ROWS));
		switch (random.nextInt(6)) {
			case 0 -> query = query.candidates(List.of("v1", "v7", "none", "v7", "v2000"));
			case 1 -> query = query.candidates("select vector_id from _zova_vectors where vector_key % ? = 0", 9);
			case 2 -> query = query.within(random.nextDouble() * 2 - 0.5);
			default -> {
			}
		}
		return query.limit(List.of(0L, 1L, 10L, 100L, 2500L, Long.MAX_VALUE).get(random.nextInt(6)));
	}

	@Test
	void theResultsAreThoseOfSingleSearchesAndOfAPlainScan() {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		JdbcTemplate jdbc = new JdbcTemplate(this.database.dataSource());
		for (Metric metric : Metric.values()) {
			for (ElementType type : ElementType.values()) {
				String name = metric + " " + type;
				VectorCollection collection = this.database.vectors()
					.create(name, new VectorSpace(DIMENSIONS, metric, type));
				List<VectorEntry> entries = new ArrayList<>();
				for (int i = 0; i < ROWS; i++) {
					entries.add(new VectorEntry("v" + i, values(type, random)));
				}
				collection.putAll(entries);
				List<VectorQuery> queries = new ArrayList<>();
				for (int i = 0; i < 25; i++) {
					queries.add(query(type, random));
				}
				new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((transaction) -> {
					List<List<VectorMatch>> found = collection.searchAll(queries);
					collection.put("v7", values(type, random));
					jdbc.update("delete from _zova_vectors where vector_id = 'v9'");
					List<VectorQuery> others = queries.stream()
						.filter((query) -> !"v9".equals(query.sourceId()))
						.toList();
					assertThat(collection.searchAll(others)).as("%s after changes, seed %d", name, seed)
						.isEqualTo(this.plain.collection(name).searchAll(others));
					transaction.setRollbackOnly();
					assertThat(found).hasSize(queries.size());
				});
				List<List<VectorMatch>> singly = queries.stream().map(collection::search).toList();
				assertThat(collection.searchAll(queries)).as("%s, seed %d", name, seed).isEqualTo(singly);
				assertThat(this.plain.collection(name).searchAll(queries)).as("%s, seed %d", name, seed)
					.isEqualTo(singly);
				this.database.vectors().delete(name);
			}
		}
	}

	@Test
	void noQueriesHaveNoResultsAndStillNeedTheCollection() {
		VectorCollection collection = this.database.vectors().create("c", VectorSpace.l2(2));
		assertThat(collection.searchAll(List.of())).isEmpty();
		assertThatThrownBy(() -> this.database.vectors().collection("none").searchAll(List.of()))
			.isInstanceOfSatisfying(ZovaException.class,
					(ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.VECTOR_COLLECTION_NOT_FOUND));
	}

	@Test
	void oneBadQueryFailsTheCall() {
		VectorCollection collection = this.database.vectors().create("c", VectorSpace.cosine(2));
		collection.put("a", 1, 2);
		assertThatThrownBy(() -> collection.searchAll(List.of(VectorQuery.near(1, 2), VectorQuery.near(1, 2, 3))))
			.isInstanceOfSatisfying(ZovaException.class,
					(ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.VECTOR_DIMENSION_MISMATCH));
		assertThatThrownBy(() -> collection.searchAll(List.of(VectorQuery.near(1, 2), VectorQuery.nearId("b"))))
			.isInstanceOfSatisfying(ZovaException.class,
					(ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.VECTOR_NOT_FOUND));
	}

}
