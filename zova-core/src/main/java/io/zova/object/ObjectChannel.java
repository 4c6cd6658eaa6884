package io.zova.object;

import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

import io.zova.sqlite.SqlAccess;

/**
 * An object as a channel that reads anywhere. It keeps the chunk that it read last.
 * <p>
 * One thread reads at a time. Closing waits for nobody: a read that waits for a
 * connection or for the file ends with {@code AsynchronousCloseException} as soon as it
 * has what it waited for, and a long one after at most a mebibyte.
 */
final class ObjectChannel implements SeekableByteChannel {

	private static final int MAX_READ = 1 << 20;

	private final SqlAccess sql;

	private final ObjectInfo object;

	private final ObjectTraffic traffic;

	private long position;

	private byte[] chunk = new byte[0];

	private long chunkOffset;

	private volatile boolean open = true;

	ObjectChannel(SqlAccess sql, ObjectInfo object, ObjectTraffic traffic) {
		this.sql = sql;
		this.traffic = traffic;
		this.object = object;
	}

	@Override
	public synchronized int read(ByteBuffer into) throws ClosedChannelException {
		requireOpen();
		if (this.position >= this.object.size()) {
			return -1;
		}
		int before = into.remaining();
		takeFromChunk(into);
		while (into.hasRemaining() && this.position < this.object.size()) {
			load(into);
			if (!this.open) {
				this.chunk = new byte[0];
				throw new AsynchronousCloseException();
			}
		}
		int read = before - into.remaining();
		this.traffic.read(read);
		return read;
	}

	private void takeFromChunk(ByteBuffer into) {
		long from = this.position - this.chunkOffset;
		if (from >= 0 && from < this.chunk.length) {
			int length = Math.min(into.remaining(), this.chunk.length - (int) from);
			into.put(this.chunk, (int) from, length);
			this.position += length;
		}
	}

	private void load(ByteBuffer into) {
		long start = this.position;
		int wanted = Math.min(into.remaining(), MAX_READ);
		int length = this.sql.snapshot("read an object", (connection) -> {
			ObjectInfo now = ObjectTable.require(connection, this.object.id());
			int available = ObjectContent.rangeLength(connection, now, start, wanted);
			int base = into.position();
			ObjectContent.range(connection, now, start, available, (at, bytes, from, count) -> {
				into.put(base + at, bytes, from, count);
				this.chunk = bytes;
				this.chunkOffset = start + at - from;
			});
			return available;
		});
		into.position(into.position() + length);
		this.position += length;
	}

	@Override
	public synchronized long position() throws ClosedChannelException {
		requireOpen();
		return this.position;
	}

	@Override
	public synchronized SeekableByteChannel position(long newPosition) throws ClosedChannelException {
		requireOpen();
		if (newPosition < 0) {
			throw new IllegalArgumentException("A position is not negative: " + newPosition);
		}
		this.position = newPosition;
		return this;
	}

	@Override
	public synchronized long size() throws ClosedChannelException {
		requireOpen();
		return this.object.size();
	}

	@Override
	public int write(ByteBuffer from) {
		throw new NonWritableChannelException();
	}

	@Override
	public SeekableByteChannel truncate(long size) {
		throw new NonWritableChannelException();
	}

	@Override
	public boolean isOpen() {
		return this.open;
	}

	@Override
	public void close() {
		this.open = false;
	}

	private void requireOpen() throws ClosedChannelException {
		if (!this.open) {
			throw new ClosedChannelException();
		}
	}

}
