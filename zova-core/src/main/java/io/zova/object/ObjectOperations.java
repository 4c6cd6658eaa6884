package io.zova.object;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;

/**
 * Stores and reads objects: byte sequences of any size, named by the hash of their
 * content and stored once however often they are put.
 * <p>
 * Every call that changes something takes effect as a whole or not at all. Inside a
 * transaction it joins it: a failed call undoes its own work only, and the transaction
 * stays usable. All errors are {@code DataAccessException}s; those that this interface
 * names by a status are {@link ZovaException}s. Damage is always reported as
 * {@code OBJECT_CORRUPT}, never repaired, and damaged bytes are never returned.
 */
public interface ObjectOperations {

	/**
	 * Stores an object for deduplication.
	 * @param content its bytes
	 * @return its id
	 * @see #put(byte[], StorageProfile)
	 */
	default ObjectId put(byte[] content) {
		return put(content, StorageProfile.DEDUPLICATION);
	}

	/**
	 * Stores an object. If it exists already nothing is written: it keeps its profile,
	 * and its stored bytes are not looked at.
	 * @param content its bytes
	 * @param profile how to cut it
	 * @return its id
	 * @throws ZovaException {@code OBJECT_CORRUPT} if the row of the existing object is
	 * damaged
	 */
	ObjectId put(byte[] content, StorageProfile profile);

	/**
	 * Stores what remains in a buffer, whose position does not move.
	 * @param content its bytes
	 * @return its id
	 * @see #put(byte[], StorageProfile)
	 */
	default ObjectId put(ByteBuffer content) {
		return put(content, StorageProfile.DEDUPLICATION);
	}

	/**
	 * Stores what remains in a buffer, whose position does not move.
	 * @param content its bytes
	 * @param profile how to cut it
	 * @return its id
	 * @see #put(byte[], StorageProfile)
	 */
	ObjectId put(ByteBuffer content, StorageProfile profile);

	/**
	 * Stores what a stream gives, for deduplication.
	 * @param content read to its end, not closed
	 * @return its id
	 * @see #put(InputStream, PutOptions)
	 */
	default ObjectId put(InputStream content) {
		return put(content, PutOptions.defaults());
	}

	/**
	 * Stores what a stream gives, in bounded memory. Outside a transaction the chunks are
	 * stored in short transactions as they come, so that a slow stream keeps nobody
	 * waiting; the object appears with the last one.
	 * @param content read to its end, not closed
	 * @param options how
	 * @return its id
	 * @throws UncheckedIOException if the stream fails; nothing is stored
	 * @throws ZovaException {@code INVALID_ARGUMENT} if it has not the expected size;
	 * nothing is stored. {@code OBJECT_CORRUPT} if a chunk of the same content is stored
	 * already but damaged. {@code OBJECT_CHUNK_NOT_FOUND} if another object with the same
	 * chunk was deleted meanwhile, and the chunk with it: put it again
	 */
	ObjectId put(InputStream content, PutOptions options);

	/**
	 * Stores a file for deduplication.
	 * @param file the file
	 * @return its id
	 * @see #put(InputStream, PutOptions)
	 */
	default ObjectId put(Path file) {
		return put(file, PutOptions.defaults());
	}

	/**
	 * Stores a file in bounded memory.
	 * @param file the file
	 * @param options how
	 * @return its id
	 * @throws UncheckedIOException if the file cannot be read
	 * @throws ZovaException {@code INVALID_ARGUMENT} also if it is a directory, pipe,
	 * socket or device, which is not opened
	 * @see #put(InputStream, PutOptions)
	 */
	ObjectId put(Path file, PutOptions options);

	/**
	 * Starts an object that is stored piece by piece, for deduplication.
	 * @return a writer to be closed
	 * @see ObjectWriter
	 */
	default ObjectWriter writer() {
		return writer(StorageProfile.DEDUPLICATION);
	}

	/**
	 * Starts an object that is stored piece by piece.
	 * @param profile how to cut it
	 * @return a writer to be closed
	 * @see ObjectWriter
	 */
	ObjectWriter writer(StorageProfile profile);

	/**
	 * Reads an object as a whole. Everything about it is checked.
	 * @param id the object
	 * @return its bytes
	 * @throws ZovaException {@code OBJECT_NOT_FOUND}, {@code OBJECT_CORRUPT};
	 * {@code OBJECT_TOO_LARGE} if it does not fit an array
	 */
	byte[] get(ObjectId id);

	/**
	 * Reads an object as a whole if it is there.
	 * @param id the object
	 * @return its bytes, or nothing if there is no such object
	 * @throws ZovaException {@code OBJECT_CORRUPT}; {@code OBJECT_TOO_LARGE} if it does
	 * not fit an array
	 */
	Optional<byte[]> find(ObjectId id);

