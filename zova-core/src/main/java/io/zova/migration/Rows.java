package io.zova.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.lock.Interruption;

/**
 * Carries rows from an old file to a copy of it, where their table was made anew.
 * <p>
 * Text travels as its bytes, so that it arrives as it was, whatever it holds.
 */
final class Rows {

	private final Connection source;

	private final Connection copy;

	private final String file;

	Rows(Connection source, Connection copy, String file) {
		this.source = source;
		this.copy = copy;
		this.file = file;
	}

	/**
	 * Passes if all values of a table have the types that the format writes. A rule of
	 * the table does not keep a number out of a text column, for example.
	 * @param table the table
	 * @param columnsAndTypes a column, its type, a column, its type, …
	 * @throws SQLException if they can't be read
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_DATABASE} otherwise
	 */
	void requireTypes(String table, String... columnsAndTypes) throws SQLException {
		for (int i = 0; i < columnsAndTypes.length; i += 2) {
			String column = columnsAndTypes[i];
			String type = columnsAndTypes[i + 1];
			String wrong = "select count(*), max(typeof(%s)) from %s where typeof(%s) not in (%s)".formatted(column,
					table, column, type);
			try (Statement statement = this.source.createStatement(); ResultSet row = statement.executeQuery(wrong)) {
				row.next();
				if (row.getLong(1) != 0) {
					throw damaged(row.getLong(1) + " rows of " + table + " have a value of type " + row.getString(2)
							+ " in the column " + column);
				}
			}
		}
	}

	/**
	 * Carries rows over.
	 * @param query reads them from the old file
	 * @param insert writes one of them into the copy
	 * @param carrier sets the parameters of the insertion from a row
	 * @return how many there were
	 * @throws SQLException if one can't be read or written
	 */
	long carry(String query, String insert, Carrier carrier) throws SQLException {
		long count = 0;
		try (Statement statement = this.source.createStatement();
				ResultSet row = statement.executeQuery(query);
				PreparedStatement target = this.copy.prepareStatement(insert)) {
			while (row.next()) {
				Interruption.check("migrating rows");
				carrier.carry(row, target);
				target.executeUpdate();
				count++;
			}
		}
		return count;
	}

	void insert(String sql, Object... values) throws SQLException {
		try (PreparedStatement insert = this.copy.prepareStatement(sql)) {
			for (int i = 0; i < values.length; i++) {
				insert.setObject(i + 1, values[i]);
			}
			insert.executeUpdate();
		}
	}

	void execute(String sql) throws SQLException {
		try (Statement statement = this.copy.createStatement()) {
			statement.execute(sql);
		}
	}

	ZovaException damaged(String what) {
		return new ZovaException(ZovaStatus.NOT_ZOVA_DATABASE, this.file + " is damaged and can't be migrated: " + what
				+ ". Restore it from a backup, or mend it with a SQLite tool in a copy of the file");
	}

	String file() {
		return this.file;
	}

	/**
	 * Sets the parameters of an insertion.
	 */
	@FunctionalInterface
	interface Carrier {

		void carry(ResultSet row, PreparedStatement target) throws SQLException;

	}

}
