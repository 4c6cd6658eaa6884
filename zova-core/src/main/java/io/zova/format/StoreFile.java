package io.zova.format;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Pattern;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * A store's own file, as a connection sees it: what it says of itself and whether it can
 * be a store.
 *
 * @param connection the connection
 * @param schema the name under which it is attached, {@code main} if it is opened itself
 * @param role what it must be a store for
 * @param name the file's name in messages
 */
public record StoreFile(Connection connection, String schema, StoreRole role, String name) {

	private static final Pattern HEX_ID = Pattern.compile("[0-9a-fA-F]{64}");

	private static final String SET = """
			insert into SCHEMA._zova_meta(key, value) values (?, ?)
			on conflict(key) do update set value = excluded.value""";

	/**
	 * Passes if the file is a store for this role.
	 * @throws SQLException if it can't be read
	 * @throws ZovaException with the status of the first rule that it breaks
	 */
	public void require() throws SQLException {
		if (!ZovaSchema.MAGIC.equals(magic())) {
			throw StoredSchema.invalid(this.name, "its magic word is not '" + ZovaSchema.MAGIC + "'");
		}
		String version = meta("format_version")
			.orElseThrow(() -> StoredSchema.invalid(this.name, "its format_version is missing"));
		if (!this.role.storeName().equals(meta("store_role").orElse(null))) {
			throw StoredSchema.invalid(this.name, "its store_role is not '" + this.role.storeName() + "'");
		}
		if (!Integer.toString(ZovaSchema.FORMAT).equals(version)) {
			throw new ZovaException(ZovaStatus.UNSUPPORTED_ZOVA_VERSION, this.name + " has format " + version
					+ ", and its main file has format " + ZovaSchema.FORMAT + ". Migrate both together");
		}
		storeId();
		StoredSchema stored = StoredSchema.read(this.connection, this.schema, this.name);
		stored.require(ZovaSchema.EXTENSIONS);
		this.role.schema().forEach(stored::require);
	}

	private String magic() throws SQLException {
		try {
			return meta("magic").orElse("");
		}
		catch (SQLException ex) {
			if (SqliteFailure.status(ex) == ZovaStatus.SQLITE_ERROR) {
				throw StoredSchema.invalid(this.name, "it has no readable table _zova_meta");
			}
			throw ex;
		}
	}

	/**
	 * The id that the file got when it was made.
	 * @return 64 hexadecimal digits
	 * @throws SQLException if it can't be read
	 * @throws ZovaException with {@link ZovaStatus#BOUND_STORE_INVALID} if it has none
	 */
	public String storeId() throws SQLException {
		return meta("store_id").filter(StoreFile::isId)
			.orElseThrow(() -> new ZovaException(ZovaStatus.BOUND_STORE_INVALID,
					this.name + " is no store that could be bound: its store_id is missing or not 64 hexadecimal "
							+ "digits. Restore it from a backup"));
	}

	static boolean isId(String text) {
		return HEX_ID.matcher(text).matches();
	}

	/**
	 * The id that the file got when it was last bound.
	 * @return the id, empty if it was never bound
	 * @throws SQLException if it can't be read
	 */
	public Optional<String> boundSetId() throws SQLException {
		return meta("bound_set_id");
	}

	/**
	 * The number of changes that the file has seen since it was bound.
	 * @return the text of the number, as it is stored
	 * @throws SQLException if it can't be read
	 */
	public Optional<String> epoch() throws SQLException {
		return meta(this.role.epochName());
	}

	/**
	 * Makes the file the store of a main file.
	 * @param boundSetId what both get
	 * @throws SQLException if it can't be written
	 */
	public void bindTo(String boundSetId) throws SQLException {
		set("bound_set_id", boundSetId);
		set(this.role.epochName(), "0");
	}

	/**
	 * Makes a new Zova file a store.
	 * @throws SQLException if it can't be written
	 */
	public void becomeStore() throws SQLException {
		set("store_role", this.role.storeName());
		set("store_id", ZovaSchema.randomId());
		set(this.role.epochName(), "0");
	}

	private void set(String key, String value) throws SQLException {
		try (PreparedStatement insert = this.connection.prepareStatement(SET.replace("SCHEMA", this.schema))) {
			insert.setString(1, key);
			insert.setString(2, value);
			insert.executeUpdate();
		}
	}

	/**
	 * Whether the file holds anything of its role.
	 * @return {@code false} if all tables of the role are empty
	 * @throws SQLException if they can't be read
	 */
	public boolean hasRows() throws SQLException {
		for (String table : this.role.tables()) {
			try (Statement statement = this.connection.createStatement();
					ResultSet row = statement.executeQuery("select 1 from " + this.schema + "." + table + " limit 1")) {
				if (row.next()) {
					return true;
				}
			}
		}
		return false;
	}

	private Optional<String> meta(String key) throws SQLException {
		return Optional.ofNullable(FormatProbe.metaValue(this.connection, this.schema, key));
	}

}
