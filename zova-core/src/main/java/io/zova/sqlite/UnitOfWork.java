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

	private final JdbcTransaction jdbc;

	private final ConnectionTransaction transaction;

	private UnitOfWork(ZovaConnection connection) {
		this.connection = connection;
		this.jdbc = connection.session().jdbc();
		this.transaction = connection.session().transaction();
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
		return isOpen(connection) ? unit.inSavepoint(work) : unit.inTransaction(work, false);
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
		return isOpen(connection) ? work.run(connection.effective())
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
		return (isOpen(connection) && !connection.session().jdbc().readsUnbegun()) ? work.run(connection.effective())
				: new UnitOfWork(connection).inTransaction(work, true);
	}

	private static boolean isOpen(ZovaConnection connection) {
		return connection.session().jdbc().isOpen();
	}

	private <T extends @Nullable Object> T inTransaction(SqlWork<T> work, boolean reading) throws SQLException {
		if (!reading) {
			this.connection.aboutToWriteAlone();
		}
		this.jdbc.begin(reading);
		if (!reading) {
			this.transaction.meansToWrite();
		}
		try {
			T result = work.run(this.connection.effective());
			this.jdbc.end(true);
			return result;
		}
		catch (SQLException | RuntimeException | Error ex) {
			undo(ex, true, () -> this.jdbc.end(false));
			throw ex;
		}
	}

	private <T extends @Nullable Object> T inSavepoint(SqlWork<T> work) throws SQLException {
		this.jdbc.savepoint(SAVEPOINT);
		this.transaction.meansToWrite();
		try {
			T result = work.run(this.connection.effective());
			this.jdbc.release(SAVEPOINT);
			return result;
		}
		catch (SQLException | RuntimeException | Error ex) {
			undo(ex, this.jdbc.isAutoCommit(), () -> {
				this.transaction.rollbackTo(SAVEPOINT);
				this.jdbc.release(SAVEPOINT);
			});
			throw ex;
		}
	}

	/** What caused the failure is what the caller must see, whatever happens here. */
	private void undo(Throwable cause, boolean ofThisUnit, Undoing undoing) {
		ConnectionTransaction.State state = this.transaction.state();
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
