package io.zova.sqlite.function;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import org.sqlite.JDBC;
import org.sqlite.SQLiteConnection;

/**
 * A connection of the driver with functions registered, and short ways to ask it.
 */
public final class FunctionDatabase implements AutoCloseable {

	private final SQLiteConnection connection;

	private FunctionDatabase(SQLiteConnection connection) {
		this.connection = connection;
	}

	public static FunctionDatabase inMemory(SqlFunction... functions) throws SQLException {
		return open("jdbc:sqlite::memory:", new SqlFunctions(List.of(functions)));
	}

	public static FunctionDatabase file(Path file, SqlFunction... functions) throws SQLException {
		return open("jdbc:sqlite:" + file, new SqlFunctions(List.of(functions)));
	}

	public static FunctionDatabase open(String url, SqlFunctions functions) throws SQLException {
		SQLiteConnection connection = JDBC.createConnection(url, new Properties());
		functions.register(connection);
		return new FunctionDatabase(connection);
	}

	public SQLiteConnection connection() {
		return this.connection;
	}

	public void run(String... statements) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			for (String sql : statements) {
				statement.executeUpdate(sql);
			}
		}
	}

	/**
	 * The rows of a query, each as its values with a bar between them.
	 */
	public List<String> rows(String sql, Object... parameters) throws SQLException {
		return rows(this.connection, sql, parameters);
	}

	public static List<String> rows(Connection connection, String sql, Object... parameters) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			return rows(statement, parameters);
		}
	}

	public static List<String> rows(PreparedStatement statement, Object... parameters) throws SQLException {
		for (int i = 0; i < parameters.length; i++) {
			statement.setObject(i + 1, parameters[i]);
		}
		List<String> rows = new ArrayList<>();
		try (ResultSet results = statement.executeQuery()) {
			int columns = results.getMetaData().getColumnCount();
			while (results.next()) {
				StringBuilder row = new StringBuilder();
				for (int column = 1; column <= columns; column++) {
					row.append((column > 1) ? "|" : "").append(results.getString(column));
				}
				rows.add(row.toString());
			}
		}
		return rows;
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}
