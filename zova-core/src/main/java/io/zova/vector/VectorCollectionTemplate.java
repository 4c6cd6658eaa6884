package io.zova.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.SqlAccess;

/**
 * One collection of the vectors of a Zova database.
 */
final class VectorCollectionTemplate implements VectorCollection {

	/** Vectors may be long, so not too many of them are held at once. */
	private static final int PER_PAGE = 128;

	private final SqlAccess sql;

	private final VectorSearch search;

	private final String name;

	VectorCollectionTemplate(SqlAccess sql, VectorSearch search, String name) {
		this.sql = sql;
		this.search = search;
		this.name = name;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public void put(String id, float... elements) {
		this.sql.requireWritable();
		put(id, VectorValues.of(elements));
	}

	@Override
	public void put(String id, VectorValues values) {
		this.sql.requireWritable();
		Arguments.required("id", id);
		Arguments.required("values", values);
		putAll(Collections.singletonList(new VectorEntry(id, values)).iterator());
	}

	@Override
	public void putAll(Collection<VectorEntry> entries) {
		this.sql.requireWritable();
		Arguments.requiredEach("entries", entries);
		if (entries.isEmpty()) {
			VectorRules.requireCollection(this.name);
			this.sql.read("Store vectors", this::require);
			return;
		}
		putAll(entries.iterator());
	}

	@Override
	public void putAll(Iterator<VectorEntry> entries) {
		this.sql.requireWritable();
		Arguments.required("entries", entries);
		VectorRules.requireCollection(this.name);
		this.sql.<Boolean>change("Store vectors", CollectionTable.TABLE,
				(connection) -> VectorWriter.put(connection, require(connection), entries) > 0);
	}

	@Override
	public VectorEntry get(String id) {
		requireNames(id);
		return this.sql.snapshot("Read vector",
				(connection) -> VectorTable.require(connection, require(connection), id));
	}

	@Override
	public Optional<VectorEntry> find(String id) {
		requireNames(id);
		return this.sql.snapshot("Read vector", (connection) -> VectorTable.find(connection, require(connection), id));
	}

	@Override
	public List<VectorEntry> getAll(List<String> ids) {
		Arguments.requiredEach("ids", ids);
		requireNames(ids);
		return this.sql.snapshot("Read vectors",
				(connection) -> VectorTable.requireAll(connection, require(connection), ids));
	}

	@Override
	public List<Optional<VectorEntry>> findAll(List<String> ids) {
		Arguments.requiredEach("ids", ids);
		requireNames(ids);
		return this.sql.snapshot("Read vectors",
				(connection) -> VectorTable.findAll(connection, require(connection), ids));
	}

	@Override
	public boolean exists(String id) {
		requireNames(id);
		return this.sql.snapshot("Look for vector",
				(connection) -> VectorTable.exists(connection, require(connection), id));
	}

	@Override
	public boolean delete(String id) {
		this.sql.requireWritable();
		requireNames(id);
		return this.sql.<Boolean>change("Delete vector", CollectionTable.TABLE,
				(connection) -> VectorTable.delete(connection, require(connection), id));
	}

	@Override
	public long deleteAll(Collection<String> ids) {
		this.sql.requireWritable();
		Arguments.requiredEach("ids", ids);
		VectorRules.requireCollection(this.name);
		if (ids.isEmpty()) {
			this.sql.read("Delete vectors", this::require);
			return 0;
		}
		return this.sql.<Long>change("Delete vectors", CollectionTable.TABLE, (connection) -> {
			CollectionRow collection = require(connection);
			ids.forEach(VectorRules::requireId);
			return VectorTable.deleteAll(connection, collection, ids);
		});
	}

	@Override
	public long count() {
		VectorRules.requireCollection(this.name);
		return this.sql.<Long>snapshot("Count vectors",
				(connection) -> CollectionTable.count(connection, require(connection)));
	}

	@Override
	public List<VectorEntry> page(@Nullable String after, int limit) {
		VectorRules.requireCollection(this.name);
		if (limit < 0) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					"The number of vectors to read must not be negative, but is " + limit);
		}
		if (after != null && Arguments.utf8Length(after) < 0) {
			throw new ZovaException(ZovaStatus.VECTOR_INVALID, "The id after which to begin has half of a surrogate "
					+ "pair, which has no UTF-8 form and no place in the order of ids");
		}
		return this.sql.snapshot("Read vectors",
				(connection) -> VectorTable.page(connection, require(connection), after, limit));
	}

	@Override
	public Stream<VectorEntry> stream() {
		return Stream
			.iterate(page(null, PER_PAGE), (page) -> !page.isEmpty(),
					(page) -> (page.size() < PER_PAGE) ? List.of() : page(page.get(PER_PAGE - 1).id(), PER_PAGE))
			.flatMap(List::stream);
	}

	@Override
	public List<VectorMatch> search(int limit, float... elements) {
		return search(VectorQuery.near(elements).limit(limit));
	}

	@Override
	public List<VectorMatch> search(VectorQuery query) {
		Arguments.required("query", query);
		return this.sql.snapshot("Search vectors", (connection) -> this.search.run(connection, this.name, query));
	}

	@Override
	public List<List<VectorMatch>> searchAll(List<VectorQuery> queries) {
		Arguments.requiredEach("queries", queries);
		return this.sql.snapshot("Search vectors", (connection) -> this.search.run(connection, this.name, queries));
	}

	@Override
	public <T> List<T> search(VectorQuery query, String sql, VectorMatchMapper<T> mapper) {
		Arguments.required("query", query);
		Arguments.required("sql", sql);
		Arguments.required("mapper", mapper);
		return this.sql.snapshot("Search vectors",
				(connection) -> rows(connection, this.search.run(connection, this.name, query), sql, mapper));
	}

	private static <T> List<T> rows(Connection connection, List<VectorMatch> matches, String sql,
			VectorMatchMapper<T> mapper) throws SQLException {
		List<T> results = new ArrayList<>(matches.size());
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			for (VectorMatch match : matches) {
				statement.setString(1, match.id());
				try (ResultSet row = statement.executeQuery()) {
					if (row.next()) {
						results.add(mapper.map(match, row));
					}
				}
			}
		}
		return results;
	}

	private CollectionRow require(Connection connection) throws SQLException {
		return CollectionTable.require(connection, this.name);
	}

	private void requireNames(String id) {
		VectorRules.requireCollection(this.name);
		VectorRules.requireId(id);
	}

	private void requireNames(Collection<String> ids) {
		VectorRules.requireCollection(this.name);
		ids.forEach(VectorRules::requireId);
	}

}
