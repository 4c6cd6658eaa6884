package io.zova.object;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;

import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.ZovaConnection;

/**
 * Removes objects, and chunks that no manifest names any more.
 * <p>
 * Implementation note. The file has no index by chunk, and may not get one. So whether a
 * chunk is still named takes a scan of all manifest rows, and with foreign keys on SQLite
 * makes another for each chunk row removed. Neither may happen 20 times for each of
 * 10,000 objects.
 * <ul>
 * <li>Outside a user's transaction the removal switches foreign keys off around its own
 * transaction, having made sure itself that no row names the chunk. One scan answers for
 * all chunks of an object, and from the second removal in a row
 * {@link ReferenceKnowledge} does without.</li>
 * <li>Inside a user's transaction foreign keys cannot be switched off. There scans are
 * made as long as they are cheap, then a {@link TransientIndex} takes over.</li>
 * </ul>
 */
final class ChunkRemoval {

	/** With fewer manifest rows scans cost less than avoiding them. */
	static final long FEW_ROWS = 500;

	private static final int HASHES_A_SCAN = 10_000;

	private static final String ROWS = """
			select max(rowid) from _zova_object_chunks
			""";

	private static final String CHUNKS_OF_OBJECT = """
			select chunk_hash, count(*) from _zova_object_chunks where object_id = ? group by chunk_hash
			""";

	private static final String SHARED_CHUNKS_OF_OBJECT = """
			select distinct chunk_hash from _zova_object_chunks
			where object_id <> ?1 and chunk_hash in
				(select chunk_hash from _zova_object_chunks where object_id = ?1)
			""";

	private static final String NAMED_OF_LIST = """
			select distinct chunk_hash from _zova_object_chunks
			where chunk_hash in (select unhex(value) from json_each(?))
			""";

	private final SqlAccess sql;

	private final ReferenceKnowledge knowledge;

	private final TransientIndex index;

	ChunkRemoval(SqlAccess sql, ReferenceKnowledge knowledge) {
		this.sql = sql;
		this.knowledge = knowledge;
		this.index = new TransientIndex(sql);
	}

	/**
	 * Removes objects and what only they used, all or none of them.
	 * @param ids the objects
	 * @param missingAllowed whether to pass over those that do not exist
	 * @return how many there were
	 */
	int removeObjects(List<ObjectId> ids, boolean missingAllowed) {
		return atomically("delete an object", (connection, counts, joined) -> {
			int removed = 0;
			for (ObjectId id : ids) {
				if (removeObject(connection, id, counts, joined)) {
					removed++;
				}
				else if (!missingAllowed) {
					throw ObjectErrors.notFound(id);
				}
			}
			return removed;
		}, ids.size() > 1);
	}

	private boolean removeObject(Connection connection, ObjectId id, @Nullable ReferenceCounts counts, boolean joined)
			throws SQLException {
		if (!ObjectRows.exists(connection, id)) {
			return false;
		}
		List<byte[]> removable = removableChunks(connection, id, counts, joined);
		ManifestRows.delete(connection, id);
		ObjectRows.delete(connection, id);
		for (byte[] hash : removable) {
			ChunkRows.delete(connection, hash);
		}
		return true;
	}

