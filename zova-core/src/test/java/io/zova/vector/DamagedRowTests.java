package io.zova.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;

import io.zova.NewDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * One damaged row among a thousand fails each search of its whole collection, in memory
 * or not, although it would not be in the result.
 */
class DamagedRowTests extends NewDatabase {

	private static final int ROWS = 1000;

	private JdbcTemplate jdbc;

	@BeforeEach
	void fill() {
		this.jdbc = new JdbcTemplate(this.database.dataSource());
	}

	static List<Arguments> damage() {
		List<Arguments> damage = new ArrayList<>();
		for (Metric metric : Metric.values()) {
			for (ElementType type : ElementType.values()) {
				VectorSpace space = new VectorSpace(2, metric, type);
				Stream.of("zeroblob(1)", "zeroblob(" + (2 * type.bytes() - 1) + ")", "zeroblob(64)", "'12345678'")
					.filter((blob) -> !blob.equals("'12345678'") || type != ElementType.F32)
					.forEach((blob) -> damage.add(Arguments.of(space, blob)));
				switch (type) {
					case F32 -> damage.add(Arguments.of(space, "x'0000c07f0000803f'"));
					case F16 -> damage.add(Arguments.of(space, "x'003c007c'"));
					default -> {
					}
				}
				// The length stored beside signed bytes is believed, here as in the
				// reference.
				if (metric == Metric.COSINE && type != ElementType.I8) {
					damage.add(Arguments.of(space, "zeroblob(" + 2 * type.bytes() + ")"));
				}
			}
		}
		return damage;
	}

	@ParameterizedTest
	@MethodSource("damage")
	void aDamagedRowFailsEverySearchOfTheWholeCollection(VectorSpace space, String damage) {
		VectorCollection collection = this.database.vectors().create("c", space);
		List<VectorEntry> entries = new ArrayList<>();
		for (int i = 0; i < ROWS; i++) {
			entries.add(new VectorEntry("v" + i, values(space.elementType(), 1 + i % 100, 1)));
		}
		collection.putAll(entries);
		VectorQuery query = VectorQuery.near(values(space.elementType(), 1, 1)).limit(1);
		assertThat(collection.search(query)).hasSize(1);
		assertThat(this.jdbc.update("update _zova_vectors set \"values\" = " + damage + " where vector_id = 'v777'"))
			.isEqualTo(1);
		try (VectorTemplate readAgain = new VectorTemplate(this.database.sql(), new VectorMemory(1 << 20));
				VectorTemplate scanned = new VectorTemplate(this.database.sql(), new VectorMemory(0))) {
			for (VectorTemplate vectors : List.of(this.database.vectors(), readAgain, scanned)) {
				VectorCollection same = vectors.collection("c");
				assertCorrupt(() -> same.search(query));
				assertCorrupt(() -> same.search(query.within(-1e9)));
				assertCorrupt(() -> same.search(VectorQuery.nearId("v0").limit(1)));
				assertCorrupt(() -> same.searchAll(List.of(query.limit(0), query, query)));
				assertThat(same.search(query.limit(0))).isEmpty();
				assertThat(same.search(query.candidates(List.of("v1", "v2")))).hasSize(1);
			}
		}
		assertThatThrownBy(() -> this.jdbc.queryForList("select * from zova_vector_search('c', ?) where top_k = 1",
				values(space.elementType(), 1, 1).stored()))
			.cause()
			.hasMessageContaining("Zova vector row is corrupt");
		collection.delete("v777");
		assertThat(collection.search(query)).hasSize(1);
	}

	private static VectorValues values(ElementType type, float... elements) {
		return switch (type) {
			case F32 -> VectorValues.of(elements);
			case F16 -> VectorValues.half(elements);
			case I8 -> VectorValues.bytes(1, elements);
		};
	}

	private static void assertCorrupt(Runnable search) {
		assertThatThrownBy(search::run).isInstanceOfSatisfying(ZovaException.class,
				(ex) -> assertThat(ex.status()).isEqualTo(ZovaStatus.VECTOR_CORRUPT));
	}

}
