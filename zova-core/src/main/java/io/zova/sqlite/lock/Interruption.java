package io.zova.sqlite.lock;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;

import org.sqlite.SQLiteErrorCode;

/**
 * How loops over the data of a file notice that their thread was interrupted: how long
 * they are is the file's word alone.
 */
public final class Interruption {

	/** So many rows are read between two looks, so that short reads never fail. */
	public static final int ROWS = 64;

	private Interruption() {
	}

	/**
	 * Ends the work of a thread that was interrupted. It stays interrupted.
	 * @param task what it is doing, such as "reading rows"
	 * @throws SQLException if the thread was interrupted; for Spring it is a
	 * {@code QueryTimeoutException}
	 */
	public static void check(String task) throws SQLException {
		if (Thread.currentThread().isInterrupted()) {
			throw new SQLTimeoutException(
					"The thread '" + Thread.currentThread().getName() + "' was interrupted and has stopped " + task,
					"57014", SQLiteErrorCode.SQLITE_INTERRUPT.code);
		}
	}

}
