package io.zova.sqlite;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Runs several statements as one on a connection: in the transaction that is open, or in
 * one made for them.
 */
final class UnitOfWork {

	/** The savepoint of an operation that joins a transaction. */
	private static final String SAVEPOINT = "zova_operation";

	private final ZovaConnection connection;

	private UnitOfWork(ZovaConnection connection) {
		this.connection = connection;
	}

	/**
	 * Runs work that takes effect as a whole or not at all: in a transaction of its own
	 * or, where one is open, in a savepoint of it.
	 * @param <T> the type of the result
	 * @param connection where
	 * @param work the statements
	 * @return what the work returned
	 * @throws SQLException if it failed; nothing of it is left
	 */
	static <T extends @Nullable Object> T atomically(ZovaConnection connection, SqlWork<T> work) throws SQLException {
		UnitOfWork unit = new UnitOfWork(connection);
		return connection.isTransactional() ? unit.inSavepoint(work) : unit.inTransaction(work, false);
	}

	/**
	 * Runs a batch: in the open transaction as it is, else in one of its own, so that it
	 * takes effect as a whole.
	 * @param <T> the type of the result
	 * @param connection where
	 * @param work the statements
	 * @return what the work returned
	 * @throws SQLException if it failed
	 */
	static <T extends @Nullable Object> T batch(ZovaConnection connection, SqlWork<T> work) throws SQLException {
		return connection.isTransactional() ? work.run(connection.effective())
				: new UnitOfWork(connection).inTransaction(work, false);
	}

	/**
	 * Runs reading work that sees one state of the file.
	 * @param <T> the type of the result
	 * @param connection where
	 * @param work the statements
	 * @return what the work returned
	 * @throws SQLException if it failed
	 */
	static <T extends @Nullable Object> T consistently(ZovaConnection connection, SqlWork<T> work) throws SQLException {
		return (connection.isTransactional() && !connection.readsUnbegun()) ? work.run(connection.effective())
				: new UnitOfWork(connection).inTransaction(work, true);
	}

	private <T extends @Nullable Object> T inTransaction(SqlWork<T> work, boolean reading) throws SQLException {
		if (!reading) {
			this.connection.aboutToWriteAlone();
		}
		this.connection.begin(reading);
		if (!reading) {
			this.connection.transaction().meansToWrite();
		}
		try {
			T result = work.run(this.connection.effective());
			this.connection.end(true);
			return result;
		}
		catch (SQLException | RuntimeException | Error ex) {
			undo(ex, true, () -> this.connection.end(false));
			throw ex;
		}
	}

	private <T extends @Nullable Object> T inSavepoint(SqlWork<T> work) throws SQLException {
		this.connection.savepoint(SAVEPOINT);
		this.connection.transaction().meansToWrite();
		try {
			T result = work.run(this.connection.effective());
			this.connection.release(SAVEPOINT);
			return result;
		}
		catch (SQLException | RuntimeException | Error ex) {
			undo(ex, !this.connection.isJdbcTransaction(), () -> {
				this.connection.transaction().rollbackTo(SAVEPOINT);
				this.connection.release(SAVEPOINT);
			});
			throw ex;
		}
	}

	/** What caused the failure is what the caller must see, whatever happens here. */
	private void undo(Throwable cause, boolean ofThisUnit, Undoing undoing) {
		ConnectionTransaction.State state = this.connection.transaction().state();
		boolean open = state == ConnectionTransaction.State.READ || state == ConnectionTransaction.State.WRITE;
		boolean lostHere = state == ConnectionTransaction.State.LOST && ofThisUnit;
		if (!open && !lostHere) {
			return;
		}
		try {
			undoing.run();
		}
		catch (SQLException ex) {
			cause.addSuppressed(ex);
		}
	}

	/**
	 * A step back.
	 */
	@FunctionalInterface
	private interface Undoing {

		void run() throws SQLException;

	}

}
