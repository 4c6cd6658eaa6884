package io.zova.object;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;

import io.zova.sqlite.SqlAccess;

/**
 * Stores an object that is in memory as a whole, in one transaction.
 * <p>
 * Implementation note. The chunks of a long object are stored ahead of it, while another
 * thread still hashes: the object's id is needed only for the rows that come last. Should
 * it turn out then that the object exists, the chunks are undone. Waiting for the id
 * first takes 1.4 times as long (64 MiB, benchmark {@code object-deduplication}).
 */
final class ObjectPut {

	private static final String TASK = "store an object";

	private final SqlAccess sql;

	ObjectPut(SqlAccess sql) {
		this.sql = sql;
	}

	ObjectId put(byte[] content, StorageProfile profile) {
		HashedContent chunks = cut(content, profile.newChunker());
		if (chunks.isLong() && storeAhead(chunks, profile)) {
			return ObjectId.owning(chunks.hash());
		}
		ObjectInfo object = object(chunks, profile);
		this.sql.change(TASK, ObjectTable.TABLE, (connection) -> {
			if (ObjectTable.find(connection, object.id()) != null) {
				return false;
			}
			insertChunks(connection, chunks);
			ManifestTable.insert(connection, object, chunks);
			return true;
		});
		return object.id();
	}

	/**
	 * Stores chunks before the id of the object is known.
	 * @return {@code false} if nothing was stored, because there may be such an object
	 */
	private boolean storeAhead(HashedContent chunks, StorageProfile profile) {
		try {
			return this.sql.change(TASK, ObjectTable.TABLE, (connection) -> {
				if (connection.isReadOnly() || ChunkTable.exists(connection, chunks.hash(0))) {
					return false;
				}
				insertChunks(connection, chunks);
				ObjectInfo object = object(chunks, profile);
				if (ObjectTable.find(connection, object.id()) != null) {
					throw new ExistsException();
				}
				ManifestTable.insert(connection, object, chunks);
				return true;
			});
		}
		catch (ExistsException ex) {
			// The object exists but its first chunk is missing; a put doesn't repair it.
			return false;
		}
	}

	private static HashedContent cut(byte[] bytes, Chunker chunker) {
		HashedContent chunks = new HashedContent(bytes);
		int end = 0;
		while (end < bytes.length) {
			end += chunker.cut(bytes, end, bytes.length - end, true);
			chunks.add(end);
		}
		return chunks;
	}

	private static ObjectInfo object(HashedContent chunks, StorageProfile profile) {
		return new ObjectInfo(ObjectId.owning(chunks.hash()), chunks.bytes().length, chunks.count(), profile);
	}

	/**
	 * A row at a time: SQLite keeps a journal in a temporary file for what a statement of
	 * several rows changes, which costs more than all of the statements.
	 */
	private static void insertChunks(Connection connection, HashedContent chunks) throws SQLException {
		try (PreparedStatement row = connection.prepareStatement(ChunkTable.INSERT)) {
			for (int chunk = 0; chunk < chunks.count(); chunk++) {
				int from = chunks.offset(chunk);
				byte[] data = Arrays.copyOfRange(chunks.bytes(), from, from + chunks.size(chunk));
				ChunkTable.insert(row, chunks.hash(chunk), data);
			}
		}
	}

	/**
	 * Undoes what was stored ahead of an object that exists.
	 */
	private static final class ExistsException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		ExistsException() {
			super("The object exists", null, false, false);
		}

	}

}
