package io.zova.kv;

import java.util.function.Consumer;

import io.zova.sqlite.SqlAccess;

/**
 * A buffer in front of one namespace of a Zova file.
 */
final class StoredWriteBehind implements WriteBehind {

	private final WriteBehindBuffer buffer;

	private final KeyValueNamespace namespace;

	private final Consumer<StoredWriteBehind> whenClosed;

	StoredWriteBehind(KeyValueNamespace file, SqlAccess sql, byte[] namespace, WriteBehindOptions options,
			Consumer<StoredWriteBehind> whenClosed) {
		this.buffer = new WriteBehindBuffer(sql, namespace, options);
		this.namespace = new BufferedKeyValues(file, namespace, sql, this.buffer);
		this.whenClosed = whenClosed;
	}

	@Override
	public KeyValueNamespace namespace() {
		return this.namespace;
	}

	@Override
	public void flush() {
		this.buffer.flush();
	}

	@Override
	public WriteBehindStatistics statistics() {
		return this.buffer.statistics();
	}

	@Override
	public void close() {
		this.buffer.close();
		this.whenClosed.accept(this);
	}

	/** Ends the buffer although its values cannot be written. */
	void abandon() {
		this.buffer.abandon();
		this.whenClosed.accept(this);
	}

}
