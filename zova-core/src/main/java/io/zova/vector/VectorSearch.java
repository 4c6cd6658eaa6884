package io.zova.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
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
		return run(connection, name, List.of(query)).get(0);
	}

	/**
	 * Runs several searches, those of the whole collection in one pass over it.
	 * @return for each query its matches
	 */
	List<List<VectorMatch>> run(Connection connection, String name, List<VectorQuery> queries) throws SQLException {
		VectorRules.requireCollection(name);
		for (VectorQuery query : queries) {
			String sourceId = query.sourceId();
			if (sourceId != null) {
				VectorRules.requireId(sourceId);
			}
		}
		CollectionRow collection = CollectionTable.require(connection, name);
		List<NearestMatches> results = new ArrayList<>(queries.size());
		List<RunningQuery> whole = new ArrayList<>(queries.size());
		for (VectorQuery query : queries) {
			byte[] target = target(connection, collection, query);
			Set<String> candidates = candidates(connection, query.candidates());
			NearestMatches nearest = new NearestMatches(query.limit(), query.maxDistance(), query.sourceId());
			results.add(nearest);
			if (query.limit() == 0) {
				continue;
			}
			ExactDistance distance = new ExactDistance(collection.space(), target);
			if (candidates == null) {
				whole.add(new RunningQuery(distance, nearest));
			}
			else {
				VectorTable.measure(connection, collection, candidates, distance, nearest);
			}
		}
		if (!whole.isEmpty()) {
			this.wholeCollection.search(connection, collection, whole);
		}
		return results.stream().map(NearestMatches::toList).toList();
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
		ids.forEach(VectorRules::requireId);
		return new LinkedHashSet<>(ids);
	}

	private static Set<String> select(Connection connection, VectorQuery.Candidates candidates) throws SQLException {
		Set<String> ids = new LinkedHashSet<>();
		try (PreparedStatement statement = connection.prepareStatement(candidates.sql())) {
			// SQLite would take a missing argument for null and most likely find nothing.
			int parameters = statement.getParameterMetaData().getParameterCount();
			if (parameters != candidates.arguments().size()) {
				throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
						"The query for candidates has " + parameters + " parameters, but "
								+ candidates.arguments().size() + " arguments were given: " + candidates.sql());
			}
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
	 * A way to search all vectors of a collection for some queries.
	 */
	@FunctionalInterface
	interface CollectionSearch {

		void search(Connection connection, CollectionRow collection, List<RunningQuery> queries) throws SQLException;

	}

}
