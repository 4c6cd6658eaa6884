package io.zova.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

import io.zova.sqlite.file.AttachedStores;
import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import io.zova.sqlite.driver.DriverConnections;
import io.zova.sqlite.driver.DriverVersion;
import io.zova.sqlite.function.SqlFunction;
import io.zova.sqlite.function.SqlFunctions;
import io.zova.sqlite.driver.ControlStatements;
import io.zova.sqlite.lock.ConnectionLocks;
import io.zova.sqlite.lock.Deadline;
import io.zova.sqlite.lock.OpenFile;
import io.zova.sqlite.lock.ReaderDoor;

/**
 * Everything that is open for one database: its pool, and one connection beside it that
 * stays open from first to last.
 * <p>
 * That connection keeps an in-memory database alive, and the write-ahead log of a file
 * from being folded up each time the pool happens to be empty.
 */
public final class ConnectionPool implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionPool.class);

	private final String name;

	private final ZovaOptions options;

	private final DriverConnections driver;

	private final OpenFile locks;

	private final ConnectionCounters counters;

	private final LogKeeper log;

	private final ZovaConnection anchor;

	private final ZovaDataSource dataSource;

	private boolean closed;

	private ConnectionPool(String name, DriverConnections driver, OpenFile locks, ZovaOptions options,
			SqlFunctions functions, Preparation preparation) throws SQLException {
		this.name = name;
		this.options = options;
		this.driver = driver;
		this.locks = locks;
		this.counters = new ConnectionCounters(name);
		this.log = new LogKeeper(name);
		ConnectionSettings settings = new ConnectionSettings(name, locks, options.readOnly(), options.lockWaitTimeout(),
				options.statementTimeout(), options.statementCacheSize(),
				options.transactionBegin() == ZovaOptions.TransactionBegin.FIRST_WRITE, functions.thatMayWrite(),
				this.counters, new ForeignTransactions(name, options.foreignTransaction()),
				options.synchronous().orElse(null) == ZovaOptions.Synchronous.GROUPED, this.log,
				() -> storesOfFile(driver, preparation));
		ConnectionSource source = new ConnectionSource(driver, settings, options, functions);
		DriverVersion.look();
		ReaderDoor.Reader reader = locks.enterRead(Deadline.after(options.lockWaitTimeout()));
		try (SQLiteConnection first = driver.open()) {
			AttachedStores stores = preparation.prepare(first, driver);
			setJournalMode(first, options);
			locks.stores(stores);
			warnOfTornCommits(first, stores);
			this.anchor = source.getConnection();
			this.log.use(this.anchor);
		}
		finally {
			locks.leaveRead(reader);
		}
		logger.info("Opened {}{}", name,
				source.pragmas().isEmpty() ? " with SQLite's default settings" : " with " + source.pragmas());
		this.dataSource = new ZovaDataSource(name, source, options, locks);
	}

	/** Only what has a file can be changed by another process. */
	private static AttachedStores storesOfFile(DriverConnections driver, Preparation preparation) throws SQLException {
		try (SQLiteConnection connection = driver.open()) {
			return preparation.prepare(connection, driver);
		}
	}

	private void warnOfTornCommits(SQLiteConnection first, AttachedStores stores) throws SQLException {
		if (!stores.isEmpty() && stores.hasLog(first)) {
			logger.warn("{} or one of its stores is in WAL mode: a commit that changes several of them can be torn if "
					+ "the process or machine dies at that moment. It is noticed when the set is opened, and then only "
					+ "a backup, or binding the store again, helps. With a rollback journal (journal_mode delete) "
					+ "each commit is whole", this.name);
		}
	}

	/** Nobody may leave WAL mode beside another connection. */
	private static void setJournalMode(SQLiteConnection only, ZovaOptions options) throws SQLException {
		if (options.journalMode().isPresent()) {
			try (Statement statement = only.createStatement()) {
				statement.execute("pragma journal_mode=" + options.journalMode().get().sql());
			}
		}
	}

	/**
	 * Opens the connections to an existing file.
	 * @param file the file
	 * @param options how to open it
	 * @param functions the SQL functions of each connection
	 * @param check looks at the file before any setting is applied to it
	 * @return the pool
	 * @throws SQLException if the file cannot be opened
	 */
	public static ConnectionPool open(Path file, ZovaOptions options, Collection<SqlFunction> functions,
			Preparation check) throws SQLException {
		OpenFile locks = OpenFile.of(file);
		ConnectionPool pool = null;
		try {
			pool = new ConnectionPool(file.toString(), driver(file, options), locks, options,
					new SqlFunctions(functions), check);
			return pool;
		}
		finally {
			// What is left here would be taken for another file that gets the same inode.
			if (pool == null) {
				locks.release();
			}
		}
	}

	/**
	 * Whether somebody of this process has a file open, as a main file or as a store.
	 * @param file the file
	 * @return {@code true} if so
	 */
	public static boolean isOpen(Path file) {
		return OpenFile.isOpen(file);
	}

	private static DriverConnections driver(Path file, ZovaOptions options) {
		int busyTimeout = (int) options.busyTimeout().toMillis();
		if (options.immutable()) {
			requireNoLog(file);
			return DriverConnections.immutable(file);
		}
		return options.readOnly() ? DriverConnections.readOnly(file, busyTimeout)
				: DriverConnections.readWrite(file, busyTimeout);
	}

	/** SQLite would pass over what is in it. */
	private static void requireNoLog(Path file) {
		for (String suffix : List.of("-wal", "-journal")) {
			Path log = file.resolveSibling(file.getFileName() + suffix);
			if (holdsSomething(log)) {
				throw new ZovaException(ZovaStatus.CANT_OPEN,
						file + " cannot be opened as immutable: " + log
								+ " holds commits, or changes to undo, that are "
								+ "not in the file yet. Open the file once where it can be written, and close it");
			}
		}
	}

	/** The journal mode PERSIST leaves a journal whose header is overwritten by zeros. */
	private static boolean holdsSomething(Path log) {
		try (InputStream content = Files.newInputStream(log)) {
			return content.read() > 0;
		}
		catch (NoSuchFileException ex) {
			return false;
		}
		catch (IOException ex) {
			throw new ZovaException(ZovaStatus.CANT_OPEN, log + " cannot be read: " + ex, ex);
		}
	}

	/**
	 * Opens the connections to a new, empty database in memory.
	 * @param options how to open it
	 * @param functions the SQL functions of each connection
	 * @param filling puts something into it
	 * @return the pool
	 * @throws SQLException if it cannot be opened
	 */
	public static ConnectionPool openMemory(ZovaOptions options, Collection<SqlFunction> functions, Preparation filling)
			throws SQLException {
		DriverConnections driver = DriverConnections.memory((int) options.busyTimeout().toMillis());
		return new ConnectionPool("memory", driver, OpenFile.ofMemory(), options, new SqlFunctions(functions), filling);
	}

	/**
	 * The connections for everybody.
	 * @return the data source
	 */
	public ZovaDataSource dataSource() {
		return this.dataSource;
	}

	/**
	 * Looks whether the path still leads to the file that is open, and whether what was
	 * committed to it is on disk.
	 * @throws SQLException that says what happened to it, if it doesn't
	 */
	public void requireFileInPlace() throws SQLException {
		this.locks.sharedSync().requireSound();
		this.locks.identity().requireInPlaceNow();
		this.locks.stores().requireInPlaceNow();
	}

	/**
	 * Changes which stores the file has, while nobody else of this process writes.
	 * @param <T> the type of the result
	 * @param change what to do
	 * @return what the change returned
	 * @throws SQLException if it failed, or somebody wrote on and on
	 */
	public <T extends @Nullable Object> T changeStores(StoreChange<T> change) throws SQLException {
		try (SQLiteConnection connection = this.driver.open()) {
			ConnectionLocks alone = new ConnectionLocks(this.locks, new ControlStatements(connection));
			alone.enterWrite(Deadline.after(this.options.lockWaitTimeout()));
			try {
				// Whoever waits for the disk waits for the files of before.
				this.locks.sharedSync().settle(this.log);
				return change.run(connection, new StoreSwitch(this.locks, alone, this.options.lockWaitTimeout()));
			}
			finally {
				this.locks.history().committed(null, 1);
				alone.leaveWrite();
			}
		}
	}

	/**
	 * A change of the stores of a file.
	 *
	 * @param <T> what comes out of it
	 */
	@FunctionalInterface
	public interface StoreChange<T extends @Nullable Object> {

		/**
		 * Makes the change.
		 * @param connection a connection to the main file alone
		 * @param others those who have the file open
		 * @return the result
		 * @throws SQLException if it fails
		 */
		T run(SQLiteConnection connection, StoreSwitch others) throws SQLException;

	}

	/**
	 * Makes all connections of this process use other stores.
	 */
	public static final class StoreSwitch {

		private final OpenFile locks;

		private final ConnectionLocks alone;

		private final Duration patience;

		private StoreSwitch(OpenFile locks, ConnectionLocks alone, Duration patience) {
			this.locks = locks;
			this.alone = alone;
			this.patience = patience;
		}

		/**
		 * Lets readers wait until the change is done: who reads while it is made could
		 * find the rows in neither file.
		 * @throws SQLException if some read on and on
		 */
		public void shutReadersOut() throws SQLException {
			if (!this.alone.shutsReadersOut()) {
				this.alone.shutAllReadersOut(Deadline.after(this.patience));
			}
		}

		/**
		 * Makes all use these stores.
		 * @param stores the stores
		 */
		public void use(AttachedStores stores) {
			this.locks.stores(stores);
		}

	}

	/**
	 * What the connections have done so far.
	 * @return the counts
	 */
	public ConnectionStatistics statistics() {
		return this.counters.read(this.locks.writeGate(), this.locks.sharedSync());
	}

	/**
	 * What is done to a database before anybody else may use it.
	 */
	@FunctionalInterface
	public interface Preparation {

		/**
		 * Looks at the database or makes it.
		 * @param connection a connection to it
		 * @param access how its files are opened
		 * @return the stores of its main file, attached to the connection
		 * @throws SQLException if that fails
		 */
		AttachedStores prepare(SQLiteConnection connection, DriverConnections access) throws SQLException;

	}

	/**
	 * Waits for borrowed connections, then closes all.
	 * @throws ZovaException if some were not returned in time; they are cut off, which
	 * rolls their transactions back, and everything is closed all the same
	 */
	@Override
	public synchronized void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		Duration patience = this.options.closeTimeout();
		List<String> holders = this.dataSource.awaitReturns(patience);
		try {
			this.dataSource.close();
			this.anchor.close();
		}
		catch (SQLException ex) {
			throw new ZovaException(ZovaStatus.SQLITE_ERROR, "Closing " + this.name + " failed", ex);
		}
		finally {
			this.locks.release();
		}
		if (!holders.isEmpty()) {
			throw new ZovaException(ZovaStatus.MISUSE, holders.size() + " connection(s) to " + this.name
					+ " were still borrowed " + Deadline.format(patience.toNanos())
					+ " after close() was called, and were cut off. Borrowed by: " + String.join("; ", holders));
		}
	}

}
