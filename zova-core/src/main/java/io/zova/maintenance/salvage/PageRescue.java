package io.zova.maintenance.salvage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.zova.format.SqliteFailure;
import io.zova.maintenance.pages.Cell;
import io.zova.maintenance.pages.Cell.StoredText;
import io.zova.maintenance.pages.PageFile;
import io.zova.maintenance.pages.TreeReader;
import io.zova.maintenance.salvage.SalvageReport.PagesReport;
import io.zova.sqlite.lock.Interruption;

/**
 * Reads the rows of a damaged file out of its pages.
 *
 * <p>
 * First each table's tree is gone down from its root, as SQLite does, but past every page
 * that is damaged: what is in a wrong place, by the rowids that the page above allows or
 * by what its rows look like, is left for later. Then all pages are looked at that no
 * tree has led to and that are not on the list of unused pages. Such a page belongs to
 * the table whose rows look like its own, among those of which a part is missing; if
 * there are several, or none, its rows go to {@code lost_and_found}. Rows of Zova's own
 * tables are told by the rules of the format, chunks by their hash.
 */
final class PageRescue {

	/** Nobody needs them: a new file has new ones, and statistics are made anew. */
	private static final Predicate<String> NOT_COPIED = (name) -> name.equals("_zova_meta")
			|| name.startsWith("_zova_vector_sources") || name.startsWith("_zova_vector_changes")
			|| name.startsWith("_zova_extensions") || name.startsWith("_zova_ext_");

	private final TreeReader reader;

	private final PageFile file;

	private final RawDatabase raw;

	private final UnprovenRows unproven;

	private final RescuedSchema schema;

	private int format;

	private boolean indexBroken;

	private boolean definitionsLost;

	private long reachable;

	private long rescued;

	private long damaged;

	private PageRescue(PageFile file, RawDatabase raw, int limit) throws IOException {
		this.file = file;
		this.raw = raw;
		this.unproven = new UnprovenRows(limit);
		this.reader = new TreeReader(file);
		this.schema = new RescuedSchema(this.reader);
	}

	/**
	 * Reads a file.
	 * @param source the file; this process has it not open
	 * @param raw an empty file for what is found
	 * @param format the format of the source, 0 if its definitions have to tell
	 * @param limit how many rows without a proof to tell one by one
	 * @return what was found
	 * @throws IOException if the source can't be read
	 * @throws SQLException if the new file can't be written
	 */
	static PageRescue into(Path source, Path raw, int format, int limit) throws IOException, SQLException {
		try (PageFile file = PageFile.open(source); RawDatabase database = RawDatabase.create(raw)) {
			PageRescue rescue = new PageRescue(file, database, limit);
			rescue.run(format);
			return rescue;
		}
		catch (UncheckedIOException ex) {
			throw ex.getCause();
		}
	}

	PagesReport report() {
		return new PagesReport(this.file.headerSound(), this.schema.isWhole(), this.reader.freelistReadable(),
				this.reachable, this.rescued, this.raw.lost(), this.damaged, this.unproven.rescuedCounts());
	}

	UnprovenRows unproven() {
		return this.unproven;
	}

	int format() {
		return this.format;
	}

	private void run(int knownFormat) throws IOException, SQLException {
		this.schema.read();
		this.damaged += this.schema.damaged();
		this.format = (knownFormat > 0) ? knownFormat : this.schema.storedFormat();
		this.raw.createTables(this.format);
		List<RescuedSchema.Row> definitions = this.schema.rows(this.raw.tables().keySet());
		for (RescuedSchema.Row row : definitions) {
			this.raw.define(row.type(), row.name(), row.table(), row.sql());
		}
		walkAll(definitions);
		if (!this.schema.isWhole()) {
			this.indexBroken = true;
		}
		this.reader.strays(new StrayVisitor(this.schema.isWhole() && !this.definitionsLost));
	}

