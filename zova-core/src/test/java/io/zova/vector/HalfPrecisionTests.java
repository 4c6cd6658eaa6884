package io.zova.vector;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Half precision numbers are read exactly and written rounded to the nearest.
 */
class HalfPrecisionTests {

	@Test
	void everyFiniteNumberHasTheValueOfItsDefinition() {
		for (int bits = 0; bits <= 0xffff; bits++) {
			if (!HalfPrecision.isFinite((short) bits)) {
				continue;
			}
			int exponent = (bits >> 10) & 31;
			int fraction = bits & 1023;
			double magnitude = (exponent == 0) ? fraction * 0x1p-24 : (1024 + fraction) * Math.pow(2, exponent - 25);
			double value = ((bits & 0x8000) != 0) ? -magnitude : magnitude;
			assertThat((double) HalfPrecision.toFloat((short) bits)).as(Integer.toHexString(bits)).isEqualTo(value);
		}
	}

	@Test
	void everyNumberComesBackFromItsFloat() {
		for (int bits = 0; bits <= 0xffff; bits++) {
			float value = HalfPrecision.toFloat((short) bits);
			if (!Float.isNaN(value)) {
				assertThat(HalfPrecision.fromFloat(value)).as(Integer.toHexString(bits)).isEqualTo((short) bits);
			}
		}
	}

	@Test
	void whatLiesBetweenTwoNumbersGoesToTheNearerAndATieToTheEvenOne() {
		for (int bits = 0; bits < 0x7bff; bits++) {
			float low = HalfPrecision.toFloat((short) bits);
			float high = HalfPrecision.toFloat((short) (bits + 1));
			float middle = (float) (((double) low + high) / 2);
			short even = (short) (((bits & 1) == 0) ? bits : bits + 1);
			assertThat(HalfPrecision.fromFloat(middle)).isEqualTo(even);
			assertThat(HalfPrecision.fromFloat(Math.nextDown(middle))).isEqualTo((short) bits);
			assertThat(HalfPrecision.fromFloat(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
			assertThat(HalfPrecision.fromFloat(-middle)).isEqualTo((short) (even | 0x8000));
		}
	}

	@Test
	void whatIsTooLargeBecomesInfinite() {
		assertThat(HalfPrecision.fromFloat(65519.996f)).isEqualTo((short) 0x7bff);
		assertThat(HalfPrecision.fromFloat(65520f)).isEqualTo((short) 0x7c00);
		assertThat(HalfPrecision.fromFloat(-Float.MAX_VALUE)).isEqualTo((short) 0xfc00);
		assertThat(HalfPrecision.isFinite(HalfPrecision.fromFloat(Float.NaN))).isFalse();
		assertThat(HalfPrecision.toFloat(HalfPrecision.fromFloat(Float.NaN))).isNaN();
	}

}
