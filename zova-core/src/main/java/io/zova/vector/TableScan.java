package io.zova.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The plain way to search: measures every vector of a collection, reading one at a time.
 * It is what every faster way is compared with.
 */
final class TableScan {

	private static final String ROWS = """
			select "values", norm_squared, vector_id from _zova_vectors where collection_key = ?
			""";

	private TableScan() {
	}

	static void search(Connection connection, CollectionRow collection, ExactDistance distance, NearestMatches nearest)
			throws SQLException {
		boolean storedNorm = ExactDistance.trustsStoredNorm(collection.space());
		try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
			statement.setLong(1, collection.key());
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					double d = VectorTable.distance(row, 1, storedNorm, distance);
					if (d <= nearest.reach()) {
						nearest.offer(d, VectorTable.id(row, 3));
					}
					else if (Double.isNaN(d)) {
						throw collection.corrupt(row.getString(3));
					}
				}
			}
		}
	}

}
