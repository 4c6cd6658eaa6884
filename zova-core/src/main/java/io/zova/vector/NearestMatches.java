package io.zova.vector;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the nearest of the vectors it is offered: by distance, those of equal distance in
 * the byte order of their ids in UTF-8.
 */
final class NearestMatches {

	private static final Comparator<Match> NEAREST_FIRST = NearestMatches::compare;

	private final PriorityQueue<Match> farthestFirst = new PriorityQueue<>(NEAREST_FIRST.reversed());

	private final long limit;

	private final double maxDistance;

	private final byte @Nullable [] excluded;

	/**
	 * Creates an empty collection.
	 * @param limit how many to keep
	 * @param maxDistance how far they may be, or {@code null} for any distance
	 * @param excludedId the id that is not to be kept, or {@code null}
	 */
	NearestMatches(long limit, @Nullable Double maxDistance, @Nullable String excludedId) {
		this.limit = limit;
		this.maxDistance = (maxDistance != null) ? maxDistance : Double.POSITIVE_INFINITY;
		this.excluded = (excludedId != null) ? excludedId.getBytes(StandardCharsets.UTF_8) : null;
	}

	private NearestMatches(NearestMatches other, double maxDistance) {
		this.limit = other.limit;
		this.maxDistance = maxDistance;
		this.excluded = other.excluded;
	}

	/**
	 * The largest distance that can still get in, which only shrinks.
	 * @return the distance
	 */
	double reach() {
		if (this.farthestFirst.size() < this.limit) {
			return this.maxDistance;
		}
		Match farthest = this.farthestFirst.peek();
		return (farthest != null) ? farthest.distance : Double.NEGATIVE_INFINITY;
	}

	/**
	 * How many nearest vectors are enough to find all matches among them.
	 * @return the number
	 */
	long needed() {
		return (this.excluded != null && this.limit < Long.MAX_VALUE) ? this.limit + 1 : this.limit;
	}

	/** An empty collection with the same conditions. */
	NearestMatches empty() {
		return new NearestMatches(this, this.maxDistance);
	}

	/** An empty collection for what can still get into this one. */
	NearestMatches rest() {
		return new NearestMatches(this, reach());
	}

	/** Takes over what another collection with the same conditions has found. */
	void addAll(NearestMatches other) {
		other.farthestFirst.forEach((match) -> offer(match.distance, match.id));
	}

	void offer(double distance, String id) {
		if (distance <= reach()) {
			offer(distance, id.getBytes(StandardCharsets.UTF_8));
		}
	}

	void offer(double distance, byte[] id) {
		if (!(distance <= reach()) || (this.excluded != null && Arrays.equals(this.excluded, id))) {
			return;
		}
		Match match = new Match(distance, id);
		if (this.farthestFirst.size() >= this.limit) {
			Match farthest = this.farthestFirst.peek();
			if (farthest == null || compare(match, farthest) >= 0) {
				return;
			}
			this.farthestFirst.poll();
		}
		this.farthestFirst.add(match);
	}

	List<VectorMatch> toList() {
		List<Match> sorted = new ArrayList<>(this.farthestFirst);
		sorted.sort(NEAREST_FIRST);
		List<VectorMatch> matches = new ArrayList<>(sorted.size());
		for (Match match : sorted) {
			matches.add(new VectorMatch(new String(match.id, StandardCharsets.UTF_8), match.distance));
		}
		return matches;
	}

	/** Unlike {@code Double.compare}, with equal zeros: no distance is NaN. */
	private static int compare(Match a, Match b) {
		if (a.distance < b.distance) {
			return -1;
		}
		return (a.distance > b.distance) ? 1 : Arrays.compareUnsigned(a.id, b.id);
	}

	private record Match(double distance, byte[] id) {

	}

}
