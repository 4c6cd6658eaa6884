package io.zova.format;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

	private static final String STORED_OBJECTS = """
			select type, name, sql
			from sqlite_schema
			where type in ('table', 'trigger') and substr(name, 1, 6) = '_zova_'""";

	private static final String STORED_COLUMNS = """
			select t.name, c.name
			from sqlite_schema t, pragma_table_info(t.name) c
			where t.type = 'table' and substr(t.name, 1, 6) = '_zova_'
			order by t.name, c.cid""";

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

	/**
	 * In these tables the case of letters counts in the columns' names, too. It does not
	 * in the two tables of the vector journal, nor in what triggers do.
	 */
	private static final Set<SchemaObject> NAMED_COLUMNS = Set.of(ZovaSchema.EXTENSIONS, ZovaSchema.OBJECTS,
			ZovaSchema.CHUNKS, ZovaSchema.OBJECT_CHUNKS, ZovaSchema.VECTOR_COLLECTIONS, ZovaSchema.VECTORS,
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
		if (schema.hasTable(VECTOR_NORMS)) {
			throw invalid("it has the table " + VECTOR_NORMS + " of an older format");
		}
		AFTER_NORMS.forEach((object) -> require(object, schema));
		if (schema.has(ZovaSchema.BOUND_STORES)) {
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
		try (Statement statement = this.connection.createStatement()) {
			try (ResultSet rows = statement.executeQuery(STORED_OBJECTS)) {
				while (rows.next()) {
					schema.addObject(rows.getString(1), rows.getString(2), rows.getString(3));
				}
			}
			try (ResultSet rows = statement.executeQuery(STORED_COLUMNS)) {
				while (rows.next()) {
					schema.addColumn(rows.getString(1), rows.getString(2));
				}
			}
		}
		return schema;
	}

	private void require(SchemaObject object, StoredSchema schema) {
		if (!schema.has(object)) {
			throw invalid("the " + object + " is missing");
		}
		if (!schema.definesAlike(object)) {
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
	 * Tables, triggers and columns by name. Other than in SQLite, the case of letters
	 * counts in names.
	 */
	private static final class StoredSchema {

		private final Map<String, String> objects = new HashMap<>();

		private final Map<String, List<String>> columns = new HashMap<>();

		void addObject(String kind, String name, @Nullable String sql) {
			this.objects.put(kind + " " + name, (sql != null) ? sql : "");
		}

		void addColumn(String table, String column) {
			this.columns.computeIfAbsent(table, (name) -> new ArrayList<>()).add(column);
		}

		boolean has(SchemaObject object) {
			return this.objects.containsKey(object.toString());
		}

		boolean definesAlike(SchemaObject object) {
			String stored = this.objects.get(object.toString());
			return stored != null && object.matches(stored)
					&& (!NAMED_COLUMNS.contains(object) || object.columns().equals(this.columns.get(object.name())));
		}

		boolean hasTable(String name) {
			return this.objects.containsKey("table " + name);
		}

	}

}
