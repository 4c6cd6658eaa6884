package io.zova.vector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.NewDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Vectors in SQL: the same results as the calls give, and the texts and rules of every
 * Zova library.
 */
class VectorSqlTests extends NewDatabase {

	private static final String INVALID_ARGUMENT = "invalid Zova vector SQL argument";

	private static final String INVALID_VALUE = "invalid Zova vector value";

	private static final String NO_COLLECTION = "Zova vector collection not found";

	private static final String NO_VECTOR = "Zova vector not found";

	private static final String MISMATCH = "Zova vector dimension mismatch";

	private static final String CORRUPT = "Zova vector row is corrupt";

	private VectorTemplate vectors;

	private JdbcTemplate jdbc;

	@BeforeEach
	void fill() {
		this.vectors = this.database.vectors();
		this.jdbc = new JdbcTemplate(this.database.dataSource());
		VectorCollection l2 = this.vectors.create("L", VectorSpace.l2(2));
		l2.putAll(List.of(VectorEntry.of("src", 0, 0), VectorEntry.of("near", 1, 0), VectorEntry.of("tieb", 0, 1),
				VectorEntry.of("tiea", 0, -1), VectorEntry.of("far", 3, 4)));
		this.vectors.create("C", VectorSpace.cosine(2)).put("a", 1, 1);
	}

	static List<GoldenVectors> collections() {
		return GoldenVectors.all().stream().filter((golden) -> !golden.normBits().isEmpty()).toList();
	}

	@ParameterizedTest
	@MethodSource("collections")
	void theTableFunctionGivesTheGoldenResultsToTheBit(GoldenVectors golden) {
		VectorCollection collection = this.vectors.create(golden.name(), golden.space());
		collection.putAll(golden.rows());
		for (GoldenVectors.Search search : golden.searches()) {
			VectorQuery query = search.query();
			if (query.candidates() != null) {
				continue;
			}
			String source = (query.sourceId() != null) ? "source_vector_id" : "query_vector";
			Object value = (query.value() != null) ? query.value().toStored() : query.sourceId();
			List<VectorMatch> rows = this.jdbc.query(
					"select rank, vector_id, distance from zova_vector_search where collection = ? and " + source
							+ " = ? and top_k = ?" + ((query.maxDistance() != null) ? " and max_distance = ?" : ""),
					(row, number) -> {
						assertThat(row.getLong(1)).isEqualTo(number + 1);
						return new VectorMatch(row.getString(2), row.getDouble(3));
					},
					(query.maxDistance() != null)
							? new Object[] { golden.name(), value, query.limit(), query.maxDistance() }
							: new Object[] { golden.name(), value, query.limit() });
			assertThat(GoldenVectors.bits(rows)).isEqualTo(search.results());
			for (VectorMatch match : rows) {
				double distance = (query.value() != null)
						? real("select zova_vector_distance(?, ?, ?)", golden.name(), match.id(), value)
						: real("select zova_vector_distance_by_id(?, ?, ?)", golden.name(), match.id(), value);
				assertThat(Double.doubleToRawLongBits(distance))
					.isEqualTo(Double.doubleToRawLongBits(match.distance()));
			}
		}
	}

