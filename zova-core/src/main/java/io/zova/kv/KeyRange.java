package io.zova.kv;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;

/**
 * Which keys to scan, from which end, and how many. Keys are in the order of their bytes
 * as unsigned numbers, a shorter key before a longer one that begins with it. Immutable;
 * each method gives a changed copy. The bytes are not copied.
 */
public final class KeyRange {

	private static final byte[] EMPTY = {};

	private static final KeyRange ALL = new KeyRange(EMPTY, true, null, false, false, Long.MAX_VALUE);

	private final byte[] from;

	private final boolean fromIncluded;

	private final byte @Nullable [] to;

	private final boolean toIncluded;

	private final boolean reversed;

	private final long limit;

	private KeyRange(byte[] from, boolean fromIncluded, byte @Nullable [] to, boolean toIncluded, boolean reversed,
			long limit) {
		this.from = from;
		this.fromIncluded = fromIncluded;
		this.to = to;
		this.toIncluded = toIncluded;
		this.reversed = reversed;
		this.limit = limit;
	}

	/**
	 * All keys.
	 * @return the range
	 */
	public static KeyRange all() {
		return ALL;
	}

	/**
	 * All keys that begin with the same bytes.
	 * @param prefix the bytes
	 * @return the range
	 */
	public static KeyRange prefix(byte[] prefix) {
		Arguments.required("prefix", prefix);
		int end = prefix.length;
		while (end > 0 && prefix[end - 1] == (byte) 0xff) {
			end--;
		}
		KeyRange start = ALL.from(prefix, true);
		if (end == 0) {
			return start;
		}
		byte[] next = Arrays.copyOf(prefix, end);
		next[end - 1]++;
		return start.to(next, false);
	}

	/**
	 * The keys from one on that come before another.
	 * @param from the first key
	 * @param to the key after the last
	 * @return the range
	 */
	public static KeyRange between(byte[] from, byte[] to) {
		Arguments.required("from", from);
		Arguments.required("to", to);
		return ALL.from(from, true).to(to, false);
	}

	/**
	 * The same with another lower end.
	 * @param key the lowest key
	 * @param included whether it belongs to the range itself
	 * @return the range
	 */
	public KeyRange from(byte[] key, boolean included) {
		Arguments.required("key", key);
		return new KeyRange(key, included, this.to, this.toIncluded, this.reversed, this.limit);
	}

	/**
	 * The same with another upper end.
	 * @param key the highest key
	 * @param included whether it belongs to the range itself
	 * @return the range
	 */
	public KeyRange to(byte[] key, boolean included) {
		Arguments.required("key", key);
		return new KeyRange(this.from, this.fromIncluded, key, included, this.reversed, this.limit);
	}

	/**
	 * The same from the other end.
	 * @return the range
	 */
	public KeyRange reversed() {
		return new KeyRange(this.from, this.fromIncluded, this.to, this.toIncluded, !this.reversed, this.limit);
	}

	/**
	 * The same with a limit.
	 * @param limit how many keys at most, not negative
	 * @return the range
	 * @throws IllegalArgumentException if the limit is negative
	 */
	public KeyRange limit(long limit) {
		if (limit < 0) {
			throw new IllegalArgumentException("The limit is " + limit + ": it must be 0 or more");
		}
		return new KeyRange(this.from, this.fromIncluded, this.to, this.toIncluded, this.reversed, limit);
	}

	/**
	 * What is left of the range after a key, in its direction.
	 * @param key the last key seen
	 * @return the rest of the range
	 */
	public KeyRange after(byte[] key) {
		Arguments.required("key", key);
		return this.reversed ? to(key, false) : from(key, false);
	}

	/**
	 * Tells whether a key is in the range.
	 * @param key the key
	 * @return whether it is
	 */
	public boolean contains(byte[] key) {
		Arguments.required("key", key);
		int fromOrder = Arrays.compareUnsigned(key, this.from);
		if (fromOrder < 0 || (fromOrder == 0 && !this.fromIncluded)) {
			return false;
		}
		if (this.to == null) {
			return true;
		}
		int toOrder = Arrays.compareUnsigned(key, this.to);
		return toOrder < 0 || (toOrder == 0 && this.toIncluded);
	}

	/** What begins at a key, in the direction of this range. */
	KeyRange startingAt(byte[] key, boolean included) {
		return this.reversed ? below(key, included) : above(key, included);
	}

	/** What ends at a key, in the direction of this range. */
	KeyRange endingAt(byte[] key, boolean included) {
		return this.reversed ? above(key, included) : below(key, included);
	}

	private KeyRange above(byte[] key, boolean included) {
		int order = Arrays.compareUnsigned(key, this.from);
		return (order > 0 || (order == 0 && !included)) ? from(key, included) : this;
	}

	private KeyRange below(byte[] key, boolean included) {
		int order = (this.to != null) ? Arrays.compareUnsigned(key, this.to) : -1;
		return (order < 0 || (order == 0 && !included)) ? to(key, included) : this;
	}

	/** The same with both ends included. */
	KeyRange closed() {
		return new KeyRange(this.from, true, this.to, true, this.reversed, this.limit);
	}

	boolean isEverything() {
		return this.to == null && this.from.length == 0 && this.fromIncluded && this.limit == Long.MAX_VALUE;
	}

	byte[] from() {
		return this.from;
	}

	boolean fromIncluded() {
		return this.fromIncluded;
	}

	byte @Nullable [] to() {
		return this.to;
	}

	boolean toIncluded() {
		return this.toIncluded;
	}

	boolean isReversed() {
		return this.reversed;
	}

	long limit() {
		return this.limit;
	}

}
