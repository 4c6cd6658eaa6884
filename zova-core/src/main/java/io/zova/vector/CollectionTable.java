package io.zova.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * The table of vector collections.
 */
final class CollectionTable {

	/** Stands for all tables of vectors. */
	static final String TABLE = "_zova_vector_collections";

	private static final String FIND = """
			select collection_key, dimensions, metric, element_type
			from _zova_vector_collections where name = ?
			""";

	private static final String INSERT = """
			insert into _zova_vector_collections(name, dimensions, metric, element_type) values(?, ?, ?, ?)
			""";

	private static final String DELETE = """
			delete from _zova_vector_collections where name = ?
			""";

	private static final String COUNT = """
			select count(*) from _zova_vectors where collection_key = ?
			""";

	private static final String LIST = """
			select name, dimensions, metric, element_type,
				(select count(*) from _zova_vectors v where v.collection_key = c.collection_key)
			from _zova_vector_collections c order by name
			""";

	private static final String EXISTS = """
			select 1 from _zova_vector_collections where name = ?
			""";

	static final String KEY_EXISTS = """
			select 1 from _zova_vector_collections where collection_key = ?
			""";

	private CollectionTable() {
	}

	static boolean exists(Connection connection, String name) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(EXISTS)) {
			statement.setString(1, name);
			try (ResultSet row = statement.executeQuery()) {
				return row.next();
			}
		}
	}

	static Optional<CollectionRow> find(Connection connection, String name) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(FIND)) {
			statement.setString(1, name);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? Optional.of(new CollectionRow(row.getLong(1), name, space(row, 2)))
						: Optional.empty();
			}
		}
	}

	static CollectionRow require(Connection connection, String name) throws SQLException {
		return find(connection, name).orElseThrow(() -> notFound(name));
	}

	static void insert(Connection connection, String name, VectorSpace space) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
			statement.setString(1, name);
			statement.setInt(2, space.dimensions());
			statement.setString(3, space.metric().text());
			statement.setString(4, space.elementType().text());
			statement.executeUpdate();
		}
		catch (SQLIntegrityConstraintViolationException ex) {
			throw new ZovaException(ZovaStatus.VECTOR_COLLECTION_EXISTS,
					"A vector collection '" + name + "' exists already", ex);
		}
	}

	static void delete(Connection connection, String name) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
			statement.setString(1, name);
			statement.executeUpdate();
		}
	}

	static long count(Connection connection, CollectionRow collection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(COUNT)) {
			statement.setLong(1, collection.key());
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return row.getLong(1);
			}
		}
	}

	static List<VectorCollectionInfo> list(Connection connection) throws SQLException {
		List<VectorCollectionInfo> infos = new ArrayList<>();
		try (PreparedStatement statement = connection.prepareStatement(LIST);
				ResultSet row = statement.executeQuery()) {
			while (row.next()) {
				infos.add(new VectorCollectionInfo(row.getString(1), space(row, 2), row.getLong(5)));
			}
		}
		return infos;
	}

	static VectorSpace space(ResultSet row, int column) throws SQLException {
		long dimensions = row.getLong(column);
		if (dimensions < 1 || dimensions > VectorSpace.MAX_DIMENSIONS) {
			throw new ZovaException(ZovaStatus.NOT_ZOVA_DATABASE, "A vector collection has " + dimensions
					+ " dimensions; 1 to " + VectorSpace.MAX_DIMENSIONS + " are possible");
		}
		return new VectorSpace((int) dimensions, Metric.of(String.valueOf(row.getString(column + 1))),
				ElementType.of(String.valueOf(row.getString(column + 2))));
	}

	static ZovaException notFound(String name) {
		return new ZovaException(ZovaStatus.VECTOR_COLLECTION_NOT_FOUND,
				"There is no vector collection '" + name + "'; create it first");
	}

}
