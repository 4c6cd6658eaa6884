package io.zova.sqlite.statement;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text into its SQL statements, at the semicolons that end one.
 * <p>
 * Not every semicolon does: those in strings, quoted names and comments don't, nor those
 * inside the body of a {@code CREATE TRIGGER}, which goes on to {@code ; END ;}.
 */
public final class SqlScript {

	private final String text;

	private final SqlTokens tokens;

	private SqlScript(String text) throws SQLException {
		this.text = text;
		this.tokens = new SqlTokens(text);
	}

	/**
	 * The statements of a text, each from its first token to its last. Parts that hold
	 * nothing but blanks and comments are left out.
	 * @param text SQL
	 * @return the statements in order
	 * @throws SQLException if it holds a NUL character
	 */
	public static List<String> statements(String text) throws SQLException {
		SqlScript script = new SqlScript(text);
		List<String> statements = new ArrayList<>(1);
		while (script.tokens.next()) {
			if (!script.tokens.is(';')) {
				statements.add(script.statement());
			}
		}
		return statements;
	}

	/** Takes the tokens of a statement, the first of which is the current one. */
	private String statement() {
		int start = this.tokens.start();
		int end = start;
		boolean trigger = false;
		boolean afterSemicolon = false;
		boolean ended = false;
		Beginning beginning = Beginning.NOTHING;
		do {
			if (this.tokens.is(';')) {
				if (!trigger || ended) {
					return this.text.substring(start, end);
				}
				afterSemicolon = true;
			}
			else {
				beginning = beginning.then(this.tokens);
				trigger |= beginning == Beginning.CREATE_TRIGGER;
				ended = afterSemicolon && this.tokens.is("end");
				afterSemicolon = false;
			}
			end = this.tokens.end();
		}
		while (this.tokens.next());
		return this.text.substring(start, end);
	}

	/** What a statement has begun with so far, as far as it may make a trigger. */
	private enum Beginning {

		NOTHING, EXPLAIN, EXPLAIN_QUERY, CREATE, CREATE_TEMPORARY, CREATE_TRIGGER, OTHER;

		Beginning then(SqlTokens token) {
			return switch (this) {
				case NOTHING -> token.is("explain") ? EXPLAIN : create(token);
				case EXPLAIN -> token.is("query") ? EXPLAIN_QUERY : create(token);
				case EXPLAIN_QUERY -> token.is("plan") ? EXPLAIN : OTHER;
				case CREATE -> (token.is("temp") || token.is("temporary")) ? CREATE_TEMPORARY : trigger(token);
				case CREATE_TEMPORARY -> trigger(token);
				case CREATE_TRIGGER, OTHER -> OTHER;
			};
		}

		private static Beginning create(SqlTokens token) {
			return token.is("create") ? CREATE : OTHER;
		}

		private static Beginning trigger(SqlTokens token) {
			return token.is("trigger") ? CREATE_TRIGGER : OTHER;
		}

	}

}
