package io.zova.vector;

import java.util.List;

import io.zova.sqlite.SqlAccess;

/**
 * The vectors of a Zova database.
 */
public final class VectorTemplate implements VectorOperations, AutoCloseable {

	/** Of the memory that the JVM may use. */
	private static final int DEFAULT_SHARE = 4;

	private final SqlAccess sql;

	private final ResidentIndex index;

	private final VectorSearch search;

	/**
	 * Creates the operations on a database's vectors. Collections that were searched stay
	 * in memory, up to a quarter of what the JVM may use for its heap.
	 * @param sql the way to the database
	 */
	public VectorTemplate(SqlAccess sql) {
		this(sql, Runtime.getRuntime().maxMemory() / DEFAULT_SHARE);
	}

	/**
	 * Creates the operations on a database's vectors.
	 * @param sql the way to the database
	 * @param residentMemory how many bytes the collections that stay in memory may take
	 * together, 0 for none. Most of it is direct memory, outside the heap. What does not
	 * fit is searched in the database, slower and with the same result.
	 */
	public VectorTemplate(SqlAccess sql, long residentMemory) {
		this(sql, new ResidentIndex(ScanThreads.forThisMachine(), residentMemory));
	}

	VectorTemplate(SqlAccess sql, ResidentIndex index) {
		this.sql = sql;
		this.index = index;
		this.search = new VectorSearch(index);
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
			CollectionTable.delete(connection, name);
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
	 * What the collections that stay in memory take now.
	 * @return the number of bytes, direct memory and heap together
	 */
	public long residentBytes() {
		return this.index.bytes();
	}

	/**
	 * Forgets the collections in memory and ends the threads that search them. The direct
	 * memory is free when the garbage collector has found that out, which the JVM makes
	 * it do when direct memory runs short. Searches still work, in the database.
	 */
	@Override
	public void close() {
		this.index.close();
	}

}
