package io.zova;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.NodeTarget;
import io.zova.kv.Codecs;
import io.zova.sqlite.function.AggregateFunction;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.sqlite.function.SqlType;
import io.zova.sqlite.function.TableFunction;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Half of a surrogate pair has no form in UTF-8. Nowhere it becomes a question mark.
 */
class HalfSurrogatePairTests {

	private static final List<String> HALVES = List.of("\uD800", "a\uD83D", "\uDE00b", "\uDE00\uD83D",
			"\uD83D\uD83D\uDE00");

	private String returned = "";

	private final ZovaDatabase database = ZovaDatabase.inMemory(ZovaOptions.builder()
		.functions(ScalarFunction.ofAny("answer", (arguments) -> this.returned),
				ScalarFunction.ofAny("built", (arguments) -> new StringBuilder(this.returned)),
				AggregateFunction.of("total", 1, Total::new),
				TableFunction.named("answers")
					.column("answer", SqlType.TEXT)
					.rows((arguments, rows) -> rows.add(this.returned)))
		.build());

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void namesAndIdsWithOneAreRefused() {
		this.database.graphs().create("g");
		VectorCollection vectors = this.database.vectors().create("c", VectorSpace.l2(1));
		for (String half : HALVES) {
			Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
			calls.put("namespace INVALID_ARGUMENT", () -> this.database.keyValues().namespace(half));
			calls.put("channel INVALID_ARGUMENT", () -> this.database.notifications().publish(half, ""));
			calls.put("payload INVALID_ARGUMENT", () -> this.database.notifications().publish("m", half));
			calls.put("subscription INVALID_ARGUMENT", () -> this.database.notifications().subscribe(half));
			calls.put("collection VECTOR_INVALID", () -> this.database.vectors().create(half, VectorSpace.l2(1)));
			calls.put("vector VECTOR_INVALID", () -> vectors.put(half, 1));
			calls.put("source VECTOR_INVALID", () -> vectors.search(VectorQuery.nearId(half)));
			calls.put("candidate VECTOR_INVALID", () -> vectors.search(VectorQuery.near(1).candidates(List.of(half))));
			calls.put("page VECTOR_INVALID", () -> vectors.page(half, 1));
			calls.put("graph GRAPH_INVALID", () -> this.database.graphs().create(half));
			calls.put("node GRAPH_INVALID", () -> this.database.graphs().graph("g").putNode(new GraphNode(half, "k")));
			calls.put("kind GRAPH_INVALID", () -> this.database.graphs().graph("g").putNode(new GraphNode("a", half)));
			calls.put("edge GRAPH_INVALID",
					() -> this.database.graphs().graph("g").putEdge(new GraphEdge(half, "t", "a")));
			calls.put("type GRAPH_INVALID",
					() -> this.database.graphs().graph("g").putEdge(new GraphEdge("a", half, "a")));
			calls.put("target GRAPH_INVALID",
					() -> this.database.graphs()
						.graph("g")
						.putNode(new GraphNode("a", "k", NodeTarget.external(half, half))));
			calls.forEach((what, call) -> assertThatExceptionOfType(ZovaException.class).as(what + " " + half.length())
				.isThrownBy(call)
				.satisfies((ex) -> assertThat(what).endsWith(" " + ex.status())));
			assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(
					() -> this.database.keyValues().namespace("n").map(Codecs.utf8(), Codecs.utf8()).put(half, "v"));
		}
		assertThat(this.database.keyValues().namespaces()).isEmpty();
		assertThat(this.database.graphs().info("g").nodeCount()).isZero();
		assertThat(this.database.vectors().list()).hasSize(1);
	}

	@Test
	void namesAndIdsOfGraphsAndVectorsWithANulAreRefused() {
		this.database.graphs().create("g");
		VectorCollection vectors = this.database.vectors().create("c", VectorSpace.l2(1));
		Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
		calls.put("channel INVALID_ARGUMENT", () -> this.database.notifications().publish("a\u0000", ""));
		calls.put("collection VECTOR_INVALID", () -> this.database.vectors().create("a\u0000", VectorSpace.l2(1)));
		calls.put("vector VECTOR_INVALID", () -> vectors.put("a\u0000b", 1));
		calls.put("graph GRAPH_INVALID", () -> this.database.graphs().create("a\u0000"));
		calls.put("node GRAPH_INVALID",
				() -> this.database.graphs().graph("g").putNode(new GraphNode("a\u0000b", "k")));
		calls.put("kind GRAPH_INVALID", () -> this.database.graphs().graph("g").putNode(new GraphNode("a", "k\u0000")));
		calls.put("target GRAPH_INVALID",
				() -> this.database.graphs()
					.graph("g")
					.putNode(new GraphNode("a", "k", NodeTarget.external("x\u0000", "y"))));
		calls.forEach((what, call) -> assertThatExceptionOfType(ZovaException.class).as(what)
			.isThrownBy(call)
			.satisfies((ex) -> assertThat(what).endsWith(" " + ex.status())));
	}

	@Test
	void aFunctionOfSqlCannotReturnOne() {
		JdbcTemplate jdbc = new JdbcTemplate(this.database.dataSource());
		for (String sql : List.of("select answer()", "select built()", "select total(1)",
				"select answer from answers()")) {
			for (String half : HALVES) {
				this.returned = half;
				assertThatExceptionOfType(RuntimeException.class).as(sql)
					.isThrownBy(() -> jdbc.queryForObject(sql, String.class))
					.withStackTraceContaining("half of a surrogate pair at index");
			}
			this.returned = "\uD83D\uDE00 a\u00e9";
			assertThat(jdbc.queryForObject(sql, String.class)).isEqualTo(this.returned);
		}
	}

	@Test
	void namespacesMayHoldAnythingElse() {
		for (String name : List.of("", "\u0000", "a\u0000b", "\uD83D\uDE00", "\uFFFD", "?")) {
			this.database.keyValues().namespace(name).put(new byte[1], new byte[1]);
		}
		assertThat(this.database.keyValues().namespaces()).hasSize(6);
	}

	/** Gives what it is told to. */
	private final class Total implements AggregateFunction.Accumulator {

		@Override
		public void add(io.zova.sqlite.function.SqlArguments arguments) {
		}

		@Override
		public Object result() {
			return HalfSurrogatePairTests.this.returned;
		}

	}

}
