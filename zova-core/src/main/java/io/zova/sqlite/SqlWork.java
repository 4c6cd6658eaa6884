package io.zova.sqlite;

import java.sql.Connection;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Statements to run on a connection that somebody else opens and closes.
 *
 * @param <T> what comes out of it
 */
@FunctionalInterface
public interface SqlWork<T extends @Nullable Object> {

	T run(Connection connection) throws SQLException;

}
