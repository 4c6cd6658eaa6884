package io.zova.format;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.DriverConnections;

/**
 * The checks that a file passes before it is used, in the order that decides which of
 * several defects is reported. Nothing is written, repaired or migrated, and data is not
 * looked at.
 */
public final class FormatValidation {

	private static final String STORED_SCHEMA = "select type, name, sql from sqlite_schema where type in ('table', 'trigger')";

	private static final String BOUND_STORES = "select role, path from _zova_bound_stores order by role";

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

	private FormatValidation(Connection connection, String file) {
		this.connection = connection;
		this.file = file;
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
		return open(readOnly ? DriverConnections.readOnly(file, busyTimeoutMillis)
				: DriverConnections.readWrite(file, busyTimeoutMillis), file.toString());
	}

	/**
	 * Opens a connection and checks what it leads to.
	 * @param connections where it leads to
	 * @param name the database's name in messages
	 * @return the connection, for the caller to close
	 * @throws ZovaException with the status of the first rule that the file breaks;
	 * nothing stays open and nothing was changed
	 */
	public static SQLiteConnection open(DriverConnections connections, String name) {
		SQLiteConnection connection;
		try {
			connection = connections.open();
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(name + " could not be opened", ex);
		}
		try {
			validate(connection, name);
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
	 * Checks what an open connection leads to.
	 * @param connection the connection
	 * @param name the database's name in messages
	 * @throws ZovaException with the status of the first rule that the file breaks
	 */
	public static void validate(Connection connection, String name) {
		try {
			new FormatValidation(connection, name).validate();
		}
		catch (SQLException ex) {
			throw SqliteFailure.of(name + " could not be opened", ex);
		}
	}

	private void validate() throws SQLException {
		FormatProbe.read(this.connection, this.file).requireCurrent(this.file);
		requireMainRole();
		StoredSchema schema = storedSchema();
		BEFORE_NORMS.forEach((object) -> require(object, schema));
		if (schema.table(VECTOR_NORMS) != null) {
			throw invalid("it has the table " + VECTOR_NORMS + " of an older format");
		}
		AFTER_NORMS.forEach((object) -> require(object, schema));
		if (schema.table(ZovaSchema.BOUND_STORES.name()) != null) {
			require(ZovaSchema.BOUND_STORES, schema);
			requireNoBoundStores();
		}
		InstalledExtensions.validate(this.connection, this.file);
	}

	private void requireMainRole() throws SQLException {
		String role = FormatProbe.metaValue(this.connection, "store_role");
		if (role == null) {
			return;
		}
		switch (role) {
			case "object_store", "vector_store", "graph_store" ->
				throw new ZovaException(ZovaStatus.BOUND_STORE_INVALID, this.file + " is the " + role.replace('_', ' ')
						+ " of another Zova file and can't be opened by itself. Open the file that it is bound to");
			default -> throw invalid("its store_role is '" + role + "', which no Zova file has");
		}
	}

	private StoredSchema storedSchema() throws SQLException {
		StoredSchema schema = new StoredSchema();
		try (Statement statement = this.connection.createStatement();
				ResultSet rows = statement.executeQuery(STORED_SCHEMA)) {
			while (rows.next()) {
				schema.add(rows.getString(1), rows.getString(2), rows.getString(3));
			}
		}
		return schema;
	}

	private void require(SchemaObject object, StoredSchema schema) {
		String stored = schema.find(object);
		if (stored == null) {
			throw invalid("the " + object + " is missing");
		}
		if (!object.matches(stored)) {
			throw invalid("the " + object + " is not defined as format " + ZovaSchema.FORMAT + " defines it");
		}
	}

	/**
	 * A store holds what the main file seems not to have: going on without it would show
	 * an empty database and let data be written to the wrong place.
	 */
	private void requireNoBoundStores() throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet rows = statement.executeQuery(BOUND_STORES)) {
			if (rows.next()) {
				throw new ZovaException(ZovaStatus.BOUND_STORE_INVALID,
						this.file + " keeps its " + rows.getString(1).replace("_store", "s")
								+ " in a file of their own, '" + rows.getString(2)
								+ "', which this version can't open yet. Make one self-contained file of both with the "
								+ "backup command of the native zova 1.3, then open that");
			}
		}
	}

	private ZovaException invalid(String reason) {
		return new ZovaException(ZovaStatus.NOT_ZOVA_DATABASE,
				this.file + " is not a valid Zova file: " + reason + ". Restore it from a backup");
	}

	/**
	 * Tables and triggers by name.
	 */
	private static final class StoredSchema {

		private final Map<String, String> tables = new HashMap<>();

		private final Map<String, String> byLowerCaseName = new HashMap<>();

		void add(String kind, String name, @Nullable String sql) {
			String text = (sql != null) ? sql : "";
			if (kind.equals("table")) {
				this.tables.put(name, text);
			}
			this.byLowerCaseName.put(kind + " " + name.toLowerCase(Locale.ROOT), text);
		}

		@Nullable String table(String name) {
			return this.tables.get(name);
		}

		/**
		 * The case of letters counts in the names of tables, other than in the names of
		 * triggers and of the two tables that came together with them.
		 */
		@Nullable String find(SchemaObject object) {
			boolean anyCase = object.kind().equals("trigger") || object == ZovaSchema.VECTOR_SOURCES
					|| object == ZovaSchema.VECTOR_CHANGES;
			return anyCase ? this.byLowerCaseName.get(object.toString()) : table(object.name());
		}

	}

}
