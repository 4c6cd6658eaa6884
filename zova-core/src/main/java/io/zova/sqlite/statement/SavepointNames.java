package io.zova.sqlite.statement;

import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.Savepoint;
import java.util.regex.Pattern;

import io.zova.Arguments;

/**
 * The names of savepoints: what callers may use, and how they are written in SQL.
 */
public final class SavepointNames {

	private static final Pattern ALLOWED = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

	private SavepointNames() {
	}

	/**
	 * Checks a name that a caller has chosen.
	 * @param name the name
	 * @return a savepoint of that name
	 * @throws SQLException if the name breaks a rule
	 */
	public static Named named(String name) throws SQLException {
		if (name == null || !ALLOWED.matcher(name).matches() || Arguments.isReserved(name)) {
			throw new SQLNonTransientException(
					"Savepoint name '" + name + "' is not allowed: 1 to 64 letters, digits "
							+ "and underscores, not starting with a digit or with '" + Arguments.RESERVED + "'",
					"3B001");
		}
		return new Named(0, name);
	}

	public static Named numbered(int id) {
		return new Named(id, "zova_savepoint_" + id);
	}

	/**
	 * Quotes a name, so that keywords and any other character are safe in it.
	 * @param name the name
	 * @return the name as SQL
	 */
	public static String quoted(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	/**
	 * A name in the form in which names are equal to SQLite: without regard to ASCII
	 * case.
	 * @param name the name
	 * @return the form to compare
	 */
	public static String compared(String name) {
		StringBuilder compared = null;
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			if (c >= 'A' && c <= 'Z') {
				compared = (compared != null) ? compared : new StringBuilder(name);
				compared.setCharAt(i, (char) (c + ('a' - 'A')));
			}
		}
		return (compared != null) ? compared.toString() : name;
	}

	/**
	 * A savepoint of JDBC.
	 *
	 * @param id its number, 0 if it was named by the caller
	 * @param name its name in SQL
	 */
	public record Named(int id, String name) implements Savepoint {

		@Override
		public int getSavepointId() throws SQLException {
			if (this.id == 0) {
				throw new SQLNonTransientException("The savepoint '" + this.name + "' has a name, not a number");
			}
			return this.id;
		}

		@Override
		public String getSavepointName() throws SQLException {
			if (this.id != 0) {
				throw new SQLNonTransientException("The savepoint " + this.id + " has a number, not a name");
			}
			return this.name;
		}

	}

}
