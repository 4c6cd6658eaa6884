package io.zova.vector;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * One collection of vectors.
 * <p>
 * A handle is a name that never changes. It holds nothing open, may be shared by threads,
 * and is valid before the collection is created and after it is deleted.
 * <p>
 * Ids of vectors follow the rule of the names of collections. Values must have the
 * collection's element type ({@link ZovaStatus#VECTOR_INVALID}) and number of elements
 * ({@link ZovaStatus#VECTOR_DIMENSION_MISMATCH}), be finite and, under cosine, not be all
 * zero (both {@link ZovaStatus#VECTOR_INVALID}). Every call fails with
 * {@link ZovaStatus#VECTOR_COLLECTION_NOT_FOUND} if the collection does not exist, and
 * with {@link ZovaStatus#VECTOR_CORRUPT} if it comes across a damaged stored vector. A
 * call that fails has changed nothing.
 */
public interface VectorCollection {

	/**
	 * The name of the collection.
	 * @return the name
	 */
	String name();

	/**
	 * Stores a single precision vector, in place of the one that has this id.
	 * @param id the id
	 * @param elements the elements
	 */
	void put(String id, float... elements);

	/**
	 * Stores a vector, in place of the one that has this id.
	 * @param id the id
	 * @param values the elements
	 */
	void put(String id, VectorValues values);

	/**
	 * Stores vectors, all or none. Of several with the same id the last one stays.
	 * @param entries the vectors
	 */
	void putAll(Collection<VectorEntry> entries);

	/**
	 * Stores vectors as they come, all or none, holding one at a time in memory. The
	 * database can't be written by others meanwhile. Of several with the same id the last
	 * one stays.
	 * @param entries where the vectors come from
	 */
	void putAll(Iterator<VectorEntry> entries);

	/**
	 * A vector that must be there.
	 * @param id the id
	 * @return the vector
	 * @throws ZovaException {@link ZovaStatus#VECTOR_NOT_FOUND} if there is none
	 */
	VectorEntry get(String id);

	/**
	 * A vector that may be there.
	 * @param id the id
	 * @return the vector, or nothing
	 */
	Optional<VectorEntry> find(String id);

	/**
	 * Vectors that must all be there.
	 * @param ids the ids; they may repeat
	 * @return for each id its vector
	 * @throws ZovaException {@link ZovaStatus#VECTOR_NOT_FOUND} for the first id that has
	 * none
	 */
	List<VectorEntry> getAll(List<String> ids);

	/**
	 * Vectors each of which may be there.
	 * @param ids the ids; they may repeat
	 * @return for each id its vector, or nothing
	 */
	List<Optional<VectorEntry>> findAll(List<String> ids);

	/**
	 * Whether a vector is there. Its values are not looked at.
	 * @param id the id
	 * @return {@code true} if it is
	 */
	boolean exists(String id);

	/**
	 * Deletes a vector.
	 * @param id the id
	 * @return whether it was there
	 */
	boolean delete(String id);

	/**
	 * Deletes vectors, all or none.
	 * @param ids the ids; repeated and unknown ones are ignored
	 * @return how many were there
	 */
	long deleteAll(Collection<String> ids);

	/**
	 * Counts the vectors, one by one: this takes time in large collections.
	 * @return how many there are
	 */
	long count();

	/**
	 * Reads some vectors in the byte order of their ids.
	 * @param after the id after which to begin, {@code null} for the beginning; no vector
	 * need have it
	 * @param limit how many at most
	 * @return the vectors; fewer than the limit only at the end
	 */
	List<VectorEntry> page(@Nullable String after, int limit);

	/**
	 * Streams all vectors in the byte order of their ids. The stream reads page by page:
	 * inside a transaction all as of the same moment, else each page as of its own. There
	 * is nothing to close. A vector is never seen twice.
	 * @return the vectors
	 */
	Stream<VectorEntry> stream();

	/**
	 * Finds the single precision vectors nearest to a query.
	 * @param limit how many at most
	 * @param elements the query
	 * @return the matches, nearest first, those of equal distance in the byte order of
	 * their ids
	 */
	List<VectorMatch> search(int limit, float... elements);

	/**
	 * Finds the vectors nearest to a query.
	 * @param query what to look for
	 * @return the matches, nearest first, those of equal distance in the byte order of
	 * their ids
	 * @throws ZovaException {@link ZovaStatus#VECTOR_NOT_FOUND} if the query names a
	 * stored vector that is not there, {@link ZovaStatus#VECTOR_INVALID} for bad ids and
	 * thresholds
	 */
	List<VectorMatch> search(VectorQuery query);

	/**
	 * Runs several searches on the same state of the collection, in one pass over its
	 * vectors, which is faster than one search after the other. If a query is bad, none
	 * is answered.
	 * @param queries what to look for
	 * @return for each query its matches
	 */
	List<List<VectorMatch>> searchAll(List<VectorQuery> queries);

	/**
	 * Finds the vectors nearest to a query and reads for each the row that belongs to it,
	 * all from the same state of the database.
	 * @param <T> the type of the results
	 * @param query what to look for
	 * @param sql a query with one parameter, the id of a match; its first row counts
	 * @param mapper makes the result from the match and the row
	 * @return the results, nearest first; matches without a row are left out
	 */
	<T> List<T> search(VectorQuery query, String sql, VectorMatchMapper<T> mapper);

}
