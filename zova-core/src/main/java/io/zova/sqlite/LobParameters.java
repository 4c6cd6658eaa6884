package io.zova.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.NClob;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Types;

import org.jspecify.annotations.Nullable;

/**
 * Values from blobs, clobs and streams. They are read when they are set, because SQLite
 * takes values as a whole.
 */
abstract class LobParameters extends ForwardingParameters {

	private static final long TO_THE_END = Long.MIN_VALUE;

	LobParameters(ZovaConnection connection) {
		super(connection);
	}

	private void set(int index, @Nullable InputStream value, long length) throws SQLException {
		if (value == null) {
			setNull(index, Types.BLOB);
			return;
		}
		try {
			if (length == TO_THE_END) {
				setBytes(index, value.readAllBytes());
				return;
			}
			byte[] bytes = value.readNBytes(checked(length));
			setBytes(index, requireAll(bytes, bytes.length, length));
		}
		catch (IOException ex) {
			throw notRead(ex);
		}
	}

	private void set(int index, @Nullable Reader value, long length) throws SQLException {
		if (value == null) {
			setNull(index, Types.CLOB);
			return;
		}
		try {
			if (length == TO_THE_END) {
				StringWriter text = new StringWriter();
				value.transferTo(text);
				setString(index, text.toString());
				return;
			}
			char[] text = new char[checked(length)];
			int read = 0;
			int more = 0;
			while (read < text.length && more >= 0) {
				more = value.read(text, read, text.length - read);
				read += Math.max(0, more);
			}
			setString(index, new String(requireAll(text, read, length)));
		}
		catch (IOException ex) {
			throw notRead(ex);
		}
	}

	private static int checked(long length) throws SQLException {
		if (length < 0 || length > Integer.MAX_VALUE - 8) {
			throw new SQLDataException("The length is " + length + ": a value has from 0 to 1,000,000,000 bytes",
					"22003");
		}
		return (int) length;
	}

	private static <T> T requireAll(T value, int read, long length) throws SQLException {
		if (read < length) {
			throw new SQLDataException("The stream ended after " + read + " of the " + length + " that were announced",
					"22026");
		}
		return value;
	}

	private static SQLException notRead(IOException ex) {
		return new SQLDataException("The stream of a parameter could not be read: " + ex.getMessage(), "22000", ex);
	}

	private void setAscii(int index, @Nullable InputStream value, long length) throws SQLException {
		set(index, (value != null) ? new java.io.InputStreamReader(value, StandardCharsets.US_ASCII) : null, length);
	}

	@Override
	public void setBlob(int parameterIndex, @Nullable Blob value) throws SQLException {
		set(parameterIndex, (value != null) ? value.getBinaryStream() : null, TO_THE_END);
	}

	@Override
	public void setBlob(int parameterIndex, @Nullable InputStream value) throws SQLException {
		set(parameterIndex, value, TO_THE_END);
	}

	@Override
	public void setBlob(int parameterIndex, @Nullable InputStream value, long length) throws SQLException {
		set(parameterIndex, value, length);
	}

	@Override
	public void setBinaryStream(int parameterIndex, @Nullable InputStream value) throws SQLException {
		set(parameterIndex, value, TO_THE_END);
	}

	@Override
	public void setBinaryStream(int parameterIndex, @Nullable InputStream value, int length) throws SQLException {
		set(parameterIndex, value, length);
	}

	@Override
	public void setBinaryStream(int parameterIndex, @Nullable InputStream value, long length) throws SQLException {
		set(parameterIndex, value, length);
	}

	@Override
	public void setClob(int parameterIndex, @Nullable Clob value) throws SQLException {
		set(parameterIndex, (value != null) ? value.getCharacterStream() : null, TO_THE_END);
	}

	@Override
	public void setClob(int parameterIndex, @Nullable Reader value) throws SQLException {
		set(parameterIndex, value, TO_THE_END);
	}

	@Override
	public void setClob(int parameterIndex, @Nullable Reader value, long length) throws SQLException {
		set(parameterIndex, value, length);
	}

	@Override
	public void setNClob(int parameterIndex, @Nullable NClob value) throws SQLException {
		setClob(parameterIndex, value);
	}

	@Override
	public void setNClob(int parameterIndex, @Nullable Reader value) throws SQLException {
		set(parameterIndex, value, TO_THE_END);
	}

	@Override
	public void setNClob(int parameterIndex, @Nullable Reader value, long length) throws SQLException {
		set(parameterIndex, value, length);
	}

	@Override
	public void setCharacterStream(int parameterIndex, @Nullable Reader value) throws SQLException {
		set(parameterIndex, value, TO_THE_END);
	}

	@Override
	public void setCharacterStream(int parameterIndex, @Nullable Reader value, int length) throws SQLException {
		set(parameterIndex, value, length);
	}

	@Override
	public void setCharacterStream(int parameterIndex, @Nullable Reader value, long length) throws SQLException {
		set(parameterIndex, value, length);
	}

	@Override
	public void setNCharacterStream(int parameterIndex, @Nullable Reader value) throws SQLException {
		set(parameterIndex, value, TO_THE_END);
	}

	@Override
	public void setNCharacterStream(int parameterIndex, @Nullable Reader value, long length) throws SQLException {
		set(parameterIndex, value, length);
	}

	@Override
	public void setAsciiStream(int parameterIndex, @Nullable InputStream value) throws SQLException {
		setAscii(parameterIndex, value, TO_THE_END);
	}

	@Override
	public void setAsciiStream(int parameterIndex, @Nullable InputStream value, int length) throws SQLException {
		setAscii(parameterIndex, value, length);
	}

	@Override
	public void setAsciiStream(int parameterIndex, @Nullable InputStream value, long length) throws SQLException {
		setAscii(parameterIndex, value, length);
	}

	/**
	 * Sets a value if it is a blob, a clob or a stream.
	 * @return whether it is
	 */
	final boolean setLob(int parameterIndex, @Nullable Object value) throws SQLException {
		if (value instanceof Blob blob) {
			setBlob(parameterIndex, blob);
		}
		else if (value instanceof Clob clob) {
			setClob(parameterIndex, clob);
		}
		else if (value instanceof InputStream stream) {
			setBinaryStream(parameterIndex, stream);
		}
		else if (value instanceof Reader reader) {
			setCharacterStream(parameterIndex, reader);
		}
		else {
			return false;
		}
		return true;
	}

}
