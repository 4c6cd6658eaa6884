package io.zova.object;

import io.zova.Arguments;
import io.zova.ZovaException;

/**
 * Names a chunk, a piece of an object: the SHA-256 of the bytes of the chunk.
 * <p>
 * A parameter of this type, of {@code JdbcClient} as well as of
 * {@code PreparedStatement.setObject}, binds itself as a BLOB of 32 bytes. Columns are
 * read into records by {@code JdbcClient.query(TheRecord.class)}, and single ones by
 * {@code JdbcClient.query(new SingleColumnRowMapper<>(ChunkId.class))}.
 */
public final class ChunkId extends ContentHash<ChunkId> {

	private static final long serialVersionUID = 1L;

	private static final String NAME = "A chunk id";

	private ChunkId(byte[] bytes) {
		super(bytes);
	}

	/**
	 * The id of these 32 bytes.
	 * @param bytes the hash, copied
	 * @return the id
	 * @throws ZovaException {@code INVALID_ARGUMENT} if there are not 32 of them
	 */
	public static ChunkId of(byte[] bytes) {
		return new ChunkId(checked(bytes, NAME).clone());
	}

	/**
	 * The id that a chunk with this content has.
	 * @param content the bytes to hash
	 * @return the id
	 */
	public static ChunkId ofContent(byte[] content) {
		return new ChunkId(Sha256.newDigest().digest(Arguments.required("content", content)));
	}

	/**
	 * Reads the form that {@link #toString()} writes.
	 * @param hex 64 hexadecimal digits of either case
	 * @return the id
	 * @throws ZovaException {@code INVALID_ARGUMENT} if it is anything else
	 */
	public static ChunkId parse(String hex) {
		return new ChunkId(parsed(hex, NAME));
	}

	/**
	 * The same as {@link #parse(String)}, under the name that Spring's conversion service
	 * and Jackson look for.
	 * @param hex 64 hexadecimal digits of either case
	 * @return the id
	 * @throws ZovaException {@code INVALID_ARGUMENT} if it is anything else
	 */
	public static ChunkId valueOf(String hex) {
		return parse(hex);
	}

	/**
	 * Takes the array as its own.
	 * @param bytes 32 bytes that nobody changes any more
	 * @return the id
	 */
	static ChunkId owning(byte[] bytes) {
		return new ChunkId(checked(bytes, NAME));
	}

}
