package io.zova.sqlite;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.NClob;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Values as blobs, clobs and streams, which the driver does not have.
 */
abstract class LobResultSet extends ForwardingResultSet {

	private static final byte[] EMPTY = {};

	/** The driver says nothing for no bytes, and for null. */
	private byte @Nullable [] bytes(int columnIndex) throws SQLException {
		byte[] bytes = delegate().getBytes(columnIndex);
		return (bytes == null && !delegate().wasNull()) ? EMPTY : bytes;
	}

	@Override
	public @Nullable Blob getBlob(int columnIndex) throws SQLException {
		byte[] bytes = bytes(columnIndex);
		return (bytes != null) ? new MemoryBlob(bytes) : null;
	}

	@Override
	public @Nullable Blob getBlob(String columnLabel) throws SQLException {
		return getBlob(findColumn(columnLabel));
	}

	@Override
	public @Nullable InputStream getBinaryStream(int columnIndex) throws SQLException {
		byte[] bytes = bytes(columnIndex);
		return (bytes != null) ? new ByteArrayInputStream(bytes) : null;
	}

	@Override
	public @Nullable InputStream getBinaryStream(String columnLabel) throws SQLException {
		return getBinaryStream(findColumn(columnLabel));
	}

	@Override
	public @Nullable NClob getNClob(int columnIndex) throws SQLException {
		String text = delegate().getString(columnIndex);
		return (text != null) ? new MemoryClob(text) : null;
	}

	@Override
	public @Nullable NClob getNClob(String columnLabel) throws SQLException {
		return getNClob(findColumn(columnLabel));
	}

	@Override
	public @Nullable Clob getClob(int columnIndex) throws SQLException {
		return getNClob(columnIndex);
	}

	@Override
	public @Nullable Clob getClob(String columnLabel) throws SQLException {
		return getNClob(columnLabel);
	}

	@Override
	public @Nullable Reader getCharacterStream(int columnIndex) throws SQLException {
		String text = delegate().getString(columnIndex);
		return (text != null) ? new StringReader(text) : null;
	}

	@Override
	public @Nullable Reader getCharacterStream(String columnLabel) throws SQLException {
		return getCharacterStream(findColumn(columnLabel));
	}

	@Override
	public @Nullable Reader getNCharacterStream(int columnIndex) throws SQLException {
		return getCharacterStream(columnIndex);
	}

	@Override
	public @Nullable Reader getNCharacterStream(String columnLabel) throws SQLException {
		return getCharacterStream(columnLabel);
	}

	@Override
	public @Nullable InputStream getAsciiStream(int columnIndex) throws SQLException {
		String text = delegate().getString(columnIndex);
		return (text != null) ? new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)) : null;
	}

	@Override
	public @Nullable InputStream getAsciiStream(String columnLabel) throws SQLException {
		return getAsciiStream(findColumn(columnLabel));
	}

	/** A value as one of the types that the driver does not make, or nothing. */
	@Nullable Object lob(int columnIndex, Class<?> type) throws SQLException {
		if (type == Blob.class) {
			return getBlob(columnIndex);
		}
		return (type == Clob.class || type == NClob.class) ? getNClob(columnIndex)
				: (type == InputStream.class) ? getBinaryStream(columnIndex) : getCharacterStream(columnIndex);
	}

	static boolean isLob(Class<?> type) {
		return type == Blob.class || type == Clob.class || type == NClob.class || type == InputStream.class
				|| type == Reader.class;
	}

}
