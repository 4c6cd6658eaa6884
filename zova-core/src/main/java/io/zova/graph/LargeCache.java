package io.zova.graph;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.zova.sqlite.SqlWork;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/**
 * Gives a connection a large page cache while it builds a large part of a graph, as every
 * Zova library does: sorting an index then needs no temporary file.
 *
 * <p>
 * The statements go to the driver itself: seen as a change of settings, they would make
 * the pool replace the connection. They don't make SQLite compile other statements anew.
 */
final class LargeCache {

	private static final long KIB = 64 << 10;

	private static final String SIZE = "pragma cache_size";

	private static final String PAGE_SIZE = "pragma page_size";

	private LargeCache() {
	}

	/**
	 * Does work with at least 64 MiB of cache.
	 * @param <T> the type of the result
	 * @param connection where
	 * @param work the work
	 * @return what it returned
	 * @throws SQLException if it failed
	 */
	static <T extends @Nullable Object> T during(Connection connection, SqlWork<T> work) throws SQLException {
		SQLiteConnection driver = connection.unwrap(SQLiteConnection.class);
		long size = number(driver, SIZE);
		long kib = (size < 0) ? -size : size * number(driver, PAGE_SIZE) / 1024;
		if (kib >= KIB) {
			return work.run(connection);
		}
		set(driver, -KIB);
		try {
			return work.run(connection);
		}
		finally {
			set(driver, size);
		}
	}

	private static long number(SQLiteConnection driver, String pragma) throws SQLException {
		try (Statement statement = driver.createStatement(); ResultSet row = statement.executeQuery(pragma)) {
			row.next();
			return row.getLong(1);
		}
	}

	private static void set(SQLiteConnection driver, long size) throws SQLException {
		try (Statement statement = driver.createStatement()) {
			statement.execute(SIZE + "=" + size);
		}
	}

}
