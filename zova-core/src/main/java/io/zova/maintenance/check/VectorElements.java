package io.zova.maintenance.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalDouble;

/**
 * What the vectors of a collection must be like, and their norms.
 *
 * @param dimensions how many elements they have
 * @param cosine whether they may not be all zero
 * @param elementType {@code f32}, {@code f16} or {@code i8}
 */
public record VectorElements(long dimensions, boolean cosine, String elementType) {

	private static final int MAX_DIMENSIONS = 16_384;

	private static final int F16_EXPONENT = 0x1f;

	/**
	 * The elements of a collection as its row says.
	 * @param dimensions how many elements
	 * @param metric the metric
	 * @param elementType the type of an element
	 * @return the rule
	 */
	public static VectorElements of(long dimensions, String metric, String elementType) {
		return new VectorElements(dimensions, "cosine".equals(metric), elementType);
	}

	/**
	 * Whether vectors can have such elements at all.
	 * @return {@code false} if the collection's row is damaged
	 */
	public boolean isPossible() {
		return this.dimensions >= 1 && this.dimensions <= MAX_DIMENSIONS && bytesAnElement() > 0;
	}

	private int bytesAnElement() {
		return switch (this.elementType) {
			case "f32" -> 4;
			case "f16" -> 2;
			case "i8" -> 1;
			default -> 0;
		};
	}

	/**
	 * The squared norm, summed from the first element to the last in double precision, as
	 * it is stored beside the vector.
	 * @param values the vector
	 * @return the norm, empty if the vector is damaged
	 */
	public OptionalDouble normSquared(byte[] values) {
		if (!isPossible() || values.length != this.dimensions * bytesAnElement()) {
			return OptionalDouble.empty();
		}
		double sum = switch (this.elementType) {
			case "f32" -> floats(values);
			case "f16" -> halves(values);
			default -> bytes(values);
		};
		return (Double.isFinite(sum) && !(sum == 0 && this.cosine)) ? OptionalDouble.of(sum) : OptionalDouble.empty();
	}

	private static double floats(byte[] values) {
		ByteBuffer elements = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
		double sum = 0;
		for (int i = 0; i < values.length; i += 4) {
			double element = elements.getFloat(i);
			sum += element * element;
		}
		return sum;
	}

	private static double halves(byte[] values) {
		ByteBuffer elements = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
		double sum = 0;
		for (int i = 0; i < values.length; i += 2) {
			double element = half(elements.getShort(i));
			sum += element * element;
		}
		return sum;
	}

	private static double half(short bits) {
		int exponent = bits >> 10 & F16_EXPONENT;
		int fraction = bits & 0x3ff;
		if (exponent == F16_EXPONENT) {
			return Double.NaN;
		}
		return (exponent == 0) ? Math.scalb((double) fraction, -24)
				: Math.scalb((double) (1024 + fraction), exponent - 25);
	}

	private static double bytes(byte[] values) {
		double sum = 0;
		for (byte element : values) {
			sum += (double) element * element;
		}
		return sum;
	}

}