	@Test
	void columnsAndFormsOfTheCallAreThoseOfTheReference() {
		assertThat(this.jdbc.queryForList("select * from zova_vector_search('L', ?) where top_k = 4", blob(0, 0)))
			.containsExactly(row(1, "src", 0), row(2, "near", 1), row(3, "tiea", 1), row(4, "tieb", 1));
		assertThat(ids("select vector_id from zova_vector_search('L', ?) where max_distance = 1 and top_k = 2",
				blob(0, 0)))
			.containsExactly("src", "near");
		assertThat(ids("select vector_id from zova_vector_search('L') where source_vector_id = 'src' and top_k = 9"))
			.containsExactly("near", "tiea", "tieb", "far");
		assertThat(ids("select vector_id from zova_vector_search('L', ?) where max_distance = 1 order by rank limit 2",
				blob(0, 0)))
			.containsExactly("src", "near");
		assertThat(
				ids("select vector_id from zova_vector_search('L', ?) where top_k = 2 and vector_id in ('far', 'src')",
						blob(0, 0)))
			.containsExactly("src");
		assertThat(ids("select vector_id from zova_vector_search('L', ?) where top_k = 0", blob(0, 0))).isEmpty();
		assertThat(
				ids("select vector_id from zova_vector_search('L', ?) where top_k = 9223372036854775807", blob(0, 0)))
			.hasSize(5);
		assertThat(this.jdbc.queryForMap(
				"select collection, query_vector, top_k, rowid from zova_vector_search('L', ?) where top_k = 1",
				blob(0, 0)))
			.containsEntry("collection", null)
			.containsEntry("query_vector", null)
			.containsEntry("top_k", null);
	}

	@Test
	void callsWithTooFewOrTooManyInputsCannotBePrepared() {
		for (String sql : List.of("select * from zova_vector_search", "select * from zova_vector_search('L', x'00')",
				"select * from zova_vector_search('L') where top_k = 1",
				"select * from zova_vector_search('L', x'00', 'src', 1)",
				"select * from zova_vector_search('L', x'00') where top_k >= 1")) {
			fails("no query solution", sql);
		}
		fails("too many arguments on zova_vector_search() - max 5",
				"select * from zova_vector_search('L', x'00', 'src', 1, 1, 1)");
		fails("may not be modified", "delete from zova_vector_search");
	}

	@Test
	void everyRuleOfTheTableFunctionHasItsText() {
		String search = "select * from zova_vector_search where collection = %s and query_vector = %s and top_k = %s";
		fails(INVALID_ARGUMENT, search.formatted("5", "x'00'", "1"));
		fails(INVALID_VALUE, search.formatted("'_zova_x'", "x'00'", "1"));
		fails(NO_COLLECTION, search.formatted("'nope'", "5", "1"));
		fails(INVALID_ARGUMENT, search.formatted("'L'", "'text'", "1"));
		fails(MISMATCH, search.formatted("'L'", "x'00000000000000'", "1"));
		fails(MISMATCH, search.formatted("'L'", "x''", "-1"));
		fails(INVALID_VALUE, search.formatted("'L'", "x'0000c07f00000000'", "1"));
		fails(INVALID_VALUE, search.formatted("'C'", "zeroblob(8)", "1"));
		fails(INVALID_ARGUMENT, search.formatted("'L'", "zeroblob(8)", "-1"));
		fails(INVALID_ARGUMENT, search.formatted("'L'", "zeroblob(8)", "1.0"));
		fails(INVALID_ARGUMENT, search.formatted("'L'", "zeroblob(8)", "'2'"));
		fails(INVALID_ARGUMENT, search.formatted("'L'", "zeroblob(8)", "1 and max_distance = '1'"));
		fails(INVALID_VALUE, search.formatted("'L'", "zeroblob(8)", "1 and max_distance = 9e999"));
		fails(NO_VECTOR, "select * from zova_vector_search('L') where source_vector_id = 'nope' and top_k = -1");
		fails(INVALID_VALUE, "select * from zova_vector_search('L') where source_vector_id = '' and top_k = 1");
		fails(INVALID_ARGUMENT, "select * from zova_vector_search('L') where source_vector_id = x'00' and top_k = 1");
		this.jdbc.update("update _zova_vectors set \"values\" = x'00' where vector_id = 'far'");
		fails(CORRUPT, search.formatted("'L'", "zeroblob(8)", "1"));
	}

