package io.zova.vector;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * The elements of one vector, in the type in which they are stored.
 * <p>
 * A collection accepts only values of its own element type; nothing is converted
 * silently. {@link #half(float...)} and {@link #bytes(float, float...)} convert on
 * request. Instances are immutable: arrays are copied on the way in and out.
 */
public final class VectorValues {

	private static final VarHandle FLOATS = MethodHandles.byteArrayViewVarHandle(float[].class,
			ByteOrder.LITTLE_ENDIAN);

	private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class,
			ByteOrder.LITTLE_ENDIAN);

	private final ElementType elementType;

	private final byte[] stored;

	private VectorValues(ElementType elementType, byte[] stored) {
		this.elementType = elementType;
		this.stored = stored;
	}

	/**
	 * Single precision elements.
	 * @param elements the elements
	 * @return the values, of type {@link ElementType#F32}
	 */
	public static VectorValues of(float... elements) {
		Arguments.required("elements", elements);
		byte[] stored = new byte[elements.length * 4];
		for (int i = 0; i < elements.length; i++) {
			FLOATS.set(stored, i * 4, elements[i]);
		}
		return new VectorValues(ElementType.F32, stored);
	}

	/**
	 * Half precision elements, given as their bit patterns.
	 * @param bits the bit patterns
	 * @return the values, of type {@link ElementType#F16}
	 */
	public static VectorValues ofHalfBits(short... bits) {
		Arguments.required("bits", bits);
		byte[] stored = new byte[bits.length * 2];
		for (int i = 0; i < bits.length; i++) {
			SHORTS.set(stored, i * 2, bits[i]);
		}
		return new VectorValues(ElementType.F16, stored);
	}

	/**
	 * Signed bytes.
	 * @param elements the elements
	 * @return the values, of type {@link ElementType#I8}
	 */
	public static VectorValues ofBytes(byte... elements) {
		Arguments.required("elements", elements);
		return new VectorValues(ElementType.I8, elements.clone());
	}

	/**
	 * Rounds to half precision, each element to the nearest, ties to even. What is beyond
	 * 65504 becomes an infinity, which a collection then refuses.
	 * @param elements the elements
	 * @return the values, of type {@link ElementType#F16}
	 */
	public static VectorValues half(float... elements) {
		Arguments.required("elements", elements);
		short[] bits = new short[elements.length];
		for (int i = 0; i < elements.length; i++) {
			bits[i] = HalfPrecision.fromFloat(elements[i]);
		}
		return ofHalfBits(bits);
	}

	/**
	 * Scales to signed bytes: each element is multiplied, rounded to the nearest, ties to
	 * even, and cut to -128 and 127. The scale is not stored; use one for a whole
	 * collection and its queries.
	 * @param scale the factor, such as 127 for elements between -1 and 1
	 * @param elements the elements
	 * @return the values, of type {@link ElementType#I8}
	 * @throws ZovaException {@link ZovaStatus#VECTOR_INVALID} if an element or the scale
	 * is not a finite number
	 */
	public static VectorValues bytes(float scale, float... elements) {
		Arguments.required("elements", elements);
		byte[] stored = new byte[elements.length];
		for (int i = 0; i < elements.length; i++) {
			double scaled = (double) elements[i] * scale;
			if (!Double.isFinite(scaled)) {
				throw new ZovaException(ZovaStatus.VECTOR_INVALID, "Element " + i + " cannot become a byte: "
						+ elements[i] + " times " + scale + " is not a finite number");
			}
			stored[i] = (byte) Math.max(-128, Math.min(127, Math.rint(scaled)));
		}
		return new VectorValues(ElementType.I8, stored);
	}

	/**
	 * Values from their stored form: elements one after the other, least significant byte
	 * first.
	 * @param elementType the type of the elements
	 * @param stored the bytes
	 * @return the values
	 * @throws ZovaException {@link ZovaStatus#VECTOR_DIMENSION_MISMATCH} if the bytes end
	 * within an element
	 */
	public static VectorValues ofStored(ElementType elementType, byte[] stored) {
		Arguments.required("elementType", elementType);
		Arguments.required("stored", stored);
		if (stored.length % elementType.bytes() != 0) {
			throw new ZovaException(ZovaStatus.VECTOR_DIMENSION_MISMATCH,
					stored.length + " bytes are not a whole number of " + elementType.text() + " elements of "
							+ elementType.bytes() + " bytes");
		}
		return new VectorValues(elementType, stored.clone());
	}

	static VectorValues wrap(ElementType elementType, byte[] stored) {
		return new VectorValues(elementType, stored);
	}

	/**
	 * The type of the elements.
	 * @return the type
	 */
	public ElementType elementType() {
		return this.elementType;
	}

	/**
	 * The number of elements.
	 * @return the number
	 */
	public int dimensions() {
		return this.stored.length / this.elementType.bytes();
	}

	/**
	 * The elements as single precision numbers, exactly.
	 * @return a new array
	 */
	public float[] toFloats() {
		float[] floats = new float[dimensions()];
		for (int i = 0; i < floats.length; i++) {
			floats[i] = element(this.elementType, this.stored, i);
		}
		return floats;
	}

	/**
	 * The stored form: elements one after the other, least significant byte first.
	 * @return a new array
	 */
	public byte[] toStored() {
		return this.stored.clone();
	}

	/**
	 * The sum of the squared elements, as it is stored beside each vector.
	 * @return the sum, finite only if every element is
	 */
	public double normSquared() {
		return ExactDistance.normSquared(this.elementType, this.stored);
	}

	/** The stored form itself, not to be changed. */
	byte[] stored() {
		return this.stored;
	}

	static float element(ElementType type, byte[] stored, int index) {
		return switch (type) {
			case F32 -> (float) FLOATS.get(stored, index * 4);
			case F16 -> HalfPrecision.toFloat((short) SHORTS.get(stored, index * 2));
			case I8 -> stored[index];
		};
	}

	/** All elements, exactly. */
	static double[] widened(ElementType type, byte[] stored) {
		double[] elements = new double[stored.length / type.bytes()];
		switch (type) {
			case F32 -> {
				for (int i = 0; i < elements.length; i++) {
					elements[i] = (float) FLOATS.get(stored, i * 4);
				}
			}
			case F16 -> {
				for (int i = 0; i < elements.length; i++) {
					elements[i] = HalfPrecision.toFloat((short) SHORTS.get(stored, i * 2));
				}
			}
			case I8 -> {
				for (int i = 0; i < elements.length; i++) {
					elements[i] = stored[i];
				}
			}
		}
		return elements;
	}

	/**
	 * Writes all elements of a vector, exactly, to an array.
	 * @return the largest magnitude of an element that is a number
	 */
	static double widen(VectorSpace space, byte[] bytes, int offset, double[] elements) {
		boolean single = space.elementType() == ElementType.F32;
		double largest = 0;
		for (int i = 0; i < space.dimensions(); i++) {
			double element = single ? (float) FLOATS.get(bytes, offset + (i << 2))
					: HalfPrecision.toFloat((short) SHORTS.get(bytes, offset + (i << 1)));
			elements[i] = element;
			double magnitude = Math.abs(element);
			if (magnitude > largest) {
				largest = magnitude;
			}
		}
		return largest;
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof VectorValues values && values.elementType == this.elementType
				&& Arrays.equals(values.stored, this.stored);
	}

	@Override
	public int hashCode() {
		return 31 * this.elementType.hashCode() + Arrays.hashCode(this.stored);
	}

	@Override
	public String toString() {
		return this.elementType.text() + Arrays.toString(toFloats());
	}

}
