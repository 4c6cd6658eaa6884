package io.zova.sqlite;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.driver.SqlErrors;
import io.zova.sqlite.statement.KeyMetaData;

/**
 * The driver's description of the database, read in good order: the driver runs its
 * statements past our connection, so each call, and each result until it is closed,
 * counts as a reader of the file.
 * <p>
 * A dynamic proxy, because the interface has 180 methods and nobody calls them in a
 * hurry.
 */
final class MetaData implements InvocationHandler {

	private final ZovaConnection connection;

	private final DatabaseMetaData driver;

	private MetaData(ZovaConnection connection, DatabaseMetaData driver) {
		this.connection = connection;
		this.driver = driver;
	}

	static DatabaseMetaData of(ZovaConnection connection, DatabaseMetaData driver) {
		return (DatabaseMetaData) Proxy.newProxyInstance(MetaData.class.getClassLoader(),
				new Class<?>[] { DatabaseMetaData.class }, new MetaData(connection, driver));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (method.getName().equals("getConnection")) {
			return this.connection;
		}
		if (method.getName().equals("getDefaultTransactionIsolation")) {
			return this.connection.defaultIsolation();
		}
		if (method.getName().equals("supportsTransactionIsolationLevel")) {
			return true;
		}
		Runnable leave = this.connection.session().enterRead();
		boolean open = false;
		try {
			Object result = (arguments != null) ? keys(method.getName(), arguments) : null;
			if (result == null) {
				result = method.invoke(this.driver, arguments);
			}
			if (result instanceof ResultSet rows) {
				open = true;
				return method.getName().equals("getColumns") ? new Columns(rows, leave) : new Rows(rows, leave);
			}
			return result;
		}
		catch (SQLException ex) {
			throw SqlErrors.translate(ex);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getCause() instanceof SQLException cause) ? SqlErrors.translate(cause) : ex.getTargetException();
		}
		finally {
			if (!open) {
				leave.run();
			}
		}
	}

	private @Nullable ResultSet keys(String method, @Nullable Object[] arguments) throws SQLException {
		KeyMetaData keys = new KeyMetaData(this.connection.driver());
		return switch (method) {
			case "getPrimaryKeys" -> keys.primaryKeys((String) arguments[2]);
			case "getImportedKeys" -> keys.foreignKeys(null, (String) arguments[2], false);
			case "getExportedKeys" -> keys.foreignKeys((String) arguments[2], null, true);
			case "getCrossReference" -> keys.foreignKeys((String) arguments[2], (String) arguments[5], true);
			default -> null;
		};
	}

	/**
	 * A result that lets a writer pass when it is closed.
	 */
	private static class Rows extends ForwardingResultSet {

		private final ResultSet rows;

		private @Nullable Runnable leave;

		Rows(ResultSet rows, Runnable leave) {
			this.rows = rows;
			this.leave = leave;
		}

		@Override
		ResultSet delegate() {
			return this.rows;
		}

		@Override
		public void close() throws SQLException {
			try {
				this.rows.close();
			}
			finally {
				Runnable once = this.leave;
				this.leave = null;
				if (once != null) {
					once.run();
				}
			}
		}

	}

	/**
	 * Columns with their types. The driver says that whole numbers have 32 bits; SQLite's
	 * have 64, and whoever compares the types, as Hibernate does, has a field for them.
	 */
	private static final class Columns extends Rows {

		private static final String TYPE = "DATA_TYPE";

		private static final int TYPE_INDEX = 5;

		Columns(ResultSet rows, Runnable leave) {
			super(rows, leave);
		}

		@Override
		public int getInt(int columnIndex) throws SQLException {
			int value = super.getInt(columnIndex);
			return (columnIndex == TYPE_INDEX && value == Types.INTEGER) ? Types.BIGINT : value;
		}

		@Override
		public int getInt(String columnLabel) throws SQLException {
			return columnLabel.equalsIgnoreCase(TYPE) ? getInt(TYPE_INDEX) : super.getInt(columnLabel);
		}

	}

}
