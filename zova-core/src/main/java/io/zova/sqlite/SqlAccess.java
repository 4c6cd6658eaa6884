package io.zova.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.driver.SqlErrors;
import io.zova.sqlite.lock.Deadline;
import io.zova.sqlite.lock.WorkObserver;

/**
 * The one way from a feature to a connection: the transaction's own where one is open, a
 * borrowed one otherwise.
 */
public final class SqlAccess {

	/** What JdbcTemplate uses too; {@link SqlErrors} has prepared the errors for it. */
	private static final SQLExceptionTranslator TRANSLATOR = new SQLExceptionSubclassTranslator();

	private static final int PRIMARY_CODE = 0xff;

	/** So often, work begins again because rows have moved to another file. */
	private static final int MOVES = 5;

	private final DataSource dataSource;

	/** The name of a database that was opened for reading only. */
	private final @Nullable String readOnlyName;

	private volatile @Nullable WorkObserver observer;

	public SqlAccess(DataSource dataSource) {
		this.dataSource = dataSource;
		this.readOnlyName = (dataSource instanceof ZovaDataSource own && own.isOpenForReadingOnly()) ? own.getPoolName()
				: null;
	}

	/**
	 * Refuses to write to a database that was opened for reading only. Calls that write
	 * ask this before they look at anything else, so that none of them works or fails
	 * otherwise because there happens to be nothing to do.
	 * @throws ZovaException with {@link ZovaStatus#READ_ONLY}
	 */
	public void requireWritable() {
		if (this.readOnlyName != null) {
			throw new ZovaException(ZovaStatus.READ_ONLY,
					"attempt to write a readonly database: " + this.readOnlyName
							+ " was opened for reading only. To write, open it without readOnly and immutable "
							+ "(zova.read-only=false, zova.immutable=false)");
		}
	}

	/**
	 * Whether the database was opened for reading only.
	 * @return {@code true} if it was
	 */
	public boolean isReadOnly() {
		return this.readOnlyName != null;
	}

	/**
	 * Runs reading statements. Outside a transaction each statement sees the newest
	 * state.
	 * @param <T> the type of the result
	 * @param task what is being done, for error messages
	 * @param work the statements
	 * @return what the work returned
	 * @throws DataAccessException if a statement failed
	 * @throws TransactionTimedOutException if the time of the transaction is over
	 */
	public <T extends @Nullable Object> T read(String task, SqlWork<T> work) {
		return run(task, (connection) -> work.run(connection.effective()));
	}

	/**
	 * Runs reading statements, or does something else with the connection, as
	 * {@link #read} does.
	 * @param task what is being done, for error messages
	 * @param action the statements
	 * @throws DataAccessException if a statement failed
	 * @throws TransactionTimedOutException if the time of the transaction is over
	 */
	public void readWithoutResult(String task, SqlAction action) {
		read(task, (connection) -> done(action, connection));
	}

	/**
	 * Runs reading statements that all see the same state of the database.
	 * @param <T> the type of the result
	 * @param task what is being done, for error messages
	 * @param work the statements
	 * @return what the work returned
	 * @throws DataAccessException if a statement failed
	 */
	public <T extends @Nullable Object> T snapshot(String task, SqlWork<T> work) {
		return run(task, (connection) -> UnitOfWork.consistently(connection, work));
	}

	/**
	 * Runs statements that take effect together or not at all: inside the open
	 * transaction through a savepoint, else in a transaction of their own.
	 * @param <T> the type of the result
	 * @param task what is being done, for error messages
	 * @param work the statements
	 * @return what the work returned
	 * @throws DataAccessException if a statement failed; everything the work did is
	 * undone
	 */
	public <T extends @Nullable Object> T write(String task, SqlWork<T> work) {
		return run(task, (connection) -> UnitOfWork.atomically(connection, work));
	}

	/**
	 * Runs statements that take effect together or not at all, as {@link #write} does.
	 * @param task what is being done, for error messages
	 * @param action the statements
	 * @throws DataAccessException if a statement failed; everything they did is undone
	 */
	public void writeWithoutResult(String task, SqlAction action) {
		write(task, (connection) -> done(action, connection));
	}

	/** The one place where a result is made up. */
	private static boolean done(SqlAction action, Connection connection) throws SQLException {
		action.run(connection);
		return true;
	}