	/**
	 * Writes an object to a stream, in bounded memory. Everything about it is checked,
	 * each chunk before it is written, the whole before the call returns: if it fails,
	 * what was written must not be used.
	 * @param id the object
	 * @param target not closed
	 * @param progress is told now and then how many bytes were written
	 * @return the size of the object
	 * @throws UncheckedIOException if the stream fails
	 * @throws ZovaException {@code OBJECT_NOT_FOUND}, {@code OBJECT_CORRUPT}
	 */
	long copyTo(ObjectId id, OutputStream target, LongConsumer progress);

	/**
	 * Writes an object to a file, in bounded memory. The file appears, or is replaced,
	 * when everything about the object has been checked.
	 * @param id the object
	 * @param target the file
	 * @param progress is told now and then how many bytes were written
	 * @return the size of the object
	 * @throws UncheckedIOException if the file cannot be written
	 * @throws ZovaException {@code OBJECT_NOT_FOUND}, {@code OBJECT_CORRUPT};
	 * {@code INVALID_ARGUMENT} if the target is there and no file, such as a directory
	 */
	long copyTo(ObjectId id, Path target, LongConsumer progress);

	/**
	 * Opens an object for reading from its start.
	 * @param id the object
	 * @return a stream
	 * @throws ZovaException {@code OBJECT_NOT_FOUND}; {@code OBJECT_CORRUPT} also if its
	 * first chunk is damaged
	 */
	ObjectReader open(ObjectId id);

	/**
	 * Opens an object for reading anywhere. What it reads is checked as by
	 * {@link #readRange(ObjectId, long, int)}.
	 * @param id the object
	 * @return a channel for reading only
	 * @throws ZovaException {@code OBJECT_NOT_FOUND}, {@code OBJECT_CORRUPT}
	 */
	SeekableByteChannel openChannel(ObjectId id);

	/**
	 * Reads a part of an object. Only the chunks that it touches are read and checked,
	 * except that a range which is the whole object is checked like {@link #get}.
	 * @param id the object
	 * @param offset where to start; at the very end there are 0 bytes
	 * @param length how many bytes to read, fewer at the end
	 * @return the bytes
	 * @throws ZovaException {@code OBJECT_NOT_FOUND}, {@code OBJECT_CORRUPT};
	 * {@code OBJECT_RANGE_INVALID} if the offset is negative or beyond the end;
	 * {@code INVALID_ARGUMENT} if the length is negative
	 */
	byte[] readRange(ObjectId id, long offset, int length);

	/**
	 * Reads a part of an object into what remains of a buffer, whose position moves
	 * behind the bytes read. After a failure its position has not moved, but bytes behind
	 * it may have changed.
	 * @param id the object
	 * @param offset where to start
	 * @param into where the bytes go
	 * @return how many bytes there were
	 * @see #readRange(ObjectId, long, int)
	 */
	int readRange(ObjectId id, long offset, ByteBuffer into);

	/**
	 * Whether there is an object. Nothing about it is checked.
	 * @param id the object
	 * @return {@code true} if it exists
	 */
	boolean exists(ObjectId id);

	/**
	 * The size of an object.
	 * @param id the object
	 * @return its length in bytes
	 * @throws ZovaException {@code OBJECT_NOT_FOUND}; {@code OBJECT_CORRUPT} if its row
	 * is damaged
	 */
	default long size(ObjectId id) {
		return info(id).size();
	}

	/**
	 * How many chunks an object consists of.
	 * @param id the object
	 * @return the number of chunks
	 * @throws ZovaException {@code OBJECT_NOT_FOUND}; {@code OBJECT_CORRUPT} if its row
	 * is damaged
	 */
	default long chunkCount(ObjectId id) {
		return info(id).chunkCount();
	}

	/**
	 * What is recorded about an object.
	 * @param id the object
	 * @return its size, number of chunks and profile
	 * @throws ZovaException {@code OBJECT_NOT_FOUND}; {@code OBJECT_CORRUPT} if its row
	 * is damaged
	 */
	ObjectInfo info(ObjectId id);

	/**
	 * Which chunks an object consists of. It is checked that they fit together and exist,
	 * but not what is in them.
	 * @param id the object
	 * @return the chunks in order
	 * @throws ZovaException {@code OBJECT_NOT_FOUND}, {@code OBJECT_CORRUPT}
	 */
	ObjectManifest manifest(ObjectId id);

	/**
	 * Counts the objects, one by one: this takes time in large files.
	 * @return how many there are
	 */
	long count();

	/**
	 * A page of all objects, in the order of their ids.
	 * @param after the last object of the page before, {@code null} to start
	 * @param limit how many at most
	 * @return the objects, fewer than the limit only on the last page
	 * @throws ZovaException {@code OBJECT_CORRUPT} if the row of one of them is damaged
	 */
	List<ObjectInfo> page(@Nullable ObjectId after, int limit);

