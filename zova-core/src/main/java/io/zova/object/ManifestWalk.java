package io.zova.object;

import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Goes through the manifest rows of one object in order and checks each in its place: no
 * gap, no overlap, no chunk of a wrong size, the totals right.
 */
final class ManifestWalk {

	private final ObjectInfo object;

	private final boolean whole;

	private final MessageDigest digest = Sha256.newDigest();

	private long rows;

	private long bytes;

	private byte[] hash = new byte[0];

	private int size;

	private ManifestWalk(ObjectInfo object, boolean whole, long rows, long bytes) {
		this.object = object;
		this.whole = whole;
		this.rows = rows;
		this.bytes = bytes;
	}

	/**
	 * Goes through all rows.
	 * @param object the object
	 */
	ManifestWalk(ObjectInfo object) {
		this(object, true, 0, 0);
	}

	/**
	 * Goes through some rows, starting in the middle. How many rows there are in all is
	 * of no concern then.
	 * @param object the object
	 * @param place the first row
	 * @return the walk
	 */
	static ManifestWalk from(ObjectInfo object, ChunkLocator.Place place) {
		return new ManifestWalk(object, false, place.index(), place.offset());
	}

	/**
	 * Checks an object that has no chunks.
	 * @param object the object
	 */
	static void requireEmpty(ObjectInfo object) {
		if (object.size() != 0 || !object.id().equals(ObjectTemplate.EMPTY)) {
			throw ObjectErrors.corrupt(object.id(), "it has no chunks, but is not the empty object");
		}
	}

	/**
	 * Checks the next row.
	 * @param row the index, hash, offset and size as columns 1 to 4
	 * @throws SQLException if the row cannot be read
	 */
	void enter(ResultSet row) throws SQLException {
		long index = row.getLong(1);
		byte @Nullable [] rowHash = row.getBytes(2);
		long offset = row.getLong(3);
		long rowSize = row.getLong(4);
		if (index != this.rows || (this.whole && index >= this.object.chunkCount())) {
			throw corrupt("chunk " + this.rows + " of " + this.object.chunkCount() + " is expected, found " + index);
		}
		if (rowHash == null || rowHash.length != Sha256.LENGTH) {
			throw corrupt("the hash of chunk " + index + " has not " + Sha256.LENGTH + " bytes");
		}
		if (offset != this.bytes) {
			throw corrupt("chunk " + index + " is expected at " + this.bytes + ", found at " + offset);
		}
		if (rowSize < 1 || rowSize > this.object.profile().maxChunkSize()
				|| (isFixed() && index + 1 < this.object.chunkCount() && rowSize != FixedChunker.SIZE)) {
			throw corrupt("chunk " + index + " has a size of " + rowSize);
		}
		if (rowSize > this.object.size() - offset) {
			throw corrupt("chunk " + index + " reaches beyond the end");
		}
		this.hash = rowHash;
		this.size = (int) rowSize;
		this.rows++;
		this.bytes += rowSize;
	}

	/**
	 * Checks the length of the bytes of the row just entered.
	 * @param data the bytes, {@code null} if the chunk is missing
	 * @return the bytes
	 */
	byte[] length(byte @Nullable [] data) {
		if (data == null) {
			throw corrupt("chunk " + index() + " is missing");
		}
		if (data.length != this.size) {
			throw corrupt("chunk " + index() + " should have " + this.size + " bytes and has " + data.length);
		}
		return data;
	}

	/**
	 * Checks the bytes of the row just entered.
	 * @param data the bytes, {@code null} if the chunk is missing
	 * @return the bytes
	 */
	byte[] verify(byte @Nullable [] data) {
		byte[] present = length(data);
		if (!Arrays.equals(this.hash, this.digest.digest(present))) {
			throw corrupt("the bytes of chunk " + index() + " have another hash");
		}
		return present;
	}

	/** Checks the totals after the last row. */
	void end() {
		if (this.rows != this.object.chunkCount()) {
			throw corrupt("it should have " + this.object.chunkCount() + " chunks and has " + this.rows);
		}
		if (this.bytes != this.object.size()) {
			throw corrupt("it should have " + this.object.size() + " bytes and has " + this.bytes);
		}
		if (isFixed() && this.rows != this.object.profile().maxChunkCount(this.object.size())) {
			throw corrupt("its number of chunks does not fit its size");
		}
	}

	void end(byte[] objectHash) {
		end();
		if (!Arrays.equals(objectHash, this.object.id().shared())) {
			throw corrupt("its bytes have another hash");
		}
	}

	/** The number of the row entered last. */
	long index() {
		return this.rows - 1;
	}

	/** How many rows have been entered, or would have been from the start. */
	long rows() {
		return this.rows;
	}

	/** Where the chunk of the row entered last starts. */
	long offset() {
		return this.bytes - this.size;
	}

	/** Where it ends. */
	long position() {
		return this.bytes;
	}

	byte[] hash() {
		return this.hash;
	}

	int size() {
		return this.size;
	}

	private boolean isFixed() {
		return this.object.profile() == StorageProfile.STREAMING;
	}

	private RuntimeException corrupt(String what) {
		return ObjectErrors.corrupt(this.object.id(), what);
	}

}
