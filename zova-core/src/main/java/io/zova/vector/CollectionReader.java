package io.zova.vector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.zova.sqlite.extension.PackedQuery;

/**
 * Reads a whole collection into memory: one thread reads, another rounds, and in a large
 * collection the first rounds too as long as the other has enough to do.
 * <p>
 * The index by which SQLite finds the rows of a collection has them in the order of their
 * ids; following it may read a page of the table for each row. So where the rows of a
 * collection make up most of a stretch of the table, that stretch is read as it lies.
 */
final class CollectionReader {

	private static final long SHARED_FROM = 64L * ProductKernel.MAX_ROWS;

	private final CollectionRow collection;

	private final CollectionExtent extent;

	private final DirectMemory memory;

	private CollectionReader(CollectionRow collection, CollectionExtent extent, DirectMemory memory) {
		this.collection = collection;
		this.extent = extent;
		this.memory = memory;
	}

	/**
	 * Reads all vectors of a collection.
	 * @param connection a connection inside a transaction, so that all is of one state
	 * @param collection the collection
	 * @param extent where its rows are
	 * @param threads who may help
	 * @param packed whether the rows are read in packs, which not every platform can
	 * @return its vectors
	 * @throws SQLException if it can't be read
	 */
	static VectorsInMemory read(Connection connection, CollectionRow collection, CollectionExtent extent,
			ScanThreads threads, boolean packed) throws SQLException {
		String sql = extent.isDense() ? VectorTable.ROWS_AS_THEY_LIE : VectorTable.ROWS;
		DirectMemory memory = DirectMemory.create();
		try {
			CollectionReader reader = new CollectionReader(collection, extent, memory);
			BlockFiller filled = packed ? reader.readPacks(connection, sql, threads) : reader.readRows(connection, sql);
			return new VectorsInMemory(collection.space(), filled, memory);
		}
		catch (Throwable ex) {
			memory.close();
			throw ex;
		}
	}

	private BlockFiller readPacks(Connection connection, String sql, ScanThreads threads) throws SQLException {
		Rounding there = new Rounding();
		Rounding here = isShared(this.extent.count()) ? new Rounding() : there;
		try (Handover<PackedQuery.Pack> packs = (here != there) ? new Handover<>(threads, here::add, there::add)
				: new Handover<>(threads, there::add)) {
			PackedQuery.read(connection, sql, this.collection.key(), this.extent.first(), this.extent.last(),
					packs::accept);
			packs.finish();
		}
		if (here != there) {
			there.filled.addAll(here.filled);
		}
		return there.filled;
	}

	/**
	 * Whether two threads round. Both begin blocks, so that one may be left over at the
	 * end: its memory is little only beside many others.
	 */
	static boolean isShared(long count) {
		return count >= SHARED_FROM;
	}

	/** The way without the native module. */
	private BlockFiller readRows(Connection connection, String sql) throws SQLException {
		Rounding rounding = new Rounding();
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setLong(1, this.collection.key());
			statement.setLong(2, this.extent.first());
			statement.setLong(3, this.extent.last());
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					rounding.add(row);
				}
			}
		}
		return rounding.filled;
	}

	/** The squared length beside a vector, NaN for NULL: it is computed then. */
	static double norm(ResultSet row, int column) throws SQLException {
		double norm = row.getDouble(column);
		return row.wasNull() ? Double.NaN : norm;
	}

	/**
	 * Rounds vectors and keeps them, for one thread.
	 */
	private final class Rounding {

		private final BlockFiller filled = new BlockFiller(CollectionReader.this.collection.space(),
				CollectionReader.this.extent.count(), CollectionReader.this.memory);

		private final QuantizedRow rounded = new QuantizedRow(CollectionReader.this.collection.space());

		private final boolean storedNorm = ExactDistance.trustsStoredNorm(CollectionReader.this.collection.space());

		void add(PackedQuery.Pack rows) {
			while (rows.next()) {
				this.rounded.set(rows.bytes(), rows.offset(2), rows.length(2),
						this.storedNorm ? rows.real(3, Double.NaN) : Double.NaN);
				int id = rows.offset(1);
				this.filled.add(rows.integer(0), VectorsInMemory.idHash(rows.bytes(), id, id + rows.length(1)),
						this.rounded);
			}
		}

		void add(ResultSet row) throws SQLException {
			byte[] values = VectorTable.bytes(row, 3);
			this.rounded.set(values, 0, values.length, this.storedNorm ? norm(row, 4) : Double.NaN);
			this.filled.add(row.getLong(1), VectorsInMemory.idHash(VectorTable.id(row, 2)), this.rounded);
		}

	}

}
