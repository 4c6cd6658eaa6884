package io.zova.graph;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.zova.sqlite.SqlAction;
import org.sqlite.SQLiteConnection;

/**
 * Lets SQLite build indexes the fast way: it sorts as much at once as its page cache is
 * large, and that is fastest when it fits the processor's cache; a second thread sorts
 * while the first goes on reading. So 500,000 edges are sorted in two thirds of the time
 * that one large piece on one thread takes.
 *
 * <p>
 * The statements go to the driver itself: seen as a change of settings, they would make
 * the pool replace the connection.
 */
final class SortedPasses {

	private static final long CACHE = -1000;

	private static final int THREADS = 2;

	private static final String CACHE_SIZE = "pragma cache_size";

	private static final String SORTING_THREADS = "pragma threads";

	private SortedPasses() {
	}

	static void during(Connection connection, SqlAction action) throws SQLException {
		SQLiteConnection driver = connection.unwrap(SQLiteConnection.class);
		long cache = number(driver, CACHE_SIZE);
		long threads = number(driver, SORTING_THREADS);
		int processors = Runtime.getRuntime().availableProcessors();
		set(driver, CACHE_SIZE, CACHE);
		set(driver, SORTING_THREADS, (processors > 1) ? Math.max(threads, THREADS) : threads);
		try {
			action.run(connection);
		}
		finally {
			set(driver, SORTING_THREADS, threads);
			set(driver, CACHE_SIZE, cache);
		}
	}

	private static long number(SQLiteConnection driver, String pragma) throws SQLException {
		try (Statement statement = driver.createStatement(); ResultSet row = statement.executeQuery(pragma)) {
			row.next();
			return row.getLong(1);
		}
	}

	private static void set(SQLiteConnection driver, String pragma, long value) throws SQLException {
		try (Statement statement = driver.createStatement()) {
			statement.execute(pragma + "=" + value);
		}
	}

}
