package io.zova.object;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.extension.ForeignKeys;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.StoreEpochs;
import io.zova.sqlite.file.Topic;
import io.zova.sqlite.ZovaConnection;

/**
 * Removes objects, and chunks that no manifest names any more.
 * <p>
 * Implementation note. The file has no index by chunk, and may not get one. So whether a
 * chunk is still named takes a scan of all manifest rows, and SQLite makes another for
 * each chunk row removed, to enforce the foreign key. Neither may happen 20 times for
 * each of 10,000 objects.
 * <ul>
 * <li>One scan answers for all chunks of an object, and from the second removal in a row
 * {@link ReferenceKnowledge} does without.</li>
 * <li>Chunk rows that are known to be unnamed are removed without enforcement: these
 * statements alone, so that foreign keys and triggers of the user on objects and
 * manifests act as always. Where that is not possible, or the user's schema has something
 * that depends on chunk rows, SQLite makes its scans.</li>
 * </ul>
 */
final class ChunkRemoval {

	/** With fewer manifest rows scans cost less than avoiding them. */
	static final long FEW_ROWS = 500;

	private static final int HASHES_A_SCAN = 10_000;

	private final SqlAccess sql;

	ChunkRemoval(SqlAccess sql) {
		this.sql = sql;
	}

	/**
	 * Removes objects and what only they used, all or none of them. Their content is not
	 * looked at, so that damaged ones can be removed; but the chunks that they name must
	 * be named by hashes, or what else they belong to could not be told.
	 * @param ids the objects; those that do not exist are passed over
	 * @return how many there were
	 */
	long removeObjects(List<ObjectId> ids) {
		return this.sql.<Long>write("delete an object", (connection) -> {
			ObjectRemoval removal = new ObjectRemoval(connection, longOf(connection, ManifestTable.HIGHEST_ROW),
					ids.size() > 1);
			long removed = 0;
			for (ObjectId id : ids) {
				if (ObjectTable.exists(connection, id)) {
					removal.remove(id);
					removed++;
				}
			}
			removeChunks(connection, removal.removableChunks(), removal.rows);
			if (removed > 0) {
				StoreEpochs.count(connection, ObjectTable.TABLE);
			}
			return removed;
		});
	}

	/**
	 * Removes objects one after the other and finds out which chunks may follow.
	 */
	private static final class ObjectRemoval {

		private final Connection connection;

		private final ZovaConnection zova;

		private final long rows;

		private final boolean many;

		private final List<byte[]> removable = new ArrayList<>();

		/** Where nothing can be known beyond this removal, at least it counts once. */
		private @Nullable ReferenceCounts own;

		/** Whether triggers may have added manifest rows. */
		private boolean surprised;

		ObjectRemoval(Connection connection, long rows, boolean many) throws SQLException {
			this.connection = connection;
			this.zova = connection.unwrap(ZovaConnection.class);
			this.rows = rows;
			this.many = many;
		}

		void remove(ObjectId id) throws SQLException {
			ReferenceCounts known = counts(this.connection, this.rows, this.many);
			if (known != null) {
				this.own = null;
			}
			else if (this.many && this.rows > FEW_ROWS && ReferenceCounts.fits(this.rows)) {
				known = (this.own != null) ? this.own : ReferenceCounts.of(this.connection);
				this.own = known;
			}
			long before = this.zova.totalChangedRows();
			int expected = removeManifest(id, known) + 1;
			ObjectTable.delete(this.connection, id);
			if (this.zova.totalChangedRows() - before != expected
					&& this.zova.history().version(Topic.OBJECT_CHUNKS) == 0) {
				this.own = null;
				this.surprised = true;
			}
		}

		private int removeManifest(ObjectId id, @Nullable ReferenceCounts known) throws SQLException {
			Map<byte[], Integer> chunks = chunksOf(id);
			this.removable.addAll(removable(id, chunks, known));
			ReferenceCounts uncounted = this.own;
			ReferenceKnowledge.noting(this.connection, (notes) -> {
				ManifestTable.delete(this.connection, id);
				chunks.forEach((hash, count) -> {
					notes.add(hash, -count);
					if (uncounted != null) {
						uncounted.add(hash, -count);
					}
				});
			});
			return chunks.values().stream().mapToInt(Integer::intValue).sum();
		}

		private Map<byte[], Integer> chunksOf(ObjectId id) throws SQLException {
			Map<byte[], Integer> chunks = new IdentityHashMap<>();
			try (PreparedStatement statement = this.connection.prepareStatement(ManifestTable.CHUNKS_OF_OBJECT)) {
				statement.setBytes(1, id.shared());
				try (ResultSet row = statement.executeQuery()) {
					while (row.next()) {
						byte[] hash = row.getBytes(1);
						if (hash == null || hash.length != Sha256.LENGTH) {
							throw ObjectErrors.malformedHash(id);
						}
						chunks.put(hash, row.getInt(2));
					}
				}
			}
			return chunks;
		}

		private List<byte[]> removable(ObjectId id, Map<byte[], Integer> chunks, @Nullable ReferenceCounts known)
				throws SQLException {
			List<byte[]> alone = new ArrayList<>(chunks.keySet());
			if (known != null) {
				alone.removeIf((hash) -> known.count(hash) > chunks.getOrDefault(hash, 0));
			}
			else if (!alone.isEmpty()) {
				Set<ByteArrayKey> shared = new HashSet<>();
				try (PreparedStatement statement = this.connection
					.prepareStatement(ManifestTable.SHARED_CHUNKS_OF_OBJECT)) {
					statement.setBytes(1, id.shared());
					collect(statement, shared);
				}
				alone.removeIf((hash) -> shared.contains(new ByteArrayKey(hash)));
			}
			return alone;
		}

