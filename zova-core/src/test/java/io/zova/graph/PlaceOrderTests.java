package io.zova.graph;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sorting columns of numbers gives the order that sorting rows gives.
 */
class PlaceOrderTests {

	@ParameterizedTest
	@ValueSource(longs = { 1, 3, 1000, 1L << 31, 1L << 32, 1L << 40, Long.MAX_VALUE })
	void theOrderIsThatOfTheRows(long bound) {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int rows : new int[] { 0, 1, 2, 500, 5000 }) {
			long[] a = numbers(random, rows, bound);
			long[] b = numbers(random, rows, 3);
			long[] c = numbers(random, rows, bound);
			int[] expected = IntStream.range(0, rows)
				.boxed()
				.sorted(Comparator.comparingLong((Integer row) -> a[row])
					.thenComparingLong((row) -> b[row])
					.thenComparingLong((row) -> c[row]))
				.mapToInt((row) -> row)
				.toArray();
			assertThat(PlaceOrder.of(a, b, c)).as("seed %d, %d rows", seed, rows).isEqualTo(expected);
		}
	}

	private static long[] numbers(Random random, int count, long bound) {
		long negative = random.nextInt(10);
		return LongStream.generate(() -> random.nextLong(bound) - negative).limit(count).toArray();
	}

}
