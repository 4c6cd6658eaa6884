package io.zova.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The plain way to search: measures every vector of a collection, reading one at a time,
 * for one query or several. It is what every faster way is compared with.
 */
final class TableScan {

	private TableScan() {
	}

	static void search(Connection connection, CollectionRow collection, List<RunningQuery> queries)
			throws SQLException {
		boolean storedNorm = ExactDistance.trustsStoredNorm(collection.space());
		try (PreparedStatement statement = connection.prepareStatement(VectorTable.ALL_ROWS)) {
			statement.setLong(1, collection.key());
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					byte[] stored = VectorTable.bytes(row, 1);
					double norm = storedNorm ? CollectionReader.norm(row, 2) : Double.NaN;
					boolean hasNorm = !Double.isNaN(norm);
					byte @Nullable [] id = null;
					for (RunningQuery query : queries) {
						double d = hasNorm ? query.distance().to(stored, norm) : query.distance().to(stored);
						if (d <= query.nearest().reach()) {
							id = (id != null) ? id : VectorTable.id(row, 3);
							query.nearest().offer(d, id);
						}
						else if (Double.isNaN(d)) {
							throw collection.corrupt(row.getString(3));
						}
					}
				}
			}
		}
	}

}
