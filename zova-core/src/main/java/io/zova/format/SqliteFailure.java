package io.zova.format;

import java.sql.SQLException;

import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * Says in Zova's statuses what SQLite reported while a file was opened, created or
 * copied, where there is no template yet that would do it.
 */
public final class SqliteFailure {

	private static final int PRIMARY_CODE = 0xff;

	private SqliteFailure() {
	}

	/**
	 * The status for an error of SQLite.
	 * @param ex the error
	 * @return its status
	 */
	public static ZovaStatus status(SQLException ex) {
		return (ex.getErrorCode() == 0) ? ZovaStatus.of(ex) : status(ex.getErrorCode());
	}

	/**
	 * The status for a result code of SQLite.
	 * @param resultCode the code, primary or extended
	 * @return its status
	 */
	public static ZovaStatus status(int resultCode) {
		return switch (resultCode & PRIMARY_CODE) {
			case 0 -> ZovaStatus.OK;
			case 5 -> ZovaStatus.BUSY;
			case 6 -> ZovaStatus.LOCKED;
			case 7 -> ZovaStatus.OUT_OF_MEMORY;
			case 8 -> ZovaStatus.READ_ONLY;
			case 11 -> ZovaStatus.CORRUPT;
			case 14 -> ZovaStatus.CANT_OPEN;
			case 19 -> ZovaStatus.CONSTRAINT;
			case 21 -> ZovaStatus.MISUSE;
			default -> ZovaStatus.SQLITE_ERROR;
		};
	}

	/**
	 * Turns an error of SQLite into Zova's exception.
	 * @param task what could not be done, as the beginning of a sentence such as
	 * "app.zova could not be opened"
	 * @param ex the error
	 * @return the exception
	 */
	public static ZovaException of(String task, SQLException ex) {
		ZovaStatus status = status(ex);
		String advice = switch (status) {
			case BUSY -> ". Another process or connection holds its lock; try again, or allow a longer busy timeout";
			case CORRUPT -> ". The file is damaged; restore it from a backup";
			case READ_ONLY -> endedInTheMiddle(ex)
					? ". Its last writer ended in the middle of a transaction, which can be undone only by writing: "
							+ "open the file once with write access, as ZovaDatabase.open does"
					: ". A file in WAL mode needs others beside it, even for reading: let this user write its "
							+ "directory, give it a rollback journal, or open it as immutable if nobody changes it";
			case CANT_OPEN -> ". Look at the permissions of the file and its directory";
			default -> "";
		};
		return new ZovaException(status, task + ": " + ex.getMessage() + advice, ex);
	}

	private static boolean endedInTheMiddle(SQLException ex) {
		return ex instanceof SQLiteException sqlite
				&& sqlite.getResultCode() == SQLiteErrorCode.SQLITE_READONLY_ROLLBACK;
	}

}
