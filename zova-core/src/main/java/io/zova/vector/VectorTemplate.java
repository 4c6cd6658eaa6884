package io.zova.vector;

import java.util.List;

import io.zova.sqlite.SqlAccess;

/**
 * The vectors of a Zova database.
 */
public final class VectorTemplate implements VectorOperations {

	private final SqlAccess sql;

	private final VectorSearch search;

	/**
	 * Creates the operations on a database's vectors.
	 * @param sql the way to the database
	 */
	public VectorTemplate(SqlAccess sql) {
		this.sql = sql;
		this.search = new VectorSearch(TableScan::search);
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

}
