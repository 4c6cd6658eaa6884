package io.zova.vector;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.sqlite.Feature;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.StoreEpochs;
import io.zova.sqlite.function.SqlFunction;

/**
 * The vectors of a Zova database.
 */
public final class VectorTemplate implements VectorOperations, AutoCloseable {

	/** Stands for all collections in {@link #preload(Collection)}. */
	private static final String ALL = "*";

	private static final Logger logger = LoggerFactory.getLogger(VectorTemplate.class);

	private final SqlAccess sql;

	private final VectorMemory index;

	private final VectorSearch search;

	/** Keeps collections in memory within {@link VectorMemory#defaultBudget()}. */
	VectorTemplate(SqlAccess sql) {
		this(sql, new VectorMemory(VectorMemory.defaultBudget()));
	}

	VectorTemplate(SqlAccess sql, VectorMemory index) {
		this.sql = sql;
		this.index = index;
		this.search = new VectorSearch(index::search);
	}

	/**
	 * The vectors of a database that is not open yet.
	 * @param budget how many bytes outside the heap the collections in memory may take; a
	 * quarter of what the JVM may use for its heap if it is not given
	 * @return the SQL functions of vectors, and what makes the template
	 */
	public static Feature<VectorTemplate> feature(OptionalLong budget) {
		return new VectorMemory(Arguments.required("budget", budget).orElseGet(VectorMemory::defaultBudget));
	}

	@Override
	public VectorCollection create(String name, VectorSpace space) {
		this.sql.requireWritable();
		VectorRules.requireCollection(name);
		Arguments.required("space", space).requireValid(name);
		return this.sql.write("Create vector collection", (connection) -> {
			CollectionTable.insert(connection, name, space);
			StoreEpochs.count(connection, CollectionTable.TABLE);
			return collection(name);
		});
	}

	@Override
	public VectorCollection createIfMissing(String name, VectorSpace space) {
		this.sql.requireWritable();
		VectorRules.requireCollection(name);
		Arguments.required("space", space).requireValid(name);
		return this.sql.write("Create vector collection", (connection) -> {
			Optional<CollectionRow> there = CollectionTable.find(connection, name);
			if (there.isEmpty()) {
				CollectionTable.insert(connection, name, space);
				StoreEpochs.count(connection, CollectionTable.TABLE);
			}
			else if (!there.get().space().equals(space)) {
				throw new ZovaException(ZovaStatus.VECTOR_COLLECTION_EXISTS,
						"The vector collection '" + name + "' exists with " + there.get().space() + ", but " + space
								+ " is asked for; use another name");
			}
			return collection(name);
		});
	}

	@Override
	public VectorCollection collection(String name) {
		Arguments.required("name", name);
		return new VectorCollectionTemplate(this.sql, this.search, name);
	}

	@Override
	public boolean exists(String name) {
		VectorRules.requireCollection(name);
		return this.sql.read("Look for vector collection", (connection) -> CollectionTable.exists(connection, name));
	}

	@Override
	public VectorCollectionInfo info(String name) {
		VectorRules.requireCollection(name);
		return this.sql.snapshot("Describe vector collection", (connection) -> {
			CollectionRow collection = CollectionTable.require(connection, name);
			return new VectorCollectionInfo(name, collection.space(), CollectionTable.count(connection, collection));
		});
	}

	@Override
	public List<VectorCollectionInfo> list() {
		return this.sql.read("List vector collections", CollectionTable::list);
	}

	@Override
	public boolean delete(String name) {
		this.sql.requireWritable();
		VectorRules.requireCollection(name);
		return this.sql.<Boolean>change("Delete vector collection", CollectionTable.TABLE, (connection) -> {
			Optional<CollectionRow> there = CollectionTable.find(connection, name);
			if (there.isPresent()) {
				CollectionTable.delete(connection, name);
				this.index.forget(there.get().key());
			}
			return there.isPresent();
		});
	}

	private void preload(String name) {
		this.sql.<Boolean>snapshot("Preload vector collection", (connection) -> {
			this.index.preload(connection, CollectionTable.require(connection, name));
			return true;
		});
	}

	@Override
	public void preload(Collection<String> names) {
		Arguments.required("names", names);
		names.forEach(VectorRules::requireCollection);
		Set<String> wanted = new LinkedHashSet<>();
		for (String name : names) {
			if (name.equals(ALL)) {
				list().forEach((collection) -> wanted.add(collection.name()));
			}
			else if (exists(name)) {
				wanted.add(name);
			}
			else {
				logger.warn("There is no vector collection '{}' to be read into memory", name);
			}
		}
		wanted.forEach(this::preload);
		if (!wanted.isEmpty()) {
			logger.info("Vector collections in memory: {} of {} that were asked for, {} KiB", this.index.size(),
					wanted.size(), this.index.bytes() >> 10);
		}
	}

	@Override
	public VectorStatistics statistics() {
		return new VectorStatistics(this.index.bytes(), this.index.size(), this.index.hits(), this.index.scans());
	}

	/** What keeps collections in memory. */
	VectorMemory index() {
		return this.index;
	}

	/**
	 * Forgets the collections in memory. Searches still work, in the database.
	 */
	@Override
	public void close() {
		this.index.close();
	}

}
