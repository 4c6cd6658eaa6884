package io.zova.kv;

/**
 * Turns values into bytes and back. It has no state, may be used by many threads, and
 * gives the same bytes for the same value each time if it is used for keys.
 *
 * @param <T> the type of the values
 */
public interface Codec<T> {

	/**
	 * Turns a value into bytes.
	 * @param value the value
	 * @return the bytes, which nobody changes afterwards
	 * @throws IllegalArgumentException if the value cannot be stored
	 */
	byte[] encode(T value);

	/**
	 * Turns bytes into a value.
	 * @param bytes what {@link #encode} made
	 * @return the value
	 * @throws IllegalArgumentException if the bytes are something else
	 */
	T decode(byte[] bytes);

}
