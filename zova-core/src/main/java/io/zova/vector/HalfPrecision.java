package io.zova.vector;

/**
 * IEEE 754 binary16 in both directions: exactly to single precision, and rounded to the
 * nearest from it.
 */
final class HalfPrecision {

	private static final float SUBNORMAL_UNIT = 0x1p-24f;

	private HalfPrecision() {
	}

	/**
	 * The value of a half precision number; every one has an exact float.
	 * @param bits the bit pattern
	 * @return the value
	 */
	static float toFloat(short bits) {
		int sign = (bits & 0x8000) << 16;
		int exponent = (bits >> 10) & 31;
		int fraction = bits & 0x3ff;
		if (exponent == 0) {
			float magnitude = fraction * SUBNORMAL_UNIT;
			return Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | sign);
		}
		int widened = (exponent == 31) ? 255 : exponent + 112;
		return Float.intBitsToFloat(sign | (widened << 23) | (fraction << 13));
	}

	/**
	 * The half precision number nearest to a value, the one with an even fraction if two
	 * are equally near. What is too large becomes an infinity.
	 * @param value the value
	 * @return the bit pattern
	 */
	static short fromFloat(float value) {
		int bits = Float.floatToRawIntBits(value);
		int sign = (bits >>> 16) & 0x8000;
		int magnitude = bits & 0x7fffffff;
		if (magnitude >= 0x47800000) {
			// 2^16 and above, infinities and NaN.
			return (short) (sign | ((magnitude > 0x7f800000) ? 0x7e00 : 0x7c00));
		}
		if (magnitude < 0x38800000) {
			// Below the smallest normal number, 2^-14: a multiple of 2^-24.
			return (short) (sign | (int) Math.rint(Math.abs((double) value) * 0x1p24));
		}
		int rounded = magnitude + 0xfff + ((magnitude >> 13) & 1);
		return (short) (sign | ((rounded - 0x38000000) >> 13));
	}

	static boolean isFinite(short bits) {
		return (bits & 0x7c00) != 0x7c00;
	}

}
