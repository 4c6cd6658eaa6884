package io.zova.sqlite.function;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Where and how SQL can call a table function.
 */
class TableFunctionTests {

	/** The numbers from 1 to n, with their squares. */
	private static final TableFunction NUMBERS = TableFunction.named("numbers")
		.allowedInSchema()
		.column("i", SqlType.INTEGER)
		.column("square", SqlType.INTEGER)
		.argument("n", SqlType.INTEGER)
		.optionalArgument("start", SqlType.INTEGER)
		.orderedBy("i")
		.rows((arguments, rows) -> {
			long start = arguments.integer(1, 1);
			for (long i = start; i <= arguments.integer(0); i++) {
				rows.add(i, i * i);
			}
		});

	private static final TableFunction WORDS = TableFunction.named("words")
		.allowedInSchema()
		.column("position", SqlType.INTEGER)
		.column("word", SqlType.TEXT)
		.argument("text", SqlType.TEXT)
		.optionalArgument("separator", SqlType.TEXT)
		.rows((arguments, rows) -> {
			int position = 0;
			for (String word : arguments.text(0).split(arguments.text(1, " "))) {
				rows.add(++position, word);
			}
		});

	private static final TableFunction ECHO = TableFunction.named("echo")
		.column("given", SqlType.INTEGER)
		.column("type", SqlType.TEXT)
		.column("value", SqlType.NULL)
		.argument("a", SqlType.NULL)
		.optionalArgument("b", SqlType.INTEGER)
		.rows((arguments, rows) -> {
			for (int i = 0; i < arguments.count(); i++) {
				rows.add(arguments.isGiven(i), arguments.type(i).name(), arguments.value(i));
			}
		});

	/** The rows of a query that the function runs itself. */
	private static final TableFunction QUERY = TableFunction.named("query")
		.column("value", SqlType.NULL)
		.argument("sql", SqlType.TEXT)
		.rows((arguments, rows) -> {
			for (String row : FunctionDatabase.rows(arguments.connection(), arguments.text(0))) {
				rows.add(row);
			}
		});

	/** Shows the limit that reached it. */
	private static final TableFunction LIMIT = TableFunction.named("pushed_limit")
		.column("i", SqlType.INTEGER)
		.column("pushed", SqlType.INTEGER)
		.optionalArgument("tag", SqlType.TEXT)
		.orderedBy("i")
		.rows((arguments, rows) -> {
			long pushed = (rows.limit() == Long.MAX_VALUE) ? -1 : rows.limit();
			int i = 0;
			boolean more = true;
			while (more && i < 10) {
				more = rows.add(++i, pushed);
			}
		});

	@TempDir
	Path directory;

	private FunctionDatabase db;

	@BeforeEach
	void open() throws SQLException {
		this.db = FunctionDatabase.inMemory(NUMBERS, WORDS, ECHO, QUERY, LIMIT);
		this.db.run("create table doc(id integer primary key, body text, n int)",
				"insert into doc values (1, 'red green', 2), (2, 'blue', 1), (3, 'red blue green', 3)");
	}

	@AfterEach
	void close() throws SQLException {
		this.db.close();
	}

	@Test
	void literalsAndParametersAndConstraintsAreArguments() throws SQLException {
		assertThat(this.db.rows("select * from numbers(3)")).containsExactly("1|1", "2|4", "3|9");
		assertThat(this.db.rows("select * from numbers(?, ?)", 5, 4)).containsExactly("4|16", "5|25");
		assertThat(this.db.rows("select i from numbers where n = ? and start = 2", 3)).containsExactly("2", "3");
		assertThat(this.db.rows("select i from main.numbers(2)")).containsExactly("1", "2");
		assertThat(this.db.rows("select i from NUMBERS(2) where square > 1")).containsExactly("2");
		assertThat(this.db.rows("select i from numbers(0)")).isEmpty();
	}

