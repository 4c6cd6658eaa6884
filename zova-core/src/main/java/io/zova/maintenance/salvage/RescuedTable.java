package io.zova.maintenance.salvage;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.zova.maintenance.check.NameRules;
import io.zova.maintenance.check.VectorElements;
import io.zova.maintenance.pages.Cell;
import io.zova.maintenance.pages.Cell.StoredText;

/**
 * A table whose rows are looked for in pages: what they are like, and whether a part of
 * its tree is lost, so that pages that no tree leads to may be its own.
 */
final class RescuedTable {

	private static final Set<String> CHUNKERS = Set.of("fastcdc-v1", "fixed-1m-v1");

	private static final Set<String> METRICS = Set.of("cosine", "l2", "dot");

	private static final Set<String> ELEMENT_TYPES = Set.of("f32", "f16", "i8");

	private static final Set<String> UNMISTAKABLE = Set.of("_zova_chunks", "_zova_objects", "_zova_object_chunks",
			"_zova_vector_collections", "_zova_vectors", "_zova_graph_nodes");

	private final String name;

	private final boolean withRowid;

	private final List<Column> columns;

	private final @Nullable Predicate<List<@Nullable Object>> rule;

	private boolean broken;

	/**
	 * A table.
	 * @param name its name
	 * @param withRowid whether it has rowids
	 * @param columns what its rows hold, in the order in which they are stored
	 */
	RescuedTable(String name, boolean withRowid, List<Column> columns) {
		this.name = name;
		this.withRowid = withRowid;
		this.columns = columns;
		this.rule = rule(name, columns);
	}

	String name() {
		return this.name;
	}

	boolean withRowid() {
		return this.withRowid;
	}

	List<Column> columns() {
		return this.columns;
	}

	/** What SQL calls the rowid: another column may have that name. */
	String rowidName() {
		for (Column column : this.columns) {
			if (column.rowid()) {
				return UserRows.quoted(column.name());
			}
		}
		return List.of("rowid", "_rowid_", "oid")
			.stream()
			.filter((name) -> this.columns.stream().noneMatch((column) -> column.name().equalsIgnoreCase(name)))
			.findFirst()
			.orElse("rowid");
	}

	boolean isPrivate() {
		return this.name.startsWith("_zova_");
	}

	/** Rows of these prove themselves by a hash, or by a norm later. */
	boolean isProven() {
		return this.name.equals("_zova_chunks") || this.name.startsWith("_zova_object")
				|| this.name.equals("_zova_vectors");
	}

	/**
	 * Rows of these look like no other's: they have hashes, norms, or words of their own.
	 */
	boolean isUnmistakable() {
		return UNMISTAKABLE.contains(this.name);
	}

	boolean broken() {
		return this.broken;
	}

	void setBroken() {
		this.broken = true;
	}