	@Test
	void nullAndValuesOfAnotherTypeAreRefusedForEachArgumentOfTheTableFunctions() {
		String search = "select * from zova_vector_search where collection = %s and query_vector = %s and top_k = %s"
				+ " and max_distance = %s";
		for (String notText : List.of("null", "5", "1.5", "x'4c'")) {
			fails(INVALID_ARGUMENT, search.formatted(notText, "zeroblob(8)", "1", "1"));
			fails(INVALID_ARGUMENT, "select * from zova_vector_search where collection = 'L' and source_vector_id = "
					+ notText + " and top_k = 1");
		}
		for (String notBlob : List.of("null", "5", "1.5", "'text'")) {
			fails(INVALID_ARGUMENT, search.formatted("'L'", notBlob, "1", "1"));
		}
		for (String notWhole : List.of("null", "1.5", "'1'", "x'01'", "-9223372036854775808", "9223372036854775808")) {
			fails(INVALID_ARGUMENT, search.formatted("'L'", "zeroblob(8)", notWhole, "1"));
		}
		for (String notReal : List.of("null", "'1'", "x'01'")) {
			fails(INVALID_ARGUMENT, search.formatted("'L'", "zeroblob(8)", "1", notReal));
		}
		for (String infinite : List.of("9e999", "-9e999")) {
			fails(INVALID_VALUE, search.formatted("'L'", "zeroblob(8)", "1", infinite));
		}
		String among = "select * from zova_vector_search_in(%s, %s, %s, %s)";
		fails(INVALID_ARGUMENT, among.formatted("null", "zeroblob(8)", "1", "'[]'"));
		fails(INVALID_ARGUMENT, among.formatted("'L'", "null", "1", "'[]'"));
		fails(INVALID_ARGUMENT, among.formatted("'L'", "zeroblob(8)", "null", "'[]'"));
		fails(INVALID_ARGUMENT, among.formatted("'L'", "zeroblob(8)", "1", "null"));
		fails(INVALID_ARGUMENT, among.formatted("'L'", "zeroblob(8)", "1", "5"));
		// An article without a document is no error, as in a join.
		assertThat(ids("select vector_id from zova_vector_search_in('L', zeroblob(8), 1, '[null]')")).isEmpty();
	}

	@Test
	void aQueryThatIsAByteTooShortOrTooLongOrNotFiniteIsRefusedForEachTypeOfElements() {
		Map<ElementType, String> infinity = Map.of(ElementType.F32, "0000807f", ElementType.F16, "007c");
		for (ElementType type : ElementType.values()) {
			this.vectors.create(type.text(), VectorSpace.l2(3).of(type));
			this.jdbc.update(
					"insert into _zova_vectors(collection_key, vector_id, \"values\")"
							+ " select collection_key, 'v', zeroblob(?) from _zova_vector_collections where name = ?",
					3 * type.bytes(), type.text());
			String search = "select * from zova_vector_search('" + type.text() + "', %s) where top_k = 1";
			String distance = "select zova_vector_distance('" + type.text() + "', 'v', %s)";
			for (String sql : List.of(search, distance)) {
				assertThat(this.jdbc.queryForList(sql.formatted("zeroblob(" + 3 * type.bytes() + ")"))).hasSize(1);
				fails(MISMATCH, sql.formatted("zeroblob(" + (3 * type.bytes() - 1) + ")"));
				fails(MISMATCH, sql.formatted("zeroblob(" + (3 * type.bytes() + 1) + ")"));
				if (infinity.containsKey(type)) {
					String zeros = "00".repeat(2 * type.bytes());
					fails(INVALID_VALUE, sql.formatted("x'" + zeros + infinity.get(type) + "'"));
				}
			}
		}
	}

	@Test
	void sqlOfApplicationsCannotLoadExtensions() {
		fails("not authorized", "select load_extension('anything')");
	}

