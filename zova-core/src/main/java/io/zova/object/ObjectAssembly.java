package io.zova.object;

import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * Makes an object of chunks that are stored already.
 */
final class ObjectAssembly implements ManifestTable.Chunks {

	private final ObjectId id;

	private final long size;

	private final StorageProfile profile;

	private final List<ObjectManifest.Entry> entries;

	ObjectAssembly(ObjectId id, long size, List<ObjectManifest.Entry> entries, StorageProfile profile) {
		this.id = id;
		this.size = size;
		this.profile = profile;
		this.entries = new ArrayList<>(entries);
		this.entries.sort(Comparator.comparingLong(ObjectManifest.Entry::index));
	}

	@Override
	public int count() {
		return this.entries.size();
	}

	@Override
	public byte[] hash(int chunk) {
		return this.entries.get(chunk).chunk().shared();
	}

	@Override
	public int size(int chunk) {
		return (int) this.entries.get(chunk).size();
	}

	boolean run(Connection connection) throws SQLException {
		if (ObjectTable.exists(connection, this.id)) {
			ObjectContent.verify(connection, ObjectTable.require(connection, this.id));
			throw new ZovaException(ZovaStatus.OBJECT_ALREADY_EXISTS, "Object " + this.id + " exists already");
		}
		if (this.size < 0) {
			throw ObjectErrors.tooLarge(this.id, this.size, "the largest has " + Long.MAX_VALUE);
		}
		if (this.size == 0) {
			requireEmpty();
		}
		else {
			check(connection);
		}
		ManifestTable.insert(connection, new ObjectInfo(this.id, this.size, this.entries.size(), this.profile), this);
		return true;
	}

	private void requireEmpty() {
		if (!this.entries.isEmpty() || !this.id.equals(ObjectTemplate.EMPTY)) {
			throw invalid("an object of 0 bytes has no chunks and the id " + ObjectTemplate.EMPTY);
		}
	}

	private void check(Connection connection) throws SQLException {
		if (this.entries.isEmpty()) {
			throw invalid("it has no chunks, but a size of " + this.size);
		}
		MessageDigest objectDigest = Sha256.newDigest();
		MessageDigest chunkDigest = Sha256.newDigest();
		long index = 0;
		long offset = 0;
		int limit = this.profile.maxChunkSize();
		for (ObjectManifest.Entry entry : this.entries) {
			checkPlace(entry, index++, offset);
			byte[] data = ChunkTable.find(connection, chunkDigest, entry.chunk(), limit);
			if (data == null) {
				throw ObjectErrors.chunkNotFound(entry.chunk());
			}
			if (data.length != entry.size()) {
				throw invalid("chunk " + entry.index() + " has " + data.length + " bytes, not " + entry.size());
			}
			objectDigest.update(data);
			offset += entry.size();
		}
		if (offset != this.size) {
			throw invalid("its chunks have " + offset + " bytes together, not " + this.size);
		}
		checkFixedShape();
		ObjectId actual = ObjectId.owning(objectDigest.digest());
		if (!actual.equals(this.id)) {
			throw invalid("its chunks make object " + actual);
		}
	}

	private void checkPlace(ObjectManifest.Entry entry, long index, long offset) {
		if (entry.index() != index) {
			throw invalid("chunk " + index + " is expected, got " + entry.index());
		}
		if (entry.offset() != offset) {
			throw invalid("chunk " + index + " starts at " + offset + ", got " + entry.offset());
		}
		if (entry.size() < 1 || entry.size() > this.profile.maxChunkSize()) {
			throw invalid(
					"chunk " + index + " has 1 to " + this.profile.maxChunkSize() + " bytes, got " + entry.size());
		}
		if (entry.size() > this.size - offset) {
			throw invalid("chunk " + index + " reaches beyond the size of " + this.size);
		}
	}

	private void checkFixedShape() {
		if (this.profile != StorageProfile.STREAMING) {
			return;
		}
		for (ObjectManifest.Entry entry : this.entries.subList(0, this.entries.size() - 1)) {
			if (entry.size() != FixedChunker.SIZE) {
				throw invalid("chunk " + entry.index() + " of " + this.entries.size() + " has " + FixedChunker.SIZE
						+ " bytes in this profile, got " + entry.size());
			}
		}
	}

	private ZovaException invalid(String what) {
		return ObjectErrors.invalidManifest(this.id, what);
	}

}
