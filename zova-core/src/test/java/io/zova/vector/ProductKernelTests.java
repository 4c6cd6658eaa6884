package io.zova.vector;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every kernel multiplies exactly, up to the largest weights and bytes.
 */
class ProductKernelTests {

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 64, 100, 384, 1001, 16384 })
	void productsAreTheSumsOfTheProductsOfTheElements(int dimensions) {
		long seed = 1_000_003L * dimensions;
		Random random = new Random(seed);
		for (int rows : new int[] { 32, 512 }) {
			for (Fill fill : Fill.values()) {
				byte[][] elements = new byte[rows][dimensions];
				for (byte[] row : elements) {
					for (int i = 0; i < dimensions; i++) {
						row[i] = fill.element(random);
					}
				}
				check(elements, weights(random, dimensions, fill), "seed " + seed + ", rows " + rows + ", " + fill);
			}
		}
	}

	private static int[] weights(Random random, int dimensions, Fill fill) {
		int largest = (ByteWeights.LIMIT - 1) / dimensions;
		int[] weights = new int[dimensions];
		for (int i = 0; i < dimensions; i++) {
			weights[i] = (fill == Fill.RANDOM) ? random.nextInt(2 * largest + 1) - largest
					: ((fill == Fill.LOWEST) ? -largest : largest);
		}
		return weights;
	}

	private static void check(byte[][] elements, int[] weights, String description) {
		int rows = elements.length;
		int dimensions = weights.length;
		ByteWeights packed = new ByteWeights(weights);
		IntBuffer columns = new VectorBlock(rows, packed.words(), DirectMemory.create()).columns();
		long[] expected = new long[rows];
		for (int row = 0; row < rows; row++) {
			byte[] padded = Arrays.copyOf(elements[row], packed.words() * 4);
			for (int word = 0; word < packed.words(); word++) {
				columns.put(word * rows + row, ByteWeights.pack(padded[word * 4], padded[word * 4 + 1],
						padded[word * 4 + 2], padded[word * 4 + 3]));
			}
			for (int i = 0; i < dimensions; i++) {
				expected[row] += (long) weights[i] * elements[row][i];
			}
		}
		for (ProductKernel kernel : new ProductKernel[] { new ScalarKernel(weights), new ColumnKernel(),
				ProductKernel.fastest() }) {
			int[] products = new int[ProductKernel.MAX_ROWS];
			kernel.multiply(columns, rows, packed, products);
			long[] actual = Arrays.stream(products).limit(rows).asLongStream().toArray();
			assertThat(actual).as(kernel.getClass().getSimpleName() + ", " + description).isEqualTo(expected);
		}
	}

	private enum Fill {

		RANDOM, LOWEST, HIGHEST;

		byte element(Random random) {
			return switch (this) {
				case RANDOM -> (byte) random.nextInt(256);
				case LOWEST -> -128;
				case HIGHEST -> 127;
			};
		}

	}

}
