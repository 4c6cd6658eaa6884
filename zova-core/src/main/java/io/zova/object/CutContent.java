package io.zova.object;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import org.jspecify.annotations.Nullable;

/**
 * The chunks of an array: where each ends, and its hash; and the hash of the whole.
 * <p>
 * Implementation note. The caller cuts. A second thread hashes long content, the chunks
 * first, in batches that begin while the caller still cuts, and then the whole. A batch
 * that it has not reached when it is asked for is hashed by the caller.
 */
final class CutContent {

	private static final int BATCH = 32;

	private final byte[] content;

	private final StorageProfile profile;

	private int[] ends;

	private int count;

	private final List<FutureTask<byte[][]>> batches = new ArrayList<>();

	private final BackgroundDigest digest;

	private @Nullable ObjectId id;

	CutContent(byte[] content, StorageProfile profile) {
		this.content = content;
		this.profile = profile;
		this.ends = new int[content.length / 8_192 + 8];
		cut(profile.newChunker());
		this.digest = BackgroundDigest.of(content);
	}

	private void cut(Chunker chunker) {
		int from = 0;
		while (from < this.content.length) {
			from += chunker.cut(this.content, from, this.content.length - from, true);
			if (this.count == this.ends.length) {
				this.ends = Arrays.copyOf(this.ends, this.count * 2);
			}
			this.ends[this.count++] = from;
			if (this.count % BATCH == 0 || (from == this.content.length && this.count > 1)) {
				addBatch();
			}
		}
	}

	private void addBatch() {
		int first = this.batches.size() * BATCH;
		int start = offset(first);
		int[] chunkEnds = Arrays.copyOfRange(this.ends, first, this.count);
		FutureTask<byte[][]> batch = new FutureTask<>(() -> hashes(this.content, start, chunkEnds));
		this.batches.add(batch);
		if (this.content.length >= BackgroundDigest.WORTHWHILE) {
			Hashing.THREADS.execute(batch);
		}
	}

	private static byte[][] hashes(byte[] content, int start, int[] ends) {
		MessageDigest digest = Sha256.newDigest();
		byte[][] hashes = new byte[ends.length][];
		int from = start;
		for (int chunk = 0; chunk < ends.length; chunk++) {
			digest.update(content, from, ends[chunk] - from);
			hashes[chunk] = digest.digest();
			from = ends[chunk];
		}
		return hashes;
	}

	/**
	 * The row of the object. Waits for its hash.
	 * @return the row
	 */
	ObjectInfo object() {
		ObjectId known = this.id;
		if (known == null) {
			known = ObjectId.owning(this.digest.digest());
			this.id = known;
		}
		return new ObjectInfo(known, this.content.length, this.count, this.profile);
	}

	int count() {
		return this.count;
	}

	int offset(int chunk) {
		return (chunk == 0) ? 0 : this.ends[chunk - 1];
	}

	int size(int chunk) {
		return this.ends[chunk] - offset(chunk);
	}

	/**
	 * The hash of a chunk. Waits for it, unless nobody has begun with it.
	 * @param chunk its index
	 * @return the hash
	 */
	byte[] hash(int chunk) {
		if (this.count == 1) {
			// An object of one chunk has its name.
			return object().id().shared();
		}
		FutureTask<byte[][]> batch = this.batches.get(chunk / BATCH);
		batch.run();
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return batch.get()[chunk % BATCH];
				}
				catch (InterruptedException ex) {
					// It takes less than a millisecond.
					interrupted = true;
				}
			}
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("Chunk " + chunk + " could not be hashed", ex.getCause());
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	byte[] content() {
		return this.content;
	}

}
