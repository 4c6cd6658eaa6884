package io.zova.object;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An array and its chunks: where each ends, its hash, and the hash of the whole.
 * <p>
 * Implementation note. Hashes of long content are computed on another thread while the
 * caller cuts, fills or stores it: without that, getting 64 MiB takes the calling thread
 * 1.9 times as long and putting them 1.2 to 1.4 times (benchmarks
 * {@code object-deduplication} and {@code object-streaming}). What the other thread has
 * not reached when it is asked for is hashed by the caller, so a busy pool delays nobody.
 */
final class HashedContent implements ManifestTable.Chunks {

	/** Handing over shorter content takes longer than hashing it. */
	private static final int LONG = 1 << 20;

	/** So much is hashed in one turn. */
	private static final int TURN = 256 << 10;

	private final byte[] bytes;

	private final MessageDigest chunkDigest = Sha256.newDigest();

	private final MessageDigest wholeDigest = Sha256.newDigest();

	/** Held by whoever hashes. Fair: caller and thread take turns. */
	private final ReentrantLock turn = new ReentrantLock(true);

	private final AtomicBoolean running = new AtomicBoolean();

	private int[] ends = new int[16];

	private int count;

	private int handedOver;

	/** How many chunks the other thread may hash. */
	private volatile int ready;

	private volatile byte[][] hashes = new byte[16][];

	/** How many chunks have their hash. */
	private volatile int hashed;

	private byte[] whole = {};

	/**
	 * Begins with no chunk.
	 * @param bytes the content; what is in a chunk does not change any more
	 */
	HashedContent(byte[] bytes) {
		this.bytes = bytes;
	}

	/**
	 * Adds a chunk.
	 * @param end where it ends; it starts where the one before ends
	 */
	void add(int end) {
		if (this.count == this.ends.length) {
			this.ends = Arrays.copyOf(this.ends, this.count * 2);
		}
		this.ends[this.count++] = end;
		if (isLong() && (end - this.handedOver >= TURN || end == this.bytes.length)) {
			this.handedOver = end;
			this.ready = this.count;
			if (this.running.compareAndSet(false, true)) {
				Hashing.THREADS.execute(this::hashReady);
			}
		}
	}

	private void hashReady() {
		while (this.hashed < this.ready) {
			this.turn.lock();
			try {
				int from = offset(this.hashed);
				while (this.hashed < this.ready && offset(this.hashed) - from < TURN) {
					hashNext();
				}
			}
			finally {
				this.turn.unlock();
			}
		}
		this.running.set(false);
	}

	private void hashUpTo(int chunks) {
		if (this.hashed >= chunks) {
			return;
		}
		this.turn.lock();
		try {
			while (this.hashed < chunks) {
				hashNext();
			}
		}
		finally {
			this.turn.unlock();
		}
	}

	private void hashNext() {
		int chunk = this.hashed;
		int from = offset(chunk);
		int length = size(chunk);
		if (chunk == this.hashes.length) {
			this.hashes = Arrays.copyOf(this.hashes, chunk * 2);
		}
		this.chunkDigest.update(this.bytes, from, length);
		this.hashes[chunk] = this.chunkDigest.digest();
		if (length < this.bytes.length) {
			this.wholeDigest.update(this.bytes, from, length);
		}
		this.hashed = chunk + 1;
	}

	boolean isLong() {
		return this.bytes.length >= LONG;
	}

	byte[] bytes() {
		return this.bytes;
	}

	@Override
	public int count() {
		return this.count;
	}

	int offset(int chunk) {
		return (chunk == 0) ? 0 : this.ends[chunk - 1];
	}

	@Override
	public int size(int chunk) {
		return this.ends[chunk] - offset(chunk);
	}

	@Override
	public byte[] hash(int chunk) {
		hashUpTo(chunk + 1);
		return this.hashes[chunk];
	}

	/**
	 * The hash of the whole array, once all of it is in chunks.
	 */
	byte[] hash() {
		if (this.whole.length == 0) {
			hashUpTo(this.count);
			// Content of one chunk has the hash of that.
			this.whole = (this.count == 1) ? this.hashes[0] : this.wholeDigest.digest();
		}
		return this.whole;
	}

}
