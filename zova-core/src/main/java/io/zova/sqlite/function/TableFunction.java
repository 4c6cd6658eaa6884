package io.zova.sqlite.function;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.zova.Arguments;
import io.zova.sqlite.extension.PackedRows;

/**
 * A function that makes rows, called in the FROM clause. It can be joined with tables,
 * its arguments may come from them, and it works in views, common table expressions and
 * subqueries.
 *
 * <pre>{@code
 * TableFunction.named("words")
 * 	.column("position", SqlType.INTEGER)
 * 	.column("word", SqlType.TEXT)
 * 	.argument("text", SqlType.TEXT)
 * 	.optionalArgument("separator", SqlType.TEXT)
 * 	.rows((arguments, rows) -> {
 * 		int position = 0;
 * 		for (String word : arguments.text(0).split(arguments.text(1, " "))) {
 * 			rows.add(++position, word);
 * 		}
 * 	})
 *
 * select w.word, count(*) from article a join words(a.body) w group by w.word
 * }</pre>
 *
 * An argument is given in parentheses, by position, or as {@code where text = ...}. Each
 * call makes all its rows before the statement sees the first; they have to fit into
 * memory.
 * <p>
 * When a call fails in the middle of an {@code INSERT ... SELECT} inside a transaction,
 * SQLite takes back the rows already inserted only if the table that they went into has a
 * rule (NOT NULL, CHECK, UNIQUE, a foreign key). The same goes for SQLite's own table
 * functions, such as {@code json_each}. Rolling back the transaction, or to a savepoint,
 * undoes everything in any case.
 */
public final class TableFunction implements SqlFunction {

	/** The native module's limits. */
	static final int MAX_COLUMNS = PackedRows.MAX_COLUMNS;

	static final int MAX_ARGUMENTS = 24;

	private static final int FLAG_DIRECT_ONLY = 1;

	private static final int FLAG_INNOCUOUS = 2;

	private static final int FLAG_ARGUMENTS_READ_AS_NULL = 4;

	private final Builder declared;

	private final Body body;

	private TableFunction(Builder declared, Body body) {
		this.declared = declared;
		this.body = body;
	}

	/**
	 * Starts the definition of a table function.
	 * @param name the name: letters, digits and underscores
	 * @return the definition, to be completed with columns, arguments and code
	 * @throws IllegalArgumentException if the name is not allowed
	 */
	public static Builder named(String name) {
		return new Builder(FunctionNames.checked(name));
	}

	@Override
	public String name() {
		return this.declared.name;
	}

	Body body() {
		return this.body;
	}

	int columnCount() {
		return this.declared.columns.size();
	}

	List<String> argumentNames() {
		return this.declared.argumentNames;
	}

	int required() {
		return this.declared.required;
	}

	int exactlyOneOf() {
		return this.declared.exactlyOneOf;
	}

	int atLeastOneOf() {
		return this.declared.atLeastOneOf;
	}

	int orderedBy() {
		return this.declared.orderedBy;
	}

	int flags() {
		return this.declared.flags;
	}

	long estimatedRows() {
		return this.declared.estimatedRows;
	}

	/**
	 * The columns, and the arguments as hidden columns after them, as SQLite wants them
	 * declared.
	 */
	String schema() {
		List<String> parts = new ArrayList<>(this.declared.columns);
		parts.addAll(this.declared.arguments);
		return "CREATE TABLE x(" + String.join(", ", parts) + ")";
	}

	@Override
	public String toString() {
		return "table function " + name();
	}

	/**
	 * The code of a table function. It may run queries on the connection of the call,
	 * also such that call the same function again, up to eight calls deep.
	 */
	@FunctionalInterface
	public interface Body {

		/**
		 * Makes the rows of one call.
		 * @param arguments what the call was given
		 * @param rows takes the rows
		 * @throws Exception to make the calling statement fail with this text and cause
		 */
		void call(SqlArguments arguments, RowWriter rows) throws Exception;

	}

	/**
	 * A table function that is being defined.
	 */
	public static final class Builder {

		private final String name;

		private final List<String> columns = new ArrayList<>();

		private final List<String> columnNames = new ArrayList<>();

		private final List<String> arguments = new ArrayList<>();

		private final List<String> argumentNames = new ArrayList<>();

		private int required;

		private int exactlyOneOf;

		private int atLeastOneOf;

		private int orderedBy = -1;

		private int flags = FLAG_DIRECT_ONLY;

		private long estimatedRows = 25;

		private Builder(String name) {
			this.name = name;
		}

		private Builder(Builder other) {
			this.name = other.name;
			this.columns.addAll(other.columns);
			this.columnNames.addAll(other.columnNames);
			this.arguments.addAll(other.arguments);
			this.argumentNames.addAll(other.argumentNames);
			this.required = other.required;
			this.exactlyOneOf = other.exactlyOneOf;
			this.atLeastOneOf = other.atLeastOneOf;
			this.orderedBy = other.orderedBy;
			this.flags = other.flags;
			this.estimatedRows = other.estimatedRows;
		}

		/**
		 * Adds a column, up to 64.
		 * @param column its name
		 * @param type its type, {@link SqlType#NULL} for values of any type
		 * @return this
		 * @throws IllegalArgumentException if the name is not allowed or in use
		 */
		public Builder column(String column, SqlType type) {
			Arguments.required("column", column);
			Arguments.required("type", type);
			if (this.columns.size() == MAX_COLUMNS) {
				throw new IllegalArgumentException(
						"The table function " + this.name + " can have " + MAX_COLUMNS + " columns: got one more");
			}
			this.columns.add(declaration(column, type, ""));
			this.columnNames.add(column);
			return this;
		}

