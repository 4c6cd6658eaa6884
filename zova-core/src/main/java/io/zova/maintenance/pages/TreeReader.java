package io.zova.maintenance.pages;

import java.io.IOException;
import java.util.BitSet;

import org.jspecify.annotations.Nullable;

/**
 * Goes through the pages of a file: down a tree from its root, or to those that no tree
 * leads to.
 */
public final class TreeReader {

	/** SQLite's own limit. */
	private static final int DEEPEST = 20;

	private final PageFile file;

	private final CellReader cells;

	private final Freelist freelist;

	private final BitSet seen = new BitSet();

	/**
	 * Reads a file.
	 * @param file the file
	 * @throws IOException if it can't be read
	 */
	public TreeReader(PageFile file) throws IOException {
		this.file = file;
		this.cells = new CellReader(file);
		this.freelist = Freelist.of(file);
	}

	/**
	 * Whether the list of unused pages can be trusted.
	 * @return {@code false} if deleted rows and lost ones can't be told apart
	 */
	public boolean freelistReadable() {
		return this.freelist.readable();
	}

	/**
	 * Reads all rows that the root of a table or index leads to.
	 * @param root the root's page
	 * @param table whether it is a table with rowids
	 * @param visitor takes the rows
	 * @return whether the tree is whole; a damaged row alone does not break it
	 * @throws IOException if the file can't be read
	 */
	public boolean walk(long root, boolean table, Visitor visitor) throws IOException {
		return walk(root, table, visitor, null, null, 0);
	}

	private boolean walk(long number, boolean table, Visitor visitor, @Nullable Long above, @Nullable Long upTo,
			int depth) throws IOException {
		if (number < 1 || number > this.file.pages() || this.seen.get((int) number) || depth > DEEPEST) {
			return false;
		}
		BtreePage page = page(number);
		if (page == null || page.isOfTable() != table || !isWithin(page, above, upTo) || !visitor.takes(view(page))) {
			return false;
		}
		this.seen.set((int) number);
		if (!page.isInterior()) {
			rows(page, visitor);
			return page.size() > 0 || depth == 0;
		}
		boolean whole = true;
		Long from = above;
		for (int i = 0; i < page.size(); i++) {
			Long key = table ? CellReader.rowid(page, i) : null;
			whole &= walk(page.child(i), table, visitor, from, key, depth + 1);
			from = key;
			if (!table) {
				row(page, i, visitor);
			}
		}
		return whole & walk(page.child(page.size()), table, visitor, from, upTo, depth + 1);
	}

	/** What is elsewhere than its rowids say belongs to something else. */
	private static boolean isWithin(BtreePage page, @Nullable Long above, @Nullable Long upTo) {
		if (!page.isOfTable()) {
			return true;
		}
		Long before = above;
		for (int i = 0; i < page.size(); i++) {
			Long rowid = CellReader.rowid(page, i);
			if (rowid == null || (before != null && rowid <= before) || (upTo != null && rowid > upTo)) {
				return false;
			}
			before = rowid;
		}
		return true;
	}

	/**
	 * Reads the pages that no tree has led to so far, and that are in use.
	 * @param visitor takes the rows
	 * @throws IOException if the file can't be read
	 */
	public void strays(Visitor visitor) throws IOException {
		for (long number = 1; number <= this.file.pages(); number++) {
			if (this.seen.get((int) number) || (this.freelist.readable() && this.freelist.pages().get((int) number))) {
				continue;
			}
			BtreePage page = page(number);
			if (page != null && page.size() > 0 && page.kind() != BtreePage.TABLE_INTERIOR
					&& visitor.takes(view(page))) {
				this.seen.set((int) number);
				rows(page, visitor);
			}
		}
	}

	private @Nullable BtreePage page(long number) throws IOException {
		return BtreePage.parse(number, this.file.read(number), this.file.usableSize(), this.file.pages());
	}

	private void rows(BtreePage page, Visitor visitor) throws IOException {
		for (int i = 0; i < page.size(); i++) {
			row(page, i, visitor);
		}
	}

	/**
	 * An overflow page belongs to one row; it is no page of rows, whatever it looks like.
	 */
	private void row(BtreePage page, int index, Visitor visitor) throws IOException {
		Cell cell = this.cells.read(page, index);
		if (cell == null) {
			visitor.damaged(page.number());
			return;
		}
		if (visitor.row(cell)) {
			for (long overflow : cell.overflow()) {
				this.seen.set((int) overflow);
			}
		}
	}

	private View view(BtreePage page) {
		return new View() {
			@Override
			public long number() {
				return page.number();
			}

			@Override
			public boolean isOfTable() {
				return page.isOfTable();
			}

			@Override
			public boolean isInterior() {
				return page.isInterior();
			}

			@Override
			public int size() {
				return page.size();
			}

			@Override
			public @Nullable Cell cell(int index) throws IOException {
				return TreeReader.this.cells.read(page, index);
			}
		};
	}

	/**
	 * A page to decide about.
	 */
	public interface View {

		/**
		 * Which page.
		 * @return its number
		 */
		long number();

		/**
		 * Whether it belongs to a table with rowids, else to an index or a table without.
		 * @return {@code true} for a table with rowids
		 */
		boolean isOfTable();

		/**
		 * Whether it leads to others.
		 * @return {@code true} for an inner page of a tree
		 */
		boolean isInterior();

		/**
		 * How many cells it has.
		 * @return the number
		 */
		int size();

		/**
		 * Reads a cell.
		 * @param index which
		 * @return the row, or {@code null} if it is damaged
		 * @throws IOException if the file can't be read
		 */
		@Nullable Cell cell(int index) throws IOException;

	}

	/**
	 * Takes what is read.
	 */
	public interface Visitor {

		/**
		 * Decides whether a page belongs to what is being read.
		 * @param page the page
		 * @return whether its rows are wanted, or its children if it is an inner page
		 * @throws IOException if the file can't be read
		 */
		boolean takes(View page) throws IOException;

		/**
		 * Takes a row.
		 * @param cell the row
		 * @return whether it belongs here, so that its overflow pages are its own
		 * @throws IOException if it can't be kept
		 */
		boolean row(Cell cell) throws IOException;

		/**
		 * Hears of a row that can't be read.
		 * @param page where it is
		 */
		void damaged(long page);

	}

}
