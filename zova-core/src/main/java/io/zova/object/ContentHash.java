package io.zova.object;

import java.io.Serializable;
import java.security.MessageDigest;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.support.SqlValue;

/**
 * The SHA-256 of some bytes: what object and chunk ids have in common. As a
 * {@link SqlValue} it binds itself as 32 bytes wherever Spring sets a parameter.
 *
 * @param <T> the kind of id
 */
abstract class ContentHash<T extends ContentHash<T>> implements Comparable<T>, SqlValue, Serializable {

	private static final long serialVersionUID = 1L;

	private static final HexFormat HEX = HexFormat.of();

	private final byte[] bytes;

	/**
	 * Takes the array as its own.
	 * @param bytes the hash
	 */
	ContentHash(byte[] bytes) {
		this.bytes = bytes;
	}

	static byte[] checked(byte[] bytes, String name) {
		Arguments.required("bytes", bytes);
		if (bytes.length != Sha256.LENGTH) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					name + " has " + Sha256.LENGTH + " bytes, got " + bytes.length);
		}
		return bytes;
	}

	static byte[] parsed(String hex, String name) {
		Arguments.required("hex", hex);
		if (hex.length() != 2 * Sha256.LENGTH) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					name + " has " + 2 * Sha256.LENGTH + " hexadecimal digits, got " + hex.length() + " characters");
		}
		try {
			return HEX.parseHex(hex);
		}
		catch (IllegalArgumentException ex) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					name + " has hexadecimal digits only, got '" + hex + "'", ex);
		}
	}

	/**
	 * The hash.
	 * @return a new array of 32 bytes
	 */
	public byte[] toBytes() {
		return this.bytes.clone();
	}

	/**
	 * The hash itself, for those who don't change it.
	 * @return the array of this id
	 */
	byte[] shared() {
		return this.bytes;
	}

	boolean isHashOf(MessageDigest digest, byte[] content) {
		return Arrays.equals(this.bytes, digest.digest(content));
	}

	/**
	 * Binds this id to a parameter as a BLOB of 32 bytes. Spring calls it.
	 */
	@Override
	public void setValue(PreparedStatement statement, int parameterIndex) throws SQLException {
		statement.setBytes(parameterIndex, this.bytes);
	}

	@Override
	public void cleanup() {
	}

	/**
	 * Orders ids as a database does: byte by byte, unsigned.
	 */
	@Override
	public int compareTo(T other) {
		return Arrays.compareUnsigned(this.bytes, other.shared());
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other != null && getClass() == other.getClass()
				&& Arrays.equals(this.bytes, ((ContentHash<?>) other).bytes));
	}

	@Override
	public int hashCode() {
		return (this.bytes[0] & 0xff) << 24 | (this.bytes[1] & 0xff) << 16 | (this.bytes[2] & 0xff) << 8
				| (this.bytes[3] & 0xff);
	}

	/**
	 * The hash in 64 lower-case hexadecimal digits.
	 */
	@Override
	public String toString() {
		return HEX.formatHex(this.bytes);
	}

}
