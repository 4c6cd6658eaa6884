package io.zova.sqlite;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text into its SQL statements, at the semicolons that end one.
 * <p>
 * Not every semicolon does: those in strings, quoted names and comments don't, nor those
 * inside the body of a {@code CREATE TRIGGER}, which goes on to {@code ; END ;}.
 */
final class SqlScript {

	private final String text;

	private int position;

	private SqlScript(String text) {
		this.text = text;
	}

	/**
	 * The statements of a text, without their final semicolons. Parts that hold nothing
	 * but blanks and comments are left out.
	 * @param text SQL
	 * @return the statements in order
	 */
	static List<String> statements(String text) {
		SqlScript script = new SqlScript(text);
		List<String> statements = new ArrayList<>(1);
		while (script.position < text.length()) {
			String statement = script.nextStatement();
			if (!statement.isEmpty()) {
				statements.add(statement);
			}
		}
		return statements;
	}

	private String nextStatement() {
		int start = this.position;
		int words = 0;
		boolean create = false;
		boolean trigger = false;
		boolean afterSemicolon = false;
		boolean ended = false;
		boolean empty = true;
		while (this.position < this.text.length()) {
			char c = this.text.charAt(this.position);
			if (isBlank(c)) {
				this.position++;
			}
			else if (!skipComment()) {
				if (c == ';') {
					this.position++;
					if (!trigger || ended) {
						return empty ? "" : this.text.substring(start, this.position - 1).strip();
					}
					afterSemicolon = true;
				}
				else {
					String token = nextToken(c);
					empty = false;
					words++;
					if (words == 1 && token.equalsIgnoreCase("explain")) {
						words = 0;
					}
					create |= words == 1 && token.equalsIgnoreCase("create");
					boolean temporary = token.equalsIgnoreCase("temp") || token.equalsIgnoreCase("temporary");
					if (create && words == 2 && temporary) {
						words = 1;
					}
					trigger |= create && words == 2 && token.equalsIgnoreCase("trigger");
					ended = afterSemicolon && token.equalsIgnoreCase("end");
					afterSemicolon = false;
				}
			}
		}
		return empty ? "" : this.text.substring(start).strip();
	}

	private boolean skipComment() {
		if (this.text.startsWith("--", this.position)) {
			int end = this.text.indexOf('\n', this.position);
			this.position = (end < 0) ? this.text.length() : end + 1;
			return true;
		}
		if (this.text.startsWith("/*", this.position)) {
			int end = this.text.indexOf("*/", this.position + 2);
			this.position = (end < 0) ? this.text.length() : end + 2;
			return true;
		}
		return false;
	}

	private String nextToken(char first) {
		int start = this.position;
		if (first == '\'' || first == '"' || first == '`' || first == '[') {
			char close = (first == '[') ? ']' : first;
			int end = this.text.indexOf(close, start + 1);
			// A doubled quote starts the next token at once, which comes to the same.
			this.position = (end < 0) ? this.text.length() : end + 1;
		}
		else if (isWordPart(first)) {
			while (this.position < this.text.length() && isWordPart(this.text.charAt(this.position))) {
				this.position++;
			}
		}
		else {
			this.position++;
		}
		return this.text.substring(start, this.position);
	}

	private static boolean isBlank(char c) {
		return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\u000b' || c == '\ufeff';
	}

	private static boolean isWordPart(char c) {
		return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c > 127;
	}

}
