package io.zova.sqlite.extension;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * What only our own SQL knows on one connection: without it, the internal tables and
 * functions of the native library refuse to work, because they run SQL and change the
 * connection while everybody's SQL can name them.
 * <p>
 * It is only ever bound to a parameter, so that it is in no text of a statement. Its
 * first byte is 0: where a message of SQLite shows a bound value as text, it shows
 * nothing of it.
 */
public final class InternalKey {

	private static final int BYTES = 24;

	private static final SecureRandom RANDOM = new SecureRandom();

	private final byte[] bytes;

	private InternalKey(byte[] bytes) {
		this.bytes = bytes;
	}

	/**
	 * The key of a connection.
	 * @param connection one of ours, borrowed or not
	 * @return its key
	 * @throws SQLException if it is closed or not ours
	 */
	static InternalKey of(Connection connection) throws SQLException {
		return connection.unwrap(InternalKey.class);
	}

	public static InternalKey draw() {
		byte[] bytes = new byte[BYTES];
		RANDOM.nextBytes(bytes);
		bytes[0] = 0;
		return new InternalKey(bytes);
	}

	public void bind(PreparedStatement statement, int parameter) throws SQLException {
		statement.setBytes(parameter, this.bytes);
	}

	public boolean is(byte[] given) {
		return MessageDigest.isEqual(this.bytes, given);
	}

	/**
	 * Puts the key before a value.
	 * @param value the value
	 * @param length how much of it
	 * @return the key and the value
	 */
	byte[] before(byte[] value, int length) {
		byte[] both = Arrays.copyOf(this.bytes, BYTES + length);
		System.arraycopy(value, 0, both, BYTES, length);
		return both;
	}

	/** Never what it is. */
	@Override
	public String toString() {
		return "InternalKey";
	}

}
