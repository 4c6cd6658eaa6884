package io.zova.maintenance.pages;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The pages of a file as its last committed transaction left them: what is in a
 * write-ahead log or in the journal of a transaction that never ended is put in its
 * place, in memory only.
 * <p>
 * No lock is taken. The caller makes sure that this process has the file not open, since
 * closing this one would give up the locks that SQLite holds on it.
 */
public final class PageFile implements AutoCloseable {

	private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

	private static final int SMALLEST_PAGE = 512;

	private static final int LARGEST_PAGE = 65_536;

	private final FileChannel channel;

	private final int pageSize;

	private final int usableSize;

	private final Charset encoding;

	private final boolean headerSound;

	private long pages;

	/** Where a page is to be read from instead, in one of the files beside. */
	private final Map<Long, Long> places = new HashMap<>();

	private @Nullable FileChannel beside;

	private PageFile(FileChannel channel, int pageSize, int reserved, Charset encoding, boolean headerSound)
			throws IOException {
		this.channel = channel;
		this.pageSize = pageSize;
		this.usableSize = pageSize - reserved;
		this.encoding = encoding;
		this.headerSound = headerSound;
		this.pages = (channel.size() + pageSize - 1) / pageSize;
	}

	/**
	 * Opens a file.
	 * @param file the file; a link is followed
	 * @return its pages
	 * @throws IOException if it can't be read
	 */
	public static PageFile open(Path file) throws IOException {
		Path real = file.toRealPath();
		FileChannel channel = FileChannel.open(real, StandardOpenOption.READ);
		WriteAheadLog log = null;
		try {
			log = WriteAheadLog.of(real.resolveSibling(real.getFileName() + "-wal"));
			PageFile pages = withSize(channel, (log != null) ? log.pageSize() : 0);
			if (log != null && log.pageSize() == pages.pageSize) {
				pages.places.putAll(log.places());
				pages.pages = Math.max(1, log.pages());
				pages.beside = log.channel();
			}
			else {
				if (log != null) {
					log.channel().close();
				}
				RollbackJournal.apply(real.resolveSibling(real.getFileName() + "-journal"), pages);
			}
			return pages;
		}
		catch (IOException | RuntimeException | Error ex) {
			channel.close();
			if (log != null) {
				log.channel().close();
			}
			throw ex;
		}
	}

	private static PageFile withSize(FileChannel channel, int sizeInLog) throws IOException {
		ByteBuffer header = ByteBuffer.allocate(100);
		readFully(channel, header, 0);
		byte[] start = new byte[MAGIC.length];
		header.get(0, start);
		int size = header.getShort(16) & 0xffff;
		size = (size == 1) ? LARGEST_PAGE : size;
		int reserved = header.get(20) & 0xff;
		int encoding = header.getInt(56);
		boolean sound = java.util.Arrays.equals(start, MAGIC) && size >= SMALLEST_PAGE && Integer.bitCount(size) == 1
				&& size - reserved >= 480 && encoding >= 0 && encoding <= 3;
		if (sound) {
			boolean reserves = reserved > 0 && pagesOf(channel, size, size) <= pagesOf(channel, size, size - reserved);
			return new PageFile(channel, size, reserves ? reserved : 0, charset(encoding, channel, size), true);
		}
		return new PageFile(channel, (sizeInLog > 0) ? sizeInLog : guessSize(channel), 0, StandardCharsets.UTF_8,
				false);
	}

	private static int pagesOf(FileChannel channel, int size, int usable) throws IOException {
		int found = 0;
		ByteBuffer content = ByteBuffer.allocate(size);
		for (long page = 1; page < Math.min(channel.size() / size, 2000); page++) {
			content.clear();
			readFully(channel, content, page * size);
			found += (BtreePage.parse(page + 1, content.array(), usable, Long.MAX_VALUE) != null) ? 1 : 0;
		}
		return found;
	}

	/** Definitions of tables tell what the header should. */
	private static Charset charset(int encoding, FileChannel channel, int size) throws IOException {
		ByteBuffer content = ByteBuffer.allocate(size);
		for (long page = 0; encoding > 1 && page < Math.min(channel.size() / size, 200); page++) {
			content.clear();
			readFully(channel, content, page * size);
			if (new String(content.array(), StandardCharsets.ISO_8859_1).contains("CREATE TABLE")) {
				return StandardCharsets.UTF_8;
			}
		}
		return switch (encoding) {
			case 2 -> StandardCharsets.UTF_16LE;
			case 3 -> StandardCharsets.UTF_16BE;
			default -> StandardCharsets.UTF_8;
		};
	}

	/**
	 * The size with which the most places look like pages of rows. Rows fill a page from
	 * its end, so that a page of half the size has none in the second half.
	 */
	private static int guessSize(FileChannel channel) throws IOException {
		int best = 4096;
		long most = 0;
		for (int size = SMALLEST_PAGE; size <= LARGEST_PAGE; size *= 2) {
			long pages = Math.min(channel.size() / size, 4000);
			long found = 0;
			for (long page = 1; page < pages; page++) {
				ByteBuffer content = ByteBuffer.allocate(size);
				readFully(channel, content, page * size);
				BtreePage parsed = BtreePage.parse(page + 1, content.array(), size, Long.MAX_VALUE);
				if (parsed != null && parsed.lastCell() >= size / 2) {
					found += size;
				}
			}
			if (found > most) {
				most = found;
				best = size;
			}
		}
		return best;
	}

	/**
	 * The size of a page.
	 * @return the bytes
	 */
	public int pageSize() {
		return this.pageSize;
	}

	int usableSize() {
		return this.usableSize;
	}

	/**
	 * How texts are encoded.
	 * @return the encoding
	 */
	public Charset encoding() {
		return this.encoding;
	}

	/**
	 * Whether the first page says what a SQLite file says there.
	 * @return {@code false} if its size of pages is guessed
	 */
	public boolean headerSound() {
		return this.headerSound;
	}

	/**
	 * How many pages there are.
	 * @return the number; the first page is 1
	 */
	public long pages() {
		return this.pages;
	}

	void replace(Map<Long, Long> places, FileChannel beside, long pages) {
		this.places.putAll(places);
		this.beside = beside;
		this.pages = pages;
	}

	/**
	 * Reads a page.
	 * @param page its number, from 1
	 * @return its bytes; what the file is too short for is zero
	 * @throws IOException if it can't be read
	 */
	public byte[] read(long page) throws IOException {
		ByteBuffer content = ByteBuffer.allocate(this.pageSize);
		Long place = this.places.get(page);
		FileChannel other = this.beside;
		if (place != null && other != null) {
			readFully(other, content, place);
		}
		else {
			readFully(this.channel, content, (page - 1) * this.pageSize);
		}
		return content.array();
	}

	static void readFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
		while (buffer.hasRemaining()) {
			if (channel.read(buffer, position + buffer.position()) < 0) {
				return;
			}
		}
	}

	static FileChannel readable(Path file) throws IOException {
		if (!Files.isRegularFile(file) || Files.size(file) == 0) {
			throw new EOFException();
		}
		return FileChannel.open(file, StandardOpenOption.READ);
	}

	@Override
	public void close() throws IOException {
		FileChannel other = this.beside;
		try (this.channel) {
			if (other != null) {
				other.close();
			}
		}
	}

}
