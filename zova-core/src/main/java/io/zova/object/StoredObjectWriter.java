package io.zova.object;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.StoreEpochs;

/**
 * Stores an object of a Zova file piece by piece.
 */
final class StoredObjectWriter implements ObjectWriter {

	private static final int MAX_BUFFER = 4 << 20;

	private final SqlAccess sql;

	private final ChunkRemoval removal;

	private final LiveWriters writers;

	private final WriterScope scope;

	private final StorageProfile profile;

	private final ObjectTraffic traffic;

	private final Chunker chunker;

	private final MessageDigest digest = Sha256.newDigest();

	private final MessageDigest chunkDigest = Sha256.newDigest();

	private final WrittenChunks chunks = new WrittenChunks();

	private byte[] buffer;

	/** Where the bytes start that are not stored, where those of complete chunks end. */
	private int start;

	private int ready;

	private int end;

	private int[] readySizes = new int[16];

	private int readyCount;

	private long size;

	private boolean ended;

	private boolean closed;

	private @Nullable ObjectId id;

	private Runnable beforeFinish = () -> {
	};

	StoredObjectWriter(SqlAccess sql, ChunkRemoval removal, LiveWriters writers, StorageProfile profile,
			ObjectTraffic traffic) {
		this.sql = sql;
		this.removal = removal;
		this.writers = writers;
		this.profile = profile;
		this.traffic = traffic;
		this.chunker = profile.newChunker();
		this.buffer = new byte[profile.maxChunkSize()];
		this.scope = new WriterScope(sql);
		this.writers.add(this.chunks);
		this.scope.onEnd(this::cancelIfOpen, this::abandon);
	}

	@Override
	public void write(byte[] bytes) {
		Arguments.required("bytes", bytes);
		write(bytes, 0, bytes.length);
	}

	@Override
	public void write(ByteBuffer bytes) {
		Arguments.required("bytes", bytes);
		byte[] array = new byte[bytes.remaining()];
		bytes.get(array);
		write(array);
	}

	@Override
	public void write(byte[] bytes, int from, int length) {
		Arguments.required("bytes", bytes);
		Objects.checkFromIndexSize(from, length, bytes.length);
		requireWritable();
		int taken = 0;
		while (taken < length) {
			storeReady();
			taken += accept(bytes, from + taken, length - taken);
			cut();
		}
		storeReady();
	}

	private int accept(byte[] bytes, int from, int length) {
		int kept = this.end - this.start;
		int wanted = (int) Math.min((long) kept + length, MAX_BUFFER);
		byte[] target = (wanted > this.buffer.length) ? new byte[wanted] : this.buffer;
		System.arraycopy(this.buffer, this.start, target, 0, kept);
		this.buffer = target;
		this.start = 0;
		this.ready = 0;
		int accepted = Math.min(length, target.length - kept);
		if (this.size > Long.MAX_VALUE - accepted) {
			throw new ZovaException(ZovaStatus.OBJECT_TOO_LARGE, "An object has at most " + Long.MAX_VALUE + " bytes");
		}
		System.arraycopy(bytes, from, target, kept, accepted);
		this.end = kept + accepted;
		this.size += accepted;
		this.digest.update(bytes, from, accepted);
		return accepted;
	}

	private void cut() {
		int length = this.chunker.cut(this.buffer, this.ready, this.end - this.ready, this.ended);
		while (length > 0) {
			if (this.readyCount == this.readySizes.length) {
				this.readySizes = Arrays.copyOf(this.readySizes, this.readyCount * 2);
			}
			this.readySizes[this.readyCount++] = length;
			this.ready += length;
			length = this.chunker.cut(this.buffer, this.ready, this.end - this.ready, this.ended);
		}
	}

	private void storeReady() {
		if (this.readyCount == 0) {
			return;
		}
		int before = this.chunks.count();
		boolean stored = false;
		try {
			this.sql.write("store chunks", this::storeReady);
			stored = true;
		}
		finally {
			if (!stored) {
				this.chunks.truncate(before);
			}
		}
		this.start = this.ready;
		this.readyCount = 0;
	}

	private boolean storeReady(Connection connection) throws SQLException {
		int from = this.start;
		for (int i = 0; i < this.readyCount; i++) {
			int length = this.readySizes[i];
			byte[] data = Arrays.copyOfRange(this.buffer, from, from + length);
			ChunkId hash = ChunkId.owning(this.chunkDigest.digest(data));
			boolean stored = ChunkTable.putVerified(connection, this.chunkDigest, hash, data,
					this.profile.maxChunkSize());
			this.chunks.add(hash.shared(), length, stored);
			from += length;
		}
		return true;
	}

	@Override
	public ObjectId finish() {
		requireOpen();
		this.scope.require();
		if (!this.ended) {
			this.beforeFinish.run();
			this.ended = true;
			cut();
		}
		storeReady();
		ObjectId objectId = objectId();
		boolean existed = this.sql.write("finish an object", (connection) -> {
			boolean exists = complete(connection, objectId);
			StoreEpochs.count(connection, ObjectTable.TABLE);
			return exists;
		});
		if (existed) {
			this.removal.removeUnfinished("remove chunks of an object that exists", this.chunks.stored());
		}
		abandon();
		this.traffic.written(this.size);
		return objectId;
	}

	private ObjectId objectId() {
		ObjectId known = this.id;
		if (known == null) {
			known = ObjectId.owning(this.digest.digest());
			this.id = known;
		}
		return known;
	}

	private boolean complete(Connection connection, ObjectId objectId) throws SQLException {
		ObjectInfo existing = ObjectTable.find(connection, objectId);
		if (existing != null) {
			ManifestTable.checkShape(connection, existing);
			ObjectContent.verify(connection, existing);
			return true;
		}
		requireChunks(connection);
		ManifestTable.insert(connection, new ObjectInfo(objectId, this.size, this.chunks.count(), this.profile),
				this.chunks);
		return false;
	}

	private void requireChunks(Connection connection) throws SQLException {
		for (int chunk = 0; chunk < this.chunks.count(); chunk++) {
			ChunkId hash = ChunkId.owning(this.chunks.hash(chunk));
			if (ChunkTable.find(connection, this.chunkDigest, hash, this.profile.maxChunkSize()) == null) {
				throw ObjectErrors.chunkNotFound(hash);
			}
		}
	}

	@Override
	public void cancel() {
		requireOpen();
		this.scope.require();
		this.removal.removeUnfinished("cancel an object", this.chunks.stored());
		abandon();
	}

	@Override
	public void close() {
		try {
			cancelIfOpen();
		}
		catch (RuntimeException ex) {
			// Whoever wants to know calls cancel.
			abandon();
		}
	}

	@Override
	public OutputStream outputStream() {
		return new ObjectOutputStream(this);
	}

	void beforeFinish(Runnable flush) {
		this.beforeFinish = flush;
	}

	private void cancelIfOpen() {
		if (!this.closed) {
			cancel();
		}
	}

	private void abandon() {
		this.closed = true;
		this.writers.remove(this.chunks);
		this.buffer = new byte[0];
	}

	private void requireOpen() {
		if (this.closed) {
			throw new ZovaException(ZovaStatus.OBJECT_WRITER_CLOSED,
					"The object writer is closed. Open another for another object.");
		}
	}

	private void requireWritable() {
		requireOpen();
		if (this.ended) {
			throw new ZovaException(ZovaStatus.OBJECT_WRITER_CLOSED,
					"The object writer is being finished: only finish and cancel are possible");
		}
		this.scope.require();
	}

}
