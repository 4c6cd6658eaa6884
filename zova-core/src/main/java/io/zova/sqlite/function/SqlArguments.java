package io.zova.sqlite.function;

import java.sql.Connection;

import org.jspecify.annotations.Nullable;

/**
 * What one call of a function was given. Arguments are counted from 0 and are read
 * strictly: nothing is converted, except that a whole number is taken where a real one is
 * asked for. Valid only until the call returns, on the thread of the call.
 */
public interface SqlArguments {

	/**
	 * How many arguments there are; of a table function, how many are declared.
	 * @return the number
	 */
	int count();

	/**
	 * Whether this argument was given. Only the optional ones of a table function may be
	 * missing; NULL is a value that was given.
	 * @param index which argument
	 * @return whether it was given
	 * @throws IndexOutOfBoundsException if there is no such argument
	 */
	boolean isGiven(int index);

	/**
	 * What kind of value this argument has.
	 * @param index which argument
	 * @return its type, {@link SqlType#NULL} also if it was not given
	 * @throws IndexOutOfBoundsException if there is no such argument
	 */
	SqlType type(int index);

	/**
	 * The value of this argument as an object.
	 * @param index which argument
	 * @return a {@code Long}, {@code Double}, {@code String} or {@code byte[]}, or null
	 * for NULL and for what was not given
	 * @throws IndexOutOfBoundsException if there is no such argument
	 */
	@Nullable Object value(int index);

	/**
	 * A text.
	 * @param index which argument
	 * @return the text
	 * @throws IllegalArgumentException if the argument is not a text
	 */
	String text(int index);

	/**
	 * A whole number.
	 * @param index which argument
	 * @return the number
	 * @throws IllegalArgumentException if the argument is not a whole number
	 */
	long integer(int index);

	/**
	 * A number.
	 * @param index which argument
	 * @return the number; a whole one is converted
	 * @throws IllegalArgumentException if the argument is not a number
	 */
	double real(int index);

	/**
	 * Bytes.
	 * @param index which argument
	 * @return a copy of the bytes
	 * @throws IllegalArgumentException if the argument is not a blob
	 */
	byte[] blob(int index);

	/**
	 * The bytes of a text in the file's encoding, or of a blob, for a function that must
	 * know whether a text is well-formed: {@link #text} puts a replacement character
	 * where it is not.
	 * @param index which argument
	 * @return a copy of the bytes
	 * @throws IllegalArgumentException if the argument is neither
	 */
	byte[] bytes(int index);

	/**
	 * A text, or the fallback if the argument was not given.
	 * @param index which argument
	 * @param fallback what to return instead
	 * @return the text
	 * @throws IllegalArgumentException if the argument was given and is not a text
	 */
	default String text(int index, String fallback) {
		return isGiven(index) ? text(index) : fallback;
	}

	/**
	 * A whole number, or the fallback if the argument was not given.
	 * @param index which argument
	 * @param fallback what to return instead
	 * @return the number
	 * @throws IllegalArgumentException if the argument was given and is not a whole
	 * number
	 */
	default long integer(int index, long fallback) {
		return isGiven(index) ? integer(index) : fallback;
	}

	/**
	 * A number, or the fallback if the argument was not given.
	 * @param index which argument
	 * @param fallback what to return instead
	 * @return the number
	 * @throws IllegalArgumentException if the argument was given and is not a number
	 */
	default double real(int index, double fallback) {
		return isGiven(index) ? real(index) : fallback;
	}

	/**
	 * The connection that runs the calling statement, for queries of the function's own.
	 * They see what the statement's transaction sees. The function must neither close the
	 * connection nor end its transaction, and must use it on the calling thread only:
	 * another thread would wait for the calling statement, for ever.
	 * @return the connection
	 */
	Connection connection();

}
