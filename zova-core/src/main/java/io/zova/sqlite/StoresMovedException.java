package io.zova.sqlite;

import java.sql.SQLTransientConnectionException;

/**
 * Rows have moved to another file between the look where they are and the statement. It
 * has not run; {@link SqlAccess} does the work once more.
 */
final class StoresMovedException extends SQLTransientConnectionException {

	private static final long serialVersionUID = 1;

	StoresMovedException(String name) {
		super("Which stores " + name + " has was changed meanwhile. Nothing of this call is stored: roll back, and run "
				+ "the transaction once more", "40001");
	}

}
