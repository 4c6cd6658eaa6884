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
 * Stores an object piece by piece, in bounded memory.
 * <p>
 * Chunks are stored as they fill up; the object appears when {@link #finish()} returns.
 * Close the writer without finishing, and the chunks that it stored are removed again:
 * <pre class="code">
 * try (ObjectWriter writer = objects.writer()) {
 *     writer.write(bytes);
 *     ObjectId id = writer.finish();
 * }
 * </pre>
 * <p>
 * <b>Transactions.</b> A writer that is opened outside a transaction stores its chunks in
 * short transactions of its own, and refuses every call inside a transaction
 * ({@code OBJECT_TRANSACTION_ACTIVE}): it would not be undone with it. A writer that is
 * opened inside a transaction belongs to that one: its calls join it, object and chunks
 * become visible with its commit, and a rollback leaves nothing. It ends with the
 * transaction; unfinished, its chunks are removed before the commit.
 * <p>
 * <b>Failures.</b> A call that failed may have taken part of its bytes, so after it the
 * object cannot be completed by writing on: cancel. Only {@link #finish()} may be tried
 * again. If the process ends first, chunks without an object stay behind, which
 * {@link ObjectOperations#collectLooseChunks} removes.
 * <p>
 * Not for use by several threads at a time.
 */
public final class ObjectWriter implements AutoCloseable {

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

	ObjectWriter(SqlAccess sql, ChunkRemoval removal, LiveWriters writers, StorageProfile profile,
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

	/**
	 * Appends bytes.
	 * @param bytes the bytes
	 * @throws ZovaException {@code OBJECT_WRITER_CLOSED} if the writer was finished,
	 * cancelled or is being finished; {@code OBJECT_TRANSACTION_ACTIVE} in a transaction
	 * that is not the writer's; {@code OBJECT_CORRUPT} if a chunk of the same content is
	 * stored already but damaged
	 */
	public void write(byte[] bytes) {
		Arguments.required("bytes", bytes);
		write(bytes, 0, bytes.length);
	}

	/**
	 * Appends what remains in a buffer, which is empty afterwards.
	 * @param bytes the bytes
	 * @see #write(byte[])
	 */
	public void write(ByteBuffer bytes) {
		Arguments.required("bytes", bytes);
		byte[] array = new byte[bytes.remaining()];
		bytes.get(array);
		write(array);
	}

	/**
	 * Appends a part of an array.
	 * @param bytes where the bytes are
	 * @param from the first of them
	 * @param length how many
	 * @see #write(byte[])
	 */
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

	/**
	 * Completes the object. Its chunks are all read once more before it appears.
	 * @return the id of the object
	 * @throws ZovaException {@code OBJECT_WRITER_CLOSED},
	 * {@code OBJECT_TRANSACTION_ACTIVE}, {@code OBJECT_CORRUPT} as for
	 * {@link #write(byte[])}, or if the object exists already but is damaged;
	 * {@code OBJECT_CHUNK_NOT_FOUND} if somebody else removed a chunk meanwhile. After a
	 * failure no object has appeared, and this call may be repeated
	 */
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

	/**
	 * Gives the object up and removes the chunks that this writer stored and nobody uses.
	 * @throws ZovaException {@code OBJECT_WRITER_CLOSED} if there is nothing to cancel,
	 * {@code OBJECT_TRANSACTION_ACTIVE} in a transaction that is not the writer's
	 */
	public void cancel() {
		requireOpen();
		this.scope.require();
		this.removal.removeUnfinished("cancel an object", this.chunks.stored());
		abandon();
	}

	/**
	 * Cancels the writer unless it was finished. Never fails: where it cannot cancel,
	 * loose chunks stay behind.
	 */
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

	/**
	 * This writer as a stream. Closing the stream does not close the writer, so that
	 * streams which close what they write to can be used; {@link #finish()} completes the
	 * object, including what the stream still holds. Small writes are collected up to a
	 * MiB; flush the stream before writing to the writer directly.
	 * @return a stream
	 */
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
