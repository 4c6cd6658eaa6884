package io.zova.object;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.ZovaConnection;

/**
 * Stores an object that is in memory as a whole, in one transaction. All that can be
 * computed is computed before the transaction takes the file's write lock, or beside it.
 */
final class ObjectPut {

	private final SqlAccess sql;

	private final ReferenceKnowledge knowledge;

	ObjectPut(SqlAccess sql, ReferenceKnowledge knowledge) {
		this.sql = sql;
		this.knowledge = knowledge;
	}

	ObjectId put(byte[] content, StorageProfile profile) {
		BackgroundDigest digest = BackgroundDigest.of(content);
		CutContent chunks = new CutContent(content, profile);
		ObjectId id = ObjectId.owning(digest.digest());
		ObjectInfo object = new ObjectInfo(id, content.length, chunks.count(), profile);
		Outcome outcome = this.sql.write("store an object", (connection) -> insert(connection, object, chunks));
		if (outcome.moment() != null) {
			this.knowledge.leave(outcome.counts(), outcome.moment());
		}
		return id;
	}

	private Outcome insert(Connection connection, ObjectInfo object, CutContent chunks) throws SQLException {
		if (ObjectRows.find(connection, object.id()) != null) {
			return Outcome.UNKNOWN;
		}
		ZovaConnection own = connection.unwrap(ZovaConnection.class);
		boolean joined = !own.getAutoCommit();
		ReferenceCounts counts = (!joined && this.knowledge.isAbout(own)) ? this.knowledge.take(own, false) : null;
		ObjectRows.insert(connection, object);
		insertChunks(connection, object, chunks, counts);
		return (counts != null) ? new Outcome(counts, ReferenceKnowledge.now(own)) : Outcome.UNKNOWN;
	}

	private static void insertChunks(Connection connection, ObjectInfo object, CutContent chunks,
			@Nullable ReferenceCounts counts) throws SQLException {
		byte[] id = object.id().shared();
		try (PreparedStatement chunk = connection.prepareStatement(ChunkRows.INSERT);
				PreparedStatement row = connection.prepareStatement(ManifestRows.INSERT)) {
			for (int index = 0; index < chunks.count(); index++) {
				byte[] hash = chunks.hash(index);
				ChunkRows.insert(chunk, hash, chunks.data(index));
				ManifestRows.insert(row, id, index, hash, chunks.offset(index), chunks.size(index));
				if (counts != null) {
					counts.add(hash, 1);
				}
			}
		}
	}

	/**
	 * What is known about references after the transaction.
	 *
	 * @param counts how often each chunk is named
	 * @param moment when that was so
	 */
	private record Outcome(@Nullable ReferenceCounts counts, ReferenceKnowledge.@Nullable Stamp moment) {

		static final Outcome UNKNOWN = new Outcome(null, null);

	}

}
