package io.zova.object;

import java.io.InputStream;

import io.zova.ZovaException;

/**
 * Reads an object from its start to its end, a chunk or few in memory at a time.
 * <p>
 * Every chunk is checked before any of its bytes are given away, and the call that would
 * give away the last byte of the object fails unless the whole object has the right hash.
 * {@link #skip} costs nothing, whatever the distance; after it the object can no longer
 * be checked as a whole, only chunk by chunk.
 * <p>
 * Between calls the reader holds no connection, no lock and no snapshot, so a slow reader
 * is in nobody's way. In a transaction it reads what that transaction sees. If the object
 * is deleted before the end is reached, the next call that needs a further chunk fails
 * with {@code OBJECT_NOT_FOUND}; the bytes given away until then were right.
 * <p>
 * Not for use by several threads at a time. All errors are {@link ZovaException}s; any of
 * them closes the reader.
 */
public abstract class ObjectReader extends InputStream {

	/** For those who implement it. */
	protected ObjectReader() {
	}

	/**
	 * The object being read.
	 * @return what was recorded about it when it was opened
	 */
	public abstract ObjectInfo object();

	@Override
	public int read() {
		byte[] one = new byte[1];
		return (read(one, 0, 1) == 1) ? one[0] & 0xff : -1;
	}

	/**
	 * Fills an array.
	 * @param into where the bytes go
	 * @return how many there were: fewer than asked for only at the end, -1 at the end
	 * @throws ZovaException {@code OBJECT_CORRUPT} if the object is damaged,
	 * {@code OBJECT_NOT_FOUND} if it was deleted, {@code OBJECT_READER_CLOSED}
	 */
	@Override
	public int read(byte[] into) {
		return read(into, 0, into.length);
	}

	/**
	 * Fills a part of an array.
	 * @param into where the bytes go
	 * @param from the first place to fill
	 * @param length how many to fill
	 * @return how many there were: fewer than asked for only at the end, -1 at the end
	 * @see #read(byte[])
	 */
	@Override
	public abstract int read(byte[] into, int from, int length);

	/**
	 * Moves on without reading.
	 * @param count how far
	 * @return how far it went: less than asked for only at the end
	 * @throws ZovaException {@code OBJECT_READER_CLOSED}
	 */
	@Override
	public abstract long skip(long count);

	@Override
	public abstract int available();

	/**
	 * Ends reading. Further calls of it do nothing.
	 */
	@Override
	public abstract void close();

}
