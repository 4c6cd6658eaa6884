package io.zova.sqlite.statement;

import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteConnection;

import io.zova.TestSeed;
import io.zova.sqlite.function.FunctionDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random texts mean to {@link SqlScript} and {@link StatementAnalysis} what they mean to
 * SQLite.
 */
class SqlTextAsSqliteReadsItTests {

	private static final int TEXTS = 20_000;

	private static final List<String> GAPS = List.of(" ", "\t", "\n", "\r", "\f", "\u000b", "\u00a0", "\u2028",
			"\u3000", "\ufeff", "-- c\n", "-- c ; d\r", "--\n", "/* c */", "/* ; */", "/**/", "/*/ */", "/*", "/*/",
			"*/", "-", "/", "", "", "  ", "\n\n");

	private static final List<String> ENDS = List.of(";", ";", ";", ";;", " ; ", "", "\ufeff;");

	@Test
	void aScriptHasTheEffectThatItHasInSqlite() throws SQLException {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		int ran = 0;
		try (SQLiteConnection sqlite = open(); SQLiteConnection ours = open()) {
			for (int i = 0; i < TEXTS; i++) {
				// The driver's way to run scripts takes a vertical tab behind a semicolon
				// for
				// a blank; SQLite's tokenizer doesn't.
				String script = script(random).replace(";\u000b", "; \u000b");
				boolean succeeds = succeeds(() -> set(sqlite, script + "\nselect 1"));
				boolean cut = succeeds(() -> {
					for (String statement : SqlScript.statements(script + "\nselect 1")) {
						try (PreparedStatement prepared = ours.prepareStatement(statement)) {
							prepared.execute();
						}
					}
				});
				assertThat(cut).as("seed %d, script %s", seed, escaped(script)).isEqualTo(succeeds);
				List<String> rows = rows(sqlite);
				assertThat(rows(ours)).as("seed %d, script %s", seed, escaped(script)).isEqualTo(rows);
				ran += rows.size();
			}
		}
		assertThat(ran).isGreaterThan(TEXTS / 10);
	}

	@Test
	void whateverChangesASettingInSqliteIsSeenToDoSo() throws SQLException {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		int changes = 0;
		try (SQLiteConnection sqlite = open(); SQLiteConnection analysed = open()) {
			for (int i = 0; i < TEXTS; i++) {
				// Behind the newline an open comment is one to SQLite, too, and no text
				// is
				// empty: the driver can't close those.
				String text = pragma(random) + "\n";
				if (SqlScript.statements(text).isEmpty()) {
					continue;
				}
				set(sqlite, "pragma foreign_keys=on; pragma busy_timeout=77");
				succeeds(() -> sqlite.prepareStatement(text).close());
				boolean changed = !FunctionDatabase
					.rows(sqlite, "select f.foreign_keys, b.timeout from pragma_foreign_keys f, pragma_busy_timeout b")
					.equals(List.of("1|77"));
				changes += changed ? 1 : 0;
				if (changed) {
					assertThat(seenToChange(analysed, text)).as("seed %d, text %s", seed, escaped(text)).isTrue();
				}
			}
		}
		assertThat(changes).isGreaterThan(TEXTS / 100);
	}

	private static boolean seenToChange(SQLiteConnection connection, String text) throws SQLException {
		try {
			return StatementAnalysis.of(connection, SqlScript.statements(text).get(0)).changesConnection();
		}
		catch (SQLException ex) {
			return StatementAnalysis.triesToSet(text);
		}
	}

	private static String script(Random random) {
		StringBuilder script = new StringBuilder();
		int statements = random.nextInt(4);
		for (int i = 0; i < statements; i++) {
			script.append(gaps(random))
				.append(one(random, "insert into log values ('" + i + "')", "insert into log values (';'';')",
						"insert into log select \";\" from (select 5 as \";\")", "insert into log values ($a::b(;))",
						"insert into log select [;] from (select 6 as [;])", "select 1 as `;`",
						"delete from log where 0"))
				.append(gaps(random))
				.append(one(random, ENDS));
		}
		if (random.nextInt(8) == 0) {
			script.append("create temp trigger t after insert on log when new.a = 'x' begin")
				.append(gaps(random))
				.append(" select 1;")
				.append(gaps(random))
				.append("end;")
				.append(gaps(random))
				.append("drop trigger t;");
		}
		return script.append(gaps(random)).toString();
	}

	private static String pragma(Random random) {
		String name = one(random, "foreign_keys", "busy_timeout", "FOREIGN_KEYS", "Busy_Timeout");
		String quoted = one(random, name, name, '"' + name + '"', "'" + name + "'", '[' + name + ']', '`' + name + '`');
		String schema = one(random, "", "", "", "main.", "\"main\".", "'main' . ", "[main]/**/.", "temp.");
		String value = one(random, "=0", "=0", "(0)", "('0')", "", "=");
		return one(random, "", "", "", "explain ", "explain query plan ", ";", "; explain") + gaps(random)
				+ one(random, "pragma ", "PRAGMA/**/", "pragma\n", "Pragma\ufeff ") + gaps(random) + schema + quoted
				+ gaps(random) + value + one(random, "", "", ";", " garbage", "; select 1");
	}

	private static String gaps(Random random) {
		StringBuilder gaps = new StringBuilder();
		while (random.nextInt(3) == 0) {
			gaps.append(one(random, GAPS));
		}
		return gaps.toString();
	}

	private static String one(Random random, String... choices) {
		return choices[random.nextInt(choices.length)];
	}

	private static String one(Random random, List<String> choices) {
		return choices.get(random.nextInt(choices.size()));
	}

	private static SQLiteConnection open() throws SQLException {
		SQLiteConnection connection = (SQLiteConnection) DriverManager.getConnection("jdbc:sqlite::memory:");
		set(connection, "create table log(a)");
		return connection;
	}

	private static List<String> rows(SQLiteConnection connection) throws SQLException {
		List<String> rows = FunctionDatabase.rows(connection, "select a from log order by rowid");
		set(connection, "delete from log; drop trigger if exists t");
		return rows;
	}

	private static void set(SQLiteConnection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.executeUpdate(sql);
		}
	}

	private static boolean succeeds(Work work) {
		try {
			work.run();
			return true;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	private static String escaped(String text) {
		StringBuilder escaped = new StringBuilder();
		text.chars().forEach((c) -> escaped.append((c < ' ' || c > '~') ? String.format("\\u%04x", c) : (char) c));
		return escaped.toString();
	}

	@FunctionalInterface
	private interface Work {

		void run() throws SQLException;

	}

}
