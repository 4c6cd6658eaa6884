package io.zova.maintenance.salvage;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells the definitions that SQLite keeps of tables, indexes, views and triggers from
 * anything else that a damaged or forged file has in their place. Only a definition may
 * be run: another statement could write to any file, or never end.
 */
final class Definitions {

	private static final Pattern CONTENT_ELSEWHERE = Pattern
		.compile("(?i)(?<![\\w'\"\\]`])(?:c|co|con|cont|conte|conten|content)\\s*=");

	private static final Pattern TABLE = Pattern.compile("create\\s+table\\s", Pattern.CASE_INSENSITIVE);

	private static final Pattern VIRTUAL = Pattern.compile("create\\s+virtual\\s+table\\s", Pattern.CASE_INSENSITIVE);

	private static final Pattern INDEX = Pattern.compile("create\\s+(unique\\s+)?index\\s", Pattern.CASE_INSENSITIVE);

	private static final Pattern VIEW = Pattern.compile("create\\s+view\\s", Pattern.CASE_INSENSITIVE);

	private static final Pattern TRIGGER = Pattern.compile("create\\s+trigger\\s", Pattern.CASE_INSENSITIVE);

	private Definitions() {
	}

	/**
	 * Whether a text defines what it should.
	 * @param type what it should define: {@code table}, {@code index}, {@code view} or
	 * {@code trigger}
	 * @param sql the text
	 * @return {@code true} if running it makes that and does nothing else
	 */
	static boolean isOne(String type, String sql) {
		return switch (type) {
			case "table" -> isVirtual(sql) || isTable(sql);
			case "index" -> INDEX.matcher(sql).lookingAt();
			case "view" -> VIEW.matcher(sql).lookingAt();
			case "trigger" -> TRIGGER.matcher(sql).lookingAt();
			default -> false;
		};
	}

	static boolean isVirtual(String sql) {
		return VIRTUAL.matcher(sql).lookingAt();
	}

	/** Its columns follow its name; a query in their place would be run. */
	private static boolean isTable(String sql) {
		Matcher begin = TABLE.matcher(sql);
		if (!begin.lookingAt()) {
			return false;
		}
		int at = skipBlanks(sql, afterName(sql, skipBlanks(sql, begin.end())));
		return at < sql.length() && sql.charAt(at) == '(';
	}

	private static int afterName(String sql, int from) {
		if (from >= sql.length()) {
			return from;
		}
		char first = sql.charAt(from);
		int quote = "\"`'[".indexOf(first);
		if (quote >= 0) {
			char last = (first == '[') ? ']' : first;
			int end = from;
			do {
				end = sql.indexOf(last, end + 1);
			}
			while (end >= 0 && last != ']' && end + 1 < sql.length() && sql.charAt(end + 1) == last && ++end > 0);
			return (end < 0) ? sql.length() : end + 1;
		}
		int end = from;
		while (end < sql.length() && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) > 127
				|| "_$".indexOf(sql.charAt(end)) >= 0)) {
			end++;
		}
		return end;
	}

	private static int skipBlanks(String sql, int from) {
		int at = from;
		while (at < sql.length()) {
			if (Character.isWhitespace(sql.charAt(at))) {
				at++;
			}
			else if (sql.startsWith("--", at)) {
				int end = sql.indexOf('\n', at);
				at = (end < 0) ? sql.length() : end;
			}
			else if (sql.startsWith("/*", at)) {
				int end = sql.indexOf("*/", at + 2);
				at = (end < 0) ? sql.length() : end + 2;
			}
			else {
				return at;
			}
		}
		return at;
	}

	/**
	 * Whether a table has its rows itself. A full-text index may show those of any table
	 * or view instead, and one that says so in short (FTS5 takes any beginning of the
	 * option's name) does, too.
	 * @param sql the definition of a table
	 * @return {@code false} if reading it may run what the file defines elsewhere
	 */
	static boolean keepsContent(String sql) {
		return !isVirtual(sql) || !CONTENT_ELSEWHERE.matcher(sql).find();
	}

}
