package io.zova.sqlite.statement;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.file.Topic;

/**
 * What a statement will do to locks and transactions, told by SQLite itself.
 * <p>
 * SQLite compiles a statement to a program that {@code EXPLAIN} lists. The program says
 * all there is to know: the {@code Transaction} instruction names the database that it
 * opens and whether for writing, {@code AutoCommit} and {@code Savepoint} are the control
 * statements, {@code SetCookie} changes the schema. Looking at the first word of the text
 * instead would be wrong for {@code WITH ... DELETE}, {@code PRAGMA user_version = 1},
 * {@code EXPLAIN INSERT} and many more.
 *
 * @param kind what it does to the file, or to the transaction
 * @param savepoint the name in a savepoint statement
 * @param changesSchema whether cached statements may be out of date afterwards
 * @param changesConnection whether the connection behaves differently afterwards
 * @param reusable whether running the compiled statement again has the same effect
 * @param countsRows whether the number of changed rows is its own
 * @param changes what it changes of what somebody may remember
 * @param functions the scalar functions that it calls, in lower case
 * @param plainRead whether it reads, and it makes no difference to it whether in a
 * transaction
 */
public record StatementAnalysis(Kind kind, @Nullable String savepoint, boolean changesSchema, boolean changesConnection,
		boolean reusable, boolean countsRows, Changes changes, Set<String> functions, boolean plainRead) {

	public enum Kind {

		/** Touches no file that others see. */
		NEUTRAL,

		/** Reads the file. */
		READ,

		/** Writes the file. */
		WRITE,

		/**
		 * Needs the whole file to itself and no transaction: VACUUM, another journal
		 * mode.
		 */
		EXCLUSIVE,

		BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO

	}

	/**
	 * What a statement changes.
	 *
	 * @param topics the bits of the {@linkplain Topic topics} whose tables it may change
	 * @param byTriggers whether triggers, or actions of foreign keys, do a part of it
	 * @param elsewhere whether it changes anything but the main file
	 */
	public record Changes(int topics, boolean byTriggers, boolean elsewhere) {

		static final Changes NONE = new Changes(0, false, false);

		static final Changes ALL = new Changes(Topic.bits(Topic.ALL), true, true);

	}

	/** Pragmas whose argument says what to show, not what to set. */
	private static final Set<String> SHOWING_PRAGMAS = Set.of("table_info", "table_xinfo", "table_list", "index_list",
			"index_info", "index_xinfo", "foreign_key_list", "foreign_key_check", "integrity_check", "quick_check",
			"wal_checkpoint", "optimize", "incremental_vacuum", "user_version", "application_id");

	/**
	 * Reads the program of a statement.
	 * @param connection the driver's connection
	 * @param sql a single statement
	 * @return what it will do
	 * @throws SQLException if the statement does not compile
	 */
	static StatementAnalysis of(Connection connection, String sql) throws SQLException {
		SqlTokens tokens = new SqlTokens(sql);
		tokens.next();
		boolean explained = skipExplain(tokens);
		boolean pragma = tokens.is("pragma");
		if (explained) {
			return new StatementAnalysis(Kind.READ, null, false, pragma && setsSomething(tokens, true), !pragma, false,
					Changes.NONE, Set.of(), true);
		}
		Program program = Program.read(connection, sql);
		Kind kind = program.kind();
		boolean changesRows = kind == Kind.WRITE && !program.changesSchema && !pragma;
		return new StatementAnalysis(kind, program.savepoint, program.changesSchema,
				program.attaches || (pragma && setsSomething(tokens, program.returnsRows)), !pragma, changesRows,
				program.changes(connection), Set.copyOf(program.functions),
				kind == Kind.READ && !pragma && !program.vacuums);
	}

	/**
	 * Whether a text that does not compile may have set something on the way: SQLite runs
	 * a pragma before it looks at what follows it.
	 * @param sql the text
	 * @return whether the connection may behave differently from now on
	 */
	public static boolean triesToSet(String sql) throws SQLException {
		if (sql.indexOf('\0') >= 0) {
			return false;
		}
		SqlTokens tokens = new SqlTokens(sql);
		do {
			tokens.next();
		}
		while (tokens.is(';'));
		skipExplain(tokens);
		return tokens.is("pragma") && setsSomething(tokens, true);
	}

	private static boolean skipExplain(SqlTokens tokens) {
		if (!tokens.is("explain")) {
			return false;
		}
		tokens.next();
		if (tokens.is("query")) {
			tokens.next();
			tokens.next();
		}
		return true;
	}

	public boolean writes() {
		return this.kind == Kind.WRITE || this.kind == Kind.EXCLUSIVE;
	}

	public boolean isTransactionControl() {
		return this.kind.compareTo(Kind.BEGIN) >= 0;
	}

	/**
	 * Whether a pragma may set something. Most take effect when they are compiled, even
	 * behind EXPLAIN.
	 * @param tokens stands at the word PRAGMA
	 * @param returnsRows whether the pragma returns rows
	 */
	private static boolean setsSomething(SqlTokens tokens, boolean returnsRows) {
		tokens.next();
		String name = tokens.name();
		tokens.next();
		if (tokens.is('.')) {
			tokens.next();
			name = tokens.name();
			tokens.next();
		}
		if (tokens.is('=') || tokens.is('(')) {
			return !SHOWING_PRAGMAS.contains(name.toLowerCase(Locale.ROOT));
		}
		return !returnsRows;
	}

	/**
	 * The instructions of interest in a compiled statement.
	 */
	private static final class Program {

		private static final int TEMP_DATABASE = 1;

		private static final int SCHEMA_COOKIE = 1;

		private static final String TABLE = """
				select tbl_name from "SCHEMA".sqlite_schema where rootpage = ?
				""";

		private static final String DATABASES = "select seq, name from pragma_database_list where seq <> 1";

		private boolean reads;

		private boolean writes;

		private boolean exclusive;

		private boolean changesSchema;

		private boolean attaches;

		private boolean vacuums;

		private boolean returnsRows;

		/** Where the tables and indexes begin that it writes, for each attached file. */
		private final Map<Integer, Set<Integer>> writtenRoots = new HashMap<>();

		private final Set<String> functions = new HashSet<>();

		private boolean runsTriggers;

		private boolean writesElsewhere;

		private @Nullable Kind control;

		private @Nullable String savepoint;

		static Program read(Connection connection, String sql) throws SQLException {
			Program program = new Program();
			try (PreparedStatement statement = connection.prepareStatement("explain " + sql);
					ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					program.add(rows.getString(2), rows);
				}
			}
			return program;
		}

		private void addWrittenRoot(int database, int root) {
			this.writtenRoots.computeIfAbsent(database, (absent) -> new HashSet<>()).add(root);
		}

		private void add(String opcode, ResultSet row) throws SQLException {
			int p1 = row.getInt(3);
			int p2 = row.getInt(4);
			switch (opcode) {
				case "Transaction" -> {
					if (p1 != TEMP_DATABASE) {
						this.reads = true;
						this.writes |= p2 != 0;
					}
					this.writesElsewhere |= p1 != 0 && p2 != 0;
				}
				case "OpenWrite" -> {
					addWrittenRoot(row.getInt(5), p2);
				}
				case "Clear" -> {
					addWrittenRoot(p2, p1);
				}
				case "Program" -> this.runsTriggers = true;
				case "AutoCommit" -> this.control = (p1 == 0) ? Kind.BEGIN : (p2 == 0) ? Kind.COMMIT : Kind.ROLLBACK;
				case "Savepoint" -> {
					this.control = (p1 == 0) ? Kind.SAVEPOINT : (p1 == 1) ? Kind.RELEASE : Kind.ROLLBACK_TO;
					this.savepoint = row.getString(6);
				}
				case "Vacuum" -> {
					boolean intoOtherFile = p2 != 0;
					this.reads = true;
					this.vacuums = true;
					this.exclusive |= !intoOtherFile;
				}
				case "JournalMode" -> {
					boolean changes = row.getInt(5) >= 0;
					this.reads = true;
					this.exclusive |= changes;
				}
				case "Checkpoint", "IncrVacuum" -> this.writes = true;
				case "SqlExec" -> {
					// The statements of pragma optimize may create tables of statistics.
					this.writes = true;
					this.changesSchema = true;
				}
				case "SetCookie" -> this.changesSchema |= p1 != TEMP_DATABASE && p2 == SCHEMA_COOKIE;
				case "Function" -> {
					String function = row.getString(6);
					if (function != null) {
						int arguments = function.indexOf('(');
						this.functions.add(((arguments < 0) ? function : function.substring(0, arguments))
							.toLowerCase(Locale.ROOT));
						this.attaches |= function.startsWith("sqlite_attach") || function.startsWith("sqlite_detach");
						// Our own functions belong to the transaction, whatever they
						// touch.
						this.reads |= function.startsWith("zova_");
					}
				}
				case "ResultRow" -> this.returnsRows = true;
				default -> {
				}
			}
		}

		private Changes changes(Connection connection) throws SQLException {
			if (this.changesSchema || this.exclusive) {
				return Changes.ALL;
			}
			return new Changes(topics(connection), this.runsTriggers, this.writesElsewhere);
		}

		private int topics(Connection connection) throws SQLException {
			int topics = 0;
			if (this.writtenRoots.isEmpty()) {
				return topics;
			}
			try (PreparedStatement list = connection.prepareStatement(DATABASES);
					ResultSet databases = list.executeQuery()) {
				while (databases.next()) {
					Set<Integer> roots = this.writtenRoots.getOrDefault(databases.getInt(1), Set.of());
					String schema = databases.getString(2).replace("\"", "\"\"");
					topics |= topicsOf(connection, TABLE.replace("SCHEMA", schema), roots);
				}
			}
			return topics;
		}

		private static int topicsOf(Connection connection, String sql, Set<Integer> roots) throws SQLException {
			int topics = 0;
			if (!roots.isEmpty()) {
				try (PreparedStatement table = connection.prepareStatement(sql)) {
					for (int root : roots) {
						table.setInt(1, root);
						topics |= topicsOf(table);
					}
				}
			}
			return topics;
		}

		private static int topicsOf(PreparedStatement table) throws SQLException {
			int topics = 0;
			try (ResultSet row = table.executeQuery()) {
				while (row.next()) {
					String name = row.getString(1);
					for (Topic topic : Topic.values()) {
						topics |= topic.contains(name) ? topic.bit() : 0;
					}
				}
			}
			return topics;
		}

		private Kind kind() {
			if (this.control != null) {
				return this.control;
			}
			if (this.exclusive) {
				return Kind.EXCLUSIVE;
			}
			return this.writes ? Kind.WRITE : this.reads ? Kind.READ : Kind.NEUTRAL;
		}

	}

}
