package io.zova.object;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The rows that say which chunks an object consists of.
 */
final class ManifestRows {

	static final String INSERT = """
			insert into _zova_object_chunks (object_id, chunk_index, chunk_hash, offset, size_bytes)
			values (?, ?, ?, ?, ?)
			""";

	/** A row at a time, with the bytes of its chunk. */
	static final String CONTENT = """
			select m.chunk_index, m.chunk_hash, m.offset, m.size_bytes, c.data
			from _zova_object_chunks m left join _zova_chunks c on c.chunk_hash = m.chunk_hash
			where m.object_id = ? and m.chunk_index >= ?
			order by m.chunk_index
			""";

	/** The same, and where the chunk before ends, 0 if there is none. */
	static final String RANGE = """
			select m.chunk_index, m.chunk_hash, m.offset, m.size_bytes, c.data,
				coalesce((select p.offset + p.size_bytes from _zova_object_chunks p
					where p.object_id = m.object_id and p.chunk_index = m.chunk_index - 1), 0)
			from _zova_object_chunks m left join _zova_chunks c on c.chunk_hash = m.chunk_hash
			where m.object_id = ? and m.chunk_index >= ?
			order by m.chunk_index
			""";

	private static final String SHAPE = """
			select m.chunk_index, m.chunk_hash, m.offset, m.size_bytes, c.size_bytes
			from _zova_object_chunks m left join _zova_chunks c on c.chunk_hash = m.chunk_hash
			where m.object_id = ?
			order by m.chunk_index
			""";

	private static final String DELETE = """
			delete from _zova_object_chunks where object_id = ?
			""";

	private ManifestRows() {
	}

	/**
	 * Reads the manifest of an object and checks that its rows fit together and that
	 * every chunk is there, without looking at the bytes.
	 * @param connection the connection
	 * @param object the object
	 * @return the manifest
	 * @throws SQLException if it cannot be read
	 */
	static ObjectManifest read(Connection connection, ObjectInfo object) throws SQLException {
		List<ObjectManifest.Entry> entries = new ArrayList<>();
		walkShape(connection, object, entries);
		return new ObjectManifest(object, entries);
	}

	static void checkShape(Connection connection, ObjectInfo object) throws SQLException {
		walkShape(connection, object, null);
	}

	private static void walkShape(Connection connection, ObjectInfo object,
			@Nullable List<ObjectManifest.Entry> entries) throws SQLException {
		if (object.chunkCount() == 0) {
			ManifestWalk.requireEmpty(object);
			return;
		}
		ManifestWalk walk = new ManifestWalk(object);
		try (PreparedStatement statement = connection.prepareStatement(SHAPE)) {
			statement.setBytes(1, object.id().shared());
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					walk.enter(row);
					long stored = row.getLong(5);
					if (stored != walk.size()) {
						throw ObjectErrors.corrupt(object.id(), "chunk " + walk.index() + " should have " + walk.size()
								+ " bytes and " + (row.wasNull() ? "is missing" : "has " + stored));
					}
					if (entries != null) {
						entries.add(new ObjectManifest.Entry(walk.index(), ChunkId.owning(walk.hash()), walk.offset(),
								walk.size()));
					}
				}
			}
		}
		walk.end();
	}

	static void insert(PreparedStatement statement, byte[] objectId, long index, byte[] hash, long offset, int size)
			throws SQLException {
		statement.setBytes(1, objectId);
		statement.setLong(2, index);
		statement.setBytes(3, hash);
		statement.setLong(4, offset);
		statement.setInt(5, size);
		statement.executeUpdate();
	}

	static void delete(Connection connection, ObjectId id) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
			statement.setBytes(1, id.shared());
			statement.executeUpdate();
		}
	}

}