		List<byte[]> removableChunks() throws SQLException {
			return this.surprised ? unnamed(this.connection, this.removable, null) : this.removable;
		}

	}

	/**
	 * Removes those of these chunks that no manifest names.
	 * @param task what is being done, for error messages
	 * @param hashes the chunks
	 * @return those that were there and are gone
	 */
	List<byte[]> removeUnnamed(String task, List<byte[]> hashes) {
		return removeUnnamed(task, hashes, Set::of, true);
	}

	/**
	 * Removes those of these chunks that no manifest names and nobody is about to name.
	 * @param task what is being done, for error messages
	 * @param hashes the chunks
	 * @param kept says, in the transaction, which to keep all the same
	 * @return those that were there and are gone
	 */
	List<byte[]> removeUnnamed(String task, List<byte[]> hashes, Supplier<Set<ByteArrayKey>> kept) {
		return removeUnnamed(task, hashes, kept, true);
	}

	/**
	 * Removes those of the chunks of an unfinished object that no manifest names, which
	 * does not count as a change.
	 * @param task what is being done, for error messages
	 * @param hashes the chunks
	 */
	void removeUnfinished(String task, List<byte[]> hashes) {
		removeUnnamed(task, hashes, Set::of, false);
	}

	private List<byte[]> removeUnnamed(String task, List<byte[]> hashes, Supplier<Set<ByteArrayKey>> kept,
			boolean counted) {
		if (hashes.isEmpty()) {
			return List.of();
		}
		return this.sql.write(task, (connection) -> {
			if (connection.isReadOnly()) {
				// Whether or not there is something to remove, as in every Zova library.
				throw ObjectErrors.readOnly(task);
			}
			long rows = longOf(connection, ManifestTable.HIGHEST_ROW);
			Set<ByteArrayKey> inUse = kept.get();
			List<byte[]> unnamed = unnamed(connection, hashes, counts(connection, rows, false));
			unnamed.removeIf((hash) -> inUse.contains(new ByteArrayKey(hash)));
			List<byte[]> removed = removeChunks(connection, unnamed, rows);
			if (counted && !removed.isEmpty()) {
				StoreEpochs.count(connection, ObjectTable.TABLE);
			}
			return removed;
		});
	}

	private static List<byte[]> unnamed(Connection connection, List<byte[]> hashes, @Nullable ReferenceCounts known)
			throws SQLException {
		List<byte[]> unnamed = new ArrayList<>();
		for (int from = 0; from < hashes.size(); from += HASHES_A_SCAN) {
			List<byte[]> some = hashes.subList(from, Math.min(hashes.size(), from + HASHES_A_SCAN));
			Set<ByteArrayKey> named = (known != null) ? Set.of() : named(connection, some);
			for (byte[] hash : some) {
				if ((known != null) ? known.count(hash) <= 0 : !named.contains(new ByteArrayKey(hash))) {
					unnamed.add(hash);
				}
			}
		}
		return unnamed;
	}

	private static Set<ByteArrayKey> named(Connection connection, List<byte[]> hashes) throws SQLException {
		StringBuilder json = new StringBuilder("[");
		for (byte[] hash : hashes) {
			json.append((json.length() > 1) ? ",\"" : "\"").append(HexFormat.of().formatHex(hash)).append('"');
		}
		Set<ByteArrayKey> named = new HashSet<>();
		try (PreparedStatement statement = connection.prepareStatement(ManifestTable.NAMED_OF_LIST)) {
			statement.setString(1, json.append(']').toString());
			collect(statement, named);
		}
		return named;
	}

	private static void collect(PreparedStatement statement, Set<ByteArrayKey> into) throws SQLException {
		try (ResultSet row = statement.executeQuery()) {
			while (row.next()) {
				into.add(new ByteArrayKey(row.getBytes(1)));
			}
		}
	}

	private static @Nullable ReferenceCounts counts(Connection connection, long rows, boolean worthwhile)
			throws SQLException {
		if (rows <= FEW_ROWS) {
			return null;
		}
		ZovaConnection zova = connection.unwrap(ZovaConnection.class);
		ReferenceKnowledge knowledge = ReferenceKnowledge.of(zova);
		if (!ReferenceCounts.fits(rows)) {
			knowledge.forget();
			return null;
		}
		return knowledge.at(connection, worthwhile);
	}

	private List<byte[]> removeChunks(Connection connection, List<byte[]> unnamed, long rows) throws SQLException {
		List<byte[]> removed = new ArrayList<>();
		ForeignKeys.Work removal = () -> {
			for (byte[] hash : unnamed) {
				if (ChunkTable.delete(connection, hash)) {
					removed.add(hash);
				}
			}
		};
		boolean mayCost = rows > FEW_ROWS && !unnamed.isEmpty();
		if (!mayCost || longOf(connection, ChunkTable.DEPENDENTS) > 0
				|| !ForeignKeys.suspend(connection.unwrap(ZovaConnection.class), removal)) {
			removal.run();
		}
		return removed;
	}

	private static long longOf(Connection connection, String query) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(query);
				ResultSet row = statement.executeQuery()) {
			return row.next() ? row.getLong(1) : 0;
		}
	}

}
