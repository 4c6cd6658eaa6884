package io.zova.object;

import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads whole objects and ranges of them, checking every byte before it is given away.
 */
final class ObjectContent {

	private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

	/** Larger results are not allocated on the word of a single row. */
	private static final int TRUSTED_SIZE = 1 << 20;

	private ObjectContent() {
	}

	/**
	 * Takes the bytes of a range, in order.
	 */
	interface Target {

		/**
		 * Takes some bytes.
		 * @param at where they belong, counted from the start of the range
		 * @param bytes where they are
		 * @param from the first of them
		 * @param length how many
		 */
		void put(int at, byte[] bytes, int from, int length);

	}

	/**
	 * Reads an object and checks everything about it.
	 * @param connection the connection
	 * @param object its row
	 * @return its bytes
	 * @throws SQLException if it cannot be read
	 */
	static byte[] whole(Connection connection, ObjectInfo object) throws SQLException {
		if (object.chunkCount() == 0) {
			ManifestWalk.requireEmpty(object);
			return new byte[0];
		}
		requireReach(connection, object, object.size());
		if (object.size() > MAX_ARRAY) {
			throw ObjectErrors.tooLarge(object.id(), object.size(), "too many for an array. Read it as a stream.");
		}
		byte[] content = new byte[(int) object.size()];
		HashedContent hashed = new HashedContent(content);
		List<byte[]> hashes = new ArrayList<>();
		ManifestWalk walk = new ManifestWalk(object);
		try (PreparedStatement statement = connection.prepareStatement(ManifestTable.CONTENT)) {
			statement.setBytes(1, object.id().shared());
			statement.setLong(2, Long.MIN_VALUE);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					walk.enter(row);
					byte[] data = walk.length(row.getBytes(5));
					System.arraycopy(data, 0, content, (int) walk.offset(), data.length);
					hashed.add((int) walk.position());
					hashes.add(walk.hash());
				}
			}
		}
		walk.end();
		for (int chunk = 0; chunk < hashes.size(); chunk++) {
			if (!Arrays.equals(hashes.get(chunk), hashed.hash(chunk))) {
				throw ObjectErrors.corrupt(object.id(), "the bytes of chunk " + chunk + " have another hash");
			}
		}
		walk.end(hashed.hash());
		return content;
	}

	/**
	 * Checks everything about an object, holding one chunk at a time.
	 * @param connection the connection
	 * @param object its row
	 * @throws SQLException if it cannot be read
	 */
	static void verify(Connection connection, ObjectInfo object) throws SQLException {
		if (object.chunkCount() == 0) {
			ManifestWalk.requireEmpty(object);
			return;
		}
		MessageDigest digest = Sha256.newDigest();
		ManifestWalk walk = new ManifestWalk(object);
		try (PreparedStatement statement = connection.prepareStatement(ManifestTable.CONTENT)) {
			statement.setBytes(1, object.id().shared());
			statement.setLong(2, Long.MIN_VALUE);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					walk.enter(row);
					digest.update(walk.verify(row.getBytes(5)));
				}
			}
		}
		walk.end(digest.digest());
	}

	/**
	 * How many bytes a range has, after the checks that come before any chunk is read.
	 * @param connection the connection
	 * @param object its row
	 * @param offset where the range starts
	 * @param length how many bytes are wanted
	 * @return how many there are
	 * @throws SQLException if the object cannot be read
	 */
	static int rangeLength(Connection connection, ObjectInfo object, long offset, int length) throws SQLException {
		requirePlausible(object);
		long size = object.size();
		if (offset < 0 || offset > size) {
			throw ObjectErrors.rangeInvalid(object.id(), offset, size);
		}
		int available = (int) Math.min(size - offset, length);
		if (available > TRUSTED_SIZE) {
			requireReach(connection, object, offset + available);
		}
		return available;
	}

	/**
	 * Reads a range whose length was {@linkplain #rangeLength determined}. A range that
	 * is the whole object is checked as such; any other only where it is touched.
	 * @param connection the connection
	 * @param object its row
	 * @param offset where the range starts
	 * @param length its length
	 * @param target where the bytes go
	 * @throws SQLException if the object cannot be read
	 */
	static void range(Connection connection, ObjectInfo object, long offset, int length, Target target)
			throws SQLException {
		if (length == 0) {
			return;
		}
		boolean full = offset == 0 && length == object.size();
		if (full) {
			ManifestTable.checkShape(connection, object);
		}
		MessageDigest digest = full ? Sha256.newDigest() : null;
		long end = offset + length;
		boolean placed = full;
		ChunkLocator.Place place = ChunkLocator.locate(connection, object, offset);
		ManifestWalk walk = ManifestWalk.from(object, place);
		try (PreparedStatement statement = connection.prepareStatement(ManifestTable.RANGE)) {
			statement.setBytes(1, object.id().shared());
			statement.setLong(2, place.index());
			try (ResultSet row = statement.executeQuery()) {
				while (walk.position() < end) {
					if (!row.next()) {
						throw ObjectErrors.corrupt(object.id(), "chunk " + walk.rows() + " is missing");
					}
					walk.enter(row);
					placed |= row.getLong(6) == walk.offset() || walk.index() > place.index();
					byte[] data = walk.verify(row.getBytes(5));
					int from = (int) Math.max(0, offset - walk.offset());
					int to = (int) Math.min(data.length, end - walk.offset());
					if (from >= to) {
						throw ObjectErrors.corrupt(object.id(),
								"chunk " + walk.index() + " does not hold byte " + offset);
					}
					target.put((int) (walk.offset() + from - offset), data, from, to - from);
					if (digest != null) {
						digest.update(data);
					}
				}
			}
		}
		if (digest != null) {
			walk.end(digest.digest());
		}
		else if (!placed) {
			ChunkLocator.confirm(connection, object, walk);
		}
	}

	/**
	 * Checks that so many bytes can be in so many chunks at all.
	 * @param object the row of an object
	 */
	static void requirePlausible(ObjectInfo object) {
		long size = object.size();
		if ((size != 0 && object.chunkCount() == 0) || object.chunkCount() > object.profile().maxChunkCount(size)) {
			throw ObjectErrors.corrupt(object.id(),
					"its row says " + size + " bytes in " + object.chunkCount() + " chunks");
		}
	}

	/** A damaged size must not make us allocate gigabytes. */
	private static void requireReach(Connection connection, ObjectInfo object, long end) throws SQLException {
		if (end <= TRUSTED_SIZE) {
			return;
		}
		try (PreparedStatement statement = connection.prepareStatement(ManifestTable.REACH)) {
			statement.setBytes(1, object.id().shared());
			try (ResultSet row = statement.executeQuery()) {
				if (!row.next() || row.getLong(1) < end) {
					throw ObjectErrors.corrupt(object.id(), "its chunks end before its size of " + object.size());
				}
			}
		}
	}

}
