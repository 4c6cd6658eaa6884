package io.zova;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

import io.zova.format.DatabasePath;
import io.zova.format.FormatValidation;
import io.zova.format.NewDatabase;
import io.zova.format.SqliteFailure;
import io.zova.notification.NotificationHub;
import io.zova.notification.NotificationTemplate;
import io.zova.sqlite.ConnectionPool;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.SqlFunction;

/**
 * An open Zova database: one file, or one piece of memory, with records, objects,
 * vectors, graphs, key-values and notifications under one transaction.
 * <p>
 * An instance is safe for use by many threads and is meant to be opened once and shared.
 */
public final class ZovaDatabase implements AutoCloseable {

	private final ConnectionPool connections;

	private final SqlAccess sql;

	private final JdbcTransactionManager transactionManager;

	private final NotificationHub hub;

	private final NotificationTemplate notifications;

	private ZovaDatabase(ConnectionPool connections, NotificationHub hub) {
		this.connections = connections;
		this.hub = hub;
		this.sql = new SqlAccess(connections.dataSource());
		this.transactionManager = new JdbcTransactionManager(connections.dataSource());
		this.notifications = new NotificationTemplate(this.sql, hub);
	}

	/**
	 * Creates a new file with the default options.
	 * @param path where; the name must end in {@code .zova} and not be taken
	 * @return the open database
	 * @see #create(Path, ZovaOptions)
	 */
	public static ZovaDatabase create(Path path) {
		return create(path, ZovaOptions.defaults());
	}

	/**
	 * Creates a new file.
	 * @param path where; the name must end in {@code .zova} and not be taken
	 * @param options how
	 * @return the open database
	 * @throws ZovaException if the file cannot be created; nothing is left of it then
	 */
	public static ZovaDatabase create(Path path, ZovaOptions options) {
		NewDatabase.create(path, options.pageSize().orElse(0));
		try {
			return open(path, options);
		}
		catch (RuntimeException ex) {
			deleteAfter(path, ex);
			throw ex;
		}
	}

	private static void deleteAfter(Path path, RuntimeException cause) {
		try {
			Files.delete(path);
		}
		catch (IOException ex) {
			cause.addSuppressed(ex);
		}
	}

	/**
	 * Opens an existing file with the default options.
	 * @param path the file
	 * @return the open database
	 * @see #open(Path, ZovaOptions)
	 */
	public static ZovaDatabase open(Path path) {
		return open(path, ZovaOptions.defaults());
	}

	/**
	 * Opens an existing file.
	 * @param path the file
	 * @param options how
	 * @return the open database
	 * @throws ZovaException if the file is not a valid Zova file of this format
	 */
	public static ZovaDatabase open(Path path, ZovaOptions options) {
		DatabasePath.requireFile(path);
		NotificationHub hub = new NotificationHub();
		try {
			return new ZovaDatabase(ConnectionPool.open(path, options, hub::newScope, functions(options),
					(connection) -> FormatValidation.validate(connection, path.toString())), hub);
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(path + " could not be opened", ex);
		}
	}

	/**
	 * Opens a file, creating it first if nothing is there.
	 * @param path the file
	 * @return the open database
	 */
	public static ZovaDatabase openOrCreate(Path path) {
		return openOrCreate(path, ZovaOptions.defaults());
	}

	/**
	 * Opens a file, creating it first if nothing is there.
	 * @param path the file
	 * @param options how
	 * @return the open database
	 */
	public static ZovaDatabase openOrCreate(Path path, ZovaOptions options) {
		if (!Files.exists(path)) {
			try {
				return create(path, options);
			}
			catch (ZovaException ex) {
				boolean createdMeanwhile = ex.status() == ZovaStatus.DESTINATION_EXISTS && Files.exists(path);
				if (!createdMeanwhile) {
					throw ex;
				}
			}
		}
		return open(path, options);
	}

	/**
	 * Creates a database in memory with the default options.
	 * @return the open database; it is gone when it is closed
	 */
	public static ZovaDatabase inMemory() {
		return inMemory(ZovaOptions.defaults());
	}

	/**
	 * Creates a database in memory. All its connections share it, and nobody else does.
	 * @param options how
	 * @return the open database; it is gone when it is closed
	 */
	public static ZovaDatabase inMemory(ZovaOptions options) {
		NotificationHub hub = new NotificationHub();
		try {
			return new ZovaDatabase(ConnectionPool.openMemory(options, hub::newScope, functions(options),
					(connection) -> NewDatabase.createIn(connection, options.pageSize().orElse(0))), hub);
		}
		catch (SQLException ex) {
			throw SqliteFailure.of("The database in memory could not be created", ex);
		}
	}

	private static List<SqlFunction> functions(ZovaOptions options) {
		List<SqlFunction> functions = new ArrayList<>();
		functions.add(NotificationTemplate.function());
		functions.addAll(options.functions());
		return functions;
	}

	/**
	 * The connections to this database, for everything that works with JDBC.
	 * @return the data source
	 */
	public DataSource dataSource() {
		return this.connections.dataSource();
	}

	/**
	 * Transactions over everything in this database, for use without a container.
	 * @return the transaction manager
	 */
	public PlatformTransactionManager transactionManager() {
		return this.transactionManager;
	}

	/**
	 * Messages to the rest of the application that go out with the commit.
	 * @return the notifications
	 */
	public NotificationTemplate notifications() {
		return this.notifications;
	}

	/**
	 * The way that the templates use to reach the connections.
	 * @return the access
	 */
	public SqlAccess sql() {
		return this.sql;
	}

	/**
	 * Waits for borrowed connections, then closes the database and its subscriptions.
	 * @throws ZovaException if connections were not returned in time; they are cut off,
	 * which rolls their transactions back, and the database is closed all the same
	 */
	@Override
	public void close() {
		try {
			this.connections.close();
		}
		finally {
			this.hub.close();
		}
	}

}
