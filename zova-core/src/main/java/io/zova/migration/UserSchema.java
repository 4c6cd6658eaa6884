package io.zova.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Indexes and triggers that the user of a file has put on tables that are made anew: they
 * go with the old table, and come back if they fit the new one.
 */
final class UserSchema {

	private static final String OBJECTS = """
			select type, name, tbl_name, sql
			from sqlite_schema
			where type in ('index', 'trigger') and sql is not null and tbl_name = ? and substr(name, 1, 6) <> '_zova_'
			order by rowid""";

	private final List<UserObject> objects = new ArrayList<>();

	private UserSchema() {
	}

	/**
	 * Notes what is on some tables.
	 * @param connection the connection
	 * @param tables their names
	 * @return what is on them
	 * @throws SQLException if it can't be read
	 */
	static UserSchema on(Connection connection, List<String> tables) throws SQLException {
		UserSchema schema = new UserSchema();
		try (PreparedStatement query = connection.prepareStatement(OBJECTS)) {
			for (String table : tables) {
				query.setString(1, table);
				try (ResultSet row = query.executeQuery()) {
					while (row.next()) {
						schema.objects.add(
								new UserObject(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
					}
				}
			}
		}
		return schema;
	}

	/**
	 * Makes again what still fits.
	 * @param connection a connection to the file with the new tables
	 * @return what did not fit, such as {@code trigger audit on _zova_vectors}
	 * @throws SQLException if SQLite failed
	 */
	List<String> recreate(Connection connection) throws SQLException {
		List<String> lost = new ArrayList<>();
		for (UserObject object : this.objects) {
			if (!object.recreate(connection)) {
				lost.add(object.type + " " + object.name + " on " + object.table);
			}
		}
		return lost;
	}

	private static boolean runs(Statement statement, String sql) {
		try {
			statement.execute(sql);
			return true;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * An index or trigger.
	 */
	private record UserObject(String type, String name, String table, String sql) {

		boolean recreate(Connection connection) throws SQLException {
			try (Statement statement = connection.createStatement()) {
				if (!runs(statement, this.sql)) {
					return false;
				}
				if (this.type.equals("index") || fires(statement)) {
					return true;
				}
				statement.execute("drop trigger \"" + this.name.replace("\"", "\"\"") + "\"");
				return false;
			}
		}

		/**
		 * SQLite compiles a trigger only with a statement that fires it; one that names a
		 * column of the old table would refuse every write to the new one.
		 */
		private boolean fires(Statement statement) {
			return runs(statement, "explain insert into " + this.table + " default values")
					&& runs(statement, "explain delete from " + this.table)
					&& columns(statement).stream()
						.allMatch((column) -> runs(statement,
								"explain update " + this.table + " set \"" + column + "\" = \"" + column + "\""));
		}

		private List<String> columns(Statement statement) {
			List<String> columns = new ArrayList<>();
			try (ResultSet row = statement.executeQuery("pragma table_info(" + this.table + ")")) {
				while (row.next()) {
					columns.add(row.getString("name"));
				}
			}
			catch (SQLException ex) {
				// Then nothing fires it.
			}
			return columns;
		}

	}

}
