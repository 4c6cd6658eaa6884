package io.zova.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * Runs a search: checks the query in the reference's order, then looks at the candidates
 * or at the whole collection.
 */
final class VectorSearch {

	private final CollectionSearch wholeCollection;

	VectorSearch(CollectionSearch wholeCollection) {
		this.wholeCollection = wholeCollection;
	}

	List<VectorMatch> run(Connection connection, String name, VectorQuery query) throws SQLException {
		VectorNames.requireCollection(name);
		String sourceId = query.sourceId();
		if (sourceId != null) {
			VectorNames.requireId(sourceId);
		}
		CollectionRow collection = CollectionTable.require(connection, name);
		byte[] target = target(connection, collection, query);
		Set<String> candidates = candidates(connection, query.candidates());
		if (query.limit() == 0 || (candidates != null && candidates.isEmpty())) {
			return List.of();
		}
		ExactDistance distance = new ExactDistance(collection.space(), target);
		NearestMatches nearest = new NearestMatches(query.limit(), query.maxDistance(), sourceId);
		if (candidates != null) {
			VectorTable.measure(connection, collection, candidates, distance, nearest);
		}
		else {
			this.wholeCollection.search(connection, collection, distance, nearest);
		}
		return nearest.toList();
	}

	private static byte[] target(Connection connection, CollectionRow collection, VectorQuery query)
			throws SQLException {
		VectorValues value = query.value();
		if (value != null) {
			collection.accept(value);
			requireFinite(query.maxDistance());
			return value.stored();
		}
		requireFinite(query.maxDistance());
		return VectorTable.require(connection, collection, String.valueOf(query.sourceId())).values().stored();
	}

	private static void requireFinite(@Nullable Double maxDistance) {
		if (maxDistance != null && !Double.isFinite(maxDistance)) {
			throw new ZovaException(ZovaStatus.VECTOR_INVALID,
					"The distance to search within must be a finite number, but is " + maxDistance);
		}
	}

	private static @Nullable Set<String> candidates(Connection connection, VectorQuery.@Nullable Candidates candidates)
			throws SQLException {
		if (candidates == null) {
			return null;
		}
		Collection<String> ids = candidates.sql().isEmpty() ? candidates.ids() : select(connection, candidates);
		ids.forEach(VectorNames::requireId);
		return new LinkedHashSet<>(ids);
	}

	private static Set<String> select(Connection connection, VectorQuery.Candidates candidates) throws SQLException {
		Set<String> ids = new LinkedHashSet<>();
		try (PreparedStatement statement = connection.prepareStatement(candidates.sql())) {
			int parameter = 0;
			for (Object argument : candidates.arguments()) {
				statement.setObject(++parameter, argument);
			}
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					String id = row.getString(1);
					if (id != null) {
						ids.add(id);
					}
				}
			}
		}
		return ids;
	}

	/**
	 * A way to search all vectors of a collection.
	 */
	@FunctionalInterface
	interface CollectionSearch {

		void search(Connection connection, CollectionRow collection, ExactDistance distance, NearestMatches nearest)
				throws SQLException;

	}

}
