package io.zova.vector;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * The table of vectors: all statements on it, reading and deleting single ones.
 */
final class VectorTable {

	private static final String FIND = """
			select "values", norm_squared from _zova_vectors where collection_key = ? and vector_id = ?
			""";

	private static final String EXISTS = """
			select 1 from _zova_vectors where collection_key = ? and vector_id = ?
			""";

	static final String KEY = """
			select vector_key from _zova_vectors where collection_key = ? and vector_id = ?
			""";

	private static final String DELETE = """
			delete from _zova_vectors where collection_key = ? and vector_id = ?
			""";

	private static final String DELETE_KEY = """
			delete from _zova_vectors where vector_key = ?
			""";

	private static final String PAGE = """
			select vector_id, "values" from _zova_vectors
			where collection_key = ? and vector_id > ? order by vector_id limit ?
			""";

	/** Asked for together in one SELECT, min and max would read the whole table. */
	static final String EXTENT = """
			select (select min(vector_key) from _zova_vectors), (select max(vector_key) from _zova_vectors),
				(select count(*) from (select 1 from _zova_vector_collections limit 2))
			""";

	static final String EXTENT_OF_COLLECTION = """
			select min(vector_key), max(vector_key), count(*) from _zova_vectors where collection_key = ?
			""";

	static final String NTH_KEY = """
			select vector_key from _zova_vectors where collection_key = ? order by vector_key limit 1 offset ?
			""";

	static final String ROW = """
			select vector_id, "values", norm_squared from _zova_vectors where vector_key = ? and collection_key = ?
			""";

	static final String ROWS = """
			select vector_key, vector_id, "values", norm_squared from _zova_vectors
			where collection_key = ?1 and vector_key between ?2 and ?3
			""";

	/** A unary plus keeps SQLite from using the index, which has no order of keys. */
	static final String ROWS_AS_THEY_LIE = """
			select vector_key, vector_id, "values", norm_squared from _zova_vectors
			where +collection_key = ?1 and vector_key between ?2 and ?3
			""";

	/** Values and norms as SQLite converts what should not be there. */
	static final String MEASURED_ROWS = """
			select vector_id, cast("values" as blob), norm_squared + 0.0 from _zova_vectors
			where collection_key = ?1 and vector_key between ?2 and ?3
			""";

	static final String MEASURED_ROWS_AS_THEY_LIE = """
			select vector_id, cast("values" as blob), norm_squared + 0.0 from _zova_vectors
			where +collection_key = ?1 and vector_key between ?2 and ?3
			""";

	/** So many rows go into one statement where there are many. */
	static final int GROUP = 16;

	static final String PUT = """
			insert into _zova_vectors(collection_key, vector_id, "values", norm_squared) values(?1, ?, ?, ?)
			on conflict(collection_key, vector_id)
			do update set "values" = excluded."values", norm_squared = excluded.norm_squared
			""";

	static final String PUT_GROUP = PUT.replace("values(?1, ?, ?, ?)",
			"values(?1, ?, ?, ?)" + ", (?1, ?, ?, ?)".repeat(GROUP - 1));

	static final String LAST_ID = """
			select max(vector_id) from _zova_vectors where collection_key = ?
			""";

	static final String WITH_SPACE = """
			select c.dimensions, c.metric, c.element_type, v.vector_key, v."values"
			from _zova_vector_collections c
			left join _zova_vectors v on v.collection_key = c.collection_key and v.vector_id = ?
			where c.name = ?
			""";

	static final String TWO_WITH_SPACE = """
			select c.dimensions, c.metric, c.element_type, v.vector_key, v."values", s.vector_key, s."values"
			from _zova_vector_collections c
			left join _zova_vectors v on v.collection_key = c.collection_key and v.vector_id = ?
			left join _zova_vectors s on s.collection_key = c.collection_key and s.vector_id = ?
			where c.name = ?
			""";

	private VectorTable() {
	}

