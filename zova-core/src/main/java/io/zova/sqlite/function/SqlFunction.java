package io.zova.sqlite.function;

/**
 * A function written in Java that SQL can call, as an immutable value: a
 * {@link ScalarFunction}, an {@link AggregateFunction} or a {@link TableFunction}. The
 * ones given to a database are there on every one of its connections.
 * <p>
 * The code of a function is called by several threads at once, for different connections.
 * An exception that it throws ends the calling statement: the {@code SQLException} has
 * the exception's message as its text and the exception as its cause.
 * <p>
 * A function is for statements only, unless it is declared otherwise: stored views,
 * triggers, indexes, generated columns and CHECK rules come with the file, which may be
 * from elsewhere, and would call it whenever the application touches their table.
 * {@code allowedInSchema()} lets those of the application's own file call it;
 * {@code innocuous()} lets those of any file. What is stored and names such a function
 * works only in programs that register it too.
 */
public sealed interface SqlFunction permits ScalarFunction, AggregateFunction, TableFunction {

	/**
	 * What SQL calls the function; upper and lower case do not matter.
	 * @return the name
	 */
	String name();

}
