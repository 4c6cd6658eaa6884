package io.zova.object;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import io.zova.sqlite.SqlAccess;

/**
 * Stores an object that is in memory as a whole, in one transaction. All that can be
 * computed is computed before the transaction takes the file's write lock, or beside it.
 */
final class ObjectPut {

	private final SqlAccess sql;

	ObjectPut(SqlAccess sql) {
		this.sql = sql;
	}

	ObjectId put(byte[] content, StorageProfile profile) {
		BackgroundDigest digest = BackgroundDigest.of(content);
		CutContent chunks = new CutContent(content, profile);
		ObjectId id = ObjectId.owning(digest.digest());
		ObjectInfo object = new ObjectInfo(id, content.length, chunks.count(), profile);
		this.sql.write("store an object", (connection) -> insert(connection, object, chunks));
		return id;
	}

	private static boolean insert(Connection connection, ObjectInfo object, CutContent chunks) throws SQLException {
		if (ObjectRows.find(connection, object.id()) != null) {
			return false;
		}
		ObjectRows.insert(connection, object);
		insertChunks(connection, object, chunks);
		return true;
	}

	private static void insertChunks(Connection connection, ObjectInfo object, CutContent chunks) throws SQLException {
		int grouped = chunks.count() - chunks.count() % ManifestRows.GROUP;
		if (grouped > 0) {
			insertGroups(connection, object, chunks, grouped);
		}
		byte[] id = object.id().shared();
		try (PreparedStatement chunk = connection.prepareStatement(ChunkRows.INSERT);
				PreparedStatement row = connection.prepareStatement(ManifestRows.INSERT)) {
			for (int index = grouped; index < chunks.count(); index++) {
				// An object of one chunk has its name.
				byte[] hash = (chunks.count() == 1) ? id : chunks.hash(index);
				ChunkRows.insert(chunk, hash, chunks.data(index));
				ManifestRows.insert(row, id, index, hash, chunks.offset(index), chunks.size(index));
			}
		}
	}

	private static void insertGroups(Connection connection, ObjectInfo object, CutContent chunks, int count)
			throws SQLException {
		try (PreparedStatement chunk = connection.prepareStatement(ChunkRows.INSERT_GROUP);
				PreparedStatement row = connection.prepareStatement(ManifestRows.INSERT_GROUP)) {
			row.setBytes(1, object.id().shared());
			for (int index = 0; index < count; index++) {
				byte[] hash = chunks.hash(index);
				int place = index % ManifestRows.GROUP;
				ChunkRows.bind(chunk, place, hash, chunks.data(index));
				ManifestRows.bind(row, place, index, hash, chunks.offset(index), chunks.size(index));
				if (place == ManifestRows.GROUP - 1) {
					chunk.executeUpdate();
					row.executeUpdate();
				}
			}
		}
	}

}
