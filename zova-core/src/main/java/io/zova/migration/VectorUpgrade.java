package io.zova.migration;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.ZovaSchema;
import io.zova.vector.ElementType;
import io.zova.vector.VectorValues;

/**
 * Vectors that were named by their collection's name get keys, in the order in which they
 * were stored, and their length beside them.
 */
final class VectorUpgrade {

	private static final String COLLECTIONS = """
			select rowid, cast(name as blob), dimensions, metric, element_type
			from _zova_vector_collections
			order by rowid""";

	private static final String INSERT_COLLECTION = """
			insert into _zova_vector_collections(collection_key, name, dimensions, metric, element_type)
			values (?, cast(? as text), ?, ?, ?)""";

	private static final String VECTORS = """
			select c.rowid, cast(v.vector_id as blob), v.dimensions, c.dimensions, c.element_type, v."values"
			from _zova_vectors v
			join _zova_vector_collections c on c.name = v.collection_name
			order by v.rowid""";

	private static final String INSERT_VECTOR = """
			insert into _zova_vectors(vector_key, collection_key, vector_id, "values", norm_squared)
			values (?, ?, cast(? as text), ?, ?)""";

	/** Formats 8 to 11 have the rows, but not where their changes are counted. */
	private static final String INSERT_SOURCES = """
			insert into _zova_vector_sources(collection_key, incarnation)
			select collection_key, _zova_vector_nonce()
			from _zova_vector_collections
			order by collection_key""";

	private static final String COMPLETE_SOURCES = """
			update _zova_vector_sources
			set token = incarnation, floor_token = incarnation""";

	private final Rows rows;

	private final Map<Long, Long> keys = new HashMap<>();

	private long lastVectorKey;

	VectorUpgrade(Rows rows) {
		this.rows = rows;
	}

	/**
	 * Makes the tables of vectors anew from those of the formats 3 to 7.
	 * @throws SQLException if SQLite failed
	 * @throws ZovaException with {@link ZovaStatus#VECTOR_CORRUPT} for a damaged vector
	 */
	void rebuild() throws SQLException {
		this.rows.execute(ZovaSchema.VECTOR_COLLECTIONS.sql());
		this.rows.execute(ZovaSchema.VECTORS.sql());
		this.rows.requireTypes("_zova_vector_collections", "name", "'text'", "dimensions", "'integer'");
		this.rows.requireTypes("_zova_vectors", "vector_id", "'text'", "dimensions", "'integer'");
		this.rows.carry(COLLECTIONS, INSERT_COLLECTION, this::collection);
		this.rows.carry(VECTORS, INSERT_VECTOR, this::vector);
	}

	private void collection(ResultSet row, PreparedStatement target) throws SQLException {
		long key = this.keys.size() + 1L;
		this.keys.put(row.getLong(1), key);
		target.setLong(1, key);
		target.setBytes(2, row.getBytes(2));
		target.setLong(3, row.getLong(3));
		target.setString(4, row.getString(4));
		target.setString(5, row.getString(5));
	}

	private void vector(ResultSet row, PreparedStatement target) throws SQLException {
		target.setLong(1, ++this.lastVectorKey);
		target.setLong(2, this.keys.getOrDefault(row.getLong(1), 0L));
		target.setBytes(3, row.getBytes(2));
		byte[] values = row.getBytes(6);
		String type = row.getString(5);
		Optional<ElementType> elementType = Arrays.stream(ElementType.values())
			.filter((each) -> each.text().equals(type))
			.findAny();
		long dimensions = row.getLong(4);
		if (values == null || row.getLong(3) != dimensions || elementType.isEmpty()
				|| values.length != dimensions * elementType.get().bytes()) {
			throw damaged(row, "has " + ((values != null) ? values.length : 0) + " bytes for " + row.getLong(3)
					+ " elements, in a collection of " + dimensions + " elements of type " + type);
		}
		double norm = VectorValues.ofStored(elementType.get(), values).normSquared();
		if (!Double.isFinite(norm)) {
			throw damaged(row, "has an element that is not a finite number");
		}
		target.setBytes(4, values);
		target.setDouble(5, norm);
	}

	private ZovaException damaged(ResultSet row, String what) throws SQLException {
		String id = new String(row.getBytes(2), java.nio.charset.StandardCharsets.UTF_8);
		return new ZovaException(ZovaStatus.VECTOR_CORRUPT, this.rows.file() + ": the vector '" + id + "' " + what
				+ ". Restore an older backup, or delete it with the release that wrote the file");
	}

	/**
	 * Makes what counts the changes of vectors: no format before 12 has it.
	 * @throws SQLException if SQLite failed
	 */
	void addJournal() throws SQLException {
		this.rows.execute(ZovaSchema.VECTOR_SOURCES.sql());
		this.rows.execute(ZovaSchema.VECTOR_CHANGES.sql());
		this.rows.execute(INSERT_SOURCES);
		this.rows.execute(COMPLETE_SOURCES);
		// The last, so that nothing of the migration is a change.
		this.rows.execute(ZovaSchema.VECTOR_SOURCE_INSERT.sql());
		this.rows.execute(ZovaSchema.VECTOR_RETIRE.sql());
		this.rows.execute(ZovaSchema.VECTOR_CHANGE_INSERT.sql());
		this.rows.execute(ZovaSchema.VECTOR_CHANGE_UPDATE.sql());
		this.rows.execute(ZovaSchema.VECTOR_CHANGE_MOVE.sql());
		this.rows.execute(ZovaSchema.VECTOR_CHANGE_DELETE.sql());
	}

}
