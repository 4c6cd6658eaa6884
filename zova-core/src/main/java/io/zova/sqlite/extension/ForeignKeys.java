package io.zova.sqlite.extension;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Suspends the enforcement of foreign keys on one connection for work that keeps them by
 * itself, inside transactions too. The pragma for it works only outside; this needs the
 * native library.
 */
public final class ForeignKeys {

	private static final String ENFORCE = """
			select foreign_keys from zova_connection(?, ?)
			""";

	private ForeignKeys() {
	}

	/**
	 * Runs work while foreign keys are not enforced, then puts back what was before. If
	 * that fails the connection is given up, which undoes its transaction.
	 * @param connection the connection
	 * @param work the work
	 * @return {@code false} if that is not possible here; the work has not run then
	 * @throws SQLException if the work failed
	 */
	public static boolean suspend(Connection connection, Work work) throws SQLException {
		boolean enforced;
		try {
			enforced = enforce(connection, false);
		}
		catch (SQLException ex) {
			// No native library.
			return false;
		}
		boolean restored = !enforced;
		try {
			work.run();
		}
		finally {
			try {
				if (enforced) {
					enforce(connection, true);
					restored = true;
				}
			}
			finally {
				if (!restored) {
					connection.abort(Runnable::run);
				}
			}
		}
		return true;
	}

	private static boolean enforce(Connection connection, boolean on) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(ENFORCE)) {
			InternalKey.of(connection).bind(statement, 1);
			statement.setInt(2, on ? 1 : 0);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() && row.getInt(1) != 0;
			}
		}
	}

	/**
	 * What to do meanwhile.
	 */
	@FunctionalInterface
	public interface Work {

		/**
		 * Runs statements.
		 * @throws SQLException if one fails
		 */
		void run() throws SQLException;

	}

}
