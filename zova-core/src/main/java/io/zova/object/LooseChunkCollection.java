package io.zova.object;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.zova.sqlite.SqlAccess;

/**
 * Finds and removes chunks that belong to no object.
 * <p>
 * Implementation note. The file does not say how old a chunk is. So a chunk's age is
 * counted from the first look by this object that found it loose, and a chunk that was in
 * use in between starts anew. Chunks of the writers of this process are never taken; the
 * age is what protects those of other processes. The monitor guards the ages alone:
 * nobody holds it while they wait for a connection or for the write lock.
 */
final class LooseChunkCollection {

	private final SqlAccess sql;

	private final ChunkRemoval removal;

	private final LiveWriters writers;

	private Map<ByteArrayKey, Long> firstSeen = new HashMap<>();

	LooseChunkCollection(SqlAccess sql, ChunkRemoval removal, LiveWriters writers) {
		this.sql = sql;
		this.removal = removal;
		this.writers = writers;
	}

	LooseChunks find(Duration olderThan) {
		return sum(look(olderThan).values());
	}

	LooseChunks collect(Duration olderThan) {
		Map<ByteArrayKey, Long> old = look(olderThan);
		List<byte[]> removed = this.removal.removeUnnamed("collect loose chunks",
				old.keySet().stream().map(ByteArrayKey::bytes).toList(), this.writers::chunks);
		return sum(removed.stream().map((hash) -> old.getOrDefault(new ByteArrayKey(hash), 0L)).toList());
	}

	private static LooseChunks sum(Collection<Long> sizes) {
		return new LooseChunks(sizes.size(), sizes.stream().mapToLong(Long::longValue).sum());
	}

	private Map<ByteArrayKey, Long> look(Duration olderThan) {
		if (olderThan.isNegative()) {
			throw ObjectErrors.invalidArgument("An age is not negative, got " + olderThan);
		}
		Map<ByteArrayKey, Long> loose = this.sql.read("find loose chunks", LooseChunkCollection::loose);
		loose.keySet().removeAll(young(loose.keySet(), this.writers.chunks(), olderThan));
		return loose;
	}

	/** Notes when chunks were seen first, and tells which are too young or in use. */
	private synchronized Set<ByteArrayKey> young(Set<ByteArrayKey> loose, Set<ByteArrayKey> inUse, Duration olderThan) {
		long now = System.nanoTime();
		Map<ByteArrayKey, Long> seen = new HashMap<>();
		Set<ByteArrayKey> young = new HashSet<>();
		for (ByteArrayKey chunk : loose) {
			if (inUse.contains(chunk)) {
				young.add(chunk);
				continue;
			}
			long since = this.firstSeen.getOrDefault(chunk, now);
			seen.put(chunk, since);
			if (Duration.ofNanos(now - since).compareTo(olderThan) < 0) {
				young.add(chunk);
			}
		}
		this.firstSeen = seen;
		return young;
	}

	private static Map<ByteArrayKey, Long> loose(Connection connection) throws SQLException {
		Map<ByteArrayKey, Long> loose = new HashMap<>();
		try (PreparedStatement statement = connection.prepareStatement(ChunkTable.LOOSE);
				ResultSet row = statement.executeQuery()) {
			while (row.next()) {
				loose.put(new ByteArrayKey(row.getBytes(1)), row.getLong(2));
			}
		}
		return loose;
	}

}
