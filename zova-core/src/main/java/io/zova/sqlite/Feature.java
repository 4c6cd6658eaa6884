package io.zova.sqlite;

import java.util.List;

import io.zova.sqlite.function.SqlFunction;

/**
 * A feature before its database is open: what its SQL functions and its template share.
 * The functions have to be on the first connection, and the template needs connections.
 *
 * @param <T> the template
 */
public interface Feature<T> extends AutoCloseable {

	/**
	 * What SQL can call.
	 * @return the functions, to be registered with every connection
	 */
	List<SqlFunction> functions();

	/**
	 * Makes the template of the database that has the functions.
	 * @param sql the way to its connections
	 * @return the template
	 */
	T over(SqlAccess sql);

	/** Lets go what is in memory, and who waits. */
	@Override
	void close();

}
