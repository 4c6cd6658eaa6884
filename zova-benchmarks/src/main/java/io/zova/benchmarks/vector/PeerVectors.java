package io.zova.benchmarks.vector;

import java.util.Iterator;
import java.util.NoSuchElementException;

import io.zova.vector.ElementType;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorValues;

/**
 * The vectors that the real engine's own benchmark uses, so that both work on the same
 * bytes: a linear congruential generator with seed 42, first the stored vectors in order
 * of their ids, then the queries.
 */
final class PeerVectors implements Iterator<VectorEntry> {

	private final ElementType type;

	private final int dimensions;

	private final long count;

	private long state = 42;

	private long next;

	PeerVectors(ElementType type, int dimensions, long count) {
		this.type = type;
		this.dimensions = dimensions;
		this.count = count;
	}

	@Override
	public boolean hasNext() {
		return this.next < this.count;
	}

	@Override
	public VectorEntry next() {
		if (!hasNext()) {
			throw new NoSuchElementException();
		}
		return new VectorEntry(String.format("doc-%07d", this.next++), values());
	}

	/** The next query, once all stored vectors were drawn. */
	VectorValues query() {
		while (hasNext()) {
			next();
		}
		return values();
	}

	private VectorValues values() {
		return switch (this.type) {
			case F32 -> {
				float[] elements = new float[this.dimensions];
				for (int i = 0; i < elements.length; i++) {
					elements[i] = draw() / 2147483648f * 2f - 1f;
				}
				yield VectorValues.of(elements);
			}
			case F16 -> {
				short[] bits = new short[this.dimensions];
				for (int i = 0; i < bits.length; i++) {
					long n = draw();
					bits[i] = (short) (((n >> 24) & 1) << 15 | (1 + ((n >> 10) & 255) % 14) << 10 | (n & 1023));
				}
				yield VectorValues.ofHalfBits(bits);
			}
			case I8 -> {
				byte[] bytes = new byte[this.dimensions];
				for (int i = 0; i < bytes.length; i++) {
					bytes[i] = (byte) (draw() % 255 - 127);
				}
				yield VectorValues.ofBytes(bytes);
			}
		};
	}

	private long draw() {
		this.state = this.state * 6364136223846793005L + 1442695040888963407L;
		return this.state >>> 33;
	}

}
