package io.zova;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

import io.zova.format.BoundStore;
import io.zova.format.DatabasePath;
import io.zova.format.FormatProbe;
import io.zova.format.FormatValidation;
import io.zova.format.FormatVersion;
import io.zova.format.NewDatabase;
import io.zova.format.SqliteFailure;
import io.zova.format.StorePolicy;
import io.zova.graph.GraphTemplate;
import io.zova.kv.KeyValueTemplate;
import io.zova.maintenance.Backup;
import io.zova.maintenance.Compact;
import io.zova.maintenance.Convert;
import io.zova.maintenance.CopyOptions;
import io.zova.maintenance.CopyReport;
import io.zova.maintenance.DatabaseInfo;
import io.zova.maintenance.Restore;
import io.zova.maintenance.check.Check;
import io.zova.maintenance.check.CheckOptions;
import io.zova.maintenance.check.CheckReport;
import io.zova.maintenance.check.Doctor;
import io.zova.maintenance.check.DoctorReport;
import io.zova.maintenance.check.Stats;
import io.zova.maintenance.check.StatsReport;
import io.zova.maintenance.salvage.Salvage;
import io.zova.maintenance.salvage.SalvageOptions;
import io.zova.maintenance.salvage.SalvageReport;
import io.zova.migration.Migration;
import io.zova.migration.MigrationReport;
import io.zova.notification.NotificationTemplate;
import io.zova.object.ObjectTemplate;
import io.zova.sqlite.Feature;
import io.zova.sqlite.file.AttachedStores;
import io.zova.sqlite.ConnectionPool;
import io.zova.sqlite.driver.DriverConnections;
import io.zova.sqlite.ScopedSavepoint;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.function.SqlFunction;
import io.zova.store.OpenMain;
import io.zova.store.Stores;
import io.zova.vector.VectorTemplate;

/**
 * An open Zova database: one file, or one piece of memory, with records, objects,
 * vectors, graphs, key-values and notifications under one transaction.
 * <p>
 * An instance is safe for use by many threads and is meant to be opened once and shared.
 */
public final class ZovaDatabase implements AutoCloseable {

	private static final String DATABASE_ID = "select value from _zova_meta where key = 'database_id'";

	private final @Nullable Path path;

	private final StorePolicy storePolicy;

	private final ConnectionPool connections;

	private final SqlAccess sql;

	private final JdbcTransactionManager transactionManager;

	private final Features features;

	private final NotificationTemplate notifications;

	private final ObjectTemplate objects;

	private final VectorTemplate vectors;

	private final GraphTemplate graphs;

	private final KeyValueTemplate keyValues;

