package io.zova.object;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * How many manifest rows name each chunk: the index by chunk that the file does not have,
 * in memory.
 * <p>
 * Implementation note. An open-addressing table of 12 bytes a slot, at most two thirds
 * full, keyed by the first 64 bits of the hash. Should two chunks ever share them, both
 * count as named more often than they are, and a chunk stays that could go: never the
 * other way round.
 */
final class ReferenceCounts {

	private long[] keys = new long[1 << 10];

	private int[] counts = new int[1 << 10];

	private int used;

	/**
	 * Counts the rows of a file, in one scan.
	 * @param connection the connection
	 * @return the counts
	 * @throws SQLException if the rows cannot be read
	 */
	static ReferenceCounts of(Connection connection) throws SQLException {
		ReferenceCounts counts = new ReferenceCounts();
		try (PreparedStatement statement = connection.prepareStatement(ManifestTable.REFERENCES);
				ResultSet row = statement.executeQuery()) {
			while (row.next()) {
				byte[] hash = row.getBytes(1);
				if (hash != null) {
					counts.add(hash, 1);
				}
			}
		}
		return counts;
	}

	/**
	 * Whether a count of so many rows fits a small part of the heap.
	 * @param rows the number of manifest rows
	 * @return {@code true} if it does
	 */
	static boolean fits(long rows) {
		long bytesPerRow = 48;
		return rows < Math.min(Runtime.getRuntime().maxMemory() / 16 / bytesPerRow, 1 << 28);
	}

	int count(byte[] hash) {
		return this.counts[slot(key(hash))];
	}

	void add(byte[] hash, int more) {
		long key = key(hash);
		int slot = slot(key);
		if (this.keys[slot] != key) {
			if (this.used >= this.keys.length / 3 * 2) {
				grow();
				slot = slot(key);
			}
			this.keys[slot] = key;
			this.used++;
		}
		this.counts[slot] += more;
	}

	/** A key of 0 would look like a free slot. */
	private static long key(byte[] hash) {
		long key = (hash.length >= Long.BYTES) ? ByteBuffer.wrap(hash).getLong() : 1;
		return (key != 0) ? key : 1;
	}

	private int slot(long key) {
		int mask = this.keys.length - 1;
		int slot = (int) (key ^ (key >>> 32)) & mask;
		while (this.keys[slot] != 0 && this.keys[slot] != key) {
			slot = (slot + 1) & mask;
		}
		return slot;
	}

	private void grow() {
		long[] oldKeys = this.keys;
		int[] oldCounts = this.counts;
		this.keys = new long[oldKeys.length * 2];
		this.counts = new int[oldKeys.length * 2];
		this.used = 0;
		for (int i = 0; i < oldKeys.length; i++) {
			// Those that fell to zero are forgotten here, and only here.
			if (oldKeys[i] != 0 && oldCounts[i] != 0) {
				int slot = slot(oldKeys[i]);
				this.keys[slot] = oldKeys[i];
				this.counts[slot] = oldCounts[i];
				this.used++;
			}
		}
	}

}
