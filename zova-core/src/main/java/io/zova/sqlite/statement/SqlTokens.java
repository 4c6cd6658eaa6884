package io.zova.sqlite.statement;

import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;

/**
 * Walks over the tokens of an SQL text, cut as SQLite cuts them, past blanks and
 * comments. One pass, no recursion and no look back, so that no text is too long for it.
 * <p>
 * Only as much is told apart as callers ask for: a number is a word, and an operator of
 * two characters two tokens. What SQLite does not understand is a token too, so that it
 * gets to see it and can say so.
 */
final class SqlTokens {

	private final String text;

	private int start;

	private int end;

	/**
	 * Stands before the first token.
	 * @param text any SQL
	 * @throws SQLException if it holds a NUL character: SQLite would silently ignore what
	 * follows
	 */
	SqlTokens(String text) throws SQLException {
		int nul = text.indexOf('\0');
		if (nul >= 0) {
			throw new SQLSyntaxErrorException(
					"The SQL text has a NUL character at index " + nul
							+ ", where SQLite would stop reading: leave it out, or bind the value as a parameter",
					"42000");
		}
		this.text = text;
	}

	/**
	 * Goes to the next token.
	 * @return whether there is one
	 */
	boolean next() {
		this.start = skipBlanksAndComments(this.end);
		this.end = (this.start < this.text.length()) ? endOfToken() : this.start;
		return this.start < this.end;
	}

	int start() {
		return this.start;
	}

	int end() {
		return this.end;
	}

	/**
	 * Whether the token is a keyword. Quoted, it would be a name.
	 * @param keyword the word, in lower case
	 */
	boolean is(String keyword) {
		if (this.end - this.start != keyword.length()) {
			return false;
		}
		for (int i = 0; i < keyword.length(); i++) {
			char c = this.text.charAt(this.start + i);
			char lower = (c >= 'A' && c <= 'Z') ? (char) (c + ('a' - 'A')) : c;
			if (lower != keyword.charAt(i)) {
				return false;
			}
		}
		return true;
	}

	boolean is(char c) {
		return this.end - this.start == 1 && this.text.charAt(this.start) == c;
	}

	/** The name that the token is, without quotes around it. */
	String name() {
		boolean quoted = this.start < this.end && isQuote(this.text.charAt(this.start));
		return (quoted && this.end - this.start > 1) ? this.text.substring(this.start + 1, this.end - 1)
				: this.text.substring(this.start, this.end);
	}

	private int skipBlanksAndComments(int from) {
		int i = from;
		while (i < this.text.length()) {
			char c = this.text.charAt(i);
			if (isBlank(c)) {
				i++;
				// Not in front, but after another blank, a vertical tab is one.
				while (i < this.text.length() && (isBlank(this.text.charAt(i)) || this.text.charAt(i) == '\u000b')) {
					i++;
				}
			}
			else if (c == '\ufeff') {
				i++;
			}
			else if (this.text.startsWith("--", i)) {
				int lineEnd = this.text.indexOf('\n', i + 2);
				i = (lineEnd < 0) ? this.text.length() : lineEnd;
			}
			// At the very end, the two characters are operators.
			else if (this.text.startsWith("/*", i) && i + 2 < this.text.length()) {
				i = after("*/", i + 2);
			}
			else {
				return i;
			}
		}
		return i;
	}

	private int endOfToken() {
		char first = this.text.charAt(this.start);
		if (isQuote(first)) {
			return endOfQuoted(first);
		}
		if (first == '@' || first == '#' || first == ':' || first == '$') {
			return endOfVariable();
		}
		return isWordPart(first) ? endOfWord(this.start + 1) : this.start + 1;
	}

	private int endOfQuoted(char quote) {
		if (quote == '[') {
			return after("]", this.start + 1);
		}
		int i = this.start + 1;
		while (true) {
			int close = this.text.indexOf(quote, i);
			if (close < 0) {
				return this.text.length();
			}
			i = close + 1;
			if (i == this.text.length() || this.text.charAt(i) != quote) {
				return i;
			}
			i++;
		}
	}

	/** A variable as in Tcl may end in parentheses with anything but blanks in them. */
	private int endOfVariable() {
		int nameStart = this.start + 1;
		int i = nameStart;
		while (true) {
			int wordEnd = endOfWord(i);
			if (!this.text.startsWith("::", wordEnd)) {
				i = wordEnd;
				break;
			}
			i = wordEnd + 2;
		}
		boolean named = i > nameStart;
		if (!named || i == this.text.length() || this.text.charAt(i) != '(') {
			return i;
		}
		while (i < this.text.length() && this.text.charAt(i) != ')') {
			char c = this.text.charAt(i);
			if (isBlank(c) || c == '\u000b') {
				return i;
			}
			i++;
		}
		return Math.min(i + 1, this.text.length());
	}

	private int endOfWord(int from) {
		int i = from;
		while (i < this.text.length() && isWordPart(this.text.charAt(i))) {
			i++;
		}
		return i;
	}

	private int after(String close, int from) {
		int found = this.text.indexOf(close, from);
		return (found < 0) ? this.text.length() : found + close.length();
	}

	private static boolean isQuote(char c) {
		return c == '\'' || c == '"' || c == '`' || c == '[';
	}

	private static boolean isBlank(char c) {
		return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
	}

	private static boolean isWordPart(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$'
				|| c > 127;
	}

}
