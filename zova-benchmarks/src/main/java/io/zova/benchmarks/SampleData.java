package io.zova.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The numbers that every contender works on: a linear congruential generator of 64 bits
 * whose upper 31 are used, as the program around the real engine has it too.
 */
public final class SampleData {

	private long state;

	/**
	 * Starts a sequence.
	 * @param seed its seed
	 */
	public SampleData(long seed) {
		this.state = seed;
	}

	/**
	 * The next number.
	 * @return 31 bits
	 */
	public int next() {
		this.state = this.state * 6364136223846793005L + 1442695040888963407L;
		return (int) (this.state >>> 33);
	}

	/**
	 * The next vector.
	 * @param dimensions its length
	 * @return elements from -1 to 1
	 */
	public float[] vector(int dimensions) {
		float[] vector = new float[dimensions];
		for (int i = 0; i < dimensions; i++) {
			vector[i] = (float) next() / 2147483648f * 2f - 1f;
		}
		return vector;
	}

	/**
	 * The next bytes.
	 * @param length how many
	 * @return the bytes, four of each number
	 */
	public byte[] bytes(int length) {
		ByteBuffer bytes = ByteBuffer.allocate(length + 4).order(ByteOrder.LITTLE_ENDIAN);
		while (bytes.position() < length) {
			bytes.putInt(next());
		}
		return java.util.Arrays.copyOf(bytes.array(), length);
	}

}
