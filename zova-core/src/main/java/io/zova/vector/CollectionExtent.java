package io.zova.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Where in the table of vectors the rows of a collection lie.
 *
 * @param first a key that none of them is below
 * @param last a key that none of them is above
 * @param count how many there are at most
 * @param isDense whether most of the rows between those keys are theirs
 */
record CollectionExtent(long first, long last, long count, boolean isDense) {

	/** One in so many rows makes a stretch dense. */
	private static final int SPREAD = 2;

	/** What is quickly found out and close enough to read by. */
	static CollectionExtent of(Connection connection, CollectionRow collection) throws SQLException {
		CollectionExtent quick = quick(connection);
		return quick.isDense() ? quick : exact(connection, collection);
	}

	/** The part of it behind a key. */
	CollectionExtent after(long key) {
		return new CollectionExtent(Math.max(this.first, key + 1), this.last, this.count, this.isDense);
	}

	/** The part of it that has the first rows. */
	CollectionExtent first(long rows, Connection connection, CollectionRow collection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(VectorTable.NTH_KEY)) {
			statement.setLong(1, collection.key());
			statement.setLong(2, rows - 1);
			try (ResultSet row = statement.executeQuery()) {
				return new CollectionExtent(this.first, row.next() ? row.getLong(1) : this.last, rows, this.isDense);
			}
		}
	}

	/**
	 * What can be said without looking at the rows.
	 * @return the extent of the whole table, which is dense if there is no other
	 * collection
	 */
	static CollectionExtent quick(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(VectorTable.EXTENT);
				ResultSet row = statement.executeQuery()) {
			row.next();
			return of(row, (row.getLong(3) == 1) ? Long.MAX_VALUE : 0);
		}
	}

	/** What the index of ids tells, which takes a while for a large collection. */
	static CollectionExtent exact(Connection connection, CollectionRow collection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(VectorTable.EXTENT_OF_COLLECTION)) {
			statement.setLong(1, collection.key());
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				CollectionExtent extent = of(row, row.getLong(3));
				return new CollectionExtent(extent.first, extent.last, row.getLong(3), extent.isDense);
			}
		}
	}

	private static CollectionExtent of(ResultSet row, long rows) throws SQLException {
		long first = row.getLong(1);
		long last = row.getLong(2);
		boolean empty = row.wasNull();
		long length = last - first + 1;
		// Keys may be negative, and so far apart that their distance overflows.
		long count = empty ? 0 : (length > 0) ? length : Long.MAX_VALUE;
		return new CollectionExtent(first, last, count, count / SPREAD <= rows);
	}

}
