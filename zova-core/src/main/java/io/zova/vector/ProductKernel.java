package io.zova.vector;

import java.nio.IntBuffer;

/**
 * Multiplies a block of byte vectors with a query: the inner loop of a search over a
 * {@link CollectionInMemory}. All kernels give the same integers.
 * <p>
 * A block has a power of two of rows. It is laid out by columns: one {@code int} of four
 * consecutive elements for each row, then the next four elements of each row, and so on.
 * An instance is used by one thread at a time.
 */
interface ProductKernel {

	/** The largest number of rows in a block. */
	int MAX_ROWS = 512;

	/**
	 * Computes for each row the inner product of the query and the row.
	 * @param columns the block
	 * @param rows its number of rows
	 * @param weights the query
	 * @param products gets the products
	 */
	void multiply(IntBuffer columns, int rows, ByteWeights weights, int[] products);

	/**
	 * The fastest kernel for this machine.
	 * @return a new instance
	 */
	static ProductKernel fastest() {
		return new ColumnKernel();
	}

}
