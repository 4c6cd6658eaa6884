package io.zova.sqlite;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Statements to run on a connection that somebody else opens and closes, of which only
 * the effect matters.
 */
@FunctionalInterface
public interface SqlAction {

	void run(Connection connection) throws SQLException;

}
