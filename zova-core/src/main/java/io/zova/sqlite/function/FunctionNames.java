package io.zova.sqlite.function;

import java.util.regex.Pattern;

import io.zova.Arguments;

/**
 * Checks the names that functions, arguments and columns are declared with.
 */
final class FunctionNames {

	private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");

	/** What SQLite allows a function of the driver. */
	private static final int MAX_ARGUMENTS = 127;

	private FunctionNames() {
	}

	static String checked(String name) {
		Arguments.required("name of a function, argument or column", name);
		if (!IDENTIFIER.matcher(name).matches()) {
			throw new IllegalArgumentException("The name of an SQL function, argument or column has 1 to 100 ASCII "
					+ "letters, digits and underscores and does not start with a digit: got '" + name + "'");
		}
		return name;
	}

	static int checkedCount(String function, int arguments) {
		if (arguments < 0 || arguments > MAX_ARGUMENTS) {
			throw new IllegalArgumentException("The SQL function " + function + " can have 0 to " + MAX_ARGUMENTS
					+ " arguments: got " + arguments);
		}
		return arguments;
	}

}