	private void walkAll(List<RescuedSchema.Row> definitions) throws IOException, SQLException {
		Set<String> walked = new HashSet<>();
		for (RescuedSchema.Row row : definitions) {
			if (row.root() <= 0) {
				continue;
			}
			RescuedTable table = row.type().equals("table") ? this.raw.tables().get(row.name()) : null;
			if (table != null) {
				walked.add(row.name());
				if (!this.reader.walk(row.root(), table.withRowid(), new TableVisitor(table))) {
					table.setBroken();
				}
			}
			else if (row.isUnreadableTable()) {
				this.definitionsLost = true;
			}
			else {
				boolean withRowid = row.type().equals("table");
				RescuedTable owner = this.raw.tables().get(row.table());
				this.indexBroken |= !this.reader.walk(row.root(), withRowid,
						new IndexVisitor(!withRowid && (owner == null || owner.withRowid())));
			}
		}
		for (RescuedTable table : this.raw.tables().values()) {
			if (!walked.contains(table.name())) {
				table.setBroken();
			}
		}
	}

	private void keep(RescuedTable table, Cell cell, boolean reachable) {
		try {
			Interruption.check("salvaging pages");
			if (NOT_COPIED.test(table.name())) {
				return;
			}
			if (this.raw.put(table, cell)) {
				this.unproven.add(table, cell, reachable);
			}
			else if (!table.isProven()) {
				this.raw.lose(cell);
			}
		}
		catch (SQLException ex) {
			throw SqliteFailure.of("The rows that were found could not be kept", ex);
		}
	}

	/**
	 * A page belongs to a table if at least half of its rows that can be read do. One
	 * chunk with the right hash is enough, whatever has become of the others.
	 */
	static boolean fits(TreeReader.View page, Predicate<Cell> rule, boolean emptyFits) throws IOException {
		return fits(page, rule, emptyFits, 2);
	}

	private static boolean fits(TreeReader.View page, RescuedTable table, boolean reachable) throws IOException {
		return fits(page, (cell) -> table.fits(cell, reachable), reachable,
				table.name().equals("_zova_chunks") ? page.size() + 1 : 2);
	}

	private static boolean fits(TreeReader.View page, Predicate<Cell> rule, boolean emptyFits, int oneIn)
			throws IOException {
		int read = 0;
		int fitting = 0;
		for (int i = 0; i < page.size(); i++) {
			Cell cell = page.cell(i);
			if (cell != null) {
				read++;
				fitting += rule.test(cell) ? 1 : 0;
			}
		}
		return (read == 0) ? emptyFits : fitting > 0 && fitting * oneIn >= read;
	}

	/**
	 * Reads the rows that a table's tree leads to.
	 */
	private final class TableVisitor implements TreeReader.Visitor {

		private final RescuedTable table;

		TableVisitor(RescuedTable table) {
			this.table = table;
		}

		@Override
		public boolean takes(TreeReader.View page) throws IOException {
			if (page.isInterior() && this.table.withRowid()) {
				return true;
			}
			return fits(page, this.table, true);
		}

		@Override
		public boolean row(Cell cell) {
			if (!this.table.takes(cell)) {
				PageRescue.this.damaged++;
				return false;
			}
			PageRescue.this.reachable++;
			keep(this.table, cell, true);
			return true;
		}

		@Override
		public void damaged(long page) {
			PageRescue.this.damaged++;
		}

	}

	/**
	 * Goes through an index, so that its pages are known. Rows in its tree that are no
	 * entries of an index belong to something else.
	 */
	private static final class IndexVisitor implements TreeReader.Visitor {

		private final boolean endsInRowid;

		private int columns = -1;

		IndexVisitor(boolean endsInRowid) {
			this.endsInRowid = endsInRowid;
		}

		@Override
		public boolean takes(TreeReader.View page) throws IOException {
			return page.size() == 0 || fits(page, this::isEntry, true);
		}

