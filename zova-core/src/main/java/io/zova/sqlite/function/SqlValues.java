package io.zova.sqlite.function;

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
	 * @throws IllegalArgumentException if its class is not one of those allowed, or if it
	 * is a text that has no form in UTF-8; the message is to be completed with where the
	 * value came from
	 */
	static @Nullable Object of(@Nullable Object value) {
		if (value instanceof String text) {
			return wellFormed(text);
		}
		if (value == null || value instanceof Long || value instanceof Double || value instanceof byte[]) {
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
			return wellFormed(text.toString());
		}
		throw new IllegalArgumentException(
				"a function returns null, a whole number of up to 64 bits, a Double or Float, "
						+ "a Boolean, a CharSequence or a byte[]: got a " + value.getClass().getName());
	}

	private static String wellFormed(String text) {
		int half = UnicodeText.halfPairIn(text);
		if (half >= 0) {
			throw new IllegalArgumentException("a function returns text that can be stored: got half of a surrogate "
					+ "pair at index " + half + " of " + text.length() + " characters");
		}
		return text;
	}

}
