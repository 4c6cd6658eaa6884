package io.zova.maintenance;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.lock.Interruption;

/**
 * Reads every object and every chunk and compares sizes and hashes.
 *
 * <p>
 * A chunk of either chunker may have up to 1 MiB here. The native library checks stored
 * chunks against 64 KiB and so refuses copies of sound files; that is not repeated.
 */
final class ObjectVerification {

	private static final String OBJECTS = """
			select object_id, size_bytes, chunk_count, chunker
			from _zova_objects
			order by object_id""";

	private static final String MANIFEST = """
			select m.chunk_index, m.chunk_hash, m.offset, m.size_bytes, c.data
			from _zova_object_chunks m left join _zova_chunks c on c.chunk_hash = m.chunk_hash
			where m.object_id = ?
			order by m.chunk_index""";

	/** Those of the objects have been hashed with them. */
	private static final String LOOSE_CHUNKS = """
			select chunk_hash, data
			from _zova_chunks
			where chunk_hash not in (
				select m.chunk_hash from _zova_object_chunks m join _zova_objects o on o.object_id = m.object_id)
			order by chunk_hash""";

	private static final String WRONG_SIZES = """
			select chunk_hash
			from _zova_chunks
			where size_bytes is not length(data) or size_bytes not between 1 and 1048576
			order by chunk_hash
			limit 1""";

	private static final String COUNT = "select count(*) from _zova_chunks";

	private static final int LARGEST_CHUNK = 1 << 20;

	private static final int LARGEST_FASTCDC_CHUNK = 1 << 16;

	private static final int HASH_LENGTH = 32;

	private final Connection connection;

	private final String name;

	private final MessageDigest chunkDigest = sha256();

	private final MessageDigest objectDigest = sha256();

	ObjectVerification(Connection connection, String name) {
		this.connection = connection;
		this.name = name;
	}

	/**
	 * Verifies all objects.
	 * @return how many there are
	 * @throws SQLException if they can't be read
	 * @throws ZovaException with {@link ZovaStatus#OBJECT_CORRUPT} for the first damaged
	 * one
	 */
	long objects() throws SQLException {
		long count = 0;
		try (Statement statement = this.connection.createStatement();
				ResultSet objects = statement.executeQuery(OBJECTS);
				PreparedStatement manifest = this.connection.prepareStatement(MANIFEST)) {
			while (objects.next()) {
				Interruption.check("verifying objects");
				verify(new StoredObject(bytes(objects, 1), objects.getLong(2), objects.getLong(3),
						String.valueOf(objects.getString(4))), manifest);
				count++;
			}
		}
		return count;
	}

	/**
	 * Verifies all chunks, also those that belong to no object. The objects must have
	 * been verified before.
	 * @return how many there are
	 * @throws SQLException if they can't be read
	 * @throws ZovaException with {@link ZovaStatus#OBJECT_CORRUPT} for the first damaged
	 * one
	 */
	long chunks() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			try (ResultSet wrong = statement.executeQuery(WRONG_SIZES)) {
				if (wrong.next()) {
					throw corrupt("chunk", bytes(wrong, 1), "its size is not the one that is recorded");
				}
			}
			try (ResultSet chunks = statement.executeQuery(LOOSE_CHUNKS)) {
				while (chunks.next()) {
					Interruption.check("verifying chunks");
					if (!Arrays.equals(bytes(chunks, 1), this.chunkDigest.digest(bytes(chunks, 2)))) {
						throw corrupt("chunk", bytes(chunks, 1), "its bytes don't have the SHA-256 that names it");
					}
				}
			}
			try (ResultSet count = statement.executeQuery(COUNT)) {
				count.next();
				return count.getLong(1);
			}
		}
	}

	private void verify(StoredObject object, PreparedStatement manifest) throws SQLException {
		object.requireValidRow();
		long index = 0;
		long offset = 0;
		manifest.setBytes(1, object.id);
		try (ResultSet rows = manifest.executeQuery()) {
			while (rows.next()) {
				Interruption.check("verifying objects");
				byte[] hash = bytes(rows, 2);
				long size = rows.getLong(4);
				byte[] data = rows.getBytes(5);
				boolean last = index == object.chunkCount - 1;
				if (rows.getLong(1) != index || rows.getLong(3) != offset || hash.length != HASH_LENGTH
						|| !object.allowsChunk(size, last)) {
					throw corrupt("object", object.id, "its list of chunks is wrong at place " + index);
				}
				if (data == null || data.length != size || !Arrays.equals(hash, this.chunkDigest.digest(data))) {
					throw corrupt("object", object.id,
							"its chunk " + HexFormat.of().formatHex(hash) + " is missing or changed");
				}
				this.objectDigest.update(data);
				offset += size;
				index++;
			}
		}
		byte[] digest = this.objectDigest.digest();
		if (index != object.chunkCount || offset != object.size || !Arrays.equals(digest, object.id)) {
			throw corrupt("object", object.id, "its chunks are not the ones that make it up");
		}
	}

	private ZovaException corrupt(String kind, byte[] id, String reason) {
		return new ZovaException(ZovaStatus.OBJECT_CORRUPT, this.name + ": the " + kind + " "
				+ HexFormat.of().formatHex(id) + " is damaged: " + reason + ". Restore an older backup, or delete it");
	}

	private static byte[] bytes(ResultSet row, int column) throws SQLException {
		byte @Nullable [] bytes = row.getBytes(column);
		return (bytes != null) ? bytes : new byte[0];
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

	/**
	 * A row of {@code _zova_objects}.
	 */
	private final class StoredObject {

		private final byte[] id;

		private final long size;

		private final long chunkCount;

		private final boolean fixed;

		private final boolean knownChunker;

		StoredObject(byte[] id, long size, long chunkCount, String chunker) {
			this.id = id;
			this.size = size;
			this.chunkCount = chunkCount;
			this.fixed = chunker.equals("fixed-1m-v1");
			this.knownChunker = this.fixed || chunker.equals("fastcdc-v1");
		}

		void requireValidRow() {
			if (this.size < 0 || this.chunkCount < 0 || !this.knownChunker
					|| (this.fixed && this.chunkCount != (this.size + LARGEST_CHUNK - 1) / LARGEST_CHUNK)) {
				throw corrupt("object", this.id, "its size, number of chunks or chunker is not a valid one");
			}
		}

		boolean allowsChunk(long size, boolean last) {
			long largest = this.fixed ? LARGEST_CHUNK : LARGEST_FASTCDC_CHUNK;
			return size >= 1 && size <= largest && (last || !this.fixed || size == LARGEST_CHUNK);
		}

	}

}
