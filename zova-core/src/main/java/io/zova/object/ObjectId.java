package io.zova.object;

import io.zova.Arguments;
import io.zova.ZovaException;

/**
 * Names an object: the SHA-256 of all its bytes. Equal content has an equal id, whoever
 * stored it.
 * <p>
 * A parameter of this type, of {@code JdbcClient} as well as of
 * {@code PreparedStatement.setObject}, binds itself as a BLOB of 32 bytes. Columns are
 * read into records by {@code JdbcClient.query(TheRecord.class)}, and single ones by
 * {@code JdbcClient.query(new SingleColumnRowMapper<>(ObjectId.class))}.
 */
public final class ObjectId extends ContentHash<ObjectId> {

	private static final long serialVersionUID = 1L;

	private static final String NAME = "An object id";

	private ObjectId(byte[] bytes) {
		super(bytes);
	}

	/**
	 * The id of these 32 bytes.
	 * @param bytes the hash, copied
	 * @return the id
	 * @throws ZovaException {@code INVALID_ARGUMENT} if there are not 32 of them
	 */
	public static ObjectId of(byte[] bytes) {
		return new ObjectId(checked(bytes, NAME).clone());
	}

	/**
	 * The id that an object with this content has.
	 * @param content the bytes to hash
	 * @return the id
	 */
	public static ObjectId ofContent(byte[] content) {
		return new ObjectId(Sha256.newDigest().digest(Arguments.required("content", content)));
	}

	/**
	 * Reads the form that {@link #toString()} writes.
	 * @param hex 64 hexadecimal digits of either case
	 * @return the id
	 * @throws ZovaException {@code INVALID_ARGUMENT} if it is anything else
	 */
	public static ObjectId parse(String hex) {
		return new ObjectId(parsed(hex, NAME));
	}

	/**
	 * The same as {@link #parse(String)}, under the name that Spring's conversion service
	 * and Jackson look for.
	 * @param hex 64 hexadecimal digits of either case
	 * @return the id
	 * @throws ZovaException {@code INVALID_ARGUMENT} if it is anything else
	 */
	public static ObjectId valueOf(String hex) {
		return parse(hex);
	}

	/**
	 * Takes the array as its own.
	 * @param bytes 32 bytes that nobody changes any more
	 * @return the id
	 */
	static ObjectId owning(byte[] bytes) {
		return new ObjectId(checked(bytes, NAME));
	}

}
