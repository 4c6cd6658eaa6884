package io.zova.object;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The unfinished writers of this process, whose chunks are loose only for the moment.
 */
final class LiveWriters {

	/** Weak, so that a writer which was dropped without a word protects nothing. */
	private final Set<WrittenChunks> writers = Collections
		.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

	void add(WrittenChunks chunks) {
		this.writers.add(chunks);
	}

	void remove(WrittenChunks chunks) {
		this.writers.remove(chunks);
	}

	/**
	 * The chunks that writers rely on. Only the holder of the write lock gets an answer
	 * that stays true while it holds it.
	 * @return the hashes
	 */
	Set<ByteArrayKey> chunks() {
		Set<ByteArrayKey> chunks = new HashSet<>();
		synchronized (this.writers) {
			this.writers.forEach((writer) -> writer.addHashesTo(chunks));
		}
		return chunks;
	}

}
