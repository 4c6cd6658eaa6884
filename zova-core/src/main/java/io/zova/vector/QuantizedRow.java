package io.zova.vector;

import java.util.Arrays;

/**
 * A vector {@code x} rounded to bytes {@code b}, with what bounds the error of that:
 * {@code x = scale (b + e)} with {@code |e|} at most {@link #residual} and {@code |x|}
 * equal to {@code scale} times {@link #length}, up to one part in a million each.
 * <p>
 * Filled again for each vector, by one thread.
 */
final class QuantizedRow {

	/** Adding it to a small double leaves the nearest integer in the low bits. */
	private static final double ROUND = 0x1.8p52;

	private final VectorSpace space;

	private final double[] elements;

	final int[] words;

	/**
	 * The factor of a product with the bytes, or NaN: this row must be measured exactly.
	 */
	double factor;

	float residual;

	float length;

	QuantizedRow(VectorSpace space) {
		this.space = space;
		this.words = new int[ByteWeights.words(space.dimensions())];
		this.elements = new double[this.words.length * 4];
	}

	/**
	 * Rounds a stored vector.
	 * @param bytes has the stored form
	 * @param offset where it begins
	 * @param length how long it is
	 * @param storedNorm the squared length stored beside it, or NaN if there is none
	 */
	void set(byte[] bytes, int offset, int length, double storedNorm) {
		this.factor = Double.NaN;
		this.residual = 0;
		this.length = 0;
		if (length != this.space.storedBytes()) {
			return;
		}
		if (this.space.elementType() == ElementType.I8) {
			setBytes(Arrays.copyOfRange(bytes, offset, offset + length), storedNorm);
		}
		else {
			setRounded(bytes, offset);
		}
	}

	private void setBytes(byte[] stored, double storedNorm) {
		double squares = ExactDistance.normSquared(ElementType.I8, stored);
		if (ExactDistance.trustsStoredNorm(this.space)
				&& (squares == 0 || (!Double.isNaN(storedNorm) && storedNorm != squares))) {
			return;
		}
		double norm = Math.sqrt(squares);
		this.length = (float) norm;
		this.factor = factor(1, norm);
		for (int i = 0; i < this.words.length; i++) {
			this.words[i] = ByteWeights.pack(at(stored, i * 4), at(stored, i * 4 + 1), at(stored, i * 4 + 2),
					at(stored, i * 4 + 3));
		}
	}

	private static int at(byte[] stored, int index) {
		return (index < stored.length) ? stored[index] : 0;
	}

	private void setRounded(byte[] bytes, int offset) {
		double[] x = this.elements;
		double largest = VectorValues.widen(this.space, bytes, offset, x);
		double squares = squares(x);
		if (!Double.isFinite(squares) || (squares == 0 && this.space.metric() == Metric.COSINE)) {
			return;
		}
		double scale = largest / 127;
		double steps = (largest > 0) ? 127 / largest : 0;
		double errors = 0;
		for (int i = 0; i < this.words.length; i++) {
			double x0 = x[4 * i] * steps;
			double x1 = x[4 * i + 1] * steps;
			double x2 = x[4 * i + 2] * steps;
			double x3 = x[4 * i + 3] * steps;
			double r0 = x0 + ROUND;
			double r1 = x1 + ROUND;
			double r2 = x2 + ROUND;
			double r3 = x3 + ROUND;
			this.words[i] = ByteWeights.pack((int) Double.doubleToRawLongBits(r0), (int) Double.doubleToRawLongBits(r1),
					(int) Double.doubleToRawLongBits(r2), (int) Double.doubleToRawLongBits(r3));
			double e0 = x0 - (r0 - ROUND);
			double e1 = x1 - (r1 - ROUND);
			double e2 = x2 - (r2 - ROUND);
			double e3 = x3 - (r3 - ROUND);
			errors += (e0 * e0 + e1 * e1) + (e2 * e2 + e3 * e3);
		}
		double norm = Math.sqrt(squares);
		this.residual = (float) (Math.sqrt(errors) * (1 + 1e-6));
		this.length = (float) (norm * steps);
		this.factor = factor(scale, norm);
	}

	private double factor(double scale, double norm) {
		return switch (this.space.metric()) {
			case COSINE -> scale / norm;
			case DOT -> scale;
			case L2 -> 2 * scale;
		};
	}

	/** Four sums are faster than one; this need not be the reference's last bit. */
	private static double squares(double[] x) {
		double s0 = 0;
		double s1 = 0;
		double s2 = 0;
		double s3 = 0;
		for (int i = 0; i < x.length; i += 4) {
			s0 += x[i] * x[i];
			s1 += x[i + 1] * x[i + 1];
			s2 += x[i + 2] * x[i + 2];
			s3 += x[i + 3] * x[i + 3];
		}
		return (s0 + s1) + (s2 + s3);
	}

}