	@Test
	void argumentsKeepTheirTypeAndNullIsNotTheSameAsNone() throws SQLException {
		assertThat(this.db.rows("select * from echo(1)")).containsExactly("1|INTEGER|1", "0|NULL|null");
		assertThat(this.db.rows("select * from echo(1.5, '7')")).containsExactly("1|REAL|1.5", "1|TEXT|7");
		assertThat(this.db.rows("select * from echo('é😀', null)")).containsExactly("1|TEXT|é😀", "1|NULL|null");
		assertThat(this.db.rows("select type, hex(value) from echo(x'00ff', x'')")).containsExactly("BLOB|00FF",
				"BLOB|");
		assertThat(this.db.rows("select type, length(value) from echo('', zeroblob(2))")).containsExactly("TEXT|0",
				"BLOB|2");
		assertThat(this.db.rows("select hex(value) from echo(?)", "a\0b")).startsWith("610062");
		assertThat(this.db.rows("select typeof(value) from echo(?)", new byte[0])).startsWith("blob");
	}

	@Test
	void valuesOfEveryTypeComeBackUnchanged() throws SQLException {
		TableFunction values = TableFunction.named("every")
			.column("v", SqlType.NULL)
			.column("w", SqlType.NULL)
			.rows((arguments, rows) -> {
				rows.add(Long.MIN_VALUE, Long.MAX_VALUE);
				rows.add(-1, (short) 7);
				rows.add(0.1, Double.MIN_VALUE);
				rows.add(Double.NEGATIVE_INFINITY, 2.5f);
				rows.add(Double.NaN, null);
				rows.add("", "x".repeat(100_000));
				rows.add("a\0é😀", new StringBuilder("b"));
				rows.add(new byte[0], new byte[] { 0, -1 });
				rows.add(true, false);
			});
		try (FunctionDatabase other = FunctionDatabase.inMemory(values)) {
			assertThat(other.rows("select typeof(v), typeof(w) from every")).containsExactly("integer|integer",
					"integer|integer", "real|real", "real|real", "null|null", "text|text", "text|text", "blob|blob",
					"integer|integer");
			assertThat(other.rows("select v, w from every limit 3"))
				.containsExactly("-9223372036854775808|9223372036854775807", "-1|7", "0.1|4.9406564584124654e-324");
			assertThat(other.rows("select hex(v), hex(w) from every where rowid = 7"))
				.containsExactly("6100C3A9F09F9880|62");
			assertThat(other.rows("select hex(v), hex(w) from every where rowid = 8")).containsExactly("|00FF");
			assertThat(other.rows("select length(v), length(w) from every where rowid = 6"))
				.containsExactly("0|100000");
		}
	}

