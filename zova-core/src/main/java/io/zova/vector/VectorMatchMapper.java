package io.zova.vector;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Makes a result from a match and a row that belongs to it.
 *
 * @param <T> the type of the result
 */
@FunctionalInterface
public interface VectorMatchMapper<T> {

	/**
	 * Maps one pair.
	 * @param match the match
	 * @param row the row, on which {@code next} must not be called
	 * @return the result
	 * @throws SQLException if a column cannot be read
	 */
	T map(VectorMatch match, ResultSet row) throws SQLException;

}
