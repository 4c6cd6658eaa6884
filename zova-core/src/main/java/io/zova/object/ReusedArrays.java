package io.zova.object;

import org.jspecify.annotations.Nullable;

/**
 * Arrays for pieces of different lengths, a few of which serve for all of them, because a
 * driver takes whole arrays only.
 */
final class ReusedArrays {

	private static final int STEP = 1_024;

	private final byte[] @Nullable [] arrays = new byte[FixedChunker.SIZE / STEP + 1][];

	/**
	 * Copies a piece to the start of an array that is valid until the next call.
	 * @param from where the piece is
	 * @param offset where it begins
	 * @param length its length, at most that of the largest chunk
	 * @return an array that begins with it and is less than 1 KiB longer
	 */
	byte[] copy(byte[] from, int offset, int length) {
		int steps = (length + STEP - 1) / STEP;
		byte[] array = this.arrays[steps];
		if (array == null) {
			array = new byte[steps * STEP];
			this.arrays[steps] = array;
		}
		System.arraycopy(from, offset, array, 0, length);
		return array;
	}

}
