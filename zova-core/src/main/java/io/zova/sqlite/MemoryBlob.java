package io.zova.sqlite;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Blob;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The bytes of a value, in memory: SQLite reads and writes values as a whole. Changes
 * reach the file when the blob is bound to a statement.
 */
final class MemoryBlob implements Blob {

	private byte @Nullable [] bytes;

	MemoryBlob(byte[] bytes) {
		this.bytes = bytes;
	}

	private byte[] bytes() throws SQLException {
		byte[] present = this.bytes;
		if (present == null) {
			throw new SQLNonTransientException("The blob was freed", "HY010");
		}
		return present;
	}

	@Override
	public long length() throws SQLException {
		return bytes().length;
	}

	@Override
	public byte[] getBytes(long position, int length) throws SQLException {
		byte[] present = bytes();
		int from = index(position, present.length);
		return Arrays.copyOfRange(present, from, from + Math.min(checked(length), present.length - from));
	}

	@Override
	public InputStream getBinaryStream() throws SQLException {
		return new ByteArrayInputStream(bytes());
	}

	@Override
	public InputStream getBinaryStream(long position, long length) throws SQLException {
		byte[] present = bytes();
		int from = index(position, present.length);
		if (checked(length) > present.length - from) {
			throw new SQLDataException(
					"The blob has " + present.length + " bytes: not " + length + " from " + position + " on", "22003");
		}
		return new ByteArrayInputStream(present, from, (int) length);
	}

	@Override
	public long position(byte[] pattern, long start) throws SQLException {
		byte[] present = bytes();
		for (int from = index(start, present.length); from <= present.length - pattern.length; from++) {
			if (Arrays.equals(present, from, from + pattern.length, pattern, 0, pattern.length)) {
				return from + 1L;
			}
		}
		return -1;
	}

	@Override
	public long position(Blob pattern, long start) throws SQLException {
		return position(pattern.getBytes(1, (int) pattern.length()), start);
	}

	@Override
	public int setBytes(long position, byte[] value) throws SQLException {
		return setBytes(position, value, 0, value.length);
	}

	@Override
	public int setBytes(long position, byte[] value, int offset, int length) throws SQLException {
		byte[] present = bytes();
		int from = index(position, present.length);
		byte[] changed = Arrays.copyOf(present, Math.max(present.length, Math.addExact(from, length)));
		System.arraycopy(value, offset, changed, from, length);
		this.bytes = changed;
		return length;
	}

	@Override
	public OutputStream setBinaryStream(long position) throws SQLException {
		index(position, bytes().length);
		return new ByteArrayOutputStream() {

			private long at = position;

			@Override
			public void flush() throws java.io.IOException {
				try {
					this.at += setBytes(this.at, toByteArray());
					reset();
				}
				catch (SQLException ex) {
					throw new java.io.IOException(ex);
				}
			}

			@Override
			public void close() throws java.io.IOException {
				flush();
			}
		};
	}

	@Override
	public void truncate(long length) throws SQLException {
		byte[] present = bytes();
		if (checked(length) > present.length) {
			throw new SQLDataException("The blob has " + present.length + " bytes: it can't be cut to " + length,
					"22003");
		}
		this.bytes = Arrays.copyOf(present, (int) length);
	}

	@Override
	public void free() {
		this.bytes = null;
	}

	/** Positions begin with 1; the one after the last is allowed. */
	static int index(long position, int length) throws SQLException {
		if (position < 1 || position > length + 1L) {
			throw new SQLDataException("The position is " + position + ": it must be from 1 to " + (length + 1L),
					"22003");
		}
		return (int) position - 1;
	}

	private static int checked(long length) throws SQLException {
		if (length < 0) {
			throw new SQLDataException("The length is " + length + ": it must be 0 or more", "22003");
		}
		return (int) Math.min(length, Integer.MAX_VALUE);
	}

}
