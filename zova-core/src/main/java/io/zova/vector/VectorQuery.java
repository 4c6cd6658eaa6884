package io.zova.vector;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * What a search looks for: vectors near a value or near a stored vector, all or only
 * candidates, at any distance or only within one.
 *
 * <pre class="code">
 * VectorQuery.near(embedding).within(0.3).limit(10)
 * VectorQuery.nearId("doc-17").candidates("select doc_id from article where lang = ?", "de")
 * </pre>
 *
 * Instances are immutable; each method returns a changed copy.
 */
public final class VectorQuery {

	private static final long DEFAULT_LIMIT = 10;

	private final @Nullable VectorValues value;

	private final @Nullable String sourceId;

	private final @Nullable Candidates candidates;

	private final @Nullable Double maxDistance;

	private final long limit;

	private VectorQuery(@Nullable VectorValues value, @Nullable String sourceId, @Nullable Candidates candidates,
			@Nullable Double maxDistance, long limit) {
		this.value = value;
		this.sourceId = sourceId;
		this.candidates = candidates;
		this.maxDistance = maxDistance;
		this.limit = limit;
	}

	/**
	 * Looks for vectors near a single precision value, at most 10.
	 * @param elements the value
	 * @return the query
	 */
	public static VectorQuery near(float... elements) {
		return near(VectorValues.of(elements));
	}

	/**
	 * Looks for vectors near a value, at most 10.
	 * @param value the value
	 * @return the query
	 */
	public static VectorQuery near(VectorValues value) {
		Arguments.required("value", value);
		return new VectorQuery(value, null, null, null, DEFAULT_LIMIT);
	}

	/**
	 * Looks for vectors near a stored one, at most 10. That one itself is never among the
	 * matches; others of equal values are.
	 * @param id the id of the stored vector
	 * @return the query
	 */
	public static VectorQuery nearId(String id) {
		Arguments.required("id", id);
		return new VectorQuery(null, id, null, null, DEFAULT_LIMIT);
	}

	/**
	 * Looks only at some vectors.
	 * @param ids their ids; repeated ones count once, unknown ones are ignored, and none
	 * at all means that nothing is found
	 * @return the changed query
	 */
	public VectorQuery candidates(Collection<String> ids) {
		Arguments.requiredEach("ids", ids);
		return new VectorQuery(this.value, this.sourceId, new Candidates(List.copyOf(ids), "", List.of()),
				this.maxDistance, this.limit);
	}

	/**
	 * Looks only at the vectors whose ids a query on the database returns, read from the
	 * same state as the vectors.
	 * @param sql the query; its first column is the id, rows in which that is NULL are
	 * ignored
	 * @param arguments its arguments
	 * @return the changed query
	 */
	public VectorQuery candidates(String sql, Object... arguments) {
		Arguments.required("sql", sql);
		Arguments.requiredEach("arguments", Arrays.asList(Arguments.required("arguments", arguments)));
		return new VectorQuery(this.value, this.sourceId, new Candidates(List.of(), sql, List.of(arguments)),
				this.maxDistance, this.limit);
	}

	/**
	 * Looks only for vectors up to a distance, inclusive.
	 * @param distance the distance; it may be negative, which is useful with
	 * {@link Metric#DOT}
	 * @return the changed query
	 */
	public VectorQuery within(double distance) {
		return new VectorQuery(this.value, this.sourceId, this.candidates, distance, this.limit);
	}

	/**
	 * Returns at most this many matches.
	 * @param matches how many, 0 or more
	 * @return the changed query
	 * @throws ZovaException {@link ZovaStatus#INVALID_ARGUMENT} if negative
	 */
	public VectorQuery limit(long matches) {
		if (matches < 0) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					"The limit of a vector search must not be negative, but is " + matches);
		}
		return new VectorQuery(this.value, this.sourceId, this.candidates, this.maxDistance, matches);
	}

	@Nullable VectorValues value() {
		return this.value;
	}

	@Nullable String sourceId() {
		return this.sourceId;
	}

	@Nullable Candidates candidates() {
		return this.candidates;
	}

	@Nullable Double maxDistance() {
		return this.maxDistance;
	}

	long limit() {
		return this.limit;
	}

	/**
	 * Which vectors to look at.
	 *
	 * @param ids their ids, if there is no SQL
	 * @param sql the query that returns their ids, or empty
	 * @param arguments its arguments
	 */
	record Candidates(List<String> ids, String sql, List<Object> arguments) {

	}

}
