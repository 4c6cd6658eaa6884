package io.zova.sqlite;

import org.jspecify.annotations.Nullable;

/**
 * Brings what functions return down to the classes that SQL values have here:
 * {@code Long}, {@code Double}, {@code String}, {@code byte[]} and null.
 */
final class SqlValues {

	private SqlValues() {
	}

	/**
	 * Converts a value.
	 * @return the value, or {@code null} for NULL
	 * @throws IllegalArgumentException if its class is not one of those allowed; the
	 * message is to be completed with where the value came from
	 */
	static @Nullable Object of(@Nullable Object value) {
		if (value == null || value instanceof Long || value instanceof String || value instanceof Double
				|| value instanceof byte[]) {
			return value;
		}
		if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
			return ((Number) value).longValue();
		}
		if (value instanceof Float number) {
			return number.doubleValue();
		}
		if (value instanceof Boolean bool) {
			return bool ? 1L : 0L;
		}
		if (value instanceof CharSequence text) {
			return text.toString();
		}
		throw new IllegalArgumentException(
				"a function returns null, a whole number of up to 64 bits, a Double or Float, "
						+ "a Boolean, a CharSequence or a byte[]: got a " + value.getClass().getName());
	}

}
