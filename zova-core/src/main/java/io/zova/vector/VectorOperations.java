package io.zova.vector;

import java.util.List;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * Collections of vectors: named sets in which every vector has an id and the same number
 * of elements, and which are searched exactly for what is near.
 * <p>
 * Every call joins the open transaction: it sees what that has changed and is undone with
 * it. Names of collections are 1 to 255 bytes of UTF-8, don't begin with {@code _zova_}
 * in any letter case and have no NUL; another name is {@link ZovaStatus#VECTOR_INVALID}.
 */
public interface VectorOperations {

	/**
	 * Creates a collection.
	 * @param name its name
	 * @param space its dimensions, metric and element type
	 * @return the collection
	 * @throws ZovaException {@link ZovaStatus#VECTOR_INVALID} for a bad name or number of
	 * dimensions, {@link ZovaStatus#VECTOR_COLLECTION_EXISTS} if the name is taken;
	 * nothing is created then
	 */
	VectorCollection create(String name, VectorSpace space);

	/**
	 * A handle to a collection. Whether it exists is looked at by each call on the
	 * handle, not here; handles may be kept and shared.
	 * @param name its name
	 * @return the handle
	 */
	VectorCollection collection(String name);

	/**
	 * Whether a collection exists.
	 * @param name its name
	 * @return {@code true} if it does
	 * @throws ZovaException {@link ZovaStatus#VECTOR_INVALID} for a bad name
	 */
	boolean exists(String name);

	/**
	 * What is known of all collections.
	 * @return the descriptions, in the byte order of the names in UTF-8
	 */
	List<VectorCollectionInfo> list();

	/**
	 * Deletes a collection with all its vectors. Rows of the application that name its
	 * vectors stay.
	 * @param name its name
	 * @throws ZovaException {@link ZovaStatus#VECTOR_INVALID} for a bad name,
	 * {@link ZovaStatus#VECTOR_COLLECTION_NOT_FOUND} if there is none
	 */
	void delete(String name);

}
