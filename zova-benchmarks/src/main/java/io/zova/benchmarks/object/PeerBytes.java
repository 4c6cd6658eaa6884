package io.zova.benchmarks.object;

/**
 * The bytes that the real engine's own benchmark stores: a linear congruential generator
 * with seed 7, four bytes at a time.
 */
final class PeerBytes {

	private long state = 7;

	long next() {
		this.state = this.state * 6364136223846793005L + 1442695040888963407L;
		return this.state >>> 33;
	}

	byte[] bytes(int size) {
		byte[] bytes = new byte[size];
		for (int i = 0; i < size; i += 4) {
			long value = next();
			for (int part = 0; part < 4 && i + part < size; part++) {
				bytes[i + part] = (byte) (value >>> (8 * part));
			}
		}
		return bytes;
	}

}
