package io.zova.sqlite;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.Clob;
import java.sql.NClob;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientException;

import org.jspecify.annotations.Nullable;

/**
 * The text of a value, in memory, as {@link MemoryBlob} holds bytes.
 */
final class MemoryClob implements NClob {

	private @Nullable StringBuilder text;

	MemoryClob(String text) {
		this.text = new StringBuilder(text);
	}

	private StringBuilder text() throws SQLException {
		StringBuilder present = this.text;
		if (present == null) {
			throw new SQLNonTransientException("The clob was freed", "HY010");
		}
		return present;
	}

	@Override
	public long length() throws SQLException {
		return text().length();
	}

	@Override
	public String getSubString(long position, int length) throws SQLException {
		StringBuilder present = text();
		int from = MemoryBlob.index(position, present.length());
		if (length < 0) {
			throw new SQLDataException("The length is " + length + ": it must be 0 or more", "22003");
		}
		return present.substring(from, from + Math.min(length, present.length() - from));
	}

	@Override
	public Reader getCharacterStream() throws SQLException {
		return new StringReader(text().toString());
	}

	@Override
	public Reader getCharacterStream(long position, long length) throws SQLException {
		if (length > length() - position + 1) {
			throw new SQLDataException(
					"The clob has " + length() + " characters: not " + length + " from " + position + " on", "22003");
		}
		return new StringReader(getSubString(position, (int) length));
	}

	@Override
	public InputStream getAsciiStream() throws SQLException {
		return new ByteArrayInputStream(text().toString().getBytes(StandardCharsets.US_ASCII));
	}

	@Override
	public long position(String pattern, long start) throws SQLException {
		int found = text().indexOf(pattern, MemoryBlob.index(start, text().length()));
		return (found < 0) ? -1 : found + 1L;
	}

	@Override
	public long position(Clob pattern, long start) throws SQLException {
		return position(pattern.getSubString(1, (int) pattern.length()), start);
	}

	@Override
	public int setString(long position, String value) throws SQLException {
		StringBuilder present = text();
		int from = MemoryBlob.index(position, present.length());
		present.replace(from, Math.min(present.length(), from + value.length()), value);
		return value.length();
	}

	@Override
	public int setString(long position, String value, int offset, int length) throws SQLException {
		return setString(position, value.substring(offset, offset + length));
	}

	@Override
	public OutputStream setAsciiStream(long position) throws SQLException {
		throw new SQLFeatureNotSupportedException("Write text with setCharacterStream");
	}

	@Override
	public Writer setCharacterStream(long position) throws SQLException {
		MemoryBlob.index(position, text().length());
		return new StringWriter() {

			private long at = position;

			@Override
			public void flush() {
				try {
					this.at += setString(this.at, toString());
					getBuffer().setLength(0);
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			}

			@Override
			public void close() {
				flush();
			}
		};
	}

	@Override
	public void truncate(long length) throws SQLException {
		if (length < 0 || length > length()) {
			throw new SQLDataException("The clob has " + length() + " characters: it can't be cut to " + length,
					"22003");
		}
		text().setLength((int) length);
	}

	@Override
	public void free() {
		this.text = null;
	}

}
