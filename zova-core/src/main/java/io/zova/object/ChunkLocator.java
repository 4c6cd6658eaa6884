package io.zova.object;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Finds the chunk of an object that holds a given byte.
 * <p>
 * Implementation note. Chunks of 1 MiB are found by division. For chunks of varying size
 * the file has no index by offset, but offsets grow with the index, so a few look-ups
 * between the known ends, each guessing where the byte should be by proportion, find the
 * row: about three for thousands of chunks. Nothing is remembered between calls, so
 * nothing can be out of date. Where the rows look-ed up contradict each other, all rows
 * of the object are searched, since damage elsewhere must not hide a good chunk.
 */
final class ChunkLocator {

	/** After this many guesses, halve: some layouts defeat proportion. */
	private static final int GUESSES = 8;

	private ChunkLocator() {
	}

	/**
	 * The place of a chunk in its object.
	 *
	 * @param index its number
	 * @param offset where it starts
	 */
	record Place(long index, long offset) {
	}

	static Place locate(Connection connection, ObjectInfo object, long position) throws SQLException {
		if (object.profile() == StorageProfile.STREAMING) {
			long index = position / FixedChunker.SIZE;
			return new Place(index, index * FixedChunker.SIZE);
		}
		if (object.chunkCount() == 1) {
			return new Place(0, 0);
		}
		Place place = probe(connection, object, position);
		return (place != null) ? place : search(connection, object, position);
	}

	private static @Nullable Place probe(Connection connection, ObjectInfo object, long position) throws SQLException {
		long low = 0;
		long high = object.chunkCount() - 1;
		long lowOffset = 0;
		long highEnd = object.size();
		try (PreparedStatement statement = connection.prepareStatement(ManifestTable.AT_INDEX)) {
			statement.setBytes(1, object.id().shared());
			for (int guess = 0; low <= high && lowOffset <= position && position < highEnd; guess++) {
				double share = (guess < GUESSES) ? (double) (position - lowOffset) / (highEnd - lowOffset) : 0.5;
				long index = Math.min(high, low + (long) (share * (high - low + 1)));
				statement.setLong(2, index);
				try (ResultSet row = statement.executeQuery()) {
					if (!row.next()) {
						return null;
					}
					long offset = row.getLong(1);
					long size = row.getLong(2);
					if (size < 1) {
						return null;
					}
					if (position < offset) {
						high = index - 1;
						highEnd = offset;
					}
					else if (position - offset < size) {
						return new Place(index, offset);
					}
					else {
						low = index + 1;
						lowOffset = offset + size;
					}
				}
			}
		}
		return null;
	}

	/**
	 * Makes sure that a chunk read alone is where its row says: where a chunk starts is
	 * right if the one before ends there, or the one behind starts where it ends. A
	 * single damaged row, be it this one or a neighbour, can therefore neither pass off
	 * wrong bytes nor hide good ones.
	 * @param connection the connection
	 * @param object the object
	 * @param walk has entered the row
	 * @throws SQLException if the neighbours cannot be read
	 */
	static void confirm(Connection connection, ObjectInfo object, ManifestWalk walk) throws SQLException {
		if (object.profile() == StorageProfile.STREAMING) {
			return;
		}
		long index = walk.index();
		boolean confirmed = (index == 0) ? walk.offset() == 0
				: touches(connection, object, index - 1, walk.offset(), true)
						|| (walk.position() == object.size() && index == object.chunkCount() - 1)
						|| touches(connection, object, index + 1, walk.position(), false);
		if (!confirmed) {
			throw ObjectErrors.corrupt(object.id(), "chunk " + index + " is not where its neighbours leave room");
		}
	}

	private static boolean touches(Connection connection, ObjectInfo object, long index, long position, boolean atEnd)
			throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(ManifestTable.AT_INDEX)) {
			statement.setBytes(1, object.id().shared());
			statement.setLong(2, index);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() && row.getLong(1) + (atEnd ? row.getLong(2) : 0) == position;
			}
		}
	}

	private static Place search(Connection connection, ObjectInfo object, long position) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(ManifestTable.AT_OFFSET)) {
			statement.setBytes(1, object.id().shared());
			statement.setLong(2, position);
			try (ResultSet row = statement.executeQuery()) {
				if (!row.next()) {
					throw ObjectErrors.corrupt(object.id(), "no chunk holds byte " + position);
				}
				return new Place(row.getLong(1), row.getLong(2));
			}
		}
	}

}
