package io.zova.sqlite;

import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/**
 * The errors of waiting for a lock of this process. Spring turns all of them into
 * {@code CannotAcquireLockException}.
 */
final class LockErrors {

	/** The SQLState by which Spring knows that a lock could not be had. */
	static final String CANNOT_ACQUIRE_LOCK = "40001";

	private LockErrors() {
	}

	static SQLException timedOut(String purpose, Deadline deadline, String holder) {
		return of("Gave up waiting " + purpose + " after " + deadline.patienceText() + ": " + holder
				+ ". Keep transactions short, or raise the lock-wait timeout.", null);
	}

	static SQLException wouldWaitForItself(String held, String advice) {
		return of(
				"This thread waits for itself: it holds " + held + " on another connection of the same file. " + advice,
				null);
	}

	static SQLException interrupted(String purpose, InterruptedException cause) {
		Thread.currentThread().interrupt();
		return of("Interrupted while waiting " + purpose, cause);
	}

	private static SQLException of(String message, @Nullable Throwable cause) {
		return new SQLTransactionRollbackException(message, CANNOT_ACQUIRE_LOCK, SQLiteErrorCode.SQLITE_BUSY.code,
				cause);
	}

}
