package io.zova.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The change journal of the collections, which the format's triggers write.
 */
final class SourceTable {

	private static final String STATE = """
			select incarnation, revision, token, floor, floor_token from _zova_vector_sources
			where collection_key = ?
			""";

	private static final String TOKEN_AT = """
			select token from _zova_vector_changes where collection_key = ? and revision = ?
			""";

	private static final String CHANGES_AFTER = """
			select revision, token, vector_id from _zova_vector_changes
			where collection_key = ? and revision > ? order by revision
			""";

	private SourceTable() {
	}

	/** The state, or nothing if the collection is not tracked as the format demands. */
	static @Nullable SourceState state(Connection connection, long collectionKey) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(STATE)) {
			statement.setLong(1, collectionKey);
			try (ResultSet row = statement.executeQuery()) {
				if (!row.next()) {
					return null;
				}
				ChangeToken incarnation = ChangeToken.of(row.getBytes(1));
				ChangeToken token = ChangeToken.of(row.getBytes(3));
				ChangeToken floorToken = ChangeToken.of(row.getBytes(5));
				if (incarnation == null || token == null || floorToken == null) {
					return null;
				}
				long revision = row.getLong(2);
				long floor = row.getLong(4);
				// What follows subtracts them.
				return (floor < 0 || floor > revision) ? null
						: new SourceState(collectionKey, incarnation, revision, token, floor, floorToken);
			}
		}
	}

	/** The token of a revision, or nothing if the journal has none for it. */
	static @Nullable ChangeToken tokenAt(Connection connection, SourceState source, long revision) throws SQLException {
		if (revision == source.revision()) {
			return source.token();
		}
		if (revision == source.floor()) {
			return source.floorToken();
		}
		if (revision < source.floor() || revision > source.revision()) {
			return null;
		}
		try (PreparedStatement statement = connection.prepareStatement(TOKEN_AT)) {
			statement.setLong(1, source.collectionKey());
			statement.setLong(2, revision);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? ChangeToken.of(row.getBytes(1)) : null;
			}
		}
	}

	/** The changes after a revision, or nothing if the journal has a gap there. */
	static @Nullable List<Change> changesAfter(Connection connection, SourceState source, long revision)
			throws SQLException {
		List<Change> changes = new ArrayList<>();
		if (revision == source.revision()) {
			return changes;
		}
		try (PreparedStatement statement = connection.prepareStatement(CHANGES_AFTER)) {
			statement.setLong(1, source.collectionKey());
			statement.setLong(2, revision);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					ChangeToken token = ChangeToken.of(row.getBytes(2));
					if (token == null || row.getLong(1) != revision + changes.size() + 1) {
						return null;
					}
					changes.add(new Change(row.getLong(1), token, String.valueOf(row.getString(3))));
				}
			}
		}
		return (revision + changes.size() == source.revision()) ? changes : null;
	}

	/**
	 * One entry of the journal.
	 *
	 * @param revision its number
	 * @param token names the state after it
	 * @param id the id of the vector that was put or deleted
	 */
	record Change(long revision, ChangeToken token, String id) {

	}

}
