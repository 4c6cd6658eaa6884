package io.zova.object;

import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;

/**
 * Hashes a long array on another thread while the caller fills or cuts it, because the
 * hash of a large object takes as long as everything else together. Short content is
 * hashed at once by the caller: handing it over would take longer.
 */
final class BackgroundDigest {

	/** Shorter objects are hashed where they are. */
	static final int WORTHWHILE = 1 << 20;

	private static final int PIECE = 1 << 20;

	private final MessageDigest digest = Sha256.newDigest();

	private final byte[] bytes;

	private CompletableFuture<Void> progress = CompletableFuture.completedFuture(null);

	private int handedOver;

	/**
	 * Hashes this array, as far as {@link #ready} says.
	 * @param bytes the content; what is ready does not change any more
	 */
	BackgroundDigest(byte[] bytes) {
		this.bytes = bytes;
	}

	static BackgroundDigest of(byte[] bytes) {
		BackgroundDigest digest = new BackgroundDigest(bytes);
		digest.ready(bytes.length);
		return digest;
	}

	/**
	 * Says that the array is filled up to here.
	 * @param end the number of bytes that are ready
	 */
	void ready(int end) {
		if (this.bytes.length < WORTHWHILE) {
			return;
		}
		if (end - this.handedOver >= PIECE || end == this.bytes.length) {
			int from = this.handedOver;
			this.handedOver = end;
			this.progress = this.progress.thenRunAsync(() -> this.digest.update(this.bytes, from, end - from),
					Hashing.THREADS);
		}
	}

	/**
	 * Waits for the hash.
	 * @return the hash of the whole array
	 */
	byte[] digest() {
		this.progress.join();
		this.digest.update(this.bytes, this.handedOver, this.bytes.length - this.handedOver);
		this.handedOver = this.bytes.length;
		return this.digest.digest();
	}

}
