package io.zova.object;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import io.zova.ZovaException;

/**
 * Checks the chunks of a long object on another thread while the caller reads on. In the
 * end the caller checks what the other has not come to.
 */
final class ChunkVerification {

	private static final int BATCH_BYTES = 256 << 10;

	private final ObjectInfo object;

	private final byte[] content;

	private final List<FutureTask<?>> batches = new ArrayList<>();

	private List<Piece> collected = new ArrayList<>();

	private int collectedBytes;

	/**
	 * Checks chunks in this array.
	 * @param object the object
	 * @param content its content, as far as it has been read
	 */
	ChunkVerification(ObjectInfo object, byte[] content) {
		this.object = object;
		this.content = content;
	}

	/**
	 * A chunk to check.
	 *
	 * @param index its number
	 * @param offset where it is in the array
	 * @param size its size
	 * @param hash what it should be
	 */
	private record Piece(long index, int offset, int size, byte[] hash) {
	}

	/**
	 * Takes the chunk of the row entered last, which is in the array and does not change
	 * any more.
	 * @param walk has entered the row
	 */
	void add(ManifestWalk walk) {
		this.collected.add(new Piece(walk.index(), (int) walk.offset(), walk.size(), walk.hash()));
		this.collectedBytes += walk.size();
		if (this.collectedBytes >= BATCH_BYTES) {
			Hashing.THREADS.execute(batch());
		}
	}

	private FutureTask<?> batch() {
		List<Piece> pieces = this.collected;
		this.collected = new ArrayList<>();
		this.collectedBytes = 0;
		FutureTask<?> batch = new FutureTask<>(() -> check(pieces), null);
		this.batches.add(batch);
		return batch;
	}

	private void check(List<Piece> pieces) {
		MessageDigest digest = Sha256.newDigest();
		for (Piece piece : pieces) {
			digest.update(this.content, piece.offset(), piece.size());
			if (!Arrays.equals(piece.hash(), digest.digest())) {
				throw ObjectErrors.corrupt(this.object.id(),
						"the bytes of chunk " + piece.index() + " have another hash");
			}
		}
	}

	/**
	 * Ends only when all chunks are known to be good.
	 * @throws ZovaException {@code OBJECT_CORRUPT} for the first that is not
	 */
	void finish() {
		batch();
		for (int last = this.batches.size() - 1; last >= 0; last--) {
			this.batches.get(last).run();
		}
		boolean interrupted = false;
		for (FutureTask<?> batch : this.batches) {
			interrupted |= await(batch);
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private static boolean await(FutureTask<?> batch) {
		boolean interrupted = false;
		while (true) {
			try {
				batch.get();
				return interrupted;
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
			catch (ExecutionException ex) {
				if (ex.getCause() instanceof ZovaException corrupt) {
					throw corrupt;
				}
				throw new IllegalStateException("Chunks could not be checked", ex.getCause());
			}
		}
	}

}
