package io.zova.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;

/**
 * The one way from a feature to a connection: the transaction's own where one is open, a
 * borrowed one otherwise.
 */
public final class SqlAccess {

	private static final SQLExceptionTranslator TRANSLATOR = new SQLExceptionSubclassTranslator();

	private final DataSource dataSource;

	public SqlAccess(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	/**
	 * Runs reading statements. Outside a transaction each statement sees the newest
	 * state.
	 * @param <T> the type of the result
	 * @param task what is being done, for error messages
	 * @param work the statements
	 * @return what the work returned
	 * @throws DataAccessException if a statement failed
	 */
	public <T extends @Nullable Object> T read(String task, SqlWork<T> work) {
		Connection connection = DataSourceUtils.getConnection(this.dataSource);
		try {
			return work.run(connection);
		}
		catch (SQLException ex) {
			throw translate(task, ex);
		}
		finally {
			DataSourceUtils.releaseConnection(connection, this.dataSource);
		}
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
		return write(task, work);
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
		Connection connection = DataSourceUtils.getConnection(this.dataSource);
		try {
			boolean own = connection.getAutoCommit();
			if (own) {
				connection.setAutoCommit(false);
			}
			try {
				return own ? inOwnTransaction(connection, work) : inSavepoint(connection, work);
			}
			finally {
				if (own) {
					connection.setAutoCommit(true);
				}
			}
		}
		catch (SQLException ex) {
			throw translate(task, ex);
		}
		finally {
			DataSourceUtils.releaseConnection(connection, this.dataSource);
		}
	}

	private <T extends @Nullable Object> T inOwnTransaction(Connection connection, SqlWork<T> work)
			throws SQLException {
		try {
			T result = work.run(connection);
			connection.commit();
			return result;
		}
		catch (SQLException | RuntimeException | Error ex) {
			connection.rollback();
			throw ex;
		}
	}

	private <T extends @Nullable Object> T inSavepoint(Connection connection, SqlWork<T> work) throws SQLException {
		Savepoint savepoint = connection.setSavepoint("zova_operation");
		try {
			T result = work.run(connection);
			connection.releaseSavepoint(savepoint);
			return result;
		}
		catch (SQLException | RuntimeException | Error ex) {
			connection.rollback(savepoint);
			connection.releaseSavepoint(savepoint);
			throw ex;
		}
	}

	private DataAccessException translate(String task, SQLException ex) {
		DataAccessException translated = TRANSLATOR.translate(task, null, ex);
		return (translated != null) ? translated
				: new org.springframework.jdbc.UncategorizedSQLException(task, null, ex);
	}

}
