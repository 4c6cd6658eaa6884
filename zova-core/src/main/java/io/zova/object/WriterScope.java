package io.zova.object;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.ZovaConnection;
import io.zova.transaction.TransactionListener;

/**
 * Where a writer may be used: outside transactions if it was opened there, else in the
 * transaction that opened it and in no other.
 */
final class WriterScope {

	private final SqlAccess sql;

	private final @Nullable ZovaConnection transaction;

	private boolean ended;

	/**
	 * Finds out where a writer is being opened.
	 * @param sql the way to the connections
	 */
	WriterScope(SqlAccess sql) {
		this.sql = sql;
		this.transaction = currentTransaction();
		if (this.transaction != null) {
			begin();
		}
	}

	private void begin() {
		this.sql.readWithoutResult("open an object writer",
				(connection) -> connection.unwrap(ZovaConnection.class).requireBegun());
	}

	/**
	 * Ties a writer to the end of the transaction, if there is one.
	 * @param beforeCommit what to do while the transaction can still do something
	 * @param atEnd what to do when it is over
	 */
	void onEnd(Runnable beforeCommit, Runnable atEnd) {
		if (this.transaction == null) {
			return;
		}
		this.transaction.listeners().get(this, () -> new TransactionListener() {

			@Override
			public void beforeCommit() {
				beforeCommit.run();
			}

			@Override
			public void committed() {
				WriterScope.this.ended = true;
				atEnd.run();
			}

			@Override
			public void rolledBack() {
				committed();
			}

		});
	}

	boolean isTransactional() {
		return this.transaction != null;
	}

	void require() {
		if (this.ended) {
			throw new ZovaException(ZovaStatus.OBJECT_WRITER_CLOSED,
					"The object writer ended with the transaction that opened it");
		}
		if (currentTransaction() != this.transaction) {
			throw refused((this.transaction != null) ? "can only be used in the transaction that opened it"
					: "was opened outside this transaction: use it there, or open one inside");
		}
	}

	private @Nullable ZovaConnection currentTransaction() {
		return this.sql.read("look for a transaction", WriterScope::active).orElse(null);
	}

	private static Optional<ZovaConnection> active(Connection connection) throws SQLException {
		ZovaConnection own = connection.unwrap(ZovaConnection.class);
		return (own.inTransaction() || !own.getAutoCommit()) ? Optional.of(own) : Optional.empty();
	}

	private static ZovaException refused(String what) {
		return new ZovaException(ZovaStatus.OBJECT_TRANSACTION_ACTIVE, "An object writer " + what);
	}

}