	private List<byte[]> removableChunks(Connection connection, ObjectId id, @Nullable ReferenceCounts counts,
			boolean joined) throws SQLException {
		List<byte[]> removable = new ArrayList<>();
		List<byte[]> all = new ArrayList<>();
		try (PreparedStatement statement = connection.prepareStatement(CHUNKS_OF_OBJECT)) {
			statement.setBytes(1, id.shared());
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					byte[] hash = row.getBytes(1);
					if (hash == null) {
						continue;
					}
					all.add(hash);
					if (counts != null) {
						int own = row.getInt(2);
						if (counts.count(hash) <= own) {
							removable.add(hash);
						}
						counts.add(hash, -own);
					}
				}
			}
		}
		if (counts != null || all.isEmpty()) {
			return removable;
		}
		if (joined) {
			this.index.prepareFor(connection, all.size(), rows(connection));
		}
		Set<ByteArrayKey> shared = new HashSet<>();
		try (PreparedStatement statement = connection.prepareStatement(SHARED_CHUNKS_OF_OBJECT)) {
			statement.setBytes(1, id.shared());
			collect(statement, shared);
		}
		all.removeIf((hash) -> shared.contains(new ByteArrayKey(hash)));
		return all;
	}

	/**
	 * Removes those of these chunks that no manifest names.
	 * @param task what is being done, for error messages
	 * @param hashes the chunks
	 * @return those that were there and are gone
	 */
	List<byte[]> removeUnnamed(String task, List<byte[]> hashes) {
		return removeUnnamed(task, hashes, Set::of);
	}

	/**
	 * Removes those of these chunks that no manifest names and nobody is about to name.
	 * @param task what is being done, for error messages
	 * @param hashes the chunks
	 * @param kept says, in the transaction, which to keep all the same
	 * @return those that were there and are gone
	 */
	List<byte[]> removeUnnamed(String task, List<byte[]> hashes, Supplier<Set<ByteArrayKey>> kept) {
		if (hashes.isEmpty()) {
			return List.of();
		}
		return atomically(task, (connection, counts, joined) -> {
			if (joined) {
				this.index.prepareFor(connection, hashes.size(), rows(connection));
			}
			Set<ByteArrayKey> inUse = kept.get();
			List<byte[]> removed = new ArrayList<>();
			for (int from = 0; from < hashes.size(); from += HASHES_A_SCAN) {
				List<byte[]> some = hashes.subList(from, Math.min(hashes.size(), from + HASHES_A_SCAN));
				Set<ByteArrayKey> named = (counts != null) ? Set.of() : named(connection, some);
				for (byte[] hash : some) {
					boolean unnamed = (counts != null) ? counts.count(hash) <= 0
							: !named.contains(new ByteArrayKey(hash));
					if (unnamed && !inUse.contains(new ByteArrayKey(hash)) && ChunkRows.delete(connection, hash)) {
						removed.add(hash);
					}
				}
			}
			return removed;
		}, false);
	}

	private Set<ByteArrayKey> named(Connection connection, List<byte[]> hashes) throws SQLException {
		StringBuilder json = new StringBuilder("[");
		for (byte[] hash : hashes) {
			json.append((json.length() > 1) ? ",\"" : "\"").append(HexFormat.of().formatHex(hash)).append('"');
		}
		Set<ByteArrayKey> named = new HashSet<>();
		try (PreparedStatement statement = connection.prepareStatement(NAMED_OF_LIST)) {
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

	private <T> T atomically(String task, Removal<T> removal, boolean many) {
		return this.sql.read(task, (connection) -> {
			ZovaConnection own = connection.unwrap(ZovaConnection.class);
			if (own.inTransaction() || !own.getAutoCommit()) {
				return this.sql.write(task, (joined) -> removal.run(joined, null, true));
			}
			return withoutForeignKeys(own, () -> inOwnTransaction(own, removal, many));
		});
	}

	private <T> T inOwnTransaction(ZovaConnection connection, Removal<T> removal, boolean many) throws SQLException {
		connection.setAutoCommit(false);
		boolean done = false;
		try {
			long rows = rows(connection);
			boolean counting = rows > FEW_ROWS && ReferenceCounts.fits(rows);
			ReferenceCounts counts = counting ? this.knowledge.take(connection, many) : null;
			T result = removal.run(connection, counts, false);
			ReferenceKnowledge.Stamp moment = ReferenceKnowledge.now(connection);
			connection.commit();
			done = true;
			if (counting) {
				this.knowledge.leave(counts, moment);
			}
			return result;
		}
		finally {
			if (!done) {
				connection.rollback();
			}
			connection.setAutoCommit(true);
		}
	}

	private static <T> T withoutForeignKeys(ZovaConnection connection, SqlTask<T> task) throws SQLException {
		if (rows(connection) <= FEW_ROWS) {
			return task.run();
		}
		// Past the connection's own statements: they would replace it for a changed
		// setting, but this one is put back.
		DB driver = connection.unwrap(SQLiteConnection.class).getDatabase();
		driver.exec("pragma foreign_keys=off", false);
		try {
			return task.run();
		}
		finally {
			boolean restored = false;
			try {
				driver.exec("pragma foreign_keys=on", false);
				restored = true;
			}
			finally {
				if (!restored) {
					connection.abort(Runnable::run);
				}
			}
		}
	}

	private static long rows(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(ROWS);
				ResultSet row = statement.executeQuery()) {
			return row.next() ? row.getLong(1) : 0;
		}
	}

	/**
	 * What happens in the transaction.
	 *
	 * @param <T> what comes out of it
	 */
	@FunctionalInterface
	private interface Removal<T> {

		T run(Connection connection, @Nullable ReferenceCounts counts, boolean joined) throws SQLException;

	}

	/**
	 * Something that may fail as statements do.
	 *
	 * @param <T> what comes out of it
	 */
	@FunctionalInterface
	private interface SqlTask<T> {

		T run() throws SQLException;

	}

}
