package io.zova.graph;

/**
 * Says that a graph cannot be held in memory: it takes too much, or other hands have
 * written rows that only the file can answer for.
 */
final class UnfitGraphException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnfitGraphException(String message) {
		super(message);
	}

}
