package io.zova.graph;

/**
 * A node whose target does not exist.
 *
 * @param node the node
 * @param reason what is missing or malformed, in words
 */
public record DanglingTarget(GraphNode node, String reason) {
}
