package io.zova.boot.cache;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What is stored under a key.
 *
 * @param expires when it expires, in milliseconds since 1970
 * @param written when it was put, in milliseconds since 1970
 * @param isNull whether it stands for {@code null}
 * @param value the bytes of the value
 */
record CacheEntry(long expires, long written, boolean isNull, byte[] value) {

	static final long NEVER = Long.MAX_VALUE;

	/** How far a clock may be set back before entries of the future are dropped. */
	private static final long CLOCK_TOLERANCE = 60_000;

	private static final byte VERSION = 1;

	private static final int HEAD = 2 + 2 * Long.BYTES;

	byte[] bytes() {
		return ByteBuffer.allocate(HEAD + this.value.length)
			.put(VERSION)
			.put((byte) (this.isNull ? 1 : 0))
			.putLong(this.expires)
			.putLong(this.written)
			.put(this.value)
			.array();
	}

	/** The entry, or nothing if another version has written it. */
	static Optional<CacheEntry> of(byte[] bytes) {
		if (bytes.length < HEAD || bytes[0] != VERSION) {
			return Optional.empty();
		}
		ByteBuffer buffer = ByteBuffer.wrap(bytes).position(2);
		long expires = buffer.getLong();
		long written = buffer.getLong();
		byte[] value = new byte[buffer.remaining()];
		buffer.get(value);
		return Optional.of(new CacheEntry(expires, written, bytes[1] == 1, value));
	}

	/**
	 * Whether its time is over. If the clock has gone back, the time that is left is not
	 * known any more.
	 */
	boolean isExpired(long now) {
		return this.expires != NEVER && (now >= this.expires || this.written - now > CLOCK_TOLERANCE);
	}

	/**
	 * Its key in the order in which entries leave: those that expire first, then those
	 * that never do by their age.
	 */
	byte[] place(byte[] key) {
		return ByteBuffer.allocate(2 * Long.BYTES + key.length)
			.putLong(this.expires)
			.putLong(this.written)
			.put(key)
			.array();
	}

	/** The first place of an entry that has not expired. */
	static byte[] firstAfter(long now) {
		return ByteBuffer.allocate(Long.BYTES).putLong(Math.max(0, now) + 1).array();
	}

	static byte[] keyOf(byte[] place) {
		byte[] key = new byte[place.length - 2 * Long.BYTES];
		ByteBuffer.wrap(place).position(2 * Long.BYTES).get(key);
		return key;
	}

}
