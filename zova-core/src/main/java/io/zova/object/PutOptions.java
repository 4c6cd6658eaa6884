package io.zova.object;

import java.util.function.LongConsumer;

import io.zova.Arguments;

/**
 * How a stream or file is stored.
 *
 * @param profile how it is cut
 * @param expectedSize how many bytes there must be, -1 if that is not known; a stream
 * that ends early, or goes on, stores nothing then
 * @param progress is told now and then how many bytes were taken, by the calling thread
 */
public record PutOptions(StorageProfile profile, long expectedSize, LongConsumer progress) {

	private static final PutOptions DEFAULTS = new PutOptions(StorageProfile.DEDUPLICATION, -1, (bytes) -> {
	});

	public PutOptions {
		Arguments.required("profile", profile);
		Arguments.required("progress listener", progress);
	}

	/**
	 * Deduplication, any size, and nobody is told.
	 * @return the options
	 */
	public static PutOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * The same with another profile.
	 * @param profile how the content is cut
	 * @return the options
	 */
	public PutOptions withProfile(StorageProfile profile) {
		return new PutOptions(profile, this.expectedSize, this.progress);
	}

	/**
	 * The same with a size that the content must have, such as the content length of an
	 * upload.
	 * @param bytes the size
	 * @return the options
	 */
	public PutOptions withExpectedSize(long bytes) {
		return new PutOptions(this.profile, bytes, this.progress);
	}

	/**
	 * The same with a listener.
	 * @param listener takes the number of bytes done so far
	 * @return the options
	 */
	public PutOptions withProgress(LongConsumer listener) {
		return new PutOptions(this.profile, this.expectedSize, listener);
	}

}