		/**
		 * Adds an argument that every call has to give, up to 24 arguments in all. A
		 * statement that does not give it fails with "no query solution" when it is
		 * prepared.
		 * @param argument its name, by which {@code where} can give it
		 * @param type its type, which is not checked: SQLite shows it in the function's
		 * schema
		 * @return this
		 * @throws IllegalArgumentException if the name is not allowed or in use
		 */
		public Builder argument(String argument, SqlType type) {
			Arguments.required("argument", argument);
			Arguments.required("type", type);
			optionalArgument(argument, type);
			this.required |= 1 << (this.arguments.size() - 1);
			return this;
		}

		/**
		 * Adds an argument that a call may leave out.
		 * @param argument its name, by which {@code where} can give it
		 * @param type its type, which is not checked: SQLite shows it in the function's
		 * schema
		 * @return this
		 * @throws IllegalArgumentException if the name is not allowed or in use
		 */
		public Builder optionalArgument(String argument, SqlType type) {
			Arguments.required("argument", argument);
			Arguments.required("type", type);
			if (this.arguments.size() == MAX_ARGUMENTS) {
				throw new IllegalArgumentException(
						"The table function " + this.name + " can have " + MAX_ARGUMENTS + " arguments: got one more");
			}
			this.arguments.add(declaration(argument, type, " HIDDEN"));
			this.argumentNames.add(argument);
			return this;
		}

		/**
		 * Demands exactly one of these optional arguments.
		 * @param names their names
		 * @return this
		 * @throws IllegalArgumentException if one is not an argument
		 */
		public Builder exactlyOneOf(String... names) {
			Arguments.requiredEach("names", Arrays.asList(Arguments.required("names", names)));
			this.exactlyOneOf = set(names);
			return this;
		}

		/**
		 * Demands one or more of these optional arguments.
		 * @param names their names
		 * @return this
		 * @throws IllegalArgumentException if one is not an argument
		 */
		public Builder atLeastOneOf(String... names) {
			Arguments.requiredEach("names", Arrays.asList(Arguments.required("names", names)));
			this.atLeastOneOf = set(names);
			return this;
		}

		/**
		 * Promises that the rows of each call come in ascending order of this column, so
		 * that {@code order by} it needs no sorting.
		 * @param column the name of the column
		 * @return this
		 * @throws IllegalArgumentException if it is not a column
		 */
		public Builder orderedBy(String column) {
			Arguments.required("column", column);
			this.orderedBy = index(this.columnNames, column);
			return this;
		}

		/**
		 * Lets queries that read an argument's column see NULL instead of what was given.
		 * @return this
		 */
		public Builder argumentsReadAsNull() {
			this.flags |= FLAG_ARGUMENTS_READ_AS_NULL;
			return this;
		}

		/**
		 * Lets views and triggers of the application's own file use the function too.
		 * Else it is for statements only, so that a file from elsewhere cannot use it. In
		 * a file that is {@linkplain io.zova.ZovaOptions.Builder#foreignFile opened as
		 * foreign} it stays for statements only. Replaces {@link #innocuous()}.
		 * @return this
		 */
		public Builder allowedInSchema() {
			this.flags &= ~(FLAG_INNOCUOUS | FLAG_DIRECT_ONLY);
			return this;
		}

		/**
		 * Declares that the function has no side effects and tells no secrets, whatever
		 * its arguments, so that the schema of any file may use it, a foreign one too.
		 * Replaces {@link #allowedInSchema()}.
		 * @return this
		 */
		public Builder innocuous() {
			this.flags = (this.flags & ~FLAG_DIRECT_ONLY) | FLAG_INNOCUOUS;
			return this;
		}

		/**
		 * Tells the planner of joins how many rows a call makes, usually. 25 if not said.
		 * @param rows the number, from 1 to 1,000,000,000
		 * @return this
		 * @throws IllegalArgumentException if the number is out of its range
		 */
		public Builder estimatedRows(long rows) {
			if (rows < 1 || rows > 1_000_000_000) {
				throw new IllegalArgumentException("The table function " + this.name
						+ " can be expected to make 1 to 1000000000 rows: got " + rows);
			}
			this.estimatedRows = rows;
			return this;
		}

		/**
		 * Completes the definition with its code.
		 * @param body makes the rows
		 * @return the definition
		 * @throws IllegalArgumentException if there is no column
		 */
		public TableFunction rows(Body body) {
			Arguments.required("body", body);
			if (this.columns.isEmpty()) {
				throw new IllegalArgumentException("The table function " + this.name + " has no column");
			}
			return new TableFunction(new Builder(this), body);
		}

		private String declaration(String column, SqlType type, String suffix) {
			String checked = FunctionNames.checked(column).toLowerCase(Locale.ROOT);
			if (contains(this.columnNames, checked) || contains(this.argumentNames, checked)) {
				throw new IllegalArgumentException(
						"The table function " + this.name + " has two columns or arguments named " + column);
			}
			return '"' + column + '"' + ((type != SqlType.NULL) ? " " + type.name() : "") + suffix;
		}

		private static boolean contains(List<String> names, String name) {
			return names.stream().anyMatch(name::equalsIgnoreCase);
		}

		private int set(String... names) {
			return Arrays.stream(names)
				.mapToInt((argument) -> 1 << index(this.argumentNames, argument))
				.reduce(0, (left, right) -> left | right);
		}

		private int index(List<String> names, String wanted) {
			for (int i = 0; i < names.size(); i++) {
				if (names.get(i).equalsIgnoreCase(wanted)) {
					return i;
				}
			}
			throw new IllegalArgumentException(
					"The table function " + this.name + " has " + names + " to choose from: got " + wanted);
		}

	}

}
