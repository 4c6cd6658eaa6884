package io.zova.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Reads a whole collection into memory.
 * <p>
 * Fetching a row through JDBC takes longer than SQLite needs to read it. So where the
 * rows of a collection lie close together, SQLite joins the values of many into one BLOB
 * for each step; a step in which anything is out of the ordinary is read row by row.
 */
final class CollectionReader {

	private static final String EXTENT = """
			select count(*), min(vector_key), max(vector_key), (select encoding = 'UTF-8' from pragma_encoding)
			from _zova_vectors where collection_key = ?
			""";

	private static final String ROWS = """
			select vector_key, vector_id, "values", norm_squared from _zova_vectors where collection_key = ?
			""";

	/** A unary plus keeps SQLite from using the index, which has no order of keys. */
	private static final String ROWS_BETWEEN = """
			select vector_key, vector_id, "values", norm_squared from _zova_vectors
			where +collection_key = ? and vector_key between ? and ?
			""";

	private static final String JOINED_ROWS = """
			select count(*), min(vector_key), max(vector_key), cast(group_concat(vector_id, x'00') as blob),
				cast(group_concat("values", '') as blob), min(length("values")), max(length("values"))
			from _zova_vectors where +collection_key = ? and vector_key between ? and ?
			""";

	private static final int JOINED_BYTES = 256 << 10;

	private final Connection connection;

	private final CollectionRow collection;

	private final ResidentVectors vectors;

	private final QuantizedRow rounded;

	private final boolean storedNorm;

	private CollectionReader(Connection connection, CollectionRow collection, ResidentVectors vectors) {
		this.connection = connection;
		this.collection = collection;
		this.vectors = vectors;
		this.rounded = new QuantizedRow(collection.space());
		this.storedNorm = ExactDistance.trustsStoredNorm(collection.space());
	}

	/**
	 * Reads all vectors of a collection.
	 * @param connection a connection inside a transaction, so that all is of one state
	 * @param collection the collection
	 * @return its vectors
	 * @throws SQLException if it can't be read
	 */
	static ResidentVectors read(Connection connection, CollectionRow collection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(EXTENT)) {
			statement.setLong(1, collection.key());
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				long count = row.getLong(1);
				ResidentVectors vectors = new ResidentVectors(collection.space(), count);
				CollectionReader reader = new CollectionReader(connection, collection, vectors);
				reader.read(count, row.getLong(2), row.getLong(3), row.getBoolean(4));
				return vectors;
			}
		}
	}

	private void read(long count, long first, long last, boolean utf8) throws SQLException {
		if (count == 0) {
			return;
		}
		boolean dense = first >= 0 && last - first < 2 * count;
		if (!dense || !utf8 || this.storedNorm) {
			try (PreparedStatement statement = this.connection.prepareStatement(ROWS)) {
				readRows(statement);
			}
			return;
		}
		long step = Math.max(1, JOINED_BYTES / this.collection.space().storedBytes());
		try (PreparedStatement statement = this.connection.prepareStatement(JOINED_ROWS)) {
			statement.setLong(1, this.collection.key());
			for (long key = first; key <= last; key += step) {
				long end = Math.min(last, key + step - 1);
				statement.setLong(2, key);
				statement.setLong(3, end);
				if (!readJoined(statement)) {
					readRowsBetween(key, end);
				}
			}
		}
	}

	/** Reads the rows of one step, unless there is anything unusual among them. */
	private boolean readJoined(PreparedStatement statement) throws SQLException {
		int size = this.collection.space().storedBytes();
		int count;
		long firstKey;
		byte[] ids;
		byte[] values;
		try (ResultSet row = statement.executeQuery()) {
			row.next();
			count = row.getInt(1);
			if (count == 0) {
				return true;
			}
			firstKey = row.getLong(2);
			ids = VectorTable.bytes(row, 4);
			values = VectorTable.bytes(row, 5);
			// Keys without a gap need not be listed: the rows come in their order.
			if (row.getLong(3) - firstKey != count - 1 || row.getInt(6) != size || row.getInt(7) != size
					|| values.length != (long) count * size || zeros(ids) != count - 1) {
				return false;
			}
		}
		int idStart = 0;
		for (int i = 0; i < count; i++) {
			int idEnd = idStart;
			while (idEnd < ids.length && ids[idEnd] != 0) {
				idEnd++;
			}
			this.rounded.set(values, i * size, size, Double.NaN);
			this.vectors.add(firstKey + i, ResidentVectors.idHash(ids, idStart, idEnd), this.rounded);
			idStart = idEnd + 1;
		}
		return true;
	}

	private static int zeros(byte[] bytes) {
		int zeros = 0;
		for (byte b : bytes) {
			zeros += (b == 0) ? 1 : 0;
		}
		return zeros;
	}

	private void readRowsBetween(long first, long last) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(ROWS_BETWEEN)) {
			statement.setLong(2, first);
			statement.setLong(3, last);
			readRows(statement);
		}
	}

	private void readRows(PreparedStatement statement) throws SQLException {
		statement.setLong(1, this.collection.key());
		try (ResultSet row = statement.executeQuery()) {
			while (row.next()) {
				byte[] values = VectorTable.bytes(row, 3);
				this.rounded.set(values, 0, values.length, this.storedNorm ? norm(row, 4) : Double.NaN);
				this.vectors.add(row.getLong(1), ResidentVectors.idHash(VectorTable.id(row, 2)), this.rounded);
			}
		}
	}

	/** The squared length beside a vector, NaN for NULL: it is computed then. */
	static double norm(ResultSet row, int column) throws SQLException {
		double norm = row.getDouble(column);
		return row.wasNull() ? Double.NaN : norm;
	}

}