	private ZovaDatabase(@Nullable Path path, ConnectionPool connections, Features features, ZovaOptions options) {
		this.path = path;
		this.storePolicy = options.boundStores();
		this.connections = connections;
		this.features = features;
		this.sql = new SqlAccess(connections.dataSource());
		this.transactionManager = new JdbcTransactionManager(connections.dataSource());
		this.notifications = features.notifications().over(this.sql);
		this.objects = new ObjectTemplate(this.sql);
		this.vectors = features.vectors().over(this.sql);
		GraphTemplate unchecked = features.graphs().over(this.sql);
		this.graphs = options.graphChecksTargets() ? unchecked.checkingTargets() : unchecked;
		this.keyValues = new KeyValueTemplate(this.sql);
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
	 * @throws ZovaException if the file cannot be created; nothing is left of it then.
	 * Only if it was created and then cannot be opened, it stays as a valid, empty
	 * database: another process may be using it already
	 */
	public static ZovaDatabase create(Path path, ZovaOptions options) {
		Arguments.required("path", path);
		Arguments.required("options", options);
		NewDatabase.create(path, options.pageSize().orElse(0));
		return open(path, options);
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
		Arguments.required("path", path);
		Arguments.required("options", options);
		DatabasePath.requireFile(path);
		Features features = Features.of(options);
		try {
			return new ZovaDatabase(path, ConnectionPool.open(path, options, features.functions(options),
					(connection, access) -> check(connection, access, path, options)), features, options);
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(path + " could not be opened", ex);
		}
	}

	private static AttachedStores check(Connection connection, DriverConnections access, Path path,
			ZovaOptions options) {
		List<AttachedStores> stores = new ArrayList<>();
		FormatValidation.validate(connection, path.toString(),
				(main) -> stores.add(BoundStore.attachAll(main, path, options.boundStores(), access)));
		if (!options.readOnly()) {
			FormatValidation.warnOfExtensions(connection, path.toString());
		}
		return stores.isEmpty() ? AttachedStores.NONE : stores.get(0);
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
		Arguments.required("path", path);
		Arguments.required("options", options);
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
		Arguments.required("options", options);
		return inMemory(options, (connection, access) -> {
			NewDatabase.createIn(connection, options.pageSize().orElse(0));
			return AttachedStores.NONE;
		});
	}

	/**
	 * Copies a file into a database in memory, which then has nothing to do with the file
	 * any more.
	 * @param source the file, usually a backup; it is only read
	 * @param options how to open the database in memory
	 * @param copyOptions how to copy
	 * @return the open database; it is gone when it is closed
	 * @throws ZovaException with the status of the first rule that the file breaks
	 */
	public static ZovaDatabase restoreInMemory(Path source, ZovaOptions options, CopyOptions copyOptions) {
		Arguments.required("source", source);
		Arguments.required("options", options);
		Arguments.required("copyOptions", copyOptions);
		return inMemory(options, (connection, access) -> {
			Restore.intoMemory(source, connection, copyOptions);
			return AttachedStores.NONE;
		});
	}

	private static ZovaDatabase inMemory(ZovaOptions options, ConnectionPool.Preparation filling) {
		Features features = Features.of(options);
		try {
			return new ZovaDatabase(null, ConnectionPool.openMemory(options, features.functions(options), filling),
					features, options);
		}
		catch (SQLException ex) {
			throw SqliteFailure.of("The database in memory could not be created", ex);
		}
	}

	/**
	 * Copies a file, usually a backup, to a new file, with verification.
	 * @param source the file to copy; it is only read
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @return what was made
	 * @see Restore#toFile
	 */
	public static CopyReport restore(Path source, Path destination) {
		return restore(source, destination, CopyOptions.defaults());
	}

	/**
	 * Copies a file, usually a backup, to a new file.
	 * @param source the file to copy; it is only read
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @param options how
	 * @return what was made
	 * @see Restore#toFile
	 */
	public static CopyReport restore(Path source, Path destination, CopyOptions options) {
		Arguments.required("source", source);
		Arguments.required("destination", destination);
		Arguments.required("options", options);
		return Restore.toFile(source, destination, options);
	}

	/**
	 * Makes a Zova file out of any SQLite file, which stays as it is.
	 * @param source the SQLite file; it is only read
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @return what was made
	 * @see Convert#toFile
	 */
	public static CopyReport convert(Path source, Path destination) {
		Arguments.required("source", source);
		Arguments.required("destination", destination);
		return Convert.toFile(source, destination, CopyOptions.defaults());
	}

	/**
	 * Makes a new file of the current format out of one of an older format, which stays
	 * as it is, with verification.
	 * @param source the old file, of format 3 to 11
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @return what was made
	 * @see Migration#toFile
	 */
	public static MigrationReport migrate(Path source, Path destination) {
		return migrate(source, destination, CopyOptions.defaults());
	}

	/**
	 * Makes a new file of the current format out of one of an older format, which stays
	 * as it is. Files that are bound to it go with it.
	 * @param source the old file, of format 3 to 11
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @param options how
	 * @return what was made
	 * @see Migration#toFile
	 */
	public static MigrationReport migrate(Path source, Path destination, CopyOptions options) {
		Arguments.required("source", source);
		Arguments.required("destination", destination);
		Arguments.required("options", options);
		return Migration.toFile(source, destination, options);
	}

	/**
	 * Migrates a file of an older format and puts the new file in its place. The old one
	 * is kept beside it, as {@code app.format-9.zova} for {@code app.zova} of format 9.
	 * @param file the file; nobody else can use it meanwhile
	 * @param options how
	 * @return what was made
	 * @see Migration#inPlace
	 */
	public static MigrationReport migrateInPlace(Path file, CopyOptions options) {
		Arguments.required("file", file);
		Arguments.required("options", options);
		return Migration.inPlace(file, options);
	}

	/**
	 * Says which format a file has, without opening it. Its
	 * {@link FormatVersion#support() support} tells what can be done with the file:
	 * {@link #open open} it, {@link #migrate migrate} it, or nothing here.
	 * @param path the file
	 * @return its format
	 * @throws ZovaException if it is not a Zova file
	 */
	public static FormatVersion probe(Path path) {
		Arguments.required("path", path);
		return FormatProbe.probe(path);
	}

	/**
	 * Looks through a file for damage. It need not be sound enough to be opened, and is
	 * not written.
	 * @param path the file
	 * @param options how: {@link CheckOptions#quick()} or {@link CheckOptions#thorough()}
	 * @return what was found
	 * @throws ZovaException if it is no Zova file of the current format, or can't be read
	 * for another reason than damage
	 */
	public static DoctorReport doctor(Path path, CheckOptions options) {
		Arguments.required("path", path);
		Arguments.required("options", options);
		return Doctor.of(path, options);
	}

	/**
	 * Says what could be saved of a damaged file, and writes nothing.
	 * @param source the damaged file
	 * @param options how
	 * @return what could be saved
	 * @see Salvage#plan
	 */
	public static SalvageReport salvage(Path source, SalvageOptions options) {
		Arguments.required("source", source);
		Arguments.required("options", options);
		return Salvage.plan(source, options);
	}

	/**
	 * Saves what can be saved of a damaged file into a new one.
	 * @param source the damaged file; it is only read
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @param options how
	 * @return what was saved, and whether there is a new file
	 * @see Salvage#toFile
	 */
	public static SalvageReport salvage(Path source, Path destination, SalvageOptions options) {
		Arguments.required("source", source);
		Arguments.required("destination", destination);
		Arguments.required("options", options);
		return Salvage.toFile(source, destination, options);
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
	 * Objects: files and other pieces of content, found by their hash.
	 * @return the objects
	 */
	public ObjectTemplate objects() {
		return this.objects;
	}

	/**
	 * Vectors and exact search among them.
	 * @return the vectors
	 */
	public VectorTemplate vectors() {
		return this.vectors;
	}

	/**
	 * Graphs: nodes, edges, and ways from one to another.
	 * @return the graphs
	 */
	public GraphTemplate graphs() {
		return this.graphs;
	}

	/**
	 * Key-values in namespaces.
	 * @return the key-values
	 */
	public KeyValueTemplate keyValues() {
		return this.keyValues;
	}

	/**
	 * Copies this database to a new file while it is in use, with verification.
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @return what was made
	 * @see Backup#to
	 */
	public CopyReport backup(Path destination) {
		return backup(destination, CopyOptions.defaults());
	}

	/**
	 * Copies this database to a new file while it is in use.
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @param options how
	 * @return what was made
	 * @see Backup#to
	 */
	public CopyReport backup(Path destination, CopyOptions options) {
		Arguments.required("destination", destination);
		Arguments.required("options", options);
		return new Backup(this.sql).to(destination, options);
	}

	/**
	 * Copies this database to a new file without its unused pages, with verification.
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @return what was made
	 * @see Compact#to
	 */
	public CopyReport compact(Path destination) {
		return compact(destination, CopyOptions.defaults());
	}

	/**
	 * Copies this database to a new file without its unused pages.
	 * @param destination the new file; its name must end in {@code .zova} and not be
	 * taken
	 * @param options how
	 * @return what was made
	 * @see Compact#to
	 */
	public CopyReport compact(Path destination, CopyOptions options) {
		Arguments.required("destination", destination);
		Arguments.required("options", options);
		return new Compact(this.sql).to(destination, options);
	}

	/**
	 * Rebuilds the file without its unused pages, while everybody else waits.
	 * @see Compact#inPlace
	 */
	public void vacuum() {
		new Compact(this.sql).inPlace();
	}

	/**
	 * Looks through this database for damage while it is in use.
	 * @param options how: {@link CheckOptions#quick()} or {@link CheckOptions#thorough()}
	 * @return what was found
	 * @see Check
	 */
	public CheckReport check(CheckOptions options) {
		Arguments.required("options", options);
		return Check.of(this.sql, options);
	}

	/**
	 * Checks this database while it is in use, and says what to do.
	 * @param options how: {@link CheckOptions#quick()} or {@link CheckOptions#thorough()}
	 * @return what was found
	 * @see Doctor
	 */
	public DoctorReport doctor(CheckOptions options) {
		Arguments.required("options", options);
		return Doctor.of(this.sql, options);
	}

	/**
	 * Counts and sizes of what is in this database.
	 * @param limit how many of the biggest objects, chunks, collections and graphs to
	 * name
	 * @return the state of this moment
	 * @see Stats
	 */
	public StatsReport stats(int limit) {
		return Stats.of(this.sql, limit);
	}

	/**
	 * Files of their own for objects, vectors or graphs.
	 * @return the stores of this database's main file
	 * @throws ZovaException with {@link ZovaStatus#INVALID_ARGUMENT} for a database in
	 * memory, which has none
	 */
	public Stores stores() {
		if (this.path == null) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					"A database in memory holds everything itself: only files have stores");
		}
		return new Stores(new OpenMain(this.path, this.storePolicy, this.connections, this.sql));
	}

