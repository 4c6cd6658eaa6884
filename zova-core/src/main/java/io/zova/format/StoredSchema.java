package io.zova.format;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * The private tables and triggers that a file has, compared with those that the format
 * wants. Other than in SQL, the case of letters counts in their names.
 */
public final class StoredSchema {

	private static final String OBJECTS = """
			select type, name, sql
			from SCHEMA.sqlite_schema
			where type in ('table', 'trigger') and substr(name, 1, 6) = '_zova_'""";

	private static final String COLUMNS = """
			select t.name, c.name
			from SCHEMA.sqlite_schema t, pragma_table_info(t.name, ?) c
			where t.type = 'table' and substr(t.name, 1, 6) = '_zova_'
			order by t.name, c.cid""";

	/**
	 * In these tables the case of letters counts in the columns' names, too. It does not
	 * in the two tables of the vector journal, nor in what triggers do.
	 */
	private static final Set<SchemaObject> NAMED_COLUMNS = Set.of(ZovaSchema.EXTENSIONS, ZovaSchema.OBJECTS,
			ZovaSchema.CHUNKS, ZovaSchema.OBJECT_CHUNKS, ZovaSchema.VECTOR_COLLECTIONS, ZovaSchema.VECTORS,
			ZovaSchema.GRAPHS, ZovaSchema.GRAPH_NODES, ZovaSchema.GRAPH_EDGE_TYPES, ZovaSchema.GRAPH_EDGES,
			ZovaSchema.KV);

	private final String file;

	private final Map<String, String> objects = new HashMap<>();

	private final Map<String, List<String>> columns = new HashMap<>();

	private StoredSchema(String file) {
		this.file = file;
	}

	/**
	 * Reads what a file has.
	 * @param connection the connection
	 * @param schema {@code main}, or the name under which the file is attached
	 * @param file the file's name in messages
	 * @return what it has
	 * @throws SQLException if it can't be read
	 */
	public static StoredSchema read(Connection connection, String schema, String file) throws SQLException {
		StoredSchema stored = new StoredSchema(file);
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(OBJECTS.replace("SCHEMA", schema))) {
			while (rows.next()) {
				String sql = rows.getString(3);
				stored.objects.put(rows.getString(1) + " " + rows.getString(2), (sql != null) ? sql : "");
			}
		}
		try (PreparedStatement statement = connection.prepareStatement(COLUMNS.replace("SCHEMA", schema))) {
			statement.setString(1, schema);
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					stored.columns.computeIfAbsent(rows.getString(1), (table) -> new ArrayList<>())
						.add(rows.getString(2));
				}
			}
		}
		return stored;
	}

	/**
	 * Whether an object of that kind and name is there.
	 * @param object the object
	 * @return whether it is there, however it is defined
	 */
	public boolean has(SchemaObject object) {
		return this.objects.containsKey(object.toString());
	}

	/**
	 * Whether a table is there.
	 * @param name its name
	 * @return whether it is there, however it is defined
	 */
	public boolean hasTable(String name) {
		return this.objects.containsKey("table " + name);
	}

	/**
	 * Passes if an object is there and defined as the format defines it.
	 * @param object the object
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_DATABASE} otherwise
	 */
	void require(SchemaObject object) {
		require(object, ZovaSchema.FORMAT, NAMED_COLUMNS.contains(object));
	}

	/**
	 * Passes if an object is there and defined as an older format defines it.
	 * @param object the object
	 * @param format the number of the format, for the message
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_DATABASE} otherwise
	 */
	public void require(SchemaObject object, long format) {
		require(object, format, true);
	}

	private void require(SchemaObject object, long format, boolean namedColumns) {
		String stored = this.objects.get(object.toString());
		if (stored == null) {
			throw invalid(this.file, "the " + object + " is missing");
		}
		boolean sameColumns = !namedColumns || object.columns().equals(this.columns.get(object.name()));
		if (!object.matches(stored) || !sameColumns) {
			throw invalid(this.file, "the " + object + " is not defined as format " + format + " defines it");
		}
	}

	/**
	 * The error for a file that breaks a rule of its format.
	 * @param file the file's name
	 * @param reason what is wrong with it
	 * @return the exception
	 */
	public static ZovaException invalid(String file, String reason) {
		return new ZovaException(ZovaStatus.NOT_ZOVA_DATABASE,
				file + " is not a valid Zova file: " + reason + ". Restore it from a backup");
	}

}
