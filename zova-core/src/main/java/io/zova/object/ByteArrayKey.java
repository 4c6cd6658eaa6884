package io.zova.object;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * An array of bytes as an element of a set.
 *
 * @param bytes the array, not copied
 */
record ByteArrayKey(byte[] bytes) {

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ByteArrayKey key && Arrays.equals(this.bytes, key.bytes);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.bytes);
	}

	@Override
	public String toString() {
		return Arrays.toString(this.bytes);
	}

}
