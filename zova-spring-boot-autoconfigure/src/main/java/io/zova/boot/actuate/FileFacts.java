package io.zova.boot.actuate;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.zova.ZovaDatabase;
import io.zova.format.ZovaSchema;

/**
 * Reads sizes and settings of the file, none of which needs a scan.
 */
public class FileFacts {

	private final ZovaDatabase database;

	/**
	 * The facts of a database.
	 * @param database the database
	 */
	public FileFacts(ZovaDatabase database) {
		this.database = database;
	}

	/**
	 * Reads the facts as they are now.
	 * @return the facts
	 */
	public Facts read() {
		return this.database.sql().read("read the facts of the database file", (connection) -> {
			long pageSize = number(connection, "pragma page_size");
			long pages = number(connection, "pragma page_count");
			return new Facts(ZovaSchema.FORMAT, text(connection, "pragma journal_mode"), pageSize, pages,
					number(connection, "pragma freelist_count"), pageSize * pages);
		});
	}

	private static long number(Connection connection, String sql) throws SQLException {
		return Long.parseLong(text(connection, sql));
	}

	private static String text(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

	/**
	 * What the file is.
	 *
	 * @param format the number of its format
	 * @param journalMode how its transactions are made atomic
	 * @param pageSize bytes a page
	 * @param pages how many pages it has
	 * @param freePages how many of them hold nothing
	 * @param bytes its size
	 */
	public record Facts(int format, String journalMode, long pageSize, long pages, long freePages, long bytes) {

	}

}
