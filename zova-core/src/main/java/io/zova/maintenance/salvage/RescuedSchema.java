package io.zova.maintenance.salvage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.zova.format.ZovaSchema;
import io.zova.maintenance.pages.Cell;
import io.zova.maintenance.pages.Cell.StoredText;
import io.zova.maintenance.pages.TreeReader;

/**
 * What the pages of a damaged file still say about its tables, and about its format.
 */
final class RescuedSchema {

	private static final Set<String> SCHEMA_TYPES = Set.of("table", "index", "view", "trigger");

	private static final int OLDEST_FORMAT = 3;

	private static final Pattern NUMBER = Pattern.compile("[0-9]{1,3}");

	private final TreeReader reader;

	private final List<Row> rows = new ArrayList<>();

	private boolean whole = true;

	private long damaged;

	RescuedSchema(TreeReader reader) {
		this.reader = reader;
	}

	void read() throws IOException {
		SchemaVisitor visitor = new SchemaVisitor();
		this.whole = this.reader.walk(1, true, visitor) & this.whole;
		if (!this.whole) {
			this.reader.strays(visitor);
		}
	}

	/** Whether the way to all definitions was there, and each could be read. */
	boolean isWhole() {
		return this.whole;
	}

	long damaged() {
		return this.damaged;
	}

	/**
	 * The rows of the schema. A table has its name twice in its row: of two, one is
	 * damaged.
	 * @param known the names of tables that are known anyway
	 * @return the rows
	 */
	List<Row> rows(Set<String> known) {
		return this.rows.stream()
			.map((row) -> (row.type.equals("table") && known.contains(row.table))
					? new Row(row.type, row.table, row.table, row.root, row.sql) : row)
			.toList();
	}

	/** The way to it is lost, but perhaps not the row that says it. */
	int storedFormat() throws IOException {
		FormatVisitor visitor = new FormatVisitor();
		this.reader.strays(visitor);
		return (visitor.format >= OLDEST_FORMAT && visitor.format <= ZovaSchema.FORMAT) ? visitor.format
				: formatOfDefinitions();
	}

	/** Only what makes a difference to the shape of rows. */
	private int formatOfDefinitions() {
		for (Row row : this.rows) {
			if (row.name.equals("_zova_vectors") && row.sql.contains("collection_name")) {
				return 7;
			}
			if (row.name.equals("_zova_graph_edges") && row.sql.contains("edge_type text")) {
				return row.sql.contains("edge_key") ? 8 : 7;
			}
		}
		return ZovaSchema.FORMAT;
	}

	/**
	 * Looks for the row that says which format the file has, and takes nothing.
	 */
	private static final class FormatVisitor implements TreeReader.Visitor {

		private int format;

		@Override
		public boolean takes(TreeReader.View page) throws IOException {
			for (int i = 0; page.isOfTable() && i < page.size(); i++) {
				Cell cell = page.cell(i);
				if (cell != null && cell.values().size() == 2
						&& RawDatabase.text(cell.values().get(0)).equals("format_version")) {
					String number = RawDatabase.text(cell.values().get(1));
					this.format = NUMBER.matcher(number).matches() ? Integer.parseInt(number) : this.format;
				}
			}
			return false;
		}

		@Override
		public boolean row(Cell cell) {
			return false;
		}

		@Override
		public void damaged(long page) {
			// They will be looked at again.
		}

	}

	/**
	 * Reads definitions of tables.
	 */
	private final class SchemaVisitor implements TreeReader.Visitor {

		@Override
		public boolean takes(TreeReader.View page) throws IOException {
			return page.isOfTable() && (page.isInterior() || PageRescue.fits(page, this::isSchema, page.number() == 1));
		}

		private boolean isSchema(Cell cell) {
			List<@Nullable Object> values = cell.values();
			return values.size() == 5 && SCHEMA_TYPES.contains(RawDatabase.text(values.get(0)))
					&& values.get(1) instanceof StoredText && values.get(2) instanceof StoredText
					&& (values.get(3) == null || values.get(3) instanceof Long)
					&& (values.get(4) == null || values.get(4) instanceof StoredText);
		}

		@Override
		public boolean row(Cell cell) {
			if (!isSchema(cell)) {
				RescuedSchema.this.whole = false;
				return false;
			}
			List<@Nullable Object> values = cell.values();
			RescuedSchema.this.rows.add(new Row(RawDatabase.text(values.get(0)), RawDatabase.text(values.get(1)),
					RawDatabase.text(values.get(2)), (values.get(3) instanceof Long root) ? root : 0,
					RawDatabase.text(values.get(4))));
			return true;
		}

		@Override
		public void damaged(long page) {
			RescuedSchema.this.whole = false;
			RescuedSchema.this.damaged++;
		}

	}

	/**
	 * A row of the schema.
	 */
	record Row(String type, String name, String table, long root, String sql) {

		/** What a table of SQLite or a module holds is not missed. */
		boolean isUnreadableTable() {
			return this.type.equals("table") && !this.name.startsWith("sqlite_") && !Definitions.isVirtual(this.sql);
		}

	}

}
