package io.zova.maintenance.pages;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The committed part of a write-ahead log.
 *
 * @param channel the open log
 * @param pageSize the size of its pages
 * @param pages how many pages the database has after its last commit
 * @param places where the newest state of each page begins
 */
record WriteAheadLog(FileChannel channel, int pageSize, long pages, Map<Long, Long> places) {

	private static final int MAGIC = 0x377f0682;

	private static final int HEADER = 32;

	private static final int FRAME_HEADER = 24;

	/**
	 * Reads a log up to its last commit.
	 * @param file the log
	 * @return the log, or {@code null} if nothing in it was committed
	 * @throws IOException if it can't be read
	 */
	static @Nullable WriteAheadLog of(Path file) throws IOException {
		FileChannel channel;
		try {
			channel = PageFile.readable(file);
		}
		catch (EOFException ex) {
			return null;
		}
		WriteAheadLog log = null;
		try {
			log = read(channel);
			return log;
		}
		finally {
			if (log == null) {
				channel.close();
			}
		}
	}

	private static @Nullable WriteAheadLog read(FileChannel channel) throws IOException {
		ByteBuffer header = ByteBuffer.allocate(HEADER);
		PageFile.readFully(channel, header, 0);
		int magic = header.getInt(0);
		if ((magic & ~1) != MAGIC) {
			return null;
		}
		Checksum checksum = new Checksum(((magic & 1) != 0) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
		int pageSize = header.getInt(8);
		checksum.add(header, 0, HEADER - 8);
		if (pageSize < 512 || pageSize > 65_536 || Integer.bitCount(pageSize) != 1 || !checksum.is(header, 24)) {
			return null;
		}
		Map<Long, Long> committed = new HashMap<>();
		Map<Long, Long> open = new HashMap<>();
		long pages = 0;
		long end = channel.size();
		ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER + pageSize);
		for (long at = HEADER; at + frame.capacity() <= end; at += frame.capacity()) {
			frame.clear();
			PageFile.readFully(channel, frame, at);
			checksum.add(frame, 0, 8);
			checksum.add(frame, FRAME_HEADER, pageSize);
			if (frame.getLong(8) != header.getLong(16) || !checksum.is(frame, 16)) {
				break;
			}
			open.put(frame.getInt(0) & 0xffff_ffffL, at + FRAME_HEADER);
			if (frame.getInt(4) != 0) {
				committed.putAll(open);
				open.clear();
				pages = frame.getInt(4) & 0xffff_ffffL;
			}
		}
		return committed.isEmpty() ? null : new WriteAheadLog(channel, pageSize, pages, committed);
	}

	/**
	 * SQLite's checksum, which goes on from frame to frame.
	 */
	private static final class Checksum {

		private final ByteOrder order;

		private int first;

		private int second;

		Checksum(ByteOrder order) {
			this.order = order;
		}

		void add(ByteBuffer buffer, int offset, int length) {
			ByteBuffer words = buffer.duplicate().order(this.order);
			for (int i = offset; i < offset + length; i += 8) {
				this.first += words.getInt(i) + this.second;
				this.second += words.getInt(i + 4) + this.first;
			}
		}

		boolean is(ByteBuffer buffer, int offset) {
			return buffer.getInt(offset) == this.first && buffer.getInt(offset + 4) == this.second;
		}

	}

}
