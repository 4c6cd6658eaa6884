package io.zova.vector;

import java.util.List;

import io.zova.sqlite.SqlAccess;

/**
 * The vectors of a Zova database.
 */
public final class VectorTemplate implements VectorOperations, AutoCloseable {

	private final SqlAccess sql;

	private final ResidentIndex index;

	private final VectorSearch search;

	/**
	 * Creates the operations on a database's vectors, which keep collections in memory
	 * within {@link ResidentIndex#defaultBudget()}.
	 * @param sql the way to the database
	 */
	public VectorTemplate(SqlAccess sql) {
		this(sql, new ResidentIndex(ResidentIndex.defaultBudget()));
	}

	/**
	 * Creates the operations on a database's vectors.
	 * @param sql the way to the database
	 * @param index keeps collections in memory; it is closed with this
	 */
	public VectorTemplate(SqlAccess sql, ResidentIndex index) {
		this.sql = sql;
		this.index = index;
		this.search = new VectorSearch(index::search);
	}

	@Override
	public VectorCollection create(String name, VectorSpace space) {
		VectorNames.requireCollection(name);
		space.requireValidDimensions(name);
		return this.sql.write("Create vector collection", (connection) -> {
			CollectionTable.insert(connection, name, space);
			return collection(name);
		});
	}

	@Override
	public VectorCollection collection(String name) {
		return new VectorCollectionTemplate(this.sql, this.search, name);
	}

	@Override
	public boolean exists(String name) {
		VectorNames.requireCollection(name);
		return this.sql.read("Look for vector collection",
				(connection) -> CollectionTable.find(connection, name).isPresent());
	}

	@Override
	public List<VectorCollectionInfo> list() {
		return this.sql.read("List vector collections", CollectionTable::list);
	}

	@Override
	public void delete(String name) {
		VectorNames.requireCollection(name);
		this.sql.<Boolean>write("Delete vector collection", (connection) -> {
			long key = CollectionTable.require(connection, name).key();
			CollectionTable.delete(connection, name);
			this.index.forget(key);
			return true;
		});
	}

	/**
	 * Reads a collection into memory, as its first search would.
	 * @param name the name of the collection
	 * @throws io.zova.ZovaException if there is none
	 */
	public void preload(String name) {
		VectorNames.requireCollection(name);
		this.sql.<Boolean>snapshot("Preload vector collection", (connection) -> {
			this.index.preload(connection, CollectionTable.require(connection, name));
			return true;
		});
	}

	/**
	 * What keeps collections in memory.
	 * @return the index
	 */
	public ResidentIndex index() {
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
