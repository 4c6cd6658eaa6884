package io.zova.sqlite.function;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;
import io.zova.sqlite.driver.FunctionFlags;

/**
 * A function that makes one value of its arguments.
 *
 * <pre>{@code
 * ScalarFunction.of("initials", 1, arguments -> Names.initials(arguments.text(0))).deterministic()
 *
 * select initials(name) from person
 * }</pre>
 */
public final class ScalarFunction implements SqlFunction {

	static final int ANY_NUMBER = -1;

	private final String name;

	private final int arguments;

	private final Body body;

	private final FunctionFlags flags;

	private ScalarFunction(String name, int arguments, Body body, FunctionFlags flags) {
		this.name = name;
		this.arguments = arguments;
		this.body = body;
		this.flags = flags;
	}

	/**
	 * Defines a function with a fixed number of arguments. Calls with another number fail
	 * when the statement is prepared.
	 * @param name the name: letters, digits and underscores
	 * @param arguments the number of arguments, up to 127
	 * @param body what the function does
	 * @return the definition
	 * @throws IllegalArgumentException if the name or the number is not allowed
	 */
	public static ScalarFunction of(String name, int arguments, Body body) {
		Arguments.required("name", name);
		Arguments.required("body", body);
		FunctionNames.checkedCount(name, arguments);
		return new ScalarFunction(FunctionNames.checked(name), arguments, body, FunctionFlags.DIRECT_ONLY);
	}

	/**
	 * Defines a function that takes any number of arguments and checks it itself.
	 * @param name the name: letters, digits and underscores
	 * @param body what the function does
	 * @return the definition
	 * @throws IllegalArgumentException if the name is not allowed
	 */
	public static ScalarFunction ofAny(String name, Body body) {
		Arguments.required("body", body);
		return new ScalarFunction(FunctionNames.checked(name), ANY_NUMBER, body, FunctionFlags.DIRECT_ONLY);
	}

	/**
	 * Promises that equal arguments always give equal results: SQLite may call the
	 * function once instead of for each row. Indexes and generated columns take only such
	 * functions, if they are also {@link #allowedInSchema()}.
	 * @return the definition with that promise
	 */
	public ScalarFunction deterministic() {
		return new ScalarFunction(this.name, this.arguments, this.body, this.flags.withDeterministic());
	}

	/**
	 * Lets expression indexes, generated columns, CHECK rules, views and triggers of the
	 * application's own file call the function too. Else it is for statements only, so
	 * that a file from elsewhere cannot call it. In a file that is
	 * {@linkplain io.zova.ZovaOptions.Builder#foreignFile opened as foreign} it stays for
	 * statements only. Replaces {@link #innocuous()}.
	 * @return the definition with that permission
	 */
	public ScalarFunction allowedInSchema() {
		return new ScalarFunction(this.name, this.arguments, this.body,
				this.flags.withSchema(FunctionFlags.Schema.OWN));
	}

	/**
	 * Declares that the function has no side effects and tells no secrets, whatever its
	 * arguments, so that the schema of any file may call it, a foreign one too. Replaces
	 * {@link #allowedInSchema()}.
	 * @return the definition with that permission
	 */
	public ScalarFunction innocuous() {
		return new ScalarFunction(this.name, this.arguments, this.body,
				this.flags.withSchema(FunctionFlags.Schema.ANY));
	}

	@Override
	public String name() {
		return this.name;
	}

	int arguments() {
		return this.arguments;
	}

	Body body() {
		return this.body;
	}

	FunctionFlags flags() {
		return this.flags;
	}

	@Override
	public String toString() {
		return "scalar function " + this.name;
	}

	/**
	 * The code of a scalar function. It may run queries on the connection of the call,
	 * but none that calls the same function again.
	 */
	@FunctionalInterface
	public interface Body {

		/**
		 * Makes the value.
		 * @param arguments what the call was given
		 * @return null, a whole number, a {@code Double} or {@code Float}, a
		 * {@code Boolean} (1 or 0), a {@code CharSequence} or a {@code byte[]}; a NaN
		 * arrives as NULL
		 * @throws Exception to make the calling statement fail with this text and cause
		 */
		@Nullable Object call(SqlArguments arguments) throws Exception;

	}

}