	/**
	 * All objects in the order of their ids, read page by page as the stream proceeds. An
	 * object that is stored or deleted meanwhile may or may not be among them.
	 * @return a stream that needs no closing
	 */
	Stream<ObjectInfo> stream();

	/**
	 * Deletes an object, and those of its chunks that no other object uses. Damaged
	 * objects can be deleted too.
	 * <p>
	 * The file has no index from chunks to objects. A single deletion therefore looks at
	 * all manifest rows once. From the second on deletions cost no more than the rows
	 * they remove, whatever else this process writes meanwhile, unless another process
	 * writes to the file, SQL changes manifest rows, or a transaction that deleted or
	 * stored objects is rolled back: then the next one but one counts anew. Delete many
	 * objects with {@link #deleteAll}. Where the native library is missing, each deletion
	 * looks at all rows.
	 * @param id the object
	 * @return whether it was there
	 */
	boolean delete(ObjectId id);

	/**
	 * Deletes objects together, with one look at the manifest rows for all of them.
	 * @param ids the objects; those that do not exist are passed over
	 * @return how many there were
	 */
	long deleteAll(Collection<ObjectId> ids);

	/**
	 * Reads a chunk.
	 * @param id the chunk
	 * @return its bytes
	 * @throws ZovaException {@code OBJECT_CHUNK_NOT_FOUND}, {@code OBJECT_CORRUPT}
	 */
	byte[] getChunk(ChunkId id);

	/**
	 * Stores a chunk of up to 64 KiB that belongs to no object yet.
	 * @param id the hash that its bytes must have
	 * @param bytes its bytes
	 * @see #putChunk(ChunkId, byte[], StorageProfile)
	 */
	default void putChunk(ChunkId id, byte[] bytes) {
		putChunk(id, bytes, StorageProfile.DEDUPLICATION);
	}

	/**
	 * Stores a chunk that belongs to no object yet. If it exists already it is checked.
	 * @param id the hash that its bytes must have
	 * @param bytes its bytes
	 * @param profile says how large it may be
	 * @throws ZovaException {@code OBJECT_CORRUPT} if it is empty or too large, or the
	 * existing one is damaged; {@code OBJECT_CHUNK_HASH_MISMATCH}
	 */
	void putChunk(ChunkId id, byte[] bytes, StorageProfile profile);

	/**
	 * Whether there is a chunk, and a good one.
	 * @param id the chunk
	 * @return {@code true} if it exists
	 * @throws ZovaException {@code OBJECT_CORRUPT} if it is damaged
	 */
	boolean chunkExists(ChunkId id);

	/**
	 * Deletes a chunk unless an object uses it.
	 * @param id the chunk
	 * @return whether there was one and it is gone
	 */
	boolean deleteChunk(ChunkId id);

	/**
	 * Makes an object of chunks that are stored already. They need not be cut where
	 * {@link #put(byte[], StorageProfile)} would cut in the deduplication profile; in the
	 * streaming profile they must.
	 * @param id the id that the object must have
	 * @param size the size that it must have, unsigned
	 * @param chunks its chunks, in any order
	 * @param profile what to record as its profile
	 * @throws ZovaException {@code OBJECT_ALREADY_EXISTS} if it exists and is good,
	 * {@code OBJECT_MANIFEST_INVALID} if the chunks do not make this object,
	 * {@code OBJECT_CHUNK_NOT_FOUND}, {@code OBJECT_TOO_LARGE}; {@code OBJECT_CORRUPT} if
	 * a chunk, or the existing object, is damaged
	 */
	void assemble(ObjectId id, long size, List<ObjectManifest.Entry> chunks, StorageProfile profile);

	/**
	 * Says what {@link #collectLooseChunks} would remove.
	 * @param olderThan how long chunks must have been loose
	 * @return the number and size of the chunks
	 */
	LooseChunks looseChunks(Duration olderThan);

	/**
	 * Removes chunks that belong to no object: what remains of writers that were never
	 * finished, and chunks that were put one by one and not used. Chunks of unfinished
	 * writers of this process are not touched. Other processes' are protected by the age
	 * alone: choose it longer than any of them takes to write an object.
	 * <p>
	 * The file does not record when a chunk was stored. Its age is counted from the first
	 * call of this method or of {@link #looseChunks} in this process that found it loose,
	 * so with an age above zero the first call removes nothing.
	 * @param olderThan how long chunks must have been loose, zero for all
	 * @return the number and size of the chunks removed
	 */
	LooseChunks collectLooseChunks(Duration olderThan);

	/**
	 * An object as a resource, for controllers, mail attachments and whatever else takes
	 * one. The object need not exist.
	 * @param id the object
	 * @return a resource with a length, a strong entity tag and cheap ranges
	 */
	ObjectResource asResource(ObjectId id);

	/**
	 * How many bytes went into objects and came out of them.
	 * @return the counts since the database was opened
	 */
	ObjectStatistics statistics();

}
