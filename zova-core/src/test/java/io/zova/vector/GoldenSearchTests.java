package io.zova.vector;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.zova.NewDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every search of the golden data gives the real engine's ids and distances, to the bit.
 */
class GoldenSearchTests extends NewDatabase {

	private VectorTemplate vectors;

	@BeforeEach
	void fill() {
		this.vectors = new VectorTemplate(this.database.sql());
	}

	static List<GoldenVectors> collections() {
		return GoldenVectors.all();
	}

	@Test
	void theGoldenDataIsAllThere() {
		assertThat(collections()).hasSize(37);
		assertThat(collections().stream().mapToInt((collection) -> collection.searches().size()).sum()).isEqualTo(379);
		for (ElementType type : ElementType.values()) {
			for (Metric metric : Metric.values()) {
				assertThat(collections().stream()
					.filter((golden) -> golden.space().elementType() == type && golden.space().metric() == metric)
					.flatMap((golden) -> golden.searches().stream())
					.map(GoldenSearchTests::combination)).as("%s, %s", type, metric)
					.contains("value", "value in", "value within", "value in within", "id", "id in", "id within",
							"id in within");
			}
		}
	}

	private static String combination(GoldenVectors.Search search) {
		VectorQuery query = search.query();
		return ((query.sourceId() != null) ? "id" : "value") + ((query.candidates() != null) ? " in" : "")
				+ ((query.maxDistance() != null) ? " within" : "");
	}

	@ParameterizedTest
	@MethodSource("collections")
	void searchesGiveTheSameIdsAndDistancesToTheBit(GoldenVectors golden) {
		VectorCollection collection = this.vectors.create(golden.name(), golden.space());
		collection.putAll(golden.rows());
		for (GoldenVectors.Search search : golden.searches()) {
			assertThat(GoldenVectors.bits(collection.search(search.query()))).as(search.op())
				.isEqualTo(search.results());
		}
	}

	@ParameterizedTest
	@MethodSource("collections")
	void storedSquaredLengthsAreTheSameToTheBit(GoldenVectors golden) throws SQLException {
		this.vectors.create(golden.name(), golden.space()).putAll(golden.rows());
		List<String> norms = new ArrayList<>();
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select norm_squared from _zova_vectors order by vector_key")) {
			while (row.next()) {
				norms.add(HexFormat.of().toHexDigits(Double.doubleToRawLongBits(row.getDouble(1))));
			}
		}
		assertThat(norms).hasSize(golden.rows().size());
		if (!golden.normBits().isEmpty()) {
			assertThat(norms).isEqualTo(golden.normBits());
		}
	}

	@ParameterizedTest
	@MethodSource("collections")
	void vectorsComeBackAsTheyWereStored(GoldenVectors golden) {
		VectorCollection collection = this.vectors.create(golden.name(), golden.space());
		collection.putAll(golden.rows());
		for (VectorEntry row : golden.rows()) {
			assertThat(collection.get(row.id())).isEqualTo(row);
		}
	}

}
