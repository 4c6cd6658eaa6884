package io.zova.sqlite;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;

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
		return new ScalarFunction(FunctionNames.checked(name), arguments, body, FunctionFlags.NONE);
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
		return new ScalarFunction(FunctionNames.checked(name), ANY_NUMBER, body, FunctionFlags.NONE);
	}

	/**
	 * Promises that equal arguments always give equal results: SQLite may call the
	 * function once instead of for each row, and allows it in indexes and generated
	 * columns.
	 * @return the definition with that promise
	 */
	public ScalarFunction deterministic() {
		return new ScalarFunction(this.name, this.arguments, this.body, this.flags.withDeterministic());
	}

	/**
	 * Forbids the function in views, triggers, indexes and all else that is stored in the
	 * file. Replaces {@link #innocuous()}.
	 * @return the definition with that rule
	 */
	public ScalarFunction directOnly() {
		return new ScalarFunction(this.name, this.arguments, this.body, this.flags.withDirectOnly());
	}

	/**
	 * Declares that the function has no side effects and tells no secrets, so that the
	 * schema of a file that is not trusted may call it too. Replaces
	 * {@link #directOnly()}.
	 * @return the definition with that permission
	 */
	public ScalarFunction innocuous() {
		return new ScalarFunction(this.name, this.arguments, this.body, this.flags.withInnocuous());
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
