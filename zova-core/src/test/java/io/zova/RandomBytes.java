package io.zova;

import java.util.Random;

/**
 * Content that no test looks into.
 */
public final class RandomBytes {

	private RandomBytes() {
	}

	public static byte[] of(int size, Random random) {
		byte[] bytes = new byte[size];
		random.nextBytes(bytes);
		return bytes;
	}

	public static byte[] of(int size, long seed) {
		return of(size, new Random(seed));
	}

}
