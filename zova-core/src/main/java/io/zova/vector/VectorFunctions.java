package io.zova.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.function.RowWriter;
import io.zova.sqlite.function.ScalarFunction;
import io.zova.sqlite.function.SqlArguments;
import io.zova.sqlite.function.SqlFunction;
import io.zova.sqlite.function.SqlType;
import io.zova.sqlite.function.TableFunction;

/**
 * Vectors in SQL: {@code zova_vector_distance}, {@code zova_vector_distance_by_id},
 * {@code zova_vector_encode_f16}, {@code zova_vector_encode_i8} and the table function
 * {@code zova_vector_search}, as every Zova library has them, and
 * {@code zova_vector_search_in}, which chooses the nearest of given ids:
 *
 * <pre>
 * select a.title, v.distance
 * from zova_vector_search_in('docs', :query, 10,
 *     (select json_group_array(doc_id) from article where lang = 'de')) v
 * join article a on a.doc_id = v.vector_id
 * order by v.rank
 * </pre>
 *
 * Arguments are taken as they are: a vector is a blob of its elements, least significant
 * byte first, in the collection's element type; nothing is converted and NULL is an
 * error.
 */
final class VectorFunctions {

	/** Has more than one row in every Zova file. */
	private static final String HOLD_SNAPSHOT = """
			select 1 from sqlite_schema
			""";

	private static final String IDS = """
			select value from json_each(?)
			""";

	private final VectorSearch search;

	private VectorFunctions(VectorMemory index) {
		this.search = new VectorSearch(index::search);
	}

	/**
	 * The definitions, to be registered on the connections of one database.
	 * @param index the collections in memory, shared with that database's
	 * {@link VectorTemplate}
	 * @return the functions
	 */
	static List<SqlFunction> of(VectorMemory index) {
		VectorFunctions functions = new VectorFunctions(index);
		return List.of(ScalarFunction.of("zova_vector_distance", 3, VectorFunctions::distance).innocuous(),
				ScalarFunction.of("zova_vector_distance_by_id", 3, VectorFunctions::distanceById).innocuous(),
				ScalarFunction.of("zova_vector_encode_f16", 1, VectorFunctions::encodeF16).innocuous(),
				ScalarFunction.of("zova_vector_encode_i8", 1, VectorFunctions::encodeI8).innocuous(),
				TableFunction.named("zova_vector_search")
					.column("rank", SqlType.INTEGER)
					.column("vector_id", SqlType.TEXT)
					.column("distance", SqlType.REAL)
					.argument("collection", SqlType.TEXT)
					.optionalArgument("query_vector", SqlType.BLOB)
					.optionalArgument("source_vector_id", SqlType.TEXT)
					.optionalArgument("top_k", SqlType.INTEGER)
					.optionalArgument("max_distance", SqlType.REAL)
					.exactlyOneOf("query_vector", "source_vector_id")
					.atLeastOneOf("top_k", "max_distance")
					.orderedBy("rank")
					.argumentsReadAsNull()
					.allowedInSchema()
					.estimatedRows(10)
					.rows((arguments, rows) -> functions.rows(new Inputs(arguments, 0, 1, 2, 3, 4, -1), rows)),
				TableFunction.named("zova_vector_search_in")
					.column("rank", SqlType.INTEGER)
					.column("vector_id", SqlType.TEXT)
					.column("distance", SqlType.REAL)
					.argument("collection", SqlType.TEXT)
					.optionalArgument("query_vector", SqlType.BLOB)
					.optionalArgument("top_k", SqlType.INTEGER)
					.argument("ids", SqlType.TEXT)
					.optionalArgument("max_distance", SqlType.REAL)
					.optionalArgument("source_vector_id", SqlType.TEXT)
					.exactlyOneOf("query_vector", "source_vector_id")
					.atLeastOneOf("top_k", "max_distance")
					.orderedBy("rank")
					.argumentsReadAsNull()
					.allowedInSchema()
					.estimatedRows(10)
					.rows((arguments, rows) -> functions.rows(new Inputs(arguments, 0, 1, 5, 2, 4, 3), rows)));
	}

