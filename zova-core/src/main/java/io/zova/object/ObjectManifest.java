package io.zova.object;

import java.util.List;

/**
 * Which chunks an object consists of, and in which order.
 *
 * @param object the object
 * @param chunks its chunks by index
 */
public record ObjectManifest(ObjectInfo object, List<Entry> chunks) {

	public ObjectManifest {
		chunks = List.copyOf(chunks);
	}

	/**
	 * One chunk in its place. The values are whatever the caller or the file says;
	 * {@link ObjectOperations#assemble} checks them.
	 *
	 * @param index its number in the object, from 0
	 * @param chunk the hash of its bytes
	 * @param offset where it starts in the object
	 * @param size its length in bytes
	 */
	public record Entry(long index, ChunkId chunk, long offset, long size) {
	}

}
