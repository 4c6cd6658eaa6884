package io.zova.sqlite.driver;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.sqlite.Function;
import org.sqlite.SQLiteConnection;

/**
 * The driver's functions {@code padl}, {@code padr}, {@code padc} and {@code replicate},
 * made anew: the driver's own write past their memory when they are given a length of
 * 2<sup>32</sup>, which ends the process. Any SQL can do that, and so can a view of a
 * file that somebody sends. These give the same texts, up to a size that is safe.
 */
final class PaddingFunctions {

	/** Longer results are refused. */
	static final int MOST_CHARACTERS = 16 << 20;

	private static final int FLAGS = FunctionFlags.DIRECT_ONLY.withDeterministic()
		.withSchema(FunctionFlags.Schema.ANY)
		.driverFlags();

	private PaddingFunctions() {
	}

	/**
	 * Puts them in the place of the driver's own.
	 * @param connection a new connection
	 * @throws SQLException if the driver refuses
	 */
	static void replaceIn(SQLiteConnection connection) throws SQLException {
		create(connection, "padl", (text, missing) -> " ".repeat(missing) + text);
		create(connection, "padr", (text, missing) -> text + " ".repeat(missing));
		create(connection, "padc",
				(text, missing) -> " ".repeat(missing / 2) + text + " ".repeat(missing - missing / 2));
		Function.create(connection, "replicate", new Replicate(), 2, FLAGS);
	}

	private static void create(SQLiteConnection connection, String name, Padding padding) throws SQLException {
		Function.create(connection, name, new Pad(padding), 2, FLAGS);
	}

	/**
	 * Makes a text longer.
	 */
	@FunctionalInterface
	private interface Padding {

		String pad(String text, int missing);

	}

	/**
	 * A function of a text and a number.
	 */
	private abstract static class OfTextAndNumber extends Function {

		@Override
		protected final void xFunc() throws SQLException {
			String text = value_text(0);
			if (text == null) {
				result();
				return;
			}
			long number = value_long(1);
			if (number < 0) {
				error("domain error");
				return;
			}
			int end = text.indexOf('\0');
			String result = of((end < 0) ? text : text.substring(0, end), number);
			if (result == null) {
				error("string or blob too big: more than " + MOST_CHARACTERS + " characters");
				return;
			}
			result(result);
		}

		abstract @Nullable String of(String text, long number);

	}

	/**
	 * Pads to a length in characters.
	 */
	private static final class Pad extends OfTextAndNumber {

		private final Padding padding;

		Pad(Padding padding) {
			this.padding = padding;
		}

		@Override
		@Nullable String of(String text, long length) {
			long missing = length - text.codePointCount(0, text.length());
			if (missing <= 0) {
				return text;
			}
			return (length > MOST_CHARACTERS) ? null : this.padding.pad(text, (int) missing);
		}

	}

	/**
	 * Repeats a text.
	 */
	private static final class Replicate extends OfTextAndNumber {

		@Override
		@Nullable String of(String text, long times) {
			if (text.isEmpty() || times == 0) {
				return "";
			}
			return (times > MOST_CHARACTERS / text.length()) ? null : text.repeat((int) times);
		}

	}

}
