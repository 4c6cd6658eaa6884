package io.zova.sqlite;

import java.sql.BatchUpdateException;
import java.sql.SQLException;

/**
 * The error of a batch: it names the entry, and carries the entry's own error where
 * Spring looks for it.
 */
final class BatchErrors {

	private BatchErrors() {
	}

	static BatchUpdateException at(int index, SQLException cause) {
		return of("Batch entry " + index, cause);
	}

	static BatchUpdateException of(String place, SQLException cause) {
		BatchUpdateException error = new BatchUpdateException(place + ": " + cause.getMessage(), cause.getSQLState(),
				cause.getErrorCode(), new int[0], cause);
		error.setNextException(cause);
		return error;
	}

}
