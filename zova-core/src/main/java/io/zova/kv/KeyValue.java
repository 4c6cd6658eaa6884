package io.zova.kv;

import java.util.Arrays;

/**
 * A key and its value. For speed, the bytes are not copied: whoever makes or gets one
 * leaves them alone.
 *
 * @param key the key
 * @param value the value
 */
public record KeyValue(byte[] key, byte[] value) {

	@Override
	public boolean equals(Object other) {
		return other instanceof KeyValue that && Arrays.equals(this.key, that.key)
				&& Arrays.equals(this.value, that.value);
	}

	@Override
	public int hashCode() {
		return 31 * Arrays.hashCode(this.key) + Arrays.hashCode(this.value);
	}

	@Override
	public String toString() {
		return "KeyValue[" + this.key.length + " bytes, " + this.value.length + " bytes]";
	}

}
