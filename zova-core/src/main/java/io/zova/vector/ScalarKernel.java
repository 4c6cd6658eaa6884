package io.zova.vector;

import java.nio.IntBuffer;

/**
 * The kernel as one would write it down: unpacks every byte and multiplies it. Others are
 * tested against it.
 */
final class ScalarKernel implements ProductKernel {

	private final int[] weights;

	/**
	 * Creates a kernel for one query.
	 * @param weights the query, whose packed form is not used
	 */
	ScalarKernel(int[] weights) {
		this.weights = weights;
	}

	@Override
	public void multiply(IntBuffer columns, int rows, ByteWeights packed, int[] products) {
		for (int row = 0; row < rows; row++) {
			int sum = 0;
			for (int i = 0; i < this.weights.length; i++) {
				int word = columns.get(i / 4 * rows + row);
				int b = (i % 4 == 3) ? word >> 24 : ((word >> (i % 4 * 8)) & 255) - 128;
				sum += this.weights[i] * b;
			}
			products[row] = sum;
		}
	}

}
