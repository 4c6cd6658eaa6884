package io.zova.vector;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The distance from one query to stored vectors, to the bit of the reference engine:
 * elements widened to double, one sum each, in ascending order, every product and sum
 * rounded once.
 * <p>
 * Nothing here may be reordered, fused or split over several sums. Whatever else
 * estimates distances only chooses which rows this class looks at.
 */
final class ExactDistance {

	/** The answer for stored bytes that are no vector of this space. */
	static final double CORRUPT = Double.NaN;

	private static final VarHandle FLOATS = MethodHandles.byteArrayViewVarHandle(float[].class,
			ByteOrder.LITTLE_ENDIAN);

	private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class,
			ByteOrder.LITTLE_ENDIAN);

	private final VectorSpace space;

	private final double[] query;

	private final double queryLength;

	ExactDistance(VectorSpace space, byte[] storedQuery) {
		this.space = space;
		this.query = VectorValues.widened(space.elementType(), storedQuery);
		this.queryLength = Math.sqrt(normSquared(space.elementType(), storedQuery));
	}

	/**
	 * The sum of the squared elements, as it is stored beside each vector. It is finite
	 * if and only if every element is, and zero if and only if every element is.
	 * @param type the type of the elements
	 * @param stored the stored form
	 * @return the sum
	 */
	static double normSquared(ElementType type, byte[] stored) {
		double sum = 0;
		switch (type) {
			case F32 -> {
				for (int i = 0; i < stored.length; i += 4) {
					double s = (float) FLOATS.get(stored, i);
					sum += s * s;
				}
			}
			case F16 -> {
				for (int i = 0; i < stored.length; i += 2) {
					double s = HalfPrecision.toFloat((short) SHORTS.get(stored, i));
					sum += s * s;
				}
			}
			case I8 -> {
				int whole = 0;
				for (byte s : stored) {
					whole += s * s;
				}
				sum = whole;
			}
		}
		return sum;
	}

	/**
	 * The sums of the squared elements of four single precision vectors of one length.
	 * Each sum waits for its own last addition only, so that four take hardly longer than
	 * one.
	 * @param sums gets the four sums
	 * @param from where the first goes
	 */
	static void normsSquared(byte[] a, byte[] b, byte[] c, byte[] d, double[] sums, int from) {
		double sumA = 0;
		double sumB = 0;
		double sumC = 0;
		double sumD = 0;
		for (int i = 0; i < a.length; i += 4) {
			double x = (float) FLOATS.get(a, i);
			sumA += x * x;
			x = (float) FLOATS.get(b, i);
			sumB += x * x;
			x = (float) FLOATS.get(c, i);
			sumC += x * x;
			x = (float) FLOATS.get(d, i);
			sumD += x * x;
		}
		sums[from] = sumA;
		sums[from + 1] = sumB;
		sums[from + 2] = sumC;
		sums[from + 3] = sumD;
	}

	VectorSpace space() {
		return this.space;
	}

	double[] query() {
		return this.query;
	}

	double queryLength() {
		return this.queryLength;
	}

	/**
	 * The distance to a stored vector, computed from its elements alone.
	 * @param stored the stored form
	 * @return the distance, or {@link #CORRUPT}
	 */
	double to(byte[] stored) {
		return to(stored, 0, stored.length);
	}

	/**
	 * The same for a stored form that lies among others.
	 * @param bytes has the stored form
	 * @param offset where it begins
	 * @param length how long it is
	 * @return the distance, or {@link #CORRUPT}
	 */
	double to(byte[] bytes, int offset, int length) {
		if (length != this.space.storedBytes()) {
			return CORRUPT;
		}
		double distance = switch (this.space.metric()) {
			case COSINE -> cosine(bytes, offset);
			case L2 -> l2(bytes, offset);
			case DOT -> dot(bytes, offset);
		};
		return Double.isFinite(distance) ? distance : CORRUPT;
	}

	/**
	 * The distance to a stored vector whose squared length is stored beside it. The
	 * reference believes that number for byte vectors under cosine, and only there.
	 * @param stored the stored form
	 * @param normSquared the stored squared length
	 * @return the distance, or {@link #CORRUPT}
	 */
	double to(byte[] stored, double normSquared) {
		return to(stored, 0, stored.length, normSquared);
	}

	/**
	 * The same for a stored form that lies among others.
	 * @param bytes has the stored form
	 * @param offset where it begins
	 * @param length how long it is
	 * @param normSquared the stored squared length, or NaN if there is none
	 * @return the distance, or {@link #CORRUPT}
	 */
	double to(byte[] bytes, int offset, int length, double normSquared) {
		if (Double.isNaN(normSquared) || !trustsStoredNorm(this.space) || length != this.space.storedBytes()) {
			return to(bytes, offset, length);
		}
		if (!(normSquared > 0) || !Double.isFinite(normSquared)) {
			return CORRUPT;
		}
		return 1 - byteProduct(bytes, offset) / (this.queryLength * Math.sqrt(normSquared));
	}

	static boolean trustsStoredNorm(VectorSpace space) {
		return space.metric() == Metric.COSINE && space.elementType() == ElementType.I8;
	}

	private double cosine(byte[] stored, int offset) {
		double[] q = this.query;
		double product = 0;
		double squares = 0;
		switch (this.space.elementType()) {
			case F32 -> {
				for (int i = 0; i < q.length; i++) {
					double s = (float) FLOATS.get(stored, offset + (i << 2));
					product += q[i] * s;
					squares += s * s;
				}
			}
			case F16 -> {
				for (int i = 0; i < q.length; i++) {
					double s = HalfPrecision.toFloat((short) SHORTS.get(stored, offset + (i << 1)));
					product += q[i] * s;
					squares += s * s;
				}
			}
			case I8 -> {
				product = byteProduct(stored, offset);
				squares = byteSquares(stored, offset);
			}
		}
		// Zero and what is not finite both end as NaN or infinity here.
		if (!(squares > 0) || !Double.isFinite(squares)) {
			return CORRUPT;
		}
		return 1 - product / (this.queryLength * Math.sqrt(squares));
	}

	private double l2(byte[] stored, int offset) {
		double[] q = this.query;
		double sum = 0;
		switch (this.space.elementType()) {
			case F32 -> {
				for (int i = 0; i < q.length; i++) {
					double d = q[i] - (float) FLOATS.get(stored, offset + (i << 2));
					sum += d * d;
				}
			}
			case F16 -> {
				for (int i = 0; i < q.length; i++) {
					double d = q[i] - HalfPrecision.toFloat((short) SHORTS.get(stored, offset + (i << 1)));
					sum += d * d;
				}
			}
			case I8 -> {
				for (int i = 0; i < q.length; i++) {
					double d = q[i] - stored[offset + i];
					sum += d * d;
				}
			}
		}
		return Math.sqrt(sum);
	}

	private double dot(byte[] stored, int offset) {
		double[] q = this.query;
		double sum = 0;
		switch (this.space.elementType()) {
			case F32 -> {
				for (int i = 0; i < q.length; i++) {
					sum += q[i] * (float) FLOATS.get(stored, offset + (i << 2));
				}
			}
			case F16 -> {
				for (int i = 0; i < q.length; i++) {
					sum += q[i] * HalfPrecision.toFloat((short) SHORTS.get(stored, offset + (i << 1)));
				}
			}
			case I8 -> {
				for (int i = 0; i < q.length; i++) {
					sum += q[i] * stored[offset + i];
				}
			}
		}
		return -sum;
	}

	private double byteProduct(byte[] stored, int offset) {
		double[] q = this.query;
		double sum = 0;
		for (int i = 0; i < q.length; i++) {
			sum += q[i] * stored[offset + i];
		}
		return sum;
	}

	private double byteSquares(byte[] stored, int offset) {
		int sum = 0;
		for (int i = offset; i < offset + this.query.length; i++) {
			sum += stored[i] * stored[i];
		}
		return sum;
	}

}
