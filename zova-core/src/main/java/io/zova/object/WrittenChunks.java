package io.zova.object;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The chunks that a writer has stored or found, in order: 36 bytes each, because an
 * object of gigabytes has hundreds of thousands.
 */
final class WrittenChunks implements ManifestTable.Chunks {

	private static final int BLOCK = 1_024;

	private static final int NEW = 1 << 31;

	private final List<byte[]> hashes = new ArrayList<>();

	private final List<int[]> sizes = new ArrayList<>();

	private int count;

	/**
	 * Adds a chunk.
	 * @param hash its hash
	 * @param size its size
	 * @param stored whether it was not there before
	 */
	synchronized void add(byte[] hash, int size, boolean stored) {
		int place = this.count % BLOCK;
		int block = this.count / BLOCK;
		if (block == this.hashes.size()) {
			this.hashes.add(new byte[BLOCK * Sha256.LENGTH]);
			this.sizes.add(new int[BLOCK]);
		}
		System.arraycopy(hash, 0, this.hashes.get(block), place * Sha256.LENGTH, Sha256.LENGTH);
		this.sizes.get(block)[place] = stored ? size | NEW : size;
		this.count++;
	}

	@Override
	public synchronized int count() {
		return this.count;
	}

	/**
	 * Forgets the last ones, whose transaction was rolled back.
	 * @param to how many remain
	 */
	synchronized void truncate(int to) {
		this.count = to;
	}

	@Override
	public synchronized byte[] hash(int chunk) {
		int from = (chunk % BLOCK) * Sha256.LENGTH;
		return Arrays.copyOfRange(this.hashes.get(chunk / BLOCK), from, from + Sha256.LENGTH);
	}

	@Override
	public synchronized int size(int chunk) {
		return this.sizes.get(chunk / BLOCK)[chunk % BLOCK] & ~NEW;
	}

	/**
	 * The chunks that were not there before.
	 * @return their hashes
	 */
	synchronized List<byte[]> stored() {
		List<byte[]> stored = new ArrayList<>();
		for (int chunk = 0; chunk < this.count; chunk++) {
			if ((this.sizes.get(chunk / BLOCK)[chunk % BLOCK] & NEW) != 0) {
				stored.add(hash(chunk));
			}
		}
		return stored;
	}

	synchronized void addHashesTo(Set<ByteArrayKey> set) {
		for (int chunk = 0; chunk < this.count; chunk++) {
			set.add(new ByteArrayKey(hash(chunk)));
		}
	}

}
