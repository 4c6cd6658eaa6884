package io.zova.sqlite;

/**
 * A function written in Java that SQL can call, as an immutable value: a
 * {@link ScalarFunction}, an {@link AggregateFunction} or a {@link TableFunction}. The
 * ones given to a database are there on every one of its connections.
 * <p>
 * The code of a function is called by several threads at once, for different connections.
 * An exception that it throws ends the calling statement: the {@code SQLException} has
 * the exception's message as its text and the exception as its cause.
 * <p>
 * A stored view, trigger, index or CHECK rule that names such a function works only in
 * programs that register it too. {@code directOnly()} forbids such use. It belongs on
 * each function that does more than compute: else a file from elsewhere may call it, by a
 * trigger or view of its own.
 */
public sealed interface SqlFunction permits ScalarFunction, AggregateFunction, TableFunction {

	/**
	 * What SQL calls the function; upper and lower case do not matter.
	 * @return the name
	 */
	String name();

}
