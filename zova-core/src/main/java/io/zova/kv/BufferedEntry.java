package io.zova.kv;

import org.jspecify.annotations.Nullable;

/**
 * A value on its way to the file. Entries are told apart by identity: each put makes a
 * new one.
 */
final class BufferedEntry {

	/** About what the objects around key and value take. */
	private static final int OVERHEAD = 128;

	final byte[] key;

	final byte[] value;

	/**
	 * Who has moved this value into a transaction that has not ended yet. The flush
	 * leaves such entries alone.
	 */
	volatile @Nullable BufferClaim claim;

	BufferedEntry(byte[] key, byte[] value) {
		this.key = key;
		this.value = value;
	}

	static long bytes(byte[] key, byte[] value) {
		return (long) key.length + value.length + OVERHEAD;
	}

	long bytes() {
		return bytes(this.key, this.value);
	}

}
