package io.zova.vector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import io.zova.NewDatabase;
import io.zova.TestSeed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However vectors are grouped on their way into the file, it is as if each were put by
 * itself.
 */
class PutManyTests extends NewDatabase {

	private JdbcTemplate jdbc;

	@BeforeEach
	void fill() {
		this.jdbc = new JdbcTemplate(this.database.dataSource());
	}

	@Test
	void batchesOfAnyOrderLeaveTheSameRowsAndTheSameJournalAsSinglePuts() {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		for (ElementType type : ElementType.values()) {
			VectorSpace space = VectorSpace.cosine(5).of(type);
			VectorCollection collection = this.database.vectors().create(type.text(), space);
			Map<String, VectorEntry> expected = new HashMap<>();
			List<String> journal = new ArrayList<>();
			for (int batch = 0; batch < 60; batch++) {
				List<VectorEntry> entries = new ArrayList<>();
				int first = random.nextInt(400);
				boolean ascending = random.nextBoolean();
				for (int i = random.nextInt(60); i > 0; i--) {
					int number = ascending ? first++ : random.nextInt(400);
					entries.add(new VectorEntry("é%03d".formatted(number), values(type, random)));
				}
				collection.putAll(entries);
				for (VectorEntry entry : entries) {
					expected.put(entry.id(), entry);
					journal.add(entry.id());
				}
			}
			assertThat(journal(type)).as("seed %d", seed).isEqualTo(journal);
			List<VectorEntry> found = collection.page(null, 1000);
			assertThat(found).as("seed %d", seed).hasSameSizeAs(expected.keySet());
			for (VectorEntry entry : found) {
				VectorEntry put = expected.get(entry.id());
				assertThat(put).isNotNull();
				assertThat(entry.values().stored()).isEqualTo(put.values().stored());
				assertThat(norm(type, entry.id())).as("seed %d, id %s", seed, entry.id())
					.isEqualTo(ExactDistance.normSquared(type, put.values().stored()));
			}
		}
	}

	private static VectorValues values(ElementType type, Random random) {
		float[] elements = new float[5];
		for (int i = 0; i < elements.length; i++) {
			elements[i] = 0.1f + random.nextFloat();
		}
		return switch (type) {
			case F32 -> VectorValues.of(elements);
			case F16 -> VectorValues.half(elements);
			case I8 -> VectorValues.bytes(100, elements);
		};
	}

	private List<String> journal(ElementType type) {
		return this.jdbc.queryForList(
				"select vector_id from _zova_vector_changes where collection_key ="
						+ " (select collection_key from _zova_vector_collections where name = ?) order by revision",
				String.class, type.text());
	}

	private double norm(ElementType type, String id) {
		return this.jdbc
			.queryForList(
					"select norm_squared from _zova_vectors where vector_id = ? and collection_key ="
							+ " (select collection_key from _zova_vector_collections where name = ?)",
					Double.class, id, type.text())
			.get(0);
	}

}
