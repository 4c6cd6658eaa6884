package io.zova.graph;

import org.jspecify.annotations.Nullable;

/**
 * A node that a walk, a traversal or a path came to, and how.
 *
 * @param nodeId the node's id
 * @param kind the node's kind
 * @param depth how many edges away from the start
 * @param predecessor the id of the node before it; {@code null} at the start
 * @param edgeType the type of the edge from there; {@code null} at the start
 */
public record WalkStep(String nodeId, String kind, long depth, @Nullable String predecessor,
		@Nullable String edgeType) {
}