	@Test
	void everyRuleOfTheDistancesHasItsText() {
		assertThat(real("select zova_vector_distance('L', 'far', zeroblob(8))")).isEqualTo(5);
		assertThat(real("select zova_vector_distance_by_id('L', 'far', 'far')")).isZero();
		fails(INVALID_ARGUMENT, "select zova_vector_distance(null, 'far', zeroblob(8))");
		fails(INVALID_ARGUMENT, "select zova_vector_distance('', 5, zeroblob(8))");
		fails(INVALID_VALUE, "select zova_vector_distance('', '', null)");
		fails(NO_COLLECTION, "select zova_vector_distance('nope', '', null)");
		fails(INVALID_ARGUMENT, "select zova_vector_distance('L', '', null)");
		fails(MISMATCH, "select zova_vector_distance('L', '', x'00')");
		fails(INVALID_VALUE, "select zova_vector_distance('L', '', zeroblob(8))");
		fails(INVALID_VALUE, "select zova_vector_distance('C', 'a', zeroblob(8))");
		fails(NO_VECTOR, "select zova_vector_distance('L', 'nope', zeroblob(8))");
		fails(NO_COLLECTION, "select zova_vector_distance_by_id('nope', '', null)");
		fails(INVALID_ARGUMENT, "select zova_vector_distance_by_id('L', '', null)");
		fails(INVALID_VALUE, "select zova_vector_distance_by_id('L', '', '')");
		fails(NO_VECTOR, "select zova_vector_distance_by_id('L', '', 'nope')");
		fails(INVALID_VALUE, "select zova_vector_distance_by_id('L', '', 'far')");
		fails(NO_VECTOR, "select zova_vector_distance_by_id('L', 'nope', 'far')");
		fails("wrong number of arguments", "select zova_vector_distance('L', 'far')");
		this.jdbc.update("update _zova_vectors set \"values\" = x'00' where vector_id = 'near'");
		fails(CORRUPT, "select zova_vector_distance('L', 'near', zeroblob(8))");
		fails(CORRUPT, "select zova_vector_distance_by_id('L', 'far', 'near')");
	}

	@Test
	void encodingChecksAndChangesNothing() {
		assertThat(this.jdbc.queryForObject("select hex(zova_vector_encode_f16(x'003c0080ff7b'))", String.class))
			.isEqualTo("003C0080FF7B");
		assertThat(this.jdbc.queryForObject("select hex(zova_vector_encode_i8(x'80ff00'))", String.class))
			.isEqualTo("80FF00");
		assertThat(this.jdbc.queryForObject("select typeof(zova_vector_encode_f16(x''))", String.class))
			.isEqualTo("blob");
		fails(MISMATCH, "select zova_vector_encode_f16(x'003c00')");
		fails(INVALID_VALUE, "select zova_vector_encode_f16(x'007c')");
		fails(INVALID_ARGUMENT, "select zova_vector_encode_f16('text')");
		fails(INVALID_ARGUMENT, "select zova_vector_encode_i8(null)");
	}

	@Test
	void aFilterOfIdsIsAppliedBeforeTheNearestAreChosen() {
		this.jdbc.execute("create table article(doc_id text, lang text)");
		this.jdbc.update("insert into article values('far', 'de'), ('tieb', 'de'), ('near', 'en'), ('gone', 'de')");
		String german = "(select json_group_array(doc_id) from article where lang = 'de')";
		assertThat(ids("select vector_id from zova_vector_search_in('L', ?, 1, " + german + ")", blob(0, 0)))
			.containsExactly("tieb");
		assertThat(
				ids("select vector_id from zova_vector_search_in('L', ?, 9, " + german + ") order by rank", blob(3, 3)))
			.containsExactly("far", "tieb");
		assertThat(ids("select vector_id from zova_vector_search_in where collection = 'L' and source_vector_id = 'far'"
				+ " and top_k = 5 and ids = " + german))
			.containsExactly("tieb");
		assertThat(ids("select vector_id from zova_vector_search_in('L', ?, 9, " + german + ", 1.5)", blob(0, 0)))
			.containsExactly("tieb");
		assertThat(ids("select vector_id from zova_vector_search_in('L', ?, 9, '[]')", blob(0, 0))).isEmpty();
		fails("malformed JSON", "select * from zova_vector_search_in('L', zeroblob(8), 9, 'x')");
		fails(INVALID_VALUE, "select * from zova_vector_search_in('L', zeroblob(8), 9, '[\"\"]')");
		fails("no query solution", "select * from zova_vector_search_in('L', zeroblob(8), 9)");
	}

