package io.zova.vector;

import java.util.Collection;
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
	 * Creates a collection unless there is one of this name.
	 * @param name its name
	 * @param space its dimensions, metric and element type
	 * @return the collection
	 * @throws ZovaException {@link ZovaStatus#VECTOR_INVALID} for a bad name or number of
	 * dimensions, {@link ZovaStatus#VECTOR_COLLECTION_EXISTS} if there is one of this
	 * name with other dimensions, another metric or another element type
	 */
	VectorCollection createIfMissing(String name, VectorSpace space);

	/**
	 * Gives a handle on a collection, which need not exist yet. Nothing is read; a bad
	 * name is refused by the calls on the handle.
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
	 * What is known of a collection.
	 * @param name its name
	 * @return the description
	 * @throws ZovaException {@link ZovaStatus#VECTOR_INVALID} for a bad name,
	 * {@link ZovaStatus#VECTOR_COLLECTION_NOT_FOUND} if there is none
	 */
	VectorCollectionInfo info(String name);

	/**
	 * What is known of all collections.
	 * @return the descriptions, in the byte order of the names in UTF-8
	 */
	List<VectorCollectionInfo> list();

	/**
	 * Deletes a collection with all its vectors. Rows of the application that name its
	 * vectors stay.
	 * @param name its name
	 * @return whether it was there
	 * @throws ZovaException {@link ZovaStatus#VECTOR_INVALID} for a bad name
	 */
	boolean delete(String name);

	/**
	 * Reads collections into memory, as their first searches would. What does not fit
	 * there is left out.
	 * @param names their names, or {@code *} for all there are. That one does not exist
	 * is no failure, because an application may create it later, but is logged as a
	 * warning.
	 * @throws ZovaException {@link ZovaStatus#VECTOR_INVALID} for what cannot be the name
	 * of a collection
	 */
	void preload(Collection<String> names);

	/**
	 * What searches have done since the database was opened.
	 * @return the counts of this moment
	 */
	VectorStatistics statistics();

}