	private static @Nullable Object distance(SqlArguments arguments) throws SQLException {
		String collection = text(arguments, 0);
		String id = text(arguments, 1);
		requireCollection(collection);
		try (PreparedStatement statement = arguments.connection().prepareStatement(VectorTable.WITH_SPACE)) {
			statement.setString(1, id);
			statement.setString(2, collection);
			try (ResultSet row = statement.executeQuery()) {
				CollectionRow found = collection(row, collection);
				byte[] query = query(found, blob(arguments, 2));
				requireId(id);
				return distance(found, query, id, row, 4);
			}
		}
	}

	private static @Nullable Object distanceById(SqlArguments arguments) throws SQLException {
		String collection = text(arguments, 0);
		String id = text(arguments, 1);
		requireCollection(collection);
		// Its type is looked at only once the collection is known to exist.
		String source = (arguments.type(2) == SqlType.TEXT) ? arguments.text(2) : "";
		try (PreparedStatement statement = arguments.connection().prepareStatement(VectorTable.TWO_WITH_SPACE)) {
			statement.setString(1, id);
			statement.setString(2, source);
			statement.setString(3, collection);
			try (ResultSet row = statement.executeQuery()) {
				CollectionRow found = collection(row, collection);
				requireId(text(arguments, 2));
				byte[] query = stored(found, source, row, 6);
				if (!found.isIntact(query)) {
					throw corrupt(found, source);
				}
				requireId(id);
				return distance(found, query, id, row, 4);
			}
		}
	}

	private static double distance(CollectionRow collection, byte[] query, String id, ResultSet row, int column)
			throws SQLException {
		double distance = new ExactDistance(collection.space(), query).to(stored(collection, id, row, column));
		if (Double.isNaN(distance)) {
			throw corrupt(collection, id);
		}
		return distance;
	}

	private static ZovaException corrupt(CollectionRow collection, String id) {
		return error(ZovaStatus.VECTOR_CORRUPT, "vector '" + id + "' of collection '" + collection.name() + "'");
	}

	private static CollectionRow collection(ResultSet row, String name) throws SQLException {
		if (!row.next()) {
			throw error(CollectionTable.notFound(name));
		}
		return new CollectionRow(0, name, CollectionTable.space(row, 1));
	}

	/** The values of a vector whose key is at a column and its values at the next. */
	private static byte[] stored(CollectionRow collection, String id, ResultSet row, int column) throws SQLException {
		row.getLong(column);
		if (row.wasNull()) {
			throw error(VectorTable.notFound(collection, id));
		}
		return VectorTable.bytes(row, column + 1);
	}

	private static Object encodeF16(SqlArguments arguments) {
		byte[] blob = blob(arguments, 0);
		if (blob.length % 2 != 0) {
			throw error(ZovaStatus.VECTOR_DIMENSION_MISMATCH,
					"f16 elements have 2 bytes each, got " + blob.length + " bytes");
		}
		for (int i = 0; i < blob.length; i += 2) {
			if (!HalfPrecision.isFinite((short) ((blob[i] & 255) | (blob[i + 1] << 8)))) {
				throw error(ZovaStatus.VECTOR_INVALID, "element " + i / 2 + " is not a finite number");
			}
		}
		return blob;
	}

	private static Object encodeI8(SqlArguments arguments) {
		return blob(arguments, 0);
	}

	private void rows(Inputs inputs, RowWriter rows) throws SQLException {
		List<VectorMatch> matches;
		Connection connection = inputs.arguments.connection();
		// While a statement is open, all others on the connection see the state it sees.
		try (PreparedStatement hold = connection.prepareStatement(HOLD_SNAPSHOT);
				ResultSet open = hold.executeQuery()) {
			open.next();
			String collection = text(inputs.arguments, inputs.collection);
			requireCollection(collection);
			VectorQuery query = inputs.query(connection, CollectionTable.require(connection, collection));
			matches = this.search.run(connection, collection, query.limit(Math.min(query.limit(), rows.limit())));
		}
		catch (ZovaException ex) {
			throw error(ex);
		}
		long rank = 0;
		for (VectorMatch match : matches) {
			if (!rows.add(++rank, match.id(), match.distance())) {
				return;
			}
		}
	}

	private static String text(SqlArguments arguments, int index) {
		if (arguments.type(index) != SqlType.TEXT) {
			throw invalidArgument(arguments, index, "a text");
		}
		return arguments.text(index);
	}

