package io.zova.format;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.DriverConnections;

/**
 * A file in which another one, the main file, keeps all its objects, vectors or graphs,
 * as the main file describes it.
 *
 * @param role what is kept there
 * @param path where it is, as it was given when it was bound
 * @param storeId the file's own id
 * @param boundSetId the id that both files got when they were bound
 * @param epoch the number of changes that both have seen
 */
public record BoundStore(StoreRole role, String path, String storeId, String boundSetId, long epoch) {

	private static final String ROWS = """
			select path, store_id, bound_set_id, coalesce(EPOCH, 0)
			from _zova_bound_stores
			where role = ? and name = 'default'""";

	private static final String ATTACH = "attach ? as SCHEMA";

	private static final int SQLITE_NOTADB = 26;

	private static final Pattern HEX_ID = Pattern.compile("[0-9a-fA-F]{64}");

	/**
	 * Reads which stores a main file has.
	 * @param connection a connection to the main file, which has passed its checks
	 * @return the stores, in the order in which they are attached
	 * @throws SQLException if they can't be read
	 */
	public static List<BoundStore> of(Connection connection) throws SQLException {
		List<BoundStore> stores = new ArrayList<>();
		if (!StoredSchema.read(connection, "main", "").has(ZovaSchema.BOUND_STORES)) {
			return stores;
		}
		for (StoreRole role : StoreRole.values()) {
			try (PreparedStatement query = connection.prepareStatement(ROWS.replace("EPOCH", role.epochName()))) {
				query.setString(1, role.storeName());
				try (ResultSet row = query.executeQuery()) {
					if (row.next()) {
						stores.add(new BoundStore(role, row.getString(1), row.getString(2), row.getString(3),
								row.getLong(4)));
					}
				}
			}
		}
		return stores;
	}

	/**
	 * Attaches the store's file for reading, under the name of its role, and checks that
	 * it is the one that the main file means, in the state that the main file has seen.
	 * @param connection a connection to the main file or to a copy of it
	 * @param mainFile the main file
	 * @throws SQLException if the store can't be read
	 * @throws ZovaException with {@link ZovaStatus#NOT_ZOVA_PATH},
	 * {@link ZovaStatus#NOT_ZOVA_DATABASE}, {@link ZovaStatus#CANT_OPEN},
	 * {@link ZovaStatus#UNSUPPORTED_ZOVA_VERSION} or
	 * {@link ZovaStatus#BOUND_STORE_INVALID} for the first rule that it breaks
	 */
	public void attach(Connection connection, Path mainFile) throws SQLException {
		Path file = resolve(mainFile);
		DatabasePath.requireFile(file);
		attachFile(connection, file);
		requireStore(connection, file.toString());
		requireSameSet(connection, file.toString());
	}

	private void attachFile(Connection connection, Path file) throws SQLException {
		try (PreparedStatement attach = connection.prepareStatement(ATTACH.replace("SCHEMA", this.role.storeName()))) {
			attach.setString(1, DriverConnections.uri(file) + "?mode=ro");
			attach.execute();
		}
		catch (SQLException ex) {
			if ((ex.getErrorCode() & 0xff) == SQLITE_NOTADB) {
				throw StoredSchema.invalid(file.toString(), "it is not even a SQLite file");
			}
			throw ex;
		}
	}

	/**
	 * Gives the store's file back.
	 * @param connection the connection to which it was attached
	 * @throws SQLException if it is in use
	 */
	public void detach(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("detach " + this.role.storeName());
		}
	}

	/**
	 * A relative path is meant from the directory of the main file; where nothing is
	 * there, from the working directory, which is where the native library looks.
	 */
	private Path resolve(Path mainFile) {
		Path given = Path.of(this.path);
		Path beside = DatabasePath.parent(mainFile).resolve(given);
		return (given.isAbsolute() || Files.exists(beside)) ? beside : given;
	}

	private void requireStore(Connection connection, String file) throws SQLException {
		String magic;
		try {
			magic = meta(connection, "magic");
		}
		catch (SQLException ex) {
			ZovaStatus status = SqliteFailure.status(ex);
			if (status == ZovaStatus.SQLITE_ERROR) {
				throw StoredSchema.invalid(file, "it has no readable table _zova_meta");
			}
			throw ex;
		}
		if (!ZovaSchema.MAGIC.equals(magic)) {
			throw StoredSchema.invalid(file, "its magic word is not '" + ZovaSchema.MAGIC + "'");
		}
		String version = meta(connection, "format_version");
		if (!Integer.toString(ZovaSchema.FORMAT).equals(version)) {
			throw new ZovaException(ZovaStatus.UNSUPPORTED_ZOVA_VERSION, file + " has format " + version
					+ ", and its main file has format " + ZovaSchema.FORMAT + ". Migrate both together");
		}
		if (!this.role.storeName().equals(meta(connection, "store_role"))) {
			throw StoredSchema.invalid(file, "its store_role is not '" + this.role.storeName() + "'");
		}
		StoredSchema schema = StoredSchema.read(connection, this.role.storeName(), file);
		schema.require(ZovaSchema.EXTENSIONS);
		this.role.schema().forEach(schema::require);
	}

	private void requireSameSet(Connection connection, String file) throws SQLException {
		String id = meta(connection, "store_id");
		if (id == null || !HEX_ID.matcher(id).matches() || !id.equals(this.storeId)) {
			throw otherSet(file, "its store_id is not the one that the main file has recorded");
		}
		if (!this.boundSetId.equals(meta(connection, "bound_set_id"))) {
			throw otherSet(file, "its bound_set_id is not the one that the main file has recorded");
		}
		String theirEpoch = meta(connection, this.role.epochName());
		if (!Long.toString(this.epoch).equals(theirEpoch)) {
			throw otherSet(file, "it has seen change " + theirEpoch + ", and the main file has seen change "
					+ this.epoch + "; one of them is an older copy, or both were changed just now");
		}
	}

	private @Nullable String meta(Connection connection, String key) throws SQLException {
		return FormatProbe.metaValue(connection, this.role.storeName(), key);
	}

	private ZovaException otherSet(String file, String reason) {
		return new ZovaException(ZovaStatus.BOUND_STORE_INVALID,
				file + " does not belong to its main file: " + reason + ". Bring both from the same backup");
	}

	/**
	 * What the store is, for messages.
	 * @return such as {@code objects in 'app.objects.zova'}
	 */
	@Override
	public String toString() {
		return this.role.name().toLowerCase(Locale.ROOT) + " in '" + this.path + "'";
	}

}
