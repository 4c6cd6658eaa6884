package io.zova.object;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * A writer as a stream. It collects small writes, because each transaction of the writer
 * waits for the disk.
 */
final class ObjectOutputStream extends OutputStream {

	private static final int COLLECTED = 1 << 20;

	private final StoredObjectWriter writer;

	private byte[] buffer = new byte[8_192];

	private int count;

	ObjectOutputStream(StoredObjectWriter writer) {
		this.writer = writer;
		writer.beforeFinish(this::close);
	}

	@Override
	public void write(int value) {
		write(new byte[] { (byte) value }, 0, 1);
	}

	@Override
	public void write(byte[] bytes, int from, int length) {
		if (this.count + length > this.buffer.length) {
			flushOrGrow(length);
		}
		if (length >= COLLECTED) {
			this.writer.write(bytes, from, length);
			return;
		}
		System.arraycopy(bytes, from, this.buffer, this.count, length);
		this.count += length;
	}

	private void flushOrGrow(int length) {
		if (this.count + length > COLLECTED) {
			flush();
		}
		int wanted = Math.min(COLLECTED, Math.max(this.buffer.length * 2, this.count + length));
		if (wanted > this.buffer.length) {
			this.buffer = Arrays.copyOf(this.buffer, wanted);
		}
	}

	/**
	 * Hands what was collected to the writer.
	 */
	@Override
	public void flush() {
		int collected = this.count;
		this.count = 0;
		this.writer.write(this.buffer, 0, collected);
	}

	@Override
	public void close() {
		if (this.count > 0) {
			flush();
		}
	}

}
