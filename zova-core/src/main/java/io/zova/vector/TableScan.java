package io.zova.vector;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.extension.PackedQuery;

/**
 * The plain way to search: measures every vector of a stretch of the table, for one query
 * or several. One thread reads, and in a large collection another measures; so does the
 * first where it has read enough. It is what every faster way is compared with.
 */
final class TableScan {

	/** Less is measured before another thread is awake. */
	private static final long WORTH_A_THREAD = 2 << 20;

	private TableScan() {
	}

	static void search(Connection connection, CollectionRow collection, CollectionExtent extent,
			List<RunningQuery> queries, ScanThreads threads) throws SQLException {
		Measuring here = new Measuring(collection, queries);
		if (!PackedQuery.isAvailable()) {
			readRows(connection, collection, extent, here);
		}
		else if (extent.count() < WORTH_A_THREAD / ((long) collection.space().storedBytes() * queries.size())) {
			readPacks(connection, collection, extent, here::add);
		}
		else {
			Measuring there = new Measuring(collection, queries);
			try (Handover<PackedQuery.Pack> packs = new Handover<>(threads, here::add, there::add)) {
				readPacks(connection, collection, extent, packs::accept);
				packs.finish();
			}
			here.addAll(there);
		}
		here.finish(queries);
	}

	private static void readPacks(Connection connection, CollectionRow collection, CollectionExtent extent,
			PackedQuery.PackReader reader) throws SQLException {
		PackedQuery.read(connection, sql(extent), collection.key(), extent.first(), extent.last(), reader);
	}

	/** The way without the native module. */
	private static void readRows(Connection connection, CollectionRow collection, CollectionExtent extent,
			Measuring measuring) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql(extent))) {
			statement.setLong(1, collection.key());
			statement.setLong(2, extent.first());
			statement.setLong(3, extent.last());
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					measuring.add(row);
				}
			}
		}
	}

	private static String sql(CollectionExtent extent) {
		return extent.isDense() ? VectorTable.MEASURED_ROWS_AS_THEY_LIE : VectorTable.MEASURED_ROWS;
	}

	/**
	 * Measures vectors and keeps the nearest, for one thread.
	 */
	private static final class Measuring {

		private final CollectionRow collection;

		private final ExactDistance[] distances;

		private final NearestMatches[] nearest;

		/** The first in the order of ids that is no vector of the collection. */
		private byte @Nullable [] damaged;

		Measuring(CollectionRow collection, List<RunningQuery> queries) {
			this.collection = collection;
			this.distances = queries.stream().map(RunningQuery::distance).toArray(ExactDistance[]::new);
			this.nearest = queries.stream().map((query) -> query.nearest().rest()).toArray(NearestMatches[]::new);
		}

		void add(PackedQuery.Pack rows) {
			while (rows.next()) {
				byte[] bytes = rows.bytes();
				double norm = rows.real(2, Double.NaN);
				for (int i = 0; i < this.distances.length; i++) {
					double d = this.distances[i].to(bytes, rows.offset(1), rows.length(1), norm);
					// Also true for NaN.
					if (!(d > this.nearest[i].reach())) {
						String id = new String(bytes, rows.offset(0), rows.length(0), StandardCharsets.UTF_8);
						offer(i, d, id.getBytes(StandardCharsets.UTF_8));
					}
				}
			}
		}

		void add(ResultSet row) throws SQLException {
			byte[] stored = VectorTable.bytes(row, 2);
			double norm = CollectionReader.norm(row, 3);
			for (int i = 0; i < this.distances.length; i++) {
				double d = this.distances[i].to(stored, norm);
				if (!(d > this.nearest[i].reach())) {
					offer(i, d, VectorTable.id(row, 1));
				}
			}
		}

		private void offer(int query, double distance, byte[] id) {
			if (Double.isNaN(distance)) {
				addDamaged(id);
			}
			else {
				this.nearest[query].offer(distance, id);
			}
		}

		private void addDamaged(byte @Nullable [] id) {
			if (id != null && (this.damaged == null || Arrays.compareUnsigned(id, this.damaged) < 0)) {
				this.damaged = id;
			}
		}

		void addAll(Measuring other) {
			addDamaged(other.damaged);
			for (int i = 0; i < this.nearest.length; i++) {
				this.nearest[i].addAll(other.nearest[i]);
			}
		}

		/** Gives what was found to the queries. */
		void finish(List<RunningQuery> queries) {
			byte[] id = this.damaged;
			if (id != null) {
				throw this.collection.corrupt(new String(id, StandardCharsets.UTF_8));
			}
			for (int i = 0; i < this.nearest.length; i++) {
				queries.get(i).nearest().addAll(this.nearest[i]);
			}
		}

	}

}
