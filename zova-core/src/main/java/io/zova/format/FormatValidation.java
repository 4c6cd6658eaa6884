package io.zova.format;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

import org.sqlite.SQLiteConnection;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.driver.DriverConnections;

/**
 * The checks that a file passes before it is used, in the order that decides which of
 * several defects is reported. Nothing is written, repaired or migrated, and data is not
 * looked at.
 */
public final class FormatValidation {

	/** The table of format 7 that a newer file must not have. */
	private static final String VECTOR_NORMS = "_zova_vector_norms";

	private static final List<SchemaObject> BEFORE_NORMS = List.of(ZovaSchema.EXTENSIONS, ZovaSchema.OBJECTS,
			ZovaSchema.CHUNKS, ZovaSchema.OBJECT_CHUNKS, ZovaSchema.VECTOR_COLLECTIONS, ZovaSchema.VECTORS);

	private static final List<SchemaObject> AFTER_NORMS = List.of(ZovaSchema.VECTOR_SOURCES, ZovaSchema.VECTOR_CHANGES,
			ZovaSchema.VECTOR_SOURCE_INSERT, ZovaSchema.VECTOR_RETIRE, ZovaSchema.VECTOR_CHANGE_INSERT,
			ZovaSchema.VECTOR_CHANGE_UPDATE, ZovaSchema.VECTOR_CHANGE_MOVE, ZovaSchema.VECTOR_CHANGE_DELETE,
			ZovaSchema.GRAPHS, ZovaSchema.GRAPH_NODES, ZovaSchema.GRAPH_EDGE_TYPES, ZovaSchema.GRAPH_EDGES,
			ZovaSchema.KV);

	private final Connection connection;

	private final String file;

	private final StoreRule rule;

	private FormatValidation(Connection connection, String file, StoreRule rule) {
		this.connection = connection;
		this.file = file;
		this.rule = rule;
	}

	/**
	 * Opens a connection to an existing file and checks everything: path, format, schema,
	 * bound stores, extensions.
	 * @param file the file
	 * @param readOnly whether the connection only reads
	 * @param busyTimeoutMillis how long to wait for a lock that another process holds, 0
	 * for not at all
	 * @return the connection, for the caller to close
	 * @throws ZovaException with the status of the first rule that the file breaks;
	 * nothing stays open and nothing was changed
	 */
	public static SQLiteConnection open(Path file, boolean readOnly, int busyTimeoutMillis) {
		DatabasePath.requireFile(file);
		return open(
				readOnly ? DriverConnections.readOnly(file, busyTimeoutMillis)
						: DriverConnections.readWrite(file, busyTimeoutMillis),
				file.toString(), StoreRule.none(file.toString()));
	}

	/**
	 * Opens a connection to an existing file for reading, together with the files that
	 * are bound to it, and checks all of them.
	 * @param file the main file
	 * @param busyTimeoutMillis how long to wait for a lock that another process holds, 0
	 * for not at all
	 * @return the connection, for the caller to close; each bound store is attached under
	 * the name of its role
	 * @throws ZovaException with the status of the first rule that a file breaks; nothing
	 * stays open and nothing was changed
	 */
	public static SQLiteConnection openSet(Path file, int busyTimeoutMillis) {
		DatabasePath.requireFile(file);
		return open(DriverConnections.readOnly(file, busyTimeoutMillis), file.toString(), (connection) -> {
			for (BoundStore store : BoundStore.of(connection)) {
				store.attach(connection, file);
			}
		});
	}

	/**
	 * Opens a connection to an existing main file to change which stores it has. The
	 * stores are not looked at: they may be missing.
	 * @param file the main file
	 * @param busyTimeoutMillis how long to wait for a lock that another process holds, 0
	 * for not at all
	 * @return the connection, for the caller to close
	 * @throws ZovaException with the status of the first rule that the file breaks;
	 * nothing stays open and nothing was changed
	 */
	public static SQLiteConnection openMain(Path file, int busyTimeoutMillis) {
		DatabasePath.requireFile(file);
		return open(DriverConnections.readWrite(file, busyTimeoutMillis), file.toString(), StoreRule.ANY);
	}

