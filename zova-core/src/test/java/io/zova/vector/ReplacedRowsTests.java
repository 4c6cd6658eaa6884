package io.zova.vector;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import io.zova.NewDatabase;
import io.zova.TestSeed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows that SQL replaces, of whose end no trigger and so no journal knows, are not found
 * any more.
 */
class ReplacedRowsTests extends NewDatabase {

	private static final String REPLACE = """
			insert or replace into _zova_vectors(vector_key, collection_key, vector_id, "values", norm_squared)
			values(?, (select collection_key from _zova_vector_collections where name = ?), ?, ?, null)
			""";

	private static final VectorSpace SPACE = VectorSpace.l2(2);

	private JdbcTemplate jdbc;

	private VectorTemplate plain;

	@BeforeEach
	void createFile() {
		this.jdbc = new JdbcTemplate(this.database.dataSource());
		this.plain = new VectorTemplate(this.database.sql(), new VectorMemory(0));
		for (String name : List.of("a", "b")) {
			VectorCollection collection = this.database.vectors().create(name, SPACE);
			for (int i = 0; i < 20; i++) {
				collection.put(name + i, i, 1);
			}
		}
	}

	@AfterEach
	void closeFile() {
		this.plain.close();
	}

	private List<VectorMatch> search(VectorTemplate vectors, String name, float x, int limit) {
		return vectors.collection(name).search(limit, x, 1);
	}

	private void replace(Long key, String collection, String id, float x) {
		this.jdbc.update(REPLACE, key, collection, id, VectorValues.of(x, 1).stored());
	}

	@Test
	void aRowThatLostItsKeyToAnotherCollectionDoesNotPushOutAMatch() {
		assertThat(search(this.database.vectors(), "b", 0, 3)).extracting(VectorMatch::id)
			.containsExactly("b0", "b1", "b2");
		long key = keyOf("b1");
		replace(key, "a", "thief", 5);
		assertThat(search(this.database.vectors(), "b", 0, 3)).extracting(VectorMatch::id)
			.containsExactly("b0", "b2", "b3");
		assertThat(this.database.vectors().statistics().scans()).isEqualTo(1);
		assertThat(search(this.database.vectors(), "b", 0, 3)).extracting(VectorMatch::id)
			.containsExactly("b0", "b2", "b3");
		assertThat(this.database.vectors().statistics().scans()).isEqualTo(1);
	}

	private long keyOf(String id) {
		return this.jdbc.queryForList("select vector_key from _zova_vectors where vector_id = ?", Long.class, id)
			.get(0);
	}

	@RepeatedTest(5)
	void whateverIsReplacedSearchesFindWhatAScanFinds() {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		for (int step = 0; step < 150; step++) {
			String name = random.nextBoolean() ? "a" : "b";
			String id = name + random.nextInt(25);
			Long key = random.nextBoolean() ? Long.valueOf(1 + random.nextInt(45)) : null;
			if (random.nextInt(3) > 0) {
				replace(key, name, id, random.nextInt(20));
			}
			else {
				this.jdbc.update(
						"update or replace _zova_vectors set vector_key = ?, vector_id = ? where vector_key = ?",
						(key != null) ? key : 1 + random.nextInt(45), id, 1 + random.nextInt(45));
			}
			for (String searched : List.of("a", "b")) {
				float x = random.nextInt(20);
				int limit = 1 + random.nextInt(8);
				assertThat(search(this.database.vectors(), searched, x, limit)).as("seed %d, step %d", seed, step)
					.isEqualTo(search(this.plain, searched, x, limit));
			}
		}
	}

}
