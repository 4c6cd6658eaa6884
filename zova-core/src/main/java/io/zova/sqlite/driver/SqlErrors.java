package io.zova.sqlite.driver;

import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;

import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Translates the driver's errors into JDBC's own exception classes and SQLStates, which
 * the driver leaves out.
 * <p>
 * Spring's default translation goes by exactly these, so that templates,
 * {@code JdbcTemplate} and JPA all report a broken UNIQUE rule as
 * {@code DuplicateKeyException} and a lock that could not be had as
 * {@code CannotAcquireLockException}, with no set-up. The vendor code is SQLite's
 * extended result code.
 */
public final class SqlErrors {

	/** The SQLState by which Spring knows that a lock could not be had. */
	public static final String CANNOT_ACQUIRE_LOCK = "40001";

	private static final int PRIMARY = 0xff;

	private SqlErrors() {
	}

	/**
	 * Translates an error of the driver.
	 * @param ex the error
	 * @return the same error in a class that says what it means
	 */
	public static SQLException translate(SQLException ex) {
		if (!(ex instanceof SQLiteException driverError)) {
			return ex;
		}
		SQLiteErrorCode result = driverError.getResultCode();
		int code = result.code;
		String message = message(driverError);
		if (result == SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT) {
			return new SQLTransactionRollbackException(
					"The connection cannot write while a result of it is open that "
							+ "shows an older state of the file: read it into a list or close it first. " + message,
					CANNOT_ACQUIRE_LOCK, code, ex);
		}
		return switch (code & PRIMARY) {
			case 5 -> new SQLTransactionRollbackException(
					"Another process, or a connection not of Zova, holds the lock of the file: " + message,
					CANNOT_ACQUIRE_LOCK, code, ex);
			case 6 -> new SQLTransactionRollbackException(
					"A statement of the same connection is in the way: " + message, CANNOT_ACQUIRE_LOCK, code, ex);
			case 19 -> new SQLIntegrityConstraintViolationException(message, constraintState(result), code, ex);
			case 9 -> new SQLTimeoutException(message, "57014", code, ex);
			case 1 -> new SQLSyntaxErrorException(message, "42000", code, ex);
			// The class that says to Spring that permission is denied.
			case 8 -> new SQLInvalidAuthorizationSpecException(message, "25006", code, ex);
			case 13 -> new SQLNonTransientException(
					"No space is left for the file, or its page limit is reached: " + message, "53100", code, ex);
			case 7 -> new SQLNonTransientException(message, "53200", code, ex);
			case 10, 14 -> new SQLNonTransientConnectionException(message, "58030", code, ex);
			case 11, 26 -> new SQLNonTransientException("The file is damaged: " + message, "58000", code, ex);
			case 18, 20, 25 -> new SQLDataException(message, "22000", code, ex);
			default -> new SQLNonTransientException(message, "HY000", code, ex);
		};
	}

	private static String constraintState(SQLiteErrorCode code) {
		return switch (code) {
			case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID -> "23505";
			case SQLITE_CONSTRAINT_NOTNULL -> "23502";
			case SQLITE_CONSTRAINT_FOREIGNKEY -> "23503";
			case SQLITE_CONSTRAINT_CHECK -> "23514";
			default -> "23000";
		};
	}

	/**
	 * The driver writes "[CODE] explanation (SQLite's own text)"; the last is the useful
	 * part.
	 */
	private static String message(SQLiteException ex) {
		String message = String.valueOf(ex.getMessage());
		int open = message.indexOf(" (");
		return (message.startsWith("[") && open > 0 && message.endsWith(")"))
				? message.substring(open + 2, message.length() - 1) : message;
	}

}
