package io.zova.sqlite.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What a file has to tell its states apart: with a rollback journal the change counter in
 * its header, with a write-ahead log the header of the log's index.
 * <p>
 * Implementation note. SQLite counts the change counter up by one with each commit that
 * has changed something, and so it does with {@code iChange}, the third number in the
 * log's header. The rest of that header (length and checksum of the log, salts) makes
 * sure that a number which comes back, because another process died and the header was
 * made anew, is not taken for the same state.
 */
public final class FileState {

	private static final int LOG_HEADER_BYTES = 48;

	private static final int LOG_CHANGES = 8;

	private final byte[] bytes;

	public FileState(byte[] bytes) {
		this.bytes = bytes;
	}

	/** How many commits the file has seen, from wherever SQLite began to count. */
	private int commits() {
		boolean log = this.bytes.length == LOG_HEADER_BYTES;
		// The file has one byte order everywhere, the memory that the log shares has the
		// machine's.
		return log ? ByteBuffer.wrap(this.bytes).order(ByteOrder.nativeOrder()).getInt(LOG_CHANGES)
				: ByteBuffer.wrap(this.bytes).getInt();
	}

	/**
	 * Whether this state comes just after another.
	 * @param before the other
	 * @param commits how many commits are known that lie between
	 * @return {@code false} if there were more
	 */
	boolean follows(FileState before, int commits) {
		return (commits == 0) ? equals(before)
				: this.bytes.length == before.bytes.length && commits() - before.commits() == commits;
	}

	/**
	 * Whether this state cannot be older than another.
	 * @param other the other
	 * @return {@code false} if it was certainly read before a commit that the other knows
	 */
	public boolean isNoOlderThan(FileState other) {
		return this.bytes.length != other.bytes.length || commits() - other.commits() >= 0;
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof FileState state && Arrays.equals(this.bytes, state.bytes);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.bytes);
	}

}
