package io.zova.vector;

import java.util.List;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;

import io.zova.NewDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

import static io.zova.ZovaStatus.VECTOR_CORRUPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A damaged vector fails what comes across it, and nothing else.
 */
class DamagedVectorTests extends NewDatabase {

	private VectorTemplate vectors;

	private VectorCollection l2;

	private VectorCollection cosine;

	@BeforeEach
	void fill() {
		this.vectors = new VectorTemplate(this.database.sql());
		this.l2 = this.vectors.create("l2", VectorSpace.l2(2));
		this.cosine = this.vectors.create("cosine", VectorSpace.cosine(2));
		this.l2.put("a", 1, 2);
		this.cosine.put("a", 1, 2);
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

	private static void fails(ZovaStatus status, ThrowingCallable call) {
		assertThatThrownBy(call)
			.isInstanceOfSatisfying(ZovaException.class, (ex) -> assertThat(ex.status()).isEqualTo(status))
			.message()
			.isNotBlank();
	}

}
