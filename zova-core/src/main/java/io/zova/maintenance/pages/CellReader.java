package io.zova.maintenance.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.zova.maintenance.pages.Cell.StoredText;

/**
 * Reads rows out of pages, together with the overflow pages that long rows go on in.
 */
final class CellReader {

	private static final int MOST_COLUMNS = 32_767;

	private final PageFile file;

	CellReader(PageFile file) {
		this.file = file;
	}

	/** The key of a cell of a table's page. */
	static @Nullable Long rowid(BtreePage page, int index) {
		ByteBuffer content = page.content();
		int at = page.cell(index);
		if (page.kind() == BtreePage.TABLE_INTERIOR) {
			Varint key = Varint.at(content, at + 4);
			return (key != null) ? key.value() : null;
		}
		Varint length = Varint.at(content, at);
		Varint key = (length != null) ? Varint.at(content, length.end()) : null;
		return (key != null) ? key.value() : null;
	}

	/**
	 * Reads a row.
	 * @param page a leaf, or an inner page of an index
	 * @param index which of its cells
	 * @return the row, or {@code null} if it or one of its overflow pages is damaged
	 * @throws IOException if the file can't be read
	 */
	@Nullable Cell read(BtreePage page, int index) throws IOException {
		ByteBuffer content = page.content();
		int at = page.cell(index) + ((page.kind() == BtreePage.INDEX_INTERIOR) ? 4 : 0);
		Varint length = Varint.at(content, at);
		if (length == null || length.value() < 1 || length.value() > this.file.pages() * this.file.pageSize()
				|| length.value() > Integer.MAX_VALUE - 64) {
			return null;
		}
		int start = length.end();
		long rowid = 0;
		if (page.isOfTable()) {
			Varint key = Varint.at(content, start);
			if (key == null) {
				return null;
			}
			rowid = key.value();
			start = key.end();
		}
		List<Long> overflow = new ArrayList<>();
		byte[] payload = payload(page, start, (int) length.value(), overflow);
		List<@Nullable Object> values = (payload != null) ? values(payload) : null;
		return (values != null) ? new Cell(page.number(), index, rowid, values, overflow) : null;
	}

	private byte @Nullable [] payload(BtreePage page, int start, int length, List<Long> overflow) throws IOException {
		int local = localLength(page, length);
		if (start + local + ((local < length) ? 4 : 0) > this.file.usableSize()) {
			return null;
		}
		if (local == length) {
			byte[] payload = new byte[length];
			page.content().get(start, payload);
			return payload;
		}
		List<byte[]> parts = new ArrayList<>();
		long next = page.content().getInt(start + local) & 0xffff_ffffL;
		int room = this.file.usableSize() - 4;
		for (long rest = (long) length - local; rest > 0; rest -= room) {
			if (next < 2 || next > this.file.pages()) {
				return null;
			}
			overflow.add(next);
			byte[] part = this.file.read(next);
			next = ByteBuffer.wrap(part).getInt(0) & 0xffff_ffffL;
			parts.add(part);
		}
		if (next != 0) {
			return null;
		}
		byte[] payload = new byte[length];
		page.content().get(start, payload, 0, local);
		int at = local;
		for (byte[] part : parts) {
			int count = Math.min(room, length - at);
			System.arraycopy(part, 4, payload, at, count);
			at += count;
		}
		return payload;
	}

	/** How much of a row is in the page itself; these numbers are the format's. */
	private int localLength(BtreePage page, int length) {
		int usable = this.file.usableSize();
		int most = page.isOfTable() ? usable - 35 : (usable - 12) * 64 / 255 - 23;
		if (length <= most) {
			return length;
		}
		int least = (usable - 12) * 32 / 255 - 23;
		int wanted = least + (length - least) % (usable - 4);
		return (wanted <= most) ? wanted : least;
	}

	private @Nullable List<@Nullable Object> values(byte[] payload) {
		ByteBuffer record = ByteBuffer.wrap(payload);
		Varint header = Varint.at(record, 0);
		if (header == null || header.value() < header.end() || header.value() > payload.length) {
			return null;
		}
		List<@Nullable Object> values = new ArrayList<>();
		int type = header.end();
		long at = header.value();
		while (type < header.value()) {
			Varint serial = Varint.at(record, type);
			if (serial == null || serial.end() > header.value() || values.size() >= MOST_COLUMNS) {
				return null;
			}
			long length = length(serial.value());
			if (length < 0 || at + length > payload.length) {
				return null;
			}
			values.add(value(record, serial.value(), (int) at, (int) length));
			at += length;
			type = serial.end();
		}
		return (at == payload.length) ? values : null;
	}

	private static long length(long serial) {
		if (serial >= 12) {
			return (serial - 12) / 2;
		}
		return switch ((int) serial) {
			case 0, 8, 9 -> 0;
			case 1, 2, 3, 4 -> serial;
			case 5 -> 6;
			case 6, 7 -> 8;
			default -> -1;
		};
	}

	private @Nullable Object value(ByteBuffer record, long serial, int at, int length) {
		if (serial >= 12) {
			byte[] bytes = new byte[length];
			record.get(at, bytes);
			return (serial % 2 == 0) ? bytes : new StoredText(bytes, new String(bytes, this.file.encoding()));
		}
		return switch ((int) serial) {
			case 0 -> null;
			case 7 -> record.getDouble(at);
			case 8 -> 0L;
			case 9 -> 1L;
			default -> integer(record, at, length);
		};
	}

	private static Long integer(ByteBuffer record, int at, int length) {
		long value = record.get(at);
		for (int i = 1; i < length; i++) {
			value = value << 8 | record.get(at + i) & 0xff;
		}
		return value;
	}

	/**
	 * A number of 1 to 9 bytes.
	 */
	record Varint(long value, int end) {

		static @Nullable Varint at(ByteBuffer content, int at) {
			long value = 0;
			for (int i = 0; i < 9; i++) {
				if (at + i >= content.limit()) {
					return null;
				}
				int b = content.get(at + i) & 0xff;
				if (i == 8) {
					return new Varint(value << 8 | b, at + 9);
				}
				value = value << 7 | b & 0x7f;
				if (b < 0x80) {
					return new Varint(value, at + i + 1);
				}
			}
			return null;
		}

	}

}
