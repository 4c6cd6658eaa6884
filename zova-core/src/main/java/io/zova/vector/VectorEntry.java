package io.zova.vector;

/**
 * A vector with its id.
 *
 * @param id the id, unique in its collection
 * @param values the elements
 */
public record VectorEntry(String id, VectorValues values) {

	/**
	 * A single precision vector.
	 * @param id the id
	 * @param elements the elements
	 * @return the entry
	 */
	public static VectorEntry of(String id, float... elements) {
		return new VectorEntry(id, VectorValues.of(elements));
	}

}