	static Optional<VectorEntry> find(Connection connection, CollectionRow collection, String id) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(FIND)) {
			return find(statement, collection, id);
		}
	}

	static VectorEntry require(Connection connection, CollectionRow collection, String id) throws SQLException {
		return find(connection, collection, id).orElseThrow(() -> notFound(collection, id));
	}

	static List<VectorEntry> requireAll(Connection connection, CollectionRow collection, List<String> ids)
			throws SQLException {
		List<VectorEntry> entries = new ArrayList<>(ids.size());
		try (PreparedStatement statement = connection.prepareStatement(FIND)) {
			for (String id : ids) {
				entries.add(find(statement, collection, id).orElseThrow(() -> notFound(collection, id)));
			}
		}
		return entries;
	}

	static List<Optional<VectorEntry>> findAll(Connection connection, CollectionRow collection, List<String> ids)
			throws SQLException {
		List<Optional<VectorEntry>> found = new ArrayList<>(ids.size());
		try (PreparedStatement statement = connection.prepareStatement(FIND)) {
			for (String id : ids) {
				found.add(find(statement, collection, id));
			}
		}
		return found;
	}

	private static Optional<VectorEntry> find(PreparedStatement statement, CollectionRow collection, String id)
			throws SQLException {
		statement.setLong(1, collection.key());
		statement.setString(2, id);
		try (ResultSet row = statement.executeQuery()) {
			return row.next() ? Optional.of(entry(collection, id, bytes(row, 1))) : Optional.empty();
		}
	}

	/** Offers the exact distances of those vectors that are there. */
	static void measure(Connection connection, CollectionRow collection, Collection<String> ids, ExactDistance distance,
			NearestMatches nearest) throws SQLException {
		boolean storedNorm = ExactDistance.trustsStoredNorm(collection.space());
		try (PreparedStatement statement = connection.prepareStatement(FIND)) {
			statement.setLong(1, collection.key());
			for (String id : ids) {
				statement.setString(2, id);
				try (ResultSet row = statement.executeQuery()) {
					if (row.next()) {
						double d = distance(row, 1, storedNorm, distance);
						if (Double.isNaN(d)) {
							throw collection.corrupt(id);
						}
						nearest.offer(d, id);
					}
				}
			}
		}
	}

	/**
	 * The distance to a row whose values and squared length are at a column and the next.
	 */
	static double distance(ResultSet row, int column, boolean storedNorm, ExactDistance distance) throws SQLException {
		byte[] stored = bytes(row, column);
		if (storedNorm) {
			double norm = row.getDouble(column + 1);
			if (!row.wasNull()) {
				return distance.to(stored, norm);
			}
		}
		return distance.to(stored);
	}

	static boolean exists(Connection connection, CollectionRow collection, String id) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(EXISTS)) {
			statement.setLong(1, collection.key());
			statement.setString(2, id);
			try (ResultSet row = statement.executeQuery()) {
				return row.next();
			}
		}
	}

	static boolean delete(Connection connection, CollectionRow collection, String id) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
			statement.setLong(1, collection.key());
			statement.setString(2, id);
			return statement.executeUpdate() > 0;
		}
	}

	/**
	 * Deletes in the order of the keys, so that the journal is as the reference writes
	 * it.
	 */
	static long deleteAll(Connection connection, CollectionRow collection, Collection<String> ids) throws SQLException {
		long[] keys = keys(connection, collection, new LinkedHashSet<>(ids));
		Arrays.sort(keys);
		try (PreparedStatement statement = connection.prepareStatement(DELETE_KEY)) {
			for (long key : keys) {
				statement.setLong(1, key);
				statement.executeUpdate();
			}
		}
		return keys.length;
	}

	private static long[] keys(Connection connection, CollectionRow collection, Collection<String> ids)
			throws SQLException {
		long[] keys = new long[ids.size()];
		int count = 0;
		try (PreparedStatement statement = connection.prepareStatement(KEY)) {
			statement.setLong(1, collection.key());
			for (String id : ids) {
				statement.setString(2, id);
				try (ResultSet row = statement.executeQuery()) {
					if (row.next()) {
						keys[count++] = row.getLong(1);
					}
				}
			}
		}
		return Arrays.copyOf(keys, count);
	}

	static List<VectorEntry> page(Connection connection, CollectionRow collection, @Nullable String after, int limit)
			throws SQLException {
		List<VectorEntry> entries = new ArrayList<>();
		try (PreparedStatement statement = connection.prepareStatement(PAGE)) {
			statement.setLong(1, collection.key());
			statement.setString(2, (after != null) ? after : "");
			statement.setInt(3, limit);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					entries.add(entry(collection, row.getString(1), bytes(row, 2)));
				}
			}
		}
		return entries;
	}

	private static VectorEntry entry(CollectionRow collection, String id, byte[] stored) {
		return new VectorEntry(id,
				VectorValues.wrap(collection.space().elementType(), collection.requireIntact(id, stored)));
	}

	/** The driver has no array for an empty BLOB. */
	static byte[] bytes(ResultSet row, int column) throws SQLException {
		byte[] bytes = row.getBytes(column);
		return (bytes != null) ? bytes : new byte[0];
	}

	/** An id in UTF-8, whatever the encoding of the file. */
	static byte[] id(ResultSet row, int column) throws SQLException {
		return String.valueOf(row.getString(column)).getBytes(StandardCharsets.UTF_8);
	}

	static ZovaException notFound(CollectionRow collection, String id) {
		return new ZovaException(ZovaStatus.VECTOR_NOT_FOUND,
				"Collection '" + collection.name() + "' has no vector '" + id + "'");
	}

}
