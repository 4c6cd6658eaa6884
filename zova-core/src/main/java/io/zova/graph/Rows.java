package io.zova.graph;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Runs one statement with its values and reads what comes back.
 */
final class Rows {

	private Rows() {
	}

	static <T> List<T> list(Connection connection, String sql, Reader<T> reader, @Nullable Object... values)
			throws SQLException {
		try (PreparedStatement statement = bound(connection, sql, values); ResultSet rows = statement.executeQuery()) {
			List<T> list = new ArrayList<>();
			while (rows.next()) {
				list.add(reader.read(rows));
			}
			return list;
		}
	}

	static <T> @Nullable T first(Connection connection, String sql, Reader<T> reader, @Nullable Object... values)
			throws SQLException {
		try (PreparedStatement statement = bound(connection, sql, values); ResultSet rows = statement.executeQuery()) {
			return rows.next() ? reader.read(rows) : null;
		}
	}

	static boolean any(Connection connection, String sql, @Nullable Object... values) throws SQLException {
		return first(connection, sql, (rows) -> Boolean.TRUE, values) != null;
	}

	static int update(Connection connection, String sql, @Nullable Object... values) throws SQLException {
		try (PreparedStatement statement = bound(connection, sql, values)) {
			return statement.executeUpdate();
		}
	}

	private static PreparedStatement bound(Connection connection, String sql, @Nullable Object... values)
			throws SQLException {
		PreparedStatement statement = connection.prepareStatement(sql);
		for (int i = 0; i < values.length; i++) {
			statement.setObject(i + 1, values[i]);
		}
		return statement;
	}

	/**
	 * Makes a value of the row that a result stands at.
	 *
	 * @param <T> the type of the value
	 */
	@FunctionalInterface
	interface Reader<T> {

		T read(ResultSet row) throws SQLException;

	}

}