	@Test
	void aMissingRequiredArgumentIsReportedWhenPreparing() {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.db.rows("select * from numbers"))
			.withMessageContaining("no query solution");
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.db.rows("select * from numbers where n > 2"))
			.withMessageContaining("no query solution");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.db.rows("select * from numbers(1, 2, 3)"))
			.withMessageContaining("too many arguments on numbers() - max 2");
	}

	@Test
	void argumentsThatExcludeEachOtherAreCheckedWhenPreparing() throws SQLException {
		TableFunction search = TableFunction.named("search")
			.column("id", SqlType.TEXT)
			.argument("collection", SqlType.TEXT)
			.optionalArgument("query", SqlType.BLOB)
			.optionalArgument("source", SqlType.TEXT)
			.optionalArgument("top", SqlType.INTEGER)
			.optionalArgument("within", SqlType.REAL)
			.exactlyOneOf("query", "source")
			.atLeastOneOf("top", "within")
			.argumentsReadAsNull()
			.rows((arguments, rows) -> rows.add(arguments.text(0)));
		try (FunctionDatabase other = FunctionDatabase.inMemory(search)) {
			assertThat(other.rows("select id, collection from search('c', 'q') where top = 1"))
				.containsExactly("c|null");
			assertThat(other.rows("select id from search('c') where source = 's' and within = 1 and top = 1"))
				.containsExactly("c");
			assertThat(other.rows("explain query plan select id from search('c', x'00') where top = 1")).singleElement()
				.asString()
				.contains("VIRTUAL TABLE INDEX 11:");
			for (String wrong : List.of("search('c', 'q')", "search('c') where top = 1", "search('c', 'q', 's', 1)",
					"search('c', 'q') where top > 1", "search where query = 'q' and top = 1")) {
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> other.rows("select * from " + wrong))
					.withMessageContaining("no query solution");
			}
			// The first of two is the argument, the other is compared with the NULL that
			// is read.
			assertThat(other.rows("select id from search('c', 'q') where top = 1 and collection = 'c'")).isEmpty();
		}
	}

	@Test
	void hiddenColumnsShowTheirArgument() throws SQLException {
		assertThat(this.db.rows("select i, n, start from numbers(2)")).containsExactly("1|2|null", "2|2|null");
		assertThat(this.db.rows("select i from numbers(2) where n > 1")).containsExactly("1", "2");
		assertThat(this.db.rows("select i from numbers(2) where n = 2")).containsExactly("1", "2");
		assertThat(this.db.rows("select i from numbers(2) where n = 3")).isEmpty();
		assertThat(this.db.rows("select name, hidden from pragma_table_xinfo('numbers')")).containsExactly("i|0",
				"square|0", "n|1", "start|1");
	}

	@Test
	void argumentsComeFromOtherTablesOfAJoin() throws SQLException {
		assertThat(this.db.rows("select d.id, w.word from doc d join words(d.body) w order by d.id, w.position"))
			.containsExactly("1|red", "1|green", "2|blue", "3|red", "3|blue", "3|green");
		assertThat(this.db.rows("select d.id, i from numbers(d.n) join doc d order by 1, 2")).hasSize(6);
		assertThat(this.db.rows("select d.id, i from doc d left join numbers(d.n - 1) x on true order by 1, 2"))
			.containsExactly("1|1", "2|null", "3|1", "3|2");
		assertThat(this.db.rows("select count(*) from doc d full join numbers(2) x on x.i = d.id"))
			.containsExactly("3");
		assertThat(this.db.rows("select a.i, b.i from numbers(3) a join numbers(a.i) b where b.i = a.i"))
			.containsExactly("1|1", "2|2", "3|3");
		assertThat(this.db.rows("select a.i, b.i from numbers(2) a, numbers(2) b")).containsExactly("1|1", "1|2", "2|1",
				"2|2");
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.db.rows("select * from numbers(b.i) a, numbers(a.i) b"))
			.withMessageContaining("no query solution");
	}

	@Test
	void subqueriesExpressionsAndSetsWork() throws SQLException {
		assertThat(this.db.rows("select (select group_concat(word, '+') from words(body)) from doc order by id"))
			.containsExactly("red+green", "blue", "red+blue+green");
		assertThat(this.db.rows("select id from doc where exists (select 1 from words(body) where word = 'blue')"))
			.containsExactly("2", "3");
		assertThat(this.db.rows("select id from doc where id in (select i from numbers(2))")).containsExactly("1", "2");
		assertThat(this.db.rows("select n, i from numbers where n in (1, 2)")).containsExactly("1|1", "2|1", "2|2");
		assertThat(this.db.rows("select count(*) from numbers where n = 1 or n = 3")).containsExactly("4");
		assertThat(this.db.rows("select i from numbers(2) union all select i from numbers(1)")).containsExactly("1",
				"2", "1");
		assertThat(this.db.rows("select i from numbers(3) except select i from numbers(1)")).containsExactly("2", "3");
		assertThat(this.db.rows("with c as materialized (select i from numbers(2)) select a.i + b.i from c a, c b"))
			.containsExactly("2", "3", "3", "4");
		assertThat(this.db.rows("with recursive r(x) as (select 3 union all select i - 1 from r, numbers(r.x, r.x) "
				+ "where r.x > 1) select x from r"))
			.containsExactly("3", "2", "1");
		assertThat(this.db.rows("select i, sum(square) over (order by i) from numbers(3)")).containsExactly("1|1",
				"2|5", "3|14");
		assertThat(this.db.rows("select word, count(*) from doc, words(body) group by word order by word"))
			.containsExactly("blue|2", "green|2", "red|2");
		assertThat(this.db.rows("select distinct word from doc, words(body) order by 1 desc limit 1 offset 1"))
			.containsExactly("green");
	}

	@Test
	void statementsThatWriteCanReadFromIt() throws SQLException {
		this.db.run("create table copy as select i, square from numbers(3)",
				"insert into copy select i, -1 from numbers(5, 4)",
				"update copy set square = (select count(*) from numbers(copy.i)) where i < 3",
				"delete from copy where i in (select i from numbers(4, 4))");
		assertThat(this.db.rows("select * from copy")).containsExactly("1|1", "2|2", "3|9", "5|-1");
	}

	@Test
	void viewsAndTriggersCanUseIt() throws SQLException {
		this.db.run("create view word as select id, word from doc, words(body)",
				"create temp view two as select i from numbers(2)", "create table seen(word)",
				"create trigger t after insert on doc begin insert into seen select word from words(new.body); end",
				"insert into doc values (4, 'x y', 0)");
		assertThat(this.db.rows("select word from word where id = 4")).containsExactly("x", "y");
		assertThat(this.db.rows("select * from seen")).containsExactly("x", "y");
		assertThat(this.db.rows("select * from two")).containsExactly("1", "2");
	}

	@Test
	void whereItMayBeStoredFollowsItsDeclaration() throws SQLException {
		TableFunction direct = TableFunction.named("direct")
			.column("i", SqlType.INTEGER)
			.rows((arguments, rows) -> rows.add(1));
		TableFunction innocuous = TableFunction.named("harmless")
			.column("i", SqlType.INTEGER)
			.innocuous()
			.rows((arguments, rows) -> rows.add(2));
		try (FunctionDatabase other = FunctionDatabase.inMemory(direct, innocuous, NUMBERS)) {
			other.run("create view a as select * from direct", "create view b as select * from harmless",
					"create view c as select * from numbers(1)", "create temp view d as select * from direct");
			assertThat(other.rows("select * from direct")).containsExactly("1");
			assertThat(other.rows("select * from d")).containsExactly("1");
			assertThat(other.rows("select i from c")).containsExactly("1");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> other.rows("select * from a"))
				.withMessageContaining("unsafe use of virtual table \"direct\"");
			other.run("pragma trusted_schema = off");
			assertThat(other.rows("select * from b")).containsExactly("2");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> other.rows("select * from c"))
				.withMessageContaining("unsafe use of virtual table \"numbers\"");
		}
	}

	@Test
	void limitReachesTheFunctionOnlyWhereThatCannotChangeTheResult() throws SQLException {
		assertThat(this.db.rows("select * from pushed_limit limit 2")).containsExactly("1|2", "2|2");
		assertThat(this.db.rows("select * from pushed_limit limit ?", 1)).containsExactly("1|1");
		assertThat(this.db.rows("select * from pushed_limit order by i limit 2")).containsExactly("1|2", "2|2");
		assertThat(this.db.rows("select * from pushed_limit('x') limit 2")).containsExactly("1|2", "2|2");
		assertThat(this.db.rows("select * from pushed_limit limit 0")).isEmpty();
		assertThat(this.db.rows("select * from pushed_limit where i > 7 limit 2")).containsExactly("8|-1", "9|-1");
		assertThat(this.db.rows("select * from pushed_limit order by i desc limit 1")).containsExactly("10|-1");
		assertThat(this.db.rows("select * from pushed_limit order by pushed, i desc limit 1")).containsExactly("10|-1");
		assertThat(this.db.rows("select * from pushed_limit limit 1 offset 2")).containsExactly("3|-1");
		assertThat(this.db.rows("select count(*) from pushed_limit limit 1")).containsExactly("10");
		assertThat(this.db.rows("select i from pushed_limit where tag in ('a', 'b') limit 12")).hasSize(12);
		assertThat(this.db.rows("select i from pushed_limit where tag = 'a' and tag = 'b' limit 1")).isEmpty();
		assertThat(this.db.rows("select p.i from doc, pushed_limit p limit 12")).hasSize(12);
		assertThat(this.db.rows("select distinct pushed from pushed_limit limit 3")).hasSize(1);
		assertThat(this.db
			.rows("select * from (select i from pushed_limit limit 2) a, (select i from pushed_limit " + "limit 2) b"))
			.hasSize(4);
		assertThat(this.db.rows("select i from pushed_limit union all select i from pushed_limit limit 15"))
			.hasSize(15);
	}

	@Test
	void rowsThatComeInOrderAreNotSorted() throws SQLException {
		assertThat(this.db.rows("explain query plan select i from numbers(3) order by i")).singleElement()
			.asString()
			.doesNotContain("ORDER BY");
		assertThat(this.db.rows("explain query plan select i from numbers(3) order by i desc"))
			.anyMatch((line) -> line.contains("USE TEMP B-TREE FOR ORDER BY"));
		assertThat(this.db.rows("select i from numbers(3) order by i desc")).containsExactly("3", "2", "1");
		assertThat(this.db.rows("select i from numbers where n in (3, 2) order by i")).containsExactly("1", "1", "2",
				"2", "3");
		assertThat(this.db.rows("select i, count(*) from numbers where n in (3, 2) group by i")).containsExactly("1|2",
				"2|2", "3|1");
	}

	@Test
	void itRunsQueriesAndWritesOnTheConnectionOfItsCaller() throws SQLException {
		assertThat(this.db.rows("select value from query('select id || body from doc order by id')"))
			.containsExactly("1red green", "2blue", "3red blue green");
		assertThat(
				this.db.rows("select value from doc d, query('select ' || d.id || ' + i from numbers(' || d.n || ')')"
						+ " where d.id < 3"))
			.containsExactly("2", "3", "3");
		TableFunction log = TableFunction.named("log").column("count", SqlType.INTEGER).rows((arguments, rows) -> {
			try (PreparedStatement insert = arguments.connection()
				.prepareStatement("insert into doc(body) values ('logged')")) {
				rows.add(insert.executeUpdate());
			}
		});
		try (FunctionDatabase other = FunctionDatabase.inMemory(log)) {
			other.run("create table doc(body)", "begin");
			assertThat(other.rows("select count from log")).containsExactly("1");
			assertThat(other.rows("select * from doc")).containsExactly("logged");
			other.run("rollback");
			assertThat(other.rows("select * from doc")).isEmpty();
		}
	}

	@Test
	void itCallsItselfSevenTimesAndSaysSoBeyond() throws SQLException {
		TableFunction down = TableFunction.named("down")
			.column("depth", SqlType.INTEGER)
			.argument("n", SqlType.INTEGER)
			.rows((arguments, rows) -> {
				long n = arguments.integer(0);
				rows.add(n);
				if (n > 0) {
					for (String row : FunctionDatabase.rows(arguments.connection(), "select depth from down(?)",
							n - 1)) {
						rows.add(row);
					}
					// The arguments are still those of this call.
					assertThat(arguments.integer(0)).isEqualTo(n);
				}
			});
		try (FunctionDatabase other = FunctionDatabase.inMemory(down)) {
			assertThat(other.rows("select depth from down(7)")).containsExactly("7", "6", "5", "4", "3", "2", "1", "0");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> other.rows("select depth from down(8)"))
				.withMessageContaining("down: table functions call each other at most 8 deep");
			assertThat(other.rows("select depth from down(7)")).hasSize(8);
		}
	}

	@Test
	void aReadOnlyConnectionHasIt() throws SQLException {
		Path file = this.directory.resolve("a.db");
		try (FunctionDatabase writer = FunctionDatabase.file(file, NUMBERS)) {
			writer.run("create table t(n)", "insert into t values (2)",
					"create view v as select i from t, numbers(t.n)");
		}
		for (String mode : List.of("?mode=ro", "?immutable=1")) {
			SqlFunctions functions = new SqlFunctions(List.of(NUMBERS));
			try (FunctionDatabase reader = FunctionDatabase.open("jdbc:sqlite:file:" + file + mode, functions)) {
				assertThat(reader.rows("select i from v")).containsExactly("1", "2");
				assertThat(reader.rows("pragma integrity_check")).containsExactly("ok");
			}
		}
	}

	@Test
	void preparedStatementsSurviveSchemaChangesAndReuse() throws SQLException {
		try (PreparedStatement statement = this.db.connection().prepareStatement("select i from numbers(?)")) {
			assertThat(FunctionDatabase.rows(statement, 2)).hasSize(2);
			this.db.run("alter table doc add column extra", "create index doc_n on doc(n)", "vacuum",
					"attach ':memory:' as other");
			assertThat(FunctionDatabase.rows(statement, 3)).hasSize(3);
			for (int i = 0; i < 1000; i++) {
				assertThat(FunctionDatabase.rows(statement, i % 7)).hasSize(i % 7);
			}
		}
	}

	@Test
	void itCannotBeChangedDroppedOrRedeclaredBySql() throws SQLException {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.db.run("insert into numbers(i) values (1)"))
			.withMessageContaining("table numbers may not be modified");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.db.run("drop table numbers"))
			.withMessageContaining("table numbers may not be dropped");
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.db.run("create virtual table x using numbers"))
			.withMessageContaining("no such module: numbers");
	}

	@Test
	void aTableOfTheSameNameHidesIt() throws SQLException {
		this.db.run("create table numbers(x)");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.db.rows("select * from numbers(2)"))
			.withMessageContaining("'numbers' is not a function");
		this.db.run("drop table numbers");
		assertThat(this.db.rows("select i from numbers(2)")).hasSize(2);
	}

	@Test
	void openAndAbandonedCursorsDoNoHarm() throws SQLException {
		this.db.run("begin", "insert into doc values (9, 'a b c', 0)");
		PreparedStatement open = this.db.connection().prepareStatement("select word from doc, words(body)");
		ResultSet results = open.executeQuery();
		assertThat(results.next()).isTrue();
		this.db.run("commit");
		List<String> words = new ArrayList<>();
		do {
			words.add(results.getString(1));
		}
		while (results.next());
		assertThat(words).hasSize(9);
		// Left open on purpose: closing the connection ends it.
		ResultSet abandoned = open.executeQuery();
		assertThat(abandoned.next()).isTrue();
	}

	@Test
	void manyColumnsAndArgumentsWorkUpToTheLimit() throws SQLException {
		TableFunction.Builder wide = TableFunction.named("wide");
		for (int i = 0; i < TableFunction.MAX_COLUMNS; i++) {
			wide.column("c" + i, SqlType.INTEGER);
		}
		for (int i = 0; i < TableFunction.MAX_ARGUMENTS; i++) {
			wide.argument("a" + i, SqlType.INTEGER);
		}
		TableFunction function = wide.rows((arguments, rows) -> {
			Object[] row = new Object[TableFunction.MAX_COLUMNS];
			for (int i = 0; i < row.length; i++) {
				row[i] = (i < arguments.count()) ? arguments.integer(i) * 10 : i;
			}
			rows.add(row);
		});
		assertThatIllegalArgumentException().isThrownBy(() -> wide.column("more", SqlType.TEXT))
			.withMessageContaining("wide can have 64 columns");
		assertThatIllegalArgumentException().isThrownBy(() -> wide.argument("more", SqlType.TEXT))
			.withMessageContaining("wide can have 24 arguments");
		String arguments = String.join(", ",
				java.util.stream.IntStream.range(0, 24).mapToObj(String::valueOf).toList());
		try (FunctionDatabase other = FunctionDatabase.inMemory(function)) {
			assertThat(other.rows("select c0, c23, c24, c63, a0, a23 from wide(" + arguments + ") limit 5"))
				.containsExactly("0|230|24|63|0|23");
		}
	}

	@Test
	void wrongDefinitionsAreRefused() throws SQLException {
		assertThatIllegalArgumentException().isThrownBy(() -> TableFunction.named("a b"));
		assertThatIllegalArgumentException().isThrownBy(() -> TableFunction.named("f").rows((arguments, rows) -> {
		})).withMessage("The table function f has no column");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> TableFunction.named("f").column("x", SqlType.TEXT).argument("X", SqlType.TEXT))
			.withMessageContaining("two columns or arguments named X");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> TableFunction.named("f").column("x", SqlType.TEXT).orderedBy("y"))
			.withMessageContaining("[x] to choose from: got y");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new SqlFunctions(List.of(NUMBERS, ScalarFunction.of("Numbers", 0, (arguments) -> 1))))
			.withMessageContaining("Two SQL functions are named Numbers");
	}

}
