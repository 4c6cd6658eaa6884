package io.zova.graph;

import org.jspecify.annotations.Nullable;

/**
 * A fixed number of small numbers, in one byte each as long as they all fit, else in two
 * or four.
 */
final class CompactInts {

	private byte @Nullable [] bytes;

	private char @Nullable [] chars;

	private int @Nullable [] ints;

	CompactInts(int size) {
		this.bytes = new byte[size];
	}

	int get(int index) {
		if (this.bytes != null) {
			return this.bytes[index] & 0xFF;
		}
		if (this.chars != null) {
			return this.chars[index];
		}
		return (this.ints != null) ? this.ints[index] : 0;
	}

	/**
	 * Changes a number.
	 * @param index which one
	 * @param value the number, not negative
	 */
	void set(int index, int value) {
		if (this.bytes != null && value > 0xFF) {
			widenToChars(this.bytes);
		}
		if (this.chars != null && value > 0xFFFF) {
			widenToInts(this.chars);
		}
		if (this.bytes != null) {
			this.bytes[index] = (byte) value;
		}
		else if (this.chars != null) {
			this.chars[index] = (char) value;
		}
		else if (this.ints != null) {
			this.ints[index] = value;
		}
	}

	private void widenToChars(byte[] narrow) {
		char[] wide = new char[narrow.length];
		for (int i = 0; i < wide.length; i++) {
			wide[i] = (char) (narrow[i] & 0xFF);
		}
		this.chars = wide;
		this.bytes = null;
	}

	private void widenToInts(char[] narrow) {
		int[] wide = new int[narrow.length];
		for (int i = 0; i < wide.length; i++) {
			wide[i] = narrow[i];
		}
		this.ints = wide;
		this.chars = null;
	}

	/**
	 * What they take.
	 * @return the number of bytes
	 */
	long bytes() {
		if (this.bytes != null) {
			return this.bytes.length;
		}
		if (this.chars != null) {
			return 2L * this.chars.length;
		}
		return (this.ints != null) ? 4L * this.ints.length : 0;
	}

}
