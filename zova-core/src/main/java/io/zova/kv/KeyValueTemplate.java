package io.zova.kv;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.zova.sqlite.SqlAccess;

/**
 * Key-values in a Zova file.
 */
public final class KeyValueTemplate implements KeyValueOperations {

	private final SqlAccess sql;

	private final Set<StoredWriteBehind> buffers = ConcurrentHashMap.newKeySet();

	/**
	 * Creates the template.
	 * @param sql how to reach the file
	 */
	public KeyValueTemplate(SqlAccess sql) {
		this.sql = sql;
	}

	@Override
	public KeyValueNamespace namespace(byte[] namespace) {
		return new StoredKeyValues(KeyValueRules.required("namespace", namespace).clone(), this.sql, this);
	}

	@Override
	public List<byte[]> namespaces() {
		return this.sql.snapshot("Listing namespaces", KeyValueTable::namespaces);
	}

	WriteBehind writeBehind(KeyValueNamespace file, byte[] namespace, WriteBehindOptions options) {
		StoredWriteBehind buffer = new StoredWriteBehind(file, this.sql, namespace, options, this.buffers::remove);
		this.buffers.add(buffer);
		return buffer;
	}

	/**
	 * Flushes and closes every buffer that was made here and is still open, as closing
	 * the database does.
	 * @throws RuntimeException if a buffer could not be flushed; it is closed all the
	 * same, and so are the others
	 */
	public void closeBuffers() {
		RuntimeException failure = null;
		for (StoredWriteBehind buffer : List.copyOf(this.buffers)) {
			try {
				buffer.close();
			}
			catch (RuntimeException ex) {
				buffer.abandon();
				if (failure != null) {
					ex.addSuppressed(failure);
				}
				failure = ex;
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

}