	@Test
	void searchesJoinWithTablesAndSeeTheirTransaction() {
		this.jdbc.execute("create table pick(vid text, k integer)");
		this.jdbc.update("insert into pick values('src', 1), ('far', 2)");
		assertThat(ids("select p.vid || ' ' || s.vector_id from pick p join zova_vector_search s"
				+ " on s.collection = 'L' and s.source_vector_id = p.vid and s.top_k = p.k order by p.vid, s.rank"))
			.containsExactly("far tieb", "far near", "src near");
		new TransactionTemplate(this.database.transactionManager()).executeWithoutResult((status) -> {
			this.vectors.collection("L").put("closer", 0.5f, 0);
			assertThat(ids("select vector_id from zova_vector_search('L', ?) where top_k = 2", blob(0, 0)))
				.containsExactly("src", "closer");
			status.setRollbackOnly();
		});
		assertThat(ids("select vector_id from zova_vector_search('L', ?) where top_k = 2", blob(0, 0)))
			.containsExactly("src", "near");
		assertThat(this.vectors.statistics().residentCollections()).isEqualTo(1);
		assertThat(this.vectors.statistics().scans()).isZero();
	}

	@Test
	void aRowOfAJoinThatNamesNoVectorFailsTheWholeQueryAsInTheReference() {
		this.jdbc.execute("create table pick(vid text)");
		this.jdbc.update("insert into pick values('src'), ('gone'), ('far')");
		fails(NO_VECTOR, "select zova_vector_distance('L', vid, zeroblob(8)) from pick");
		fails(NO_VECTOR, "select p.vid, s.vector_id from pick p join zova_vector_search s"
				+ " on s.collection = 'L' and s.source_vector_id = p.vid and s.top_k = 1");
		assertThat(ids("select zova_vector_distance('L', vid, zeroblob(8)) from pick where vid <> 'gone'"))
			.containsExactly("0.0", "5.0");
	}

	private static Map<String, Object> row(int rank, String id, double distance) {
		return Map.of("rank", rank, "vector_id", id, "distance", distance);
	}

	private static byte[] blob(float... elements) {
		ByteBuffer buffer = ByteBuffer.allocate(4 * elements.length).order(ByteOrder.LITTLE_ENDIAN);
		for (float element : elements) {
			buffer.putFloat(element);
		}
		return buffer.array();
	}

	private List<String> ids(String sql, Object... arguments) {
		return this.jdbc.queryForList(sql, String.class, arguments);
	}

	private double real(String sql, Object... arguments) {
		Double value = this.jdbc.queryForObject(sql, Double.class, arguments);
		assertThat(value).isNotNull();
		return value;
	}

	@Test
	void anErrorNamesTheCollectionOrTheVectorAndTheRule() {
		fails(NO_COLLECTION + ": There is no vector collection 'nope'",
				"select * from zova_vector_search('nope') where query_vector = x'00' and top_k = 1");
		fails(NO_COLLECTION + ": There is no vector collection 'nope'",
				"select zova_vector_distance('nope', 'a', x'')");
		fails(MISMATCH + ": the query of collection 'L' needs 8 bytes, got 7",
				"select * from zova_vector_search('L') where query_vector = zeroblob(7) and top_k = 1");
		fails("'nobody'", "select * from zova_vector_search('L') where source_vector_id = 'nobody' and top_k = 1");
		fails("'nobody'", "select zova_vector_distance('L', 'nobody', zeroblob(8))");
		fails(INVALID_VALUE + ": Collection name '_zova_x' begins with _zova_",
				"select zova_vector_distance('_zova_x', 'a', x'')");
		fails(INVALID_ARGUMENT + ": argument 3 must be a blob, got TEXT", "select zova_vector_distance('L', 'a', 'x')");
	}

	private void fails(String text, String sql) {
		assertThatThrownBy(() -> this.jdbc.queryForList(sql)).cause().hasMessageContaining(text);
	}

}
