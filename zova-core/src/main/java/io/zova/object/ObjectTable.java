package io.zova.object;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * The row of each object: its size, its number of chunks and how it was cut.
 */
final class ObjectTable {

	/** Stands for all tables of objects. */
	static final String TABLE = "_zova_objects";

	private static final String EXISTS = """
			select 1 from _zova_objects where object_id = ?
			""";

	private static final String FIND = """
			select size_bytes, chunk_count, chunker from _zova_objects where object_id = ?
			""";

	private static final String COUNT = """
			select count(*) from _zova_objects
			""";

	private static final String PAGE = """
			select object_id, size_bytes, chunk_count, chunker from _zova_objects
			where object_id > ? order by object_id limit ?
			""";

	private static final String INSERT = """
			insert into _zova_objects (object_id, size_bytes, chunk_count, chunker) values (?, ?, ?, ?)
			on conflict (object_id) do nothing
			""";

	private static final String DELETE = """
			delete from _zova_objects where object_id = ?
			""";

	private ObjectTable() {
	}

	static boolean exists(Connection connection, ObjectId id) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(EXISTS)) {
			statement.setBytes(1, id.shared());
			try (ResultSet row = statement.executeQuery()) {
				return row.next();
			}
		}
	}

	/**
	 * Reads and checks the row of an object.
	 * @param connection the connection
	 * @param id the object
	 * @return what it says, or {@code null} if there is none
	 * @throws SQLException if the row cannot be read
	 */
	static @Nullable ObjectInfo find(Connection connection, ObjectId id) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(FIND)) {
			statement.setBytes(1, id.shared());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? checked(id, row.getLong(1), row.getLong(2), row.getString(3)) : null;
			}
		}
	}

	static ObjectInfo require(Connection connection, ObjectId id) throws SQLException {
		ObjectInfo info = find(connection, id);
		if (info == null) {
			throw ObjectErrors.notFound(id);
		}
		return info;
	}

	static long count(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(COUNT);
				ResultSet row = statement.executeQuery()) {
			row.next();
			return row.getLong(1);
		}
	}

	/**
	 * The objects that follow one in the order of ids.
	 * @param connection the connection
	 * @param after the last object of the page before, {@code null} to start
	 * @param limit how many at most
	 * @return the objects
	 * @throws SQLException if they cannot be read
	 */
	static List<ObjectInfo> page(Connection connection, @Nullable ObjectId after, int limit) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(PAGE)) {
			statement.setBytes(1, (after != null) ? after.shared() : new byte[0]);
			statement.setInt(2, limit);
			List<ObjectInfo> page = new ArrayList<>(Math.min(limit, 1_000));
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					page.add(checked(idOf(row.getBytes(1)), row.getLong(2), row.getLong(3), row.getString(4)));
				}
			}
			return page;
		}
	}

	private static ObjectId idOf(byte @Nullable [] bytes) {
		if (bytes == null || bytes.length != 32) {
			throw new ZovaException(ZovaStatus.OBJECT_CORRUPT, "An object is damaged: its id should have 32 bytes, got "
					+ ((bytes != null) ? bytes.length : "none"));
		}
		return ObjectId.owning(bytes);
	}

	private static ObjectInfo checked(ObjectId id, long size, long chunkCount, @Nullable String chunker) {
		StorageProfile profile = StorageProfile.ofChunker(chunker);
		if (profile == null) {
			throw ObjectErrors.corrupt(id, "its row names the unknown chunker '" + chunker + "'");
		}
		if (size < 0 || chunkCount < 0) {
			throw ObjectErrors.corrupt(id, "its row says " + size + " bytes in " + chunkCount + " chunks");
		}
		return new ObjectInfo(id, size, chunkCount, profile);
	}

	static void insert(Connection connection, ObjectInfo object) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
			statement.setBytes(1, object.id().shared());
			statement.setLong(2, object.size());
			statement.setLong(3, object.chunkCount());
			statement.setString(4, object.profile().chunker());
			statement.executeUpdate();
		}
	}

	static boolean delete(Connection connection, ObjectId id) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
			statement.setBytes(1, id.shared());
			return statement.executeUpdate() > 0;
		}
	}

}