	private static SQLiteConnection open(DriverConnections connections, String name, StoreRule rule) {
		SQLiteConnection connection;
		try {
			connection = connections.open();
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(name + " could not be opened", ex);
		}
		try {
			validate(connection, name, rule);
			return connection;
		}
		catch (RuntimeException | Error ex) {
			try {
				connection.close();
			}
			catch (SQLException closing) {
				ex.addSuppressed(closing);
			}
			throw ex;
		}
	}

	/**
	 * Checks what an open connection leads to, which must hold everything itself.
	 * @param connection the connection
	 * @param name the database's name in messages
	 * @throws ZovaException with the status of the first rule that the file breaks
	 */
	public static void validate(Connection connection, String name) {
		validate(connection, name, StoreRule.none(name));
	}

	/**
	 * Checks what an open connection leads to, but for its stores.
	 * @param connection the connection
	 * @param name the database's name in messages
	 * @throws ZovaException with the status of the first rule that the file breaks
	 */
	public static void validateMain(Connection connection, String name) {
		validate(connection, name, StoreRule.ANY);
	}

	/**
	 * Checks what an open connection leads to.
	 * @param connection the connection
	 * @param name the database's name in messages
	 * @param rule what to do with its stores
	 * @throws ZovaException with the status of the first rule that a file breaks
	 */
	public static void validate(Connection connection, String name, StoreRule rule) {
		try {
			new FormatValidation(connection, name, rule).validate();
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(name + " could not be opened", ex);
		}
	}

	/**
	 * Logs what to mind when the database is written to, if it has extensions.
	 * @param connection the connection
	 * @param name the database's name in messages
	 */
	public static void warnOfExtensions(Connection connection, String name) {
		try {
			InstalledExtensions.warn(connection, name);
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(name + " could not be opened", ex);
		}
	}

	private void validate() throws SQLException {
		FormatProbe.read(this.connection, this.file).requireCurrent(this.file);
		requireMainRole();
		StoredSchema schema = StoredSchema.read(this.connection, "main", this.file);
		BEFORE_NORMS.forEach(schema::require);
		if (schema.hasTable(VECTOR_NORMS)) {
			throw StoredSchema.invalid(this.file, "it has the table " + VECTOR_NORMS + " of an older format");
		}
		AFTER_NORMS.forEach(schema::require);
		if (schema.has(ZovaSchema.BOUND_STORES)) {
			schema.require(ZovaSchema.BOUND_STORES);
			this.rule.apply(this.connection);
		}
		InstalledExtensions.validate(this.connection, this.file);
	}

	private void requireMainRole() throws SQLException {
		String role = FormatProbe.metaValue(this.connection, "main", "store_role");
		if (role == null) {
			return;
		}
		switch (role) {
			case "object_store", "vector_store", "graph_store" ->
				throw new ZovaException(ZovaStatus.BOUND_STORE_INVALID, this.file + " is the " + role.replace('_', ' ')
						+ " of another Zova file and can't be opened by itself. Open the file that it is bound to");
			default ->
				throw StoredSchema.invalid(this.file, "its store_role is '" + role + "', which no Zova file has");
		}
	}

	/**
	 * What to do with the stores that a main file has, before its extensions are looked
	 * at.
	 */
	@FunctionalInterface
	public interface StoreRule {

		/** Does not look at them. */
		StoreRule ANY = (connection) -> {
		};

		void apply(Connection connection) throws SQLException;

		/**
		 * Refuses files that have any: going on without them would show an empty database
		 * and let data be written to the wrong place.
		 * @param name the file's name in messages
		 * @return the rule
		 */
		static StoreRule none(String name) {
			return (connection) -> {
				List<BoundStore> stores = BoundStore.of(connection);
				if (!stores.isEmpty()) {
					throw new ZovaException(ZovaStatus.BOUND_STORE_INVALID,
							name + " keeps its "
									+ stores.stream().map(BoundStore::toString).collect(Collectors.joining(", its "))
									+ ", and only a self-contained file will do here. "
									+ "Restore it into a new file, which will hold everything");
				}
			};
		}

	}

}
