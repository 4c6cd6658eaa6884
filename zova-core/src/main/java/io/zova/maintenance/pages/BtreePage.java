package io.zova.maintenance.pages;

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * A page of a table or an index: its kind, and where its cells are. Only what is
 * plausible as a whole is one.
 */
final class BtreePage {

	static final int INDEX_INTERIOR = 2;

	static final int TABLE_INTERIOR = 5;

	static final int INDEX_LEAF = 10;

	static final int TABLE_LEAF = 13;

	private final long number;

	private final ByteBuffer content;

	private final int kind;

	private final int[] cells;

	private final long rightChild;

	private BtreePage(long number, ByteBuffer content, int kind, int[] cells, long rightChild) {
		this.number = number;
		this.content = content;
		this.kind = kind;
		this.cells = cells;
		this.rightChild = rightChild;
	}

	/**
	 * Understands a page.
	 * @param number its number
	 * @param bytes its bytes
	 * @param usableSize how many of them may be used
	 * @param pages how many pages the file has
	 * @return the page, or {@code null} if it is something else or damaged
	 */
	static @Nullable BtreePage parse(long number, byte[] bytes, int usableSize, long pages) {
		int start = (number == 1) ? 100 : 0;
		ByteBuffer content = ByteBuffer.wrap(bytes);
		int kind = bytes[start];
		if (kind != INDEX_INTERIOR && kind != TABLE_INTERIOR && kind != INDEX_LEAF && kind != TABLE_LEAF) {
			return null;
		}
		boolean interior = kind == INDEX_INTERIOR || kind == TABLE_INTERIOR;
		int headerEnd = start + (interior ? 12 : 8);
		int count = content.getShort(start + 3) & 0xffff;
		int contentStart = content.getShort(start + 5) & 0xffff;
		contentStart = (contentStart == 0) ? 65_536 : contentStart;
		if (bytes[start + 7] > 60 || contentStart > usableSize || headerEnd + 2 * count > contentStart) {
			return null;
		}
		int[] cells = new int[count];
		for (int i = 0; i < count; i++) {
			cells[i] = content.getShort(headerEnd + 2 * i) & 0xffff;
			if (cells[i] < headerEnd + 2 * count || cells[i] > usableSize - 4) {
				return null;
			}
		}
		long right = interior ? content.getInt(start + 8) & 0xffff_ffffL : 0;
		if (interior && (right < 1 || right > pages)) {
			right = 0;
		}
		return new BtreePage(number, content, kind, cells, right);
	}

	long number() {
		return this.number;
	}

	int kind() {
		return this.kind;
	}

	boolean isOfTable() {
		return this.kind == TABLE_INTERIOR || this.kind == TABLE_LEAF;
	}

	boolean isInterior() {
		return this.kind == TABLE_INTERIOR || this.kind == INDEX_INTERIOR;
	}

	ByteBuffer content() {
		return this.content;
	}

	int size() {
		return this.cells.length;
	}

	int cell(int index) {
		return this.cells[index];
	}

	/** Where the cell nearest to the end of the page begins, 0 without cells. */
	int lastCell() {
		int last = 0;
		for (int cell : this.cells) {
			last = Math.max(last, cell);
		}
		return last;
	}

	/** The child to the left of a cell, or behind the last one. */
	long child(int index) {
		return (index < this.cells.length) ? this.content.getInt(this.cells[index]) & 0xffff_ffffL : this.rightChild;
	}

}
