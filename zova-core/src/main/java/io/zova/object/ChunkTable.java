package io.zova.object;

import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * The rows that hold the bytes of all objects, each chunk once.
 */
final class ChunkTable {

	/** The largest chunk of any profile. */
	static final int MAX_SIZE = StorageProfile.STREAMING.maxChunkSize();

	static final String INSERT = """
			insert into _zova_chunks (chunk_hash, size_bytes, data) values (?, ?, ?)
			on conflict (chunk_hash) do nothing
			""";

	private static final String EXISTS = """
			select 1 from _zova_chunks where chunk_hash = ?
			""";

	private static final String FIND = """
			select size_bytes, data from _zova_chunks where chunk_hash = ?
			""";

	private static final String DELETE = """
			delete from _zova_chunks where chunk_hash = ?
			""";

	/** Tables and triggers that mention the chunks, which those of Zova do not. */
	static final String DEPENDENTS = """
			select exists (select 1 from sqlite_schema
					where type in ('table', 'trigger') and name not in ('_zova_chunks', '_zova_object_chunks')
						and instr(lower(sql), '_zova_chunks') > 0)
				or exists (select 1 from sqlite_temp_schema
					where type = 'trigger' and instr(lower(sql), '_zova_chunks') > 0)
			""";

	static final String LOOSE = """
			select chunk_hash, size_bytes from _zova_chunks
			where chunk_hash not in (select chunk_hash from _zova_object_chunks)
			""";

	private ChunkTable() {
	}

	static boolean exists(Connection connection, byte[] hash) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(EXISTS)) {
			statement.setBytes(1, hash);
			try (ResultSet row = statement.executeQuery()) {
				return row.next();
			}
		}
	}

	/**
	 * Reads a chunk and checks it.
	 * @param connection the connection
	 * @param digest computes the hash
	 * @param id the chunk
	 * @param limit the largest size to accept
	 * @return its bytes, or {@code null} if there is none
	 * @throws SQLException if it cannot be read
	 */
	static byte @Nullable [] find(Connection connection, MessageDigest digest, ChunkId id, int limit)
			throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(FIND)) {
			statement.setBytes(1, id.shared());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? checked(digest, id, limit, row.getLong(1), row.getBytes(2)) : null;
			}
		}
	}

	private static byte[] checked(MessageDigest digest, ChunkId id, int limit, long size, byte @Nullable [] data) {
		if (size < 1 || size > limit) {
			throw ObjectErrors.corruptChunk(id, "its row says " + size + " bytes, and 1 to " + limit + " are allowed");
		}
		if (data == null || data.length != size) {
			throw ObjectErrors.corruptChunk(id,
					"its row says " + size + " bytes and holds " + ((data != null) ? data.length : 0));
		}
		if (!id.isHashOf(digest, data)) {
			throw ObjectErrors.corruptChunk(id, "its bytes have another hash");
		}
		return data;
	}

	/**
	 * Stores a chunk unless there is a good one of this hash already.
	 * @param connection the connection
	 * @param digest computes the hash
	 * @param id the hash of the bytes
	 * @param data the bytes
	 * @param limit the largest size to accept of an existing chunk
	 * @return whether a row was written
	 * @throws SQLException if it cannot be read or written
	 */
	static boolean putVerified(Connection connection, MessageDigest digest, ChunkId id, byte[] data, int limit)
			throws SQLException {
		if (find(connection, digest, id, limit) != null) {
			return false;
		}
		try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
			insert(statement, id.shared(), data);
		}
		return true;
	}

	static void insert(PreparedStatement statement, byte[] hash, byte[] data) throws SQLException {
		statement.setBytes(1, hash);
		statement.setInt(2, data.length);
		statement.setBytes(3, data);
		statement.executeUpdate();
	}

	/**
	 * Removes a chunk. The caller knows that no manifest names it.
	 * @param connection the connection
	 * @param hash the chunk
	 * @return whether there was one
	 * @throws SQLException if it cannot be removed
	 */
	static boolean delete(Connection connection, byte[] hash) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
			statement.setBytes(1, hash);
			return statement.executeUpdate() > 0;
		}
	}

}