	/**
	 * Looks whether the path still leads to the file that is open, and whether what was
	 * committed to it is known to be on disk. Writes are refused once it is noticed that
	 * it doesn't or isn't; a database in memory is always in its place.
	 * @throws ZovaException with {@link ZovaStatus#READ_ONLY} if the file was deleted,
	 * renamed or replaced, with {@link ZovaStatus#OUTCOME_UNKNOWN} if an fsync for
	 * grouped commits has failed; the message says when that was noticed and what to do
	 */
	public void requireFileInPlace() {
		try {
			this.connections.requireFileInPlace();
		}
		catch (SQLException ex) {
			throw SqliteFailure.of("The database cannot be relied on", ex);
		}
	}

	/**
	 * What is in this database: format, sizes, journal mode, numbers of things.
	 * @return the state of this moment
	 * @see DatabaseInfo#of
	 */
	public DatabaseInfo info() {
		return DatabaseInfo.of(this.sql);
	}

	/**
	 * What this database has done since it was opened.
	 * @return the counts of this moment
	 */
	public ZovaStatistics statistics() {
		return new ZovaStatistics(this.connections.statistics(), this.objects.statistics(), this.vectors.statistics(),
				this.graphs.statistics(), this.notifications.statistics());
	}

	/**
	 * The identity that this database got when it was created, and that its backups
	 * share.
	 * @return 64 hex digits; empty in files of some early releases
	 */
	public Optional<String> databaseId() {
		return this.sql.read("read the database id", (connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(DATABASE_ID);
					ResultSet row = statement.executeQuery()) {
				return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
			}
		});
	}

	/**
	 * The way that the templates use to reach the connections.
	 * @return the access
	 */
	public SqlAccess sql() {
		return this.sql;
	}

	/**
	 * Runs work that is undone alone if it throws: in a savepoint of the transaction that
	 * is open, whether it is JDBC's or JPA's, else in a transaction of its own. Rows,
	 * objects, vectors, graphs, key-values and notifications go back to where they were;
	 * the exception is passed on, and whoever catches it can go on and commit.
	 * <p>
	 * A persistence context is not undone: its entities keep the values that the work has
	 * given them. Flush it before, and clear it after an exception. A
	 * {@code @Transactional} method that throws inside the work marks the whole
	 * transaction for rollback, as ever.
	 * @param <T> the type of the result
	 * @param name the name of the savepoint: 1 to 64 letters, digits and underscores, not
	 * starting with a digit
	 * @param work the work
	 * @return what the work returned
	 * @throws ZovaException with {@code INVALID_ARGUMENT} if the name breaks this rule
	 */
	public <T extends @Nullable Object> T savepoint(String name, Supplier<T> work) {
		Arguments.required("name", name);
		Arguments.required("work", work);
		return new ScopedSavepoint(dataSource(), transactionManager()).run(name, work);
	}

	/**
	 * Writes buffered key-values, waits for borrowed connections, then closes the
	 * database and its subscriptions.
	 * @throws ZovaException if connections were not returned in time; they are cut off,
	 * which rolls their transactions back, and the database is closed all the same
	 * @throws RuntimeException if buffered key-values could not be written, with the
	 * reason; they are lost, because the database is closed all the same. Flush their
	 * buffers before to have another try
	 */
	@Override
	public void close() {
		try {
			this.keyValues.closeBuffers();
		}
		finally {
			// First, so that nobody waits for a graph that is just being read.
			this.features.graphs().close();
			try {
				this.connections.close();
			}
			finally {
				this.features.vectors().close();
				this.features.notifications().close();
			}
		}
	}

	/**
	 * What has SQL functions, and is there before the connections are.
	 */
	private record Features(Feature<VectorTemplate> vectors, Feature<GraphTemplate> graphs,
			Feature<NotificationTemplate> notifications) {

		static Features of(ZovaOptions options) {
			return new Features(VectorTemplate.feature(options.vectorResidentMemory()),
					GraphTemplate.feature(options.graphResidentMemory()), NotificationTemplate.feature(options));
		}

		List<SqlFunction> functions(ZovaOptions options) {
			List<SqlFunction> functions = new ArrayList<>(this.vectors.functions());
			functions.addAll(this.notifications.functions());
			functions.addAll(this.graphs.functions());
			functions.addAll(options.functions());
			return functions;
		}

	}

}