	/**
	 * Whether a row looks like one of this table.
	 * @param cell the row
	 * @param reachable whether the table's tree led to it; then it may be shorter, as
	 * rows are that were written before a column was added
	 * @return {@code true} if it does
	 */
	boolean fits(Cell cell, boolean reachable) {
		List<@Nullable Object> values = cell.values();
		Predicate<List<@Nullable Object>> own = this.rule;
		if (own != null) {
			return values.size() == this.columns.size() && own.test(values);
		}
		if (values.size() > this.columns.size()
				|| (values.size() < this.columns.size() && (!reachable || isPrivate()))) {
			return false;
		}
		for (int i = 0; i < values.size(); i++) {
			if (!this.columns.get(i).allows(values.get(i))) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Whether a row can be one of this table; SQLite lets a column hold whatever it
	 * likes.
	 * @param cell a row in a page of this table
	 * @return {@code true} if it can
	 */
	boolean takes(Cell cell) {
		return (this.rule != null) ? fits(cell, true) : cell.values().size() <= this.columns.size();
	}

	private static @Nullable Predicate<List<@Nullable Object>> rule(String table, List<Column> columns) {
		Predicate<List<@Nullable Object>> old = oldRule(table, columns.size());
		return (old != null) ? old : rule(table);
	}

	/** Formats 3 to 8, whose tables have fewer columns, and mostly names for keys. */
	private static @Nullable Predicate<List<@Nullable Object>> oldRule(String table, int columns) {
		return switch (table + " " + columns) {
			case "_zova_vector_collections 4" -> (row) -> isName(row.get(0), NameRules::isVectorName)
					&& isCount(row.get(1)) && isWord(row.get(2), METRICS) && isWord(row.get(3), ELEMENT_TYPES);
			case "_zova_vectors 4" -> (row) -> isName(row.get(0), NameRules::isVectorName)
					&& isName(row.get(1), NameRules::isVectorName) && row.get(2) instanceof Long dimensions
					&& row.get(3) instanceof byte[] values && values.length > 0 && (values.length == dimensions
							|| values.length == dimensions * 2 || values.length == dimensions * 4);
			case "_zova_vector_norms 3" -> (row) -> isName(row.get(0), NameRules::isVectorName)
					&& isName(row.get(1), NameRules::isVectorName) && row.get(2) instanceof Number;
			case "_zova_graphs 2" -> (row) -> isName(row.get(0), NameRules::isGraphName) && row.get(1) instanceof Long;
			case "_zova_graph_nodes 7" -> (row) -> isName(row.get(0), NameRules::isGraphName)
					&& isName(row.get(1), NameRules::isNodeId) && isName(row.get(2), NameRules::isGraphName)
					&& row.get(3) instanceof StoredText type && NameRules.isTargetType(type.text())
					&& isTextOrNull(row.get(4)) && isTextOrNull(row.get(5)) && row.get(6) instanceof Long;
			case "_zova_graph_edges 5" -> (row) -> isName(row.get(0), NameRules::isGraphName)
					&& isName(row.get(1), NameRules::isNodeId) && isName(row.get(2), NameRules::isGraphName)
					&& isName(row.get(3), NameRules::isNodeId) && row.get(4) instanceof Long;
			case "_zova_graph_edges 6" -> (row) -> row.get(0) == null && row.get(1) instanceof Long
					&& row.get(2) instanceof Long && isName(row.get(3), NameRules::isGraphName)
					&& row.get(4) instanceof Long && row.get(5) instanceof Long;
			default -> null;
		};
	}

	private static @Nullable Predicate<List<@Nullable Object>> rule(String table) {
		return switch (table) {
			case "_zova_objects" -> (row) -> isHash(row.get(0)) && isCount(row.get(1)) && isCount(row.get(2))
					&& isWord(row.get(3), CHUNKERS);
			case "_zova_chunks" -> (row) -> isHash(row.get(0)) && row.get(1) instanceof Long size
					&& row.get(2) instanceof byte[] data && data.length == size
					&& java.util.Arrays.equals(SalvageFunctions.sha256().digest(data), (byte[]) row.get(0));
			case "_zova_object_chunks" -> (row) -> isHash(row.get(0)) && isCount(row.get(1)) && isHash(row.get(2))
					&& isCount(row.get(3)) && row.get(4) instanceof Long size && size > 0 && size <= 1 << 20;
			case "_zova_vector_collections" ->
				(row) -> row.get(0) == null && isName(row.get(1), NameRules::isVectorName) && isCount(row.get(2))
						&& isWord(row.get(3), METRICS) && isWord(row.get(4), ELEMENT_TYPES);
			case "_zova_vectors" ->
				(row) -> row.get(0) == null && row.get(1) instanceof Long && isName(row.get(2), NameRules::isVectorName)
						&& row.get(3) instanceof byte[] values && values.length > 0 && isNorm(row.get(4), values);
			case "_zova_graphs" ->
				(row) -> row.get(0) == null && isName(row.get(1), NameRules::isGraphName) && row.get(2) instanceof Long;
			case "_zova_graph_nodes" -> (row) -> row.get(0) == null && row.get(1) instanceof Long
					&& isName(row.get(2), NameRules::isNodeId) && isName(row.get(3), NameRules::isGraphName)
					&& row.get(4) instanceof StoredText type && NameRules.isTargetType(type.text())
					&& isTextOrNull(row.get(5)) && isTextOrNull(row.get(6)) && row.get(7) instanceof Long;
			case "_zova_graph_edge_types" ->
				(row) -> row.get(0) == null && row.get(1) instanceof Long && isName(row.get(2), NameRules::isGraphName);
			case "_zova_graph_edges" -> (row) -> row.get(0) == null && row.get(1) instanceof Long
					&& row.get(2) instanceof Long && row.get(3) instanceof Long && row.get(4) instanceof Long
					&& row.get(5) instanceof Long && row.get(6) instanceof byte[];
			case "_zova_kv" ->
				(row) -> row.get(0) instanceof byte[] && row.get(1) instanceof byte[] && row.get(2) instanceof byte[];
			default -> null;
		};
	}

	private static boolean isHash(@Nullable Object value) {
		return value instanceof byte[] bytes && bytes.length == 32;
	}

	private static boolean isCount(@Nullable Object value) {
		return value instanceof Long number && number >= 0;
	}

	private static boolean isWord(@Nullable Object value, Set<String> words) {
		return value instanceof StoredText text && words.contains(text.text());
	}

	private static boolean isName(@Nullable Object value, Predicate<byte[]> rule) {
		return value instanceof StoredText text
				&& rule.test(text.text().getBytes(java.nio.charset.StandardCharsets.UTF_8));
	}

	/** SQLite stores a real number without fraction as a whole one. */
	private static boolean isNorm(@Nullable Object value, byte[] vector) {
		if (value == null) {
			return true;
		}
		double norm = (value instanceof Number number) ? number.doubleValue() : Double.NaN;
		for (String type : ELEMENT_TYPES) {
			int size = type.equals("f32") ? 4 : type.equals("f16") ? 2 : 1;
			if (vector.length % size == 0 && VectorElements.of(vector.length / size, "l2", type)
				.normSquared(vector)
				.orElse(Double.NaN) == norm) {
				return true;
			}
		}
		return false;
	}

	private static boolean isTextOrNull(@Nullable Object value) {
		return value == null || value instanceof StoredText;
	}

	/**
	 * A column as its values are stored.
	 *
	 * @param name its name
	 * @param type its declared type
	 * @param notNull whether it must have a value
	 * @param rowid whether it is another name for the rowid, so that its value is not
	 * stored
	 * @param generated whether its value is computed when a row is written
	 */
	record Column(String name, String type, boolean notNull, boolean rowid, boolean generated) {

		boolean allows(@Nullable Object value) {
			if (this.rowid) {
				return value == null;
			}
			if (value == null) {
				return !this.notNull;
			}
			String upper = this.type.toUpperCase(Locale.ROOT);
			boolean number = value instanceof Long || value instanceof Double;
			if (upper.contains("INT")) {
				return number;
			}
			if (upper.contains("CHAR") || upper.contains("CLOB") || upper.contains("TEXT")) {
				return !number;
			}
			if (upper.contains("REAL") || upper.contains("FLOA") || upper.contains("DOUB")) {
				return number;
			}
			return true;
		}

	}

}