		private boolean isEntry(Cell cell) {
			List<@Nullable Object> values = cell.values();
			if (this.columns < 0) {
				this.columns = values.size();
			}
			return values.size() == this.columns
					&& (!this.endsInRowid || values.get(values.size() - 1) instanceof Long);
		}

		@Override
		public boolean row(Cell cell) {
			return isEntry(cell);
		}

		@Override
		public void damaged(long page) {
			// It is made anew.
		}

	}

	/**
	 * Reads the pages that no tree has led to.
	 */
	private final class StrayVisitor implements TreeReader.Visitor {

		private final boolean schemaWhole;

		private @Nullable RescuedTable table;

		StrayVisitor(boolean schemaWhole) {
			this.schemaWhole = schemaWhole;
		}

		@Override
		public boolean takes(TreeReader.View page) throws IOException {
			List<RescuedTable> candidates = candidates(page, true);
			if (candidates.isEmpty()) {
				candidates = candidates(page, false);
				// Perhaps it is of a table that nobody knows any more.
				candidates.removeIf((candidate) -> !this.schemaWhole && !candidate.isPrivate());
			}
			List<RescuedTable> certain = candidates.stream().filter(RescuedTable::isUnmistakable).toList();
			candidates = certain.isEmpty() ? candidates : certain;
			this.table = (candidates.size() == 1) ? candidates.get(0) : null;
			if (this.table != null) {
				return page.isOfTable() || !isPerhapsOfIndex(page);
			}
			if (!page.isOfTable()) {
				// Rows of a table without rowids whose definition is lost; an index is
				// not missed.
				return !this.schemaWhole && fits(page, (cell) -> !isOfPrivateIndex(cell), false);
			}
			return (candidates.size() > 1 || !this.schemaWhole || anythingBroken())
					&& fits(page, (cell) -> true, false);
		}

		/** Hashes, numbers, or a name below a number, each with a rowid behind. */
		private static boolean isOfPrivateIndex(Cell cell) {
			List<@Nullable Object> values = cell.values();
			boolean numbers = values.stream().skip(1).allMatch((value) -> value instanceof Long);
			boolean hash = values.get(0) instanceof byte[] bytes && bytes.length == 32;
			return (numbers && (hash || values.get(0) instanceof Long))
					|| (values.size() == 3 && values.get(0) instanceof Long && values.get(1) instanceof StoredText
							&& values.get(2) instanceof Long);
		}

		private List<RescuedTable> candidates(TreeReader.View page, boolean broken) throws IOException {
			List<RescuedTable> candidates = new ArrayList<>();
			for (RescuedTable candidate : PageRescue.this.raw.tables().values()) {
				if (candidate.withRowid() == page.isOfTable() && (!broken || candidate.broken())
						&& fits(page, candidate, false)) {
					candidates.add(candidate);
				}
			}
			return candidates;
		}

		/** The entries of an index end in a rowid; those of key-values never do. */
		private boolean isPerhapsOfIndex(TreeReader.View page) throws IOException {
			return PageRescue.this.indexBroken && fits(page,
					(cell) -> !cell.values().isEmpty() && cell.values().get(cell.values().size() - 1) instanceof Long,
					false);
		}

		private boolean anythingBroken() {
			return PageRescue.this.raw.tables().values().stream().anyMatch(RescuedTable::broken);
		}

		@Override
		public boolean row(Cell cell) {
			RescuedTable owner = this.table;
			if (owner == null) {
				lose(cell);
				return true;
			}
			if (!owner.takes(cell)) {
				PageRescue.this.damaged++;
				return false;
			}
			PageRescue.this.rescued++;
			keep(owner, cell, false);
			return true;
		}

		private void lose(Cell cell) {
			try {
				PageRescue.this.raw.lose(cell);
			}
			catch (SQLException ex) {
				throw SqliteFailure.of("The rows that were found could not be kept", ex);
			}
		}

		@Override
		public void damaged(long page) {
			PageRescue.this.damaged++;
		}

	}

}
