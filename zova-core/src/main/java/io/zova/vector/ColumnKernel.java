package io.zova.vector;

import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * The kernel for any Java: loops that the JIT turns into vector instructions.
 * <p>
 * It does so on Java 17 only if all arrays of the loop are plain arrays that are indexed
 * from 0, and different from each other; direct memory, or an offset, makes the loop six
 * times slower. So two columns at a time are copied to the first-level cache, which costs
 * less than the loop saves (measured: {@code VectorKernelBenchmark}).
 */
final class ColumnKernel implements ProductKernel {

	private final int[] first = new int[MAX_ROWS];

	private final int[] second = new int[MAX_ROWS];

	@Override
	public void multiply(IntBuffer columns, int rows, ByteWeights weights, int[] products) {
		Arrays.fill(products, 0, rows, -weights.bias());
		int[] c = weights.factors();
		int words = weights.words();
		for (int word = 0; word < words; word += 2) {
			columns.get(word * rows, this.first, 0, rows);
			columns.get((word + 1) * rows, this.second, 0, rows);
			int i = word * 4;
			add(this.first, this.second, products, rows, c[i], c[i + 1], c[i + 2], c[i + 3], c[i + 4], c[i + 5],
					c[i + 6], c[i + 7]);
		}
	}

	private static void add(int[] first, int[] second, int[] sums, int rows, int a0, int a1, int a2, int a3, int b0,
			int b1, int b2, int b3) {
		for (int i = 0; i < rows; i++) {
			int v = first[i];
			int w = second[i];
			sums[i] += a0 * v + a1 * (v >> 8) + a2 * (v >> 16) + a3 * (v >> 24) + b0 * w + b1 * (w >> 8)
					+ b2 * (w >> 16) + b3 * (w >> 24);
		}
	}

}
