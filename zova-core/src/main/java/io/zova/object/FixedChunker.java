package io.zova.object;

/**
 * Cuts every 1 MiB.
 */
final class FixedChunker implements Chunker {

	static final int SIZE = 1_048_576;

	@Override
	public int cut(byte[] bytes, int from, int available, boolean last) {
		if (available >= SIZE) {
			return SIZE;
		}
		return last ? available : 0;
	}

}
