package io.zova.sqlite.lock;

import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

import io.zova.sqlite.driver.SqlErrors;

/**
 * The errors of waiting for a lock of this process. Spring turns all of them into
 * {@code CannotAcquireLockException}.
 */
final class LockErrors {

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
		return new SQLTransactionRollbackException(message, SqlErrors.CANNOT_ACQUIRE_LOCK,
				SQLiteErrorCode.SQLITE_BUSY.code, cause);
	}

}
