package io.zova.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.statement.SavepointNames;

/**
 * Work that can be undone alone inside the transaction that is open, whoever manages it.
 */
public final class ScopedSavepoint {

	private final DataSource dataSource;

	private final PlatformTransactionManager transactions;

	/**
	 * Savepoints of a database.
	 * @param dataSource its connections
	 * @param transactions begins a transaction where none is open
	 */
	public ScopedSavepoint(DataSource dataSource, PlatformTransactionManager transactions) {
		this.dataSource = dataSource;
		this.transactions = transactions;
	}

	/**
	 * Runs work inside a savepoint of the open transaction, or in a transaction of its
	 * own.
	 * @param <T> the type of the result
	 * @param name the name of the savepoint
	 * @param work the work
	 * @return what it returns
	 * @throws ZovaException with {@code INVALID_ARGUMENT} if the name breaks a rule
	 */
	public <T extends @Nullable Object> T run(String name, Supplier<T> work) {
		try {
			SavepointNames.named(name);
		}
		catch (SQLException ex) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT, String.valueOf(ex.getMessage()), ex);
		}
		boolean open = TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.hasResource(this.dataSource);
		return open ? inside(name, work) : alone(work);
	}

	@SuppressWarnings("NullAway") // The template answers what the work does.
	private <T extends @Nullable Object> T alone(Supplier<T> work) {
		return new TransactionTemplate(this.transactions).execute((status) -> work.get());
	}

	private <T extends @Nullable Object> T inside(String name, Supplier<T> work) {
		Connection connection = DataSourceUtils.getConnection(this.dataSource);
		try {
			Savepoint savepoint = connection.setSavepoint(name);
			T result;
			try {
				result = work.get();
			}
			catch (RuntimeException | Error ex) {
				undo(connection, savepoint, ex);
				throw ex;
			}
			connection.releaseSavepoint(savepoint);
			return result;
		}
		catch (SQLException ex) {
			throw SqlAccess.translate("Savepoint " + name, ex);
		}
		finally {
			DataSourceUtils.releaseConnection(connection, this.dataSource);
		}
	}

	/** An error of SQLite may have ended the whole transaction before. */
	private static void undo(Connection connection, Savepoint savepoint, Throwable cause) {
		try {
			connection.rollback(savepoint);
			connection.releaseSavepoint(savepoint);
		}
		catch (SQLException | DataAccessException ex) {
			cause.addSuppressed(ex);
		}
	}

}
