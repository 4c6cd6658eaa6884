package io.zova.object;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * The errors of this package, worded in one place.
 */
final class ObjectErrors {

	private ObjectErrors() {
	}

	static ZovaException notFound(ObjectId id) {
		return new ZovaException(ZovaStatus.OBJECT_NOT_FOUND, "There is no object " + id);
	}

	static ZovaException corrupt(ObjectId id, String what) {
		return new ZovaException(ZovaStatus.OBJECT_CORRUPT,
				"Object " + id + " is damaged: " + what + ". To repair it, delete it and store its content again.");
	}

	static ZovaException corruptChunk(ChunkId id, String what) {
		return new ZovaException(ZovaStatus.OBJECT_CORRUPT, "Chunk " + id + " is damaged: " + what);
	}

	static ZovaException malformedHash(ObjectId id) {
		return new ZovaException(ZovaStatus.SQLITE_ERROR,
				"Object " + id
						+ " cannot be deleted: one of its rows in _zova_object_chunks names a chunk by what is no "
						+ "hash of " + Sha256.LENGTH + " bytes. Nothing was changed; restore a backup");
	}

	static ZovaException chunkNotFound(ChunkId id) {
		return new ZovaException(ZovaStatus.OBJECT_CHUNK_NOT_FOUND, "There is no chunk " + id);
	}

	static ZovaException invalidManifest(ObjectId id, String what) {
		return new ZovaException(ZovaStatus.OBJECT_MANIFEST_INVALID,
				"The manifest given for object " + id + " is not valid: " + what);
	}

	static ZovaException tooLarge(ObjectId id, long size, String cure) {
		return new ZovaException(ZovaStatus.OBJECT_TOO_LARGE,
				"Object " + id + " has " + Long.toUnsignedString(size) + " bytes: " + cure);
	}

	static ZovaException rangeInvalid(ObjectId id, long offset, long size) {
		return new ZovaException(ZovaStatus.OBJECT_RANGE_INVALID, "A range of object " + id
				+ " starts between 0 and its size of " + size + " bytes, got offset " + offset);
	}

	static ZovaException readOnly(String task) {
		return new ZovaException(ZovaStatus.READ_ONLY,
				"Cannot " + task + ": the database or the transaction is read-only");
	}

	static ZovaException invalidArgument(String message) {
		return new ZovaException(ZovaStatus.INVALID_ARGUMENT, message);
	}

}
