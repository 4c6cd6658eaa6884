package io.zova.sqlite.function;

import org.jspecify.annotations.Nullable;

/**
 * Takes the rows of one call of a table function.
 */
public interface RowWriter {

	/**
	 * Adds a row. Rows beyond what the calling statement can use, because of its LIMIT,
	 * are ignored.
	 * @param values one value for each declared column: null, a whole number, a
	 * {@code Double} or {@code Float}, a {@code Boolean} (1 or 0), a {@code CharSequence}
	 * or a {@code byte[]}; a NaN arrives as NULL
	 * @return whether the statement can use more rows
	 * @throws IllegalArgumentException if there are more or fewer values than columns, or
	 * one is of another class
	 * @throws IllegalStateException if the rows of this call exceed 1,000,000,000 bytes
	 */
	boolean add(@Nullable Object... values);

	/**
	 * How many rows the calling statement can use.
	 * @return the number, {@link Long#MAX_VALUE} if it is not known
	 */
	long limit();

}
