package io.zova.maintenance.pages;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The pages as they were before a transaction that never ended, from its journal.
 */
final class RollbackJournal {

	private static final long MAGIC = 0xd9d505f920a163d7L;

	private static final int ALL_THAT_FOLLOW = -1;

	private RollbackJournal() {
	}

	/**
	 * Undoes what a journal undoes, if there is one.
	 * @param file the journal
	 * @param pages the pages to which it belongs
	 * @throws IOException if it can't be read
	 */
	static void apply(Path file, PageFile pages) throws IOException {
		FileChannel channel;
		try {
			channel = PageFile.readable(file);
		}
		catch (EOFException ex) {
			return;
		}
		Map<Long, Long> places = new HashMap<>();
		long original = 0;
		try {
			original = read(channel, pages.pageSize(), places);
		}
		finally {
			if (original == 0) {
				channel.close();
			}
		}
		if (original > 0) {
			pages.replace(places, channel, original);
		}
	}

	/**
	 * @return how many pages the database had, 0 if the journal is not a hot one
	 */
	private static long read(FileChannel channel, int pageSize, Map<Long, Long> places) throws IOException {
		long at = 0;
		long original = 0;
		ByteBuffer header = ByteBuffer.allocate(28);
		while (at + header.capacity() <= channel.size()) {
			header.clear();
			PageFile.readFully(channel, header, at);
			int sector = header.getInt(20);
			if (header.getLong(0) != MAGIC || sector < 32 || sector > 65_536 || header.getInt(24) != pageSize) {
				break;
			}
			if (at == 0) {
				original = header.getInt(16) & 0xffff_ffffL;
			}
			long record = at + sector;
			int size = 4 + pageSize + 4;
			long count = header.getInt(8);
			if (count == ALL_THAT_FOLLOW) {
				count = (channel.size() - record) / size;
			}
			for (long i = 0; i < count; i++, record += size) {
				if (!keep(channel, record, pageSize, header.getInt(12), places)) {
					return original;
				}
			}
			at = (record + sector - 1) / sector * sector;
		}
		return original;
	}

	/** A page may be there twice; the first one is how it was. */
	private static boolean keep(FileChannel channel, long record, int pageSize, int nonce, Map<Long, Long> places)
			throws IOException {
		if (record + 8 + pageSize > channel.size()) {
			return false;
		}
		ByteBuffer content = ByteBuffer.allocate(8 + pageSize);
		PageFile.readFully(channel, content, record);
		int sum = nonce;
		for (int i = pageSize - 200; i > 0; i -= 200) {
			sum += content.get(4 + i) & 0xff;
		}
		if (sum != content.getInt(4 + pageSize)) {
			return false;
		}
		places.putIfAbsent(content.getInt(0) & 0xffff_ffffL, record + 4);
		return true;
	}

}
