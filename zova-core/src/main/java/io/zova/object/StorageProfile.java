package io.zova.object;

import org.jspecify.annotations.Nullable;

/**
 * How an object is cut into chunks. It is chosen when the object is first stored and
 * stays with it; the id of an object does not depend on it.
 */
public enum StorageProfile {

	/**
	 * Chunks end where the content says, so that objects which differ in places share the
	 * rest. At most 64 KiB a chunk, 9 KiB on average.
	 */
	DEDUPLICATION("fastcdc-v1", 65_536),

	/**
	 * Chunks of 1 MiB: fewer rows for large files that resemble no other.
	 */
	STREAMING("fixed-1m-v1", 1_048_576);

	private final String chunker;

	private final int maxChunkSize;

	StorageProfile(String chunker, int maxChunkSize) {
		this.chunker = chunker;
		this.maxChunkSize = maxChunkSize;
	}

	/**
	 * The name that the file records for this profile.
	 * @return such as {@code fastcdc-v1}
	 */
	public String chunker() {
		return this.chunker;
	}

	/**
	 * The largest chunk of this profile.
	 * @return its size in bytes
	 */
	public int maxChunkSize() {
		return this.maxChunkSize;
	}

	Chunker newChunker() {
		return switch (this) {
			case DEDUPLICATION -> new FastCdcChunker();
			case STREAMING -> new FixedChunker();
		};
	}

	/**
	 * How many chunks an object of this size can have at most.
	 * @param size the size of the object
	 * @return the number of chunks
	 */
	long maxChunkCount(long size) {
		return switch (this) {
			case DEDUPLICATION -> size;
			case STREAMING -> size / FixedChunker.SIZE + ((size % FixedChunker.SIZE == 0) ? 0 : 1);
		};
	}

	static @Nullable StorageProfile ofChunker(@Nullable String chunker) {
		for (StorageProfile profile : values()) {
			if (profile.chunker.equals(chunker)) {
				return profile;
			}
		}
		return null;
	}

}
