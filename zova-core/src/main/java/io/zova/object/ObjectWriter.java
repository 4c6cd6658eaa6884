package io.zova.object;

import java.io.OutputStream;
import java.nio.ByteBuffer;

import io.zova.ZovaException;

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
public interface ObjectWriter extends AutoCloseable {

	/**
	 * Appends bytes.
	 * @param bytes the bytes
	 * @throws ZovaException {@code OBJECT_WRITER_CLOSED} if the writer was finished,
	 * cancelled or is being finished; {@code OBJECT_TRANSACTION_ACTIVE} in a transaction
	 * that is not the writer's; {@code OBJECT_CORRUPT} if a chunk of the same content is
	 * stored already but damaged
	 */
	void write(byte[] bytes);

	/**
	 * Appends what remains in a buffer, which is empty afterwards.
	 * @param bytes the bytes
	 * @see #write(byte[])
	 */
	void write(ByteBuffer bytes);

	/**
	 * Appends a part of an array.
	 * @param bytes where the bytes are
	 * @param from the first of them
	 * @param length how many
	 * @see #write(byte[])
	 */
	void write(byte[] bytes, int from, int length);

	/**
	 * Completes the object. Its chunks are all read once more before it appears.
	 * @return the id of the object
	 * @throws ZovaException {@code OBJECT_WRITER_CLOSED},
	 * {@code OBJECT_TRANSACTION_ACTIVE}, {@code OBJECT_CORRUPT} as for
	 * {@link #write(byte[])}, or if the object exists already but is damaged;
	 * {@code OBJECT_CHUNK_NOT_FOUND} if somebody else removed a chunk meanwhile. After a
	 * failure no object has appeared, and this call may be repeated
	 */
	ObjectId finish();

	/**
	 * Gives the object up and removes the chunks that this writer stored and nobody uses.
	 * @throws ZovaException {@code OBJECT_WRITER_CLOSED} if there is nothing to cancel,
	 * {@code OBJECT_TRANSACTION_ACTIVE} in a transaction that is not the writer's
	 */
	void cancel();

	/**
	 * Cancels the writer unless it was finished. Never fails: where it cannot cancel,
	 * loose chunks stay behind.
	 */
	@Override
	void close();

	/**
	 * This writer as a stream. Closing the stream does not close the writer, so that
	 * streams which close what they write to can be used; {@link #finish()} completes the
	 * object, including what the stream still holds. Small writes are collected up to a
	 * MiB; flush the stream before writing to the writer directly.
	 * @return a stream
	 */
	OutputStream outputStream();

}
