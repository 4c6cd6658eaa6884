package io.zova.format;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A table, index or trigger of the format, with the statement that makes it.
 *
 * @param kind {@code table}, {@code index} or {@code trigger}, as SQLite's schema table
 * says it
 * @param name the name
 * @param sql the statement that makes it
 */
public record SchemaObject(String kind, String name, String sql) {

	/** In our own statements each column begins a line, and its type follows. */
	private static final Pattern COLUMN = Pattern.compile("^\\s+\"?(\\w+)\"? (?:text|integer|blob|real)\\b",
			Pattern.MULTILINE);

	/**
	 * A table.
	 * @param name the name
	 * @param sql the statement that makes it
	 * @return the table
	 */
	public static SchemaObject table(String name, String sql) {
		return new SchemaObject("table", name, sql);
	}

	static SchemaObject index(String name, String sql) {
		return new SchemaObject("index", name, sql);
	}

	static SchemaObject trigger(String name, String sql) {
		return new SchemaObject("trigger", name, sql);
	}

	/**
	 * The names of a table's columns.
	 * @return the names, in the order of the table
	 */
	List<String> columns() {
		return COLUMN.matcher(this.sql).results().map((match) -> match.group(1)).toList();
	}

	/**
	 * Whether SQLite's record of an object says the same as this one: blanks, line breaks
	 * and the case of ASCII letters don't count, everything else does.
	 * @param storedSql the text that SQLite keeps of the object
	 * @return whether both are the same
	 */
	public boolean matches(String storedSql) {
		return normalize(storedSql).equals(normalize(this.sql));
	}

	/**
	 * Brings the text of a statement into the form in which Zova compares it.
	 * @param sql the statement
	 * @return the statement without ASCII white space, its ASCII letters in lower case
	 */
	public static String normalize(String sql) {
		StringBuilder normalized = new StringBuilder(sql.length());
		for (int i = 0; i < sql.length(); i++) {
			char c = sql.charAt(i);
			if (c == ' ' || (c >= '\t' && c <= '\r')) {
				continue;
			}
			normalized.append((c >= 'A' && c <= 'Z') ? (char) (c + ('a' - 'A')) : c);
		}
		return normalized.toString();
	}

	@Override
	public String toString() {
		return this.kind + " " + this.name;
	}

}