	private static byte[] blob(SqlArguments arguments, int index) {
		if (arguments.type(index) != SqlType.BLOB) {
			throw invalidArgument(arguments, index, "a blob");
		}
		return arguments.blob(index);
	}

	private static void requireCollection(String name) {
		try {
			VectorRules.requireCollection(name);
		}
		catch (ZovaException ex) {
			throw error(ex);
		}
	}

	private static void requireId(String id) {
		try {
			VectorRules.requireId(id);
		}
		catch (ZovaException ex) {
			throw error(ex);
		}
	}

	private static byte[] query(CollectionRow collection, byte[] query) {
		VectorSpace space = collection.space();
		if (query.length != space.storedBytes()) {
			throw error(ZovaStatus.VECTOR_DIMENSION_MISMATCH, "the query of collection '" + collection.name()
					+ "' needs " + space.storedBytes() + " bytes, got " + query.length);
		}
		double norm = ExactDistance.normSquared(space.elementType(), query);
		if (!Double.isFinite(norm) || (norm == 0 && space.metric() == Metric.COSINE)) {
			throw error(ZovaStatus.VECTOR_INVALID, "the query of collection '" + collection.name() + "' "
					+ ((norm == 0) ? "has no direction" : "is not finite"));
		}
		return query;
	}

	private static ZovaException error(ZovaException ex) {
		String message = String.valueOf(ex.getMessage());
		return message.startsWith(text(ex.status())) ? ex
				: new ZovaException(ex.status(), text(ex.status()) + ": " + message, ex);
	}

	private static ZovaException error(ZovaStatus status, String detail) {
		return new ZovaException(status, text(status) + ": " + detail);
	}

	private static ZovaException invalidArgument(SqlArguments arguments, int index, String rule) {
		return error(ZovaStatus.INVALID_ARGUMENT,
				"argument " + (index + 1) + " must be " + rule + ", got " + arguments.type(index));
	}

	/** What every Zova library says; ours says more behind it. */
	private static String text(ZovaStatus status) {
		return switch (status) {
			case INVALID_ARGUMENT -> "invalid Zova vector SQL argument";
			case VECTOR_INVALID -> "invalid Zova vector value";
			case VECTOR_COLLECTION_NOT_FOUND -> "Zova vector collection not found";
			case VECTOR_NOT_FOUND -> "Zova vector not found";
			case VECTOR_DIMENSION_MISMATCH -> "Zova vector dimension mismatch";
			case VECTOR_CORRUPT -> "Zova vector row is corrupt";
			default -> "Zova vector SQL error";
		};
	}

	/**
	 * The arguments of a table function, each at its index, -1 if it has none such.
	 */
	private record Inputs(SqlArguments arguments, int collection, int queryVector, int sourceId, int topK,
			int maxDistance, int ids) {

		/** Checks the arguments in the reference's order. */
		VectorQuery query(Connection connection, CollectionRow row) throws SQLException {
			VectorQuery query;
			if (this.arguments.isGiven(this.queryVector)) {
				byte[] value = VectorFunctions.query(row, blob(this.arguments, this.queryVector));
				query = VectorQuery.near(VectorValues.wrap(row.space().elementType(), value));
			}
			else {
				String id = text(this.arguments, this.sourceId);
				requireId(id);
				VectorTable.require(connection, row, id);
				query = VectorQuery.nearId(id);
			}
			query = query.limit(Long.MAX_VALUE);
			if (this.arguments.isGiven(this.topK)) {
				if (this.arguments.type(this.topK) != SqlType.INTEGER || this.arguments.integer(this.topK) < 0) {
					throw invalidArgument(this.arguments, this.topK, "a whole number, 0 or more");
				}
				query = query.limit(this.arguments.integer(this.topK));
			}
			if (this.arguments.isGiven(this.maxDistance)) {
				SqlType type = this.arguments.type(this.maxDistance);
				if (type != SqlType.INTEGER && type != SqlType.REAL) {
					throw invalidArgument(this.arguments, this.maxDistance, "a number");
				}
				query = query.within(this.arguments.real(this.maxDistance));
			}
			return (this.ids < 0) ? query : query.candidates(IDS, text(this.arguments, this.ids));
		}

	}

}
