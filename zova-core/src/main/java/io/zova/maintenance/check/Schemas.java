package io.zova.maintenance.check;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;

import io.zova.format.StoreRole;

/**
 * Where the rows of each role are: in the main file, in an attached store, or out of
 * reach. Statements say {@code objects._zova_chunks}, {@code vectors._zova_vectors},
 * {@code graphs._zova_graphs}, and get the name under which the file is attached.
 */
public final class Schemas {

	/** Everything is in the main file. */
	public static final Schemas MAIN = in("main");

	private static final String MISSING = "";

	private final String main;

	private final Map<StoreRole, String> attached;

	private Schemas(String main, Map<StoreRole, String> attached) {
		this.main = main;
		this.attached = attached;
	}

	/**
	 * Where an open database has its rows.
	 * @param connection a connection to it
	 * @return the schemas
	 * @throws SQLException if SQLite can't tell
	 */
	public static Schemas of(Connection connection) throws SQLException {
		Schemas schemas = MAIN;
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select name from pragma_database_list")) {
			while (rows.next()) {
				for (StoreRole role : StoreRole.values()) {
					if (role.storeName().equals(rows.getString(1))) {
						schemas = schemas.attached(role);
					}
				}
			}
		}
		return schemas;
	}

	/**
	 * Everything is in one file.
	 * @param name the name under which it is attached
	 * @return the schemas
	 */
	public static Schemas in(String name) {
		return new Schemas(name, Map.of());
	}

	/**
	 * The same, but a role's rows are in an attached store.
	 * @param role the role
	 * @return the new schemas
	 */
	public Schemas attached(StoreRole role) {
		return at(role, role.storeName());
	}

	/**
	 * The same, but a role's rows are out of reach.
	 * @param role the role
	 * @return the new schemas
	 */
	public Schemas missing(StoreRole role) {
		return at(role, MISSING);
	}

	/**
	 * The same, but a role's rows are to be read elsewhere.
	 * @param role the role
	 * @param name the name of the schema
	 * @return the new schemas
	 */
	Schemas at(StoreRole role, String name) {
		Map<StoreRole, String> more = new EnumMap<>(StoreRole.class);
		more.putAll(this.attached);
		more.put(role, name);
		return new Schemas(this.main, more);
	}

	/**
	 * Where the rows of a role are.
	 * @param role the role
	 * @return the name of the schema
	 */
	public String of(StoreRole role) {
		return this.attached.getOrDefault(role, this.main);
	}

	/**
	 * Whether the rows of a role can be read.
	 * @param role the role
	 * @return {@code false} if their store is missing
	 */
	public boolean has(StoreRole role) {
		return !of(role).equals(MISSING);
	}

	/**
	 * Puts the names of the schemas into a statement.
	 * @param statement the statement
	 * @return the statement to run
	 */
	public String sql(String statement) {
		return statement.replace("objects._zova", of(StoreRole.OBJECTS) + "._zova")
			.replace("vectors._zova", of(StoreRole.VECTORS) + "._zova")
			.replace("graphs._zova", of(StoreRole.GRAPHS) + "._zova");
	}

}
