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
final class ManifestTable {

	private static final String INSERT = """
			insert into _zova_object_chunks (object_id, chunk_index, chunk_hash, offset, size_bytes)
			values (?, ?, ?, ?, ?)
			""";

	/** So many rows go into one statement where there are many. */
	private static final int GROUP = 8;

	/** The object is the first parameter, for all of the rows. */
	private static final String INSERT_GROUP = """
			insert into _zova_object_chunks (object_id, chunk_index, chunk_hash, offset, size_bytes)
			values""" + " (?1, ?, ?, ?, ?),".repeat(GROUP - 1) + " (?1, ?, ?, ?, ?)";

	/** A row at a time, with the bytes of its chunk. */
	static final String CONTENT = """
			select m.chunk_index, m.chunk_hash, m.offset, m.size_bytes, c.data
			from _zova_object_chunks m left join _zova_chunks c on c.chunk_hash = m.chunk_hash
			where m.object_id = ? and m.chunk_index >= ?
			order by m.chunk_index
			""";

	/** The same, and where the chunk before ends, -1 if no row says that. */
	static final String RANGE = """
			select m.chunk_index, m.chunk_hash, m.offset, m.size_bytes, c.data,
				case m.chunk_index when 0 then 0 else coalesce((select p.offset + p.size_bytes from _zova_object_chunks p
					where p.object_id = m.object_id and p.chunk_index = m.chunk_index - 1), -1) end
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

	static final String AT_INDEX = """
			select offset, size_bytes from _zova_object_chunks where object_id = ? and chunk_index = ?
			""";

	static final String AT_OFFSET = """
			select chunk_index, offset from _zova_object_chunks
			where object_id = ?1 and offset <= ?2 and offset + size_bytes > ?2
			order by chunk_index limit 1
			""";

	static final String HIGHEST_ROW = """
			select max(rowid) from _zova_object_chunks
			""";

	static final String CHUNKS_OF_OBJECT = """
			select chunk_hash, count(*) from _zova_object_chunks where object_id = ? group by chunk_hash
			""";

	static final String SHARED_CHUNKS_OF_OBJECT = """
			select distinct chunk_hash from _zova_object_chunks
			where object_id <> ?1 and chunk_hash in
				(select chunk_hash from _zova_object_chunks where object_id = ?1)
			""";

	static final String NAMED_OF_LIST = """
			select distinct chunk_hash from _zova_object_chunks
			where chunk_hash in (select unhex(value) from json_each(?))
			""";

	static final String REACH = """
			select max(offset + size_bytes) from _zova_object_chunks where object_id = ?
			""";

	static final String REFERENCES = """
			select chunk_hash from _zova_object_chunks
			""";

	private ManifestTable() {
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

	/**
	 * Stores an object whose chunks are all there: its row, and which chunks it has.
	 * @param connection the connection
	 * @param object the object
	 * @param chunks its chunks
	 * @throws SQLException if it cannot be stored
	 */
	static void insert(Connection connection, ObjectInfo object, Chunks chunks) throws SQLException {
		ObjectTable.insert(connection, object);
		int grouped = chunks.count() - chunks.count() % GROUP;
		ReferenceKnowledge.noting(connection, (notes) -> {
			long offset = insert(connection, GROUP, object.id(), chunks, 0, grouped, 0, notes);
			insert(connection, 1, object.id(), chunks, grouped, chunks.count(), offset, notes);
		});
	}

	/** Some of the rows, a group at a time; says where the last one ends. */
	private static long insert(Connection connection, int group, ObjectId id, Chunks chunks, int from, int to,
			long start, ReferenceKnowledge.Notes notes) throws SQLException {
		if (from == to) {
			return start;
		}
		long offset = start;
		try (PreparedStatement rows = connection.prepareStatement((group == 1) ? INSERT : INSERT_GROUP)) {
			rows.setBytes(1, id.shared());
			for (int chunk = from; chunk < to; chunk++) {
				int place = chunk % group;
				byte[] hash = chunks.hash(chunk);
				rows.setLong(4 * place + 2, chunk);
				rows.setBytes(4 * place + 3, hash);
				rows.setLong(4 * place + 4, offset);
				rows.setInt(4 * place + 5, chunks.size(chunk));
				if (place == group - 1) {
					rows.executeUpdate();
				}
				notes.add(hash, 1);
				offset += chunks.size(chunk);
			}
		}
		return offset;
	}

	static void delete(Connection connection, ObjectId id) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
			statement.setBytes(1, id.shared());
			statement.executeUpdate();
		}
	}

	/**
	 * The chunks of a new object, one after the other.
	 */
	interface Chunks {

		int count();

		byte[] hash(int chunk);

		int size(int chunk);

	}

}
