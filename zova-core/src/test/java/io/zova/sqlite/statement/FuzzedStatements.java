package io.zova.sqlite.statement;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.zova.sqlite.driver.DriverConnections;

/**
 * SQL texts for a fuzzer: cut into tokens and statements, of which nothing may get lost,
 * and analysed.
 */
public final class FuzzedStatements {

	private static Connection connection = connect();

	private FuzzedStatements() {
	}

	private static Connection connect() {
		try {
			Connection opened = DriverConnections.memory(0).openWithoutDriverTransactions();
			try (Statement statement = opened.createStatement()) {
				statement.execute("create table item(id integer primary key, a)");
				statement.execute("create view seen as select * from item");
				statement.execute("create trigger t after insert on item begin delete from item; end");
			}
			return opened;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Opens what is needed, before the fuzzer's time begins.
	 * @throws Exception if that fails
	 */
	public static void fuzzerInitialize() throws Exception {
		fuzzerTestOneInput(new byte[] { ';' });
	}

	/** What to begin with. */
	public static List<byte[]> seeds() {
		return List
			.of("select 1; select 'a;''b' as \"c;\" from [item;] -- ;\n;/* ; */ values (:a::b(c;d), @x, `y;`)",
					"create temp trigger t after insert on item begin delete from item; select 1; end; select 2",
					"with w as (select 1) insert into item(a) select * from w returning id",
					"explain query plan pragma main.user_version(3)", "savepoint 'a'; release a; begin; commit",
					"pragma foreign_keys = 0;;vacuum into 'x'", "/* open", "select 'open", "a /*")
			.stream()
			.map((sql) -> sql.getBytes(StandardCharsets.UTF_8))
			.toList();
	}

	/**
	 * Takes the bytes as SQL.
	 * @param input any bytes
	 * @throws SQLException if what is a statement cannot be cut
	 */
	public static void fuzzerTestOneInput(byte[] input) throws SQLException {
		String text = new String(input, StandardCharsets.UTF_8);
		if (text.indexOf('\0') >= 0) {
			try {
				new SqlTokens(text);
				throw new AssertionError("A NUL was accepted");
			}
			catch (SQLException ex) {
				text = text.replace('\0', ' ');
			}
		}
		// White space only behind other white space: joining statements would change it.
		text = text.replace('\u000b', ' ');
		List<String> tokens = tokens(text);
		List<String> statements = SqlScript.statements(text);
		require(withoutSemicolons(tokens), tokensOf(statements), "the tokens of the text and of its statements");
		require(statements, SqlScript.statements(String.join("\n;\n", statements)), "the statements joined again");
		int at = 0;
		for (String statement : statements) {
			at = text.indexOf(statement, at);
			if (at < 0) {
				throw new AssertionError("'" + statement + "' is not in the text, or not in this order");
			}
			at += statement.length();
			require(List.of(statement), SqlScript.statements(statement), "a statement alone");
			analyse(statement);
		}
		analyse(text);
	}

	private static List<String> tokens(String text) throws SQLException {
		List<String> found = new ArrayList<>();
		SqlTokens tokens = new SqlTokens(text);
		int end = 0;
		while (tokens.next()) {
			if (tokens.start() < end || tokens.end() <= tokens.start() || tokens.end() > text.length()) {
				throw new AssertionError("A token from " + tokens.start() + " to " + tokens.end() + " after " + end);
			}
			String between = text.substring(end, tokens.start()).strip();
			if (!between.isEmpty() && !between.startsWith("--") && !between.startsWith("/*")
					&& between.charAt(0) != '\ufeff') {
				throw new AssertionError("'" + between + "' was passed over");
			}
			end = tokens.end();
			found.add(text.substring(tokens.start(), end));
			tokens.name();
		}
		return found;
	}

	private static List<String> tokensOf(List<String> statements) throws SQLException {
		List<String> found = new ArrayList<>();
		for (String statement : statements) {
			found.addAll(tokens(statement));
		}
		return withoutSemicolons(found);
	}

	/** Those between statements are not in any, and those within a trigger are. */
	private static List<String> withoutSemicolons(List<String> tokens) {
		return tokens.stream().filter((token) -> !token.equals(";")).toList();
	}

	private static void analyse(String sql) {
		// That would be for the whole process.
		if (sql.toLowerCase(Locale.ROOT).matches("(?s).*(heap_limit|temp_store_directory|data_store_directory).*")) {
			return;
		}
		try {
			boolean sets = StatementAnalysis.triesToSet(sql);
			try {
				StatementAnalysis.of(connection, sql).isTransactionControl();
			}
			finally {
				if (sets) {
					connection.close();
					connection = connect();
				}
			}
		}
		catch (SQLException ex) {
			// It does not compile.
		}
	}

	private static void require(List<String> expected, List<String> found, String what) {
		if (!expected.equals(found)) {
			throw new AssertionError(what + ": expected " + expected + ", found " + found);
		}
	}

}
