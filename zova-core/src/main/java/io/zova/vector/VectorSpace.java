package io.zova.vector;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * What is fixed when a collection is created: how many elements its vectors have, what
 * they are and how the distance between two is measured.
 *
 * @param dimensions the number of elements, 1 to 16384
 * @param metric the distance
 * @param elementType the type of the elements
 */
public record VectorSpace(int dimensions, Metric metric, ElementType elementType) {

	static final int MAX_DIMENSIONS = 16384;

	/**
	 * A space of single precision vectors compared by angle, the usual choice for
	 * embeddings.
	 * @param dimensions the number of elements
	 * @return the space
	 */
	public static VectorSpace cosine(int dimensions) {
		return new VectorSpace(dimensions, Metric.COSINE, ElementType.F32);
	}

	/**
	 * A space of single precision vectors compared by Euclidean distance.
	 * @param dimensions the number of elements
	 * @return the space
	 */
	public static VectorSpace l2(int dimensions) {
		return new VectorSpace(dimensions, Metric.L2, ElementType.F32);
	}

	/**
	 * A space of single precision vectors compared by inner product.
	 * @param dimensions the number of elements
	 * @return the space
	 */
	public static VectorSpace dot(int dimensions) {
		return new VectorSpace(dimensions, Metric.DOT, ElementType.F32);
	}

	/**
	 * The same space with elements of another type.
	 * @param type the type of the elements
	 * @return the space
	 */
	public VectorSpace of(ElementType type) {
		Arguments.required("type", type);
		return new VectorSpace(this.dimensions, this.metric, type);
	}

	int storedBytes() {
		return this.dimensions * this.elementType.bytes();
	}

	void requireValid(String collection) {
		Arguments.required("metric", this.metric);
		Arguments.required("element type", this.elementType);
		if (this.dimensions < 1 || this.dimensions > MAX_DIMENSIONS) {
			throw new ZovaException(ZovaStatus.VECTOR_INVALID, "Collection '" + collection
					+ "': the number of dimensions must be 1 to " + MAX_DIMENSIONS + ", not " + this.dimensions);
		}
	}

}
