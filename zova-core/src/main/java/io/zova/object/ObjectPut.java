package io.zova.object;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import io.zova.sqlite.SqlAccess;

/**
 * Stores an object that is in memory as a whole, in one transaction.
 * <p>
 * Implementation note. A long object is cut by the caller, while another thread hashes
 * first the chunks and then the whole. The chunks are stored meanwhile, ahead of the
 * object: its id is needed only for the rows that come last. Should it turn out then that
 * the object exists, the chunks are undone.
 */
final class ObjectPut {

	private static final String TASK = "store an object";

	private final SqlAccess sql;

	ObjectPut(SqlAccess sql) {
		this.sql = sql;
	}

	ObjectId put(byte[] content, StorageProfile profile) {
		CutContent chunks = new CutContent(content, profile);
		if (content.length >= BackgroundDigest.WORTHWHILE && storeAhead(chunks)) {
			return chunks.object().id();
		}
		ObjectInfo object = chunks.object();
		this.sql.change(TASK, ObjectRows.TABLE, (connection) -> {
			if (ObjectRows.find(connection, object.id()) != null) {
				return false;
			}
			insertChunks(connection, chunks);
			ReferenceKnowledge.change(connection, (notes) -> insertManifest(connection, object, chunks, notes));
			return true;
		});
		return object.id();
	}

	/**
	 * Stores chunks before the id of the object is known.
	 * @return {@code false} if nothing was stored, because there may be such an object
	 */
	private boolean storeAhead(CutContent chunks) {
		try {
			return this.sql.change(TASK, ObjectRows.TABLE, (connection) -> {
				if (connection.isReadOnly() || ChunkRows.exists(connection, chunks.hash(0))) {
					return false;
				}
				insertChunks(connection, chunks);
				ObjectInfo object = chunks.object();
				if (ObjectRows.find(connection, object.id()) != null) {
					throw new ExistsException();
				}
				ReferenceKnowledge.change(connection, (notes) -> insertManifest(connection, object, chunks, notes));
				return true;
			});
		}
		catch (ExistsException ex) {
			// The object exists but its first chunk is missing; a put doesn't repair it.
			return false;
		}
	}

	/**
	 * A row at a time: SQLite keeps a journal in a temporary file for what a statement of
	 * several rows changes, which costs more than all of the statements. And from arrays
	 * that are used again: those for 64 MiB of chunks would be new memory, page by page.
	 */
	private static void insertChunks(Connection connection, CutContent chunks) throws SQLException {
		if (chunks.count() == 1) {
			try (PreparedStatement chunk = connection.prepareStatement(ChunkRows.INSERT)) {
				ChunkRows.insert(chunk, chunks.hash(0), chunks.content());
			}
			return;
		}
		ReusedArrays arrays = new ReusedArrays();
		try (PreparedStatement chunk = connection.prepareStatement(ChunkRows.INSERT_START)) {
			for (int index = 0; index < chunks.count(); index++) {
				byte[] data = arrays.copy(chunks.content(), chunks.offset(index), chunks.size(index));
				ChunkRows.insert(chunk, chunks.hash(index), data, chunks.size(index));
			}
		}
	}

	private static void insertManifest(Connection connection, ObjectInfo object, CutContent chunks,
			ReferenceKnowledge.Notes notes) throws SQLException {
		ObjectRows.insert(connection, object);
		byte[] id = object.id().shared();
		int index = 0;
		if (chunks.count() >= ManifestRows.GROUP) {
			try (PreparedStatement rows = connection.prepareStatement(ManifestRows.INSERT_GROUP)) {
				rows.setBytes(1, id);
				while (index <= chunks.count() - ManifestRows.GROUP) {
					for (int place = 0; place < ManifestRows.GROUP; place++, index++) {
						ManifestRows.bind(rows, place, index, chunks.hash(index), chunks.offset(index),
								chunks.size(index));
					}
					rows.executeUpdate();
				}
			}
		}
		try (PreparedStatement row = connection.prepareStatement(ManifestRows.INSERT)) {
			for (; index < chunks.count(); index++) {
				ManifestRows.insert(row, id, index, chunks.hash(index), chunks.offset(index), chunks.size(index));
			}
		}
		for (int chunk = 0; chunk < chunks.count(); chunk++) {
			notes.add(chunks.hash(chunk), 1);
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
