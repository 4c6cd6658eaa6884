package io.zova.object;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The chunks of an array: where each ends, and its hash.
 * <p>
 * Implementation note. Cutting is one pass. Hashing is another that a second thread runs
 * ahead with, in batches, while the caller stores chunk after chunk; a batch that it has
 * not reached is hashed by the caller.
 */
final class CutContent {

	private static final int BATCH = 32;

	private final byte[] content;

	private int[] ends;

	private int count;

	private final byte[][] hashes;

	private final FutureTask<?>[] batches;

	CutContent(byte[] content, StorageProfile profile) {
		this.content = content;
		this.ends = new int[content.length / 8_192 + 8];
		cut(profile.newChunker());
		this.hashes = new byte[this.count][];
		this.batches = new FutureTask<?>[(this.count + BATCH - 1) / BATCH];
		for (int batch = 0; batch < this.batches.length; batch++) {
			int first = batch * BATCH;
			this.batches[batch] = new FutureTask<>(() -> hash(first, Math.min(this.count, first + BATCH)), null);
			if (content.length >= BackgroundDigest.WORTHWHILE) {
				Hashing.THREADS.execute(this.batches[batch]);
			}
		}
	}

	private void cut(Chunker chunker) {
		int from = 0;
		while (from < this.content.length) {
			from += chunker.cut(this.content, from, this.content.length - from, true);
			if (this.count == this.ends.length) {
				this.ends = Arrays.copyOf(this.ends, this.count * 2);
			}
			this.ends[this.count++] = from;
		}
	}

	private void hash(int first, int end) {
		MessageDigest digest = Sha256.newDigest();
		for (int chunk = first; chunk < end; chunk++) {
			digest.update(this.content, offset(chunk), size(chunk));
			this.hashes[chunk] = digest.digest();
		}
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

	byte[] hash(int chunk) {
		FutureTask<?> batch = this.batches[chunk / BATCH];
		batch.run();
		try {
			batch.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			hash(chunk, chunk + 1);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("Chunk " + chunk + " could not be hashed", ex.getCause());
		}
		return this.hashes[chunk];
	}

	byte[] data(int chunk) {
		if (this.count == 1) {
			return this.content;
		}
		return Arrays.copyOfRange(this.content, offset(chunk), this.ends[chunk]);
	}

}