	/**
	 * Runs statements as {@link #write} does, and counts the change for the store that
	 * they change, if it is in one.
	 * @param <T> the type of the result
	 * @param task what is being done, for error messages
	 * @param table one of the tables that are changed
	 * @param work the statements; if they answer {@code false} or an empty list, nothing
	 * has changed
	 * @return what the work returned
	 * @throws DataAccessException if a statement failed; everything the work did is
	 * undone
	 */
	public <T extends @Nullable Object> T change(String task, String table, SqlWork<T> work) {
		return write(task, (connection) -> {
			T result = work.run(connection);
			if (!Boolean.FALSE.equals(result) && !(result instanceof Collection<?> list && list.isEmpty())) {
				StoreEpochs.count(connection, table);
			}
			return result;
		});
	}

	/**
	 * Tells of all work from now on, and of waits for the write lock of the file. The
	 * latter are told to one observer for each file.
	 * @param newObserver who is told, instead of who was before
	 */
	public void observe(WorkObserver newObserver) {
		this.observer = newObserver;
		if (this.dataSource instanceof ZovaDataSource own) {
			own.observe(newObserver);
		}
	}

	/**
	 * Runs work of several calls that an observer is to see as one.
	 * @param <T> the type of the result
	 * @param task what is being done, one of a few fixed texts
	 * @param work the calls
	 * @return what the work returned
	 */
	public <T extends @Nullable Object> T observed(String task, Supplier<T> work) {
		WorkObserver told = this.observer;
		WorkObserver.Work observed = (told != null) ? told.begin(task) : null;
		if (observed == null) {
			return work.get();
		}
		Throwable failure = null;
		try {
			return work.get();
		}
		catch (RuntimeException | Error ex) {
			failure = ex;
			throw ex;
		}
		finally {
			observed.end(failure);
		}
	}

	private <T extends @Nullable Object> T run(String task, ConnectionWork<T> work) {
		return (this.observer != null) ? observed(task, () -> runNow(task, work)) : runNow(task, work);
	}

	private <T extends @Nullable Object> T runNow(String task, ConnectionWork<T> work) {
		for (int tries = 1;; tries++) {
			try {
				return runOnce(task, work);
			}
			catch (StoresMovedException ex) {
				if (tries == MOVES) {
					throw translate(task, ex);
				}
			}
		}
	}

	private <T extends @Nullable Object> T runOnce(String task, ConnectionWork<T> work) throws StoresMovedException {
		Connection connection = DataSourceUtils.getConnection(this.dataSource);
		try {
			ZovaConnection own = connection.unwrap(ZovaConnection.class);
			ConnectionHolder transaction = (ConnectionHolder) TransactionSynchronizationManager
				.getResource(this.dataSource);
			return (transaction != null && transaction.hasTimeout()) ? runInTime(transaction, own, work)
					: work.run(own);
		}
		catch (StoresMovedException ex) {
			throw ex;
		}
		catch (SQLException ex) {
			throw translate(task, ex);
		}
		finally {
			DataSourceUtils.releaseConnection(connection, this.dataSource);
		}
	}

	/**
	 * Runs work in a transaction that has a time limit, and not at all if that is over.
	 * As Spring says for its own templates, the transaction can only be rolled back then.
	 */
	private static <T extends @Nullable Object> T runInTime(ConnectionHolder transaction, ZovaConnection connection,
			ConnectionWork<T> work) throws SQLException {
		Deadline before = connection.session()
			.limits()
			.ofTransaction(Deadline.after(Duration.ofMillis(transaction.getTimeToLiveInMillis())));
		try {
			return work.run(connection);
		}
		finally {
			connection.session().limits().ofTransaction(before);
		}
	}

	/**
	 * Translates an error as {@code JdbcTemplate} does, but for a write where only
	 * reading is allowed, which is Zova's own.
	 * @param task what was being done
	 * @param ex the error
	 * @return Spring's exception for it
	 */
	public static DataAccessException translate(String task, SQLException ex) {
		if ((ex.getErrorCode() & PRIMARY_CODE) == SQLiteErrorCode.SQLITE_READONLY.code) {
			return new ZovaException(ZovaStatus.READ_ONLY, task + ": " + ex.getMessage(), ex);
		}
		DataAccessException translated = TRANSLATOR.translate(task, null, ex);
		return (translated != null) ? translated : new UncategorizedSQLException(task, null, ex);
	}

	/**
	 * Work on our own kind of connection.
	 *
	 * @param <T> what comes out of it
	 */
	@FunctionalInterface
	private interface ConnectionWork<T extends @Nullable Object> {

		T run(ZovaConnection connection) throws SQLException;

	}

}
