package io.zova.graph;

/**
 * A graph and its size.
 *
 * @param name the graph's name
 * @param nodeCount how many nodes it has
 * @param edgeCount how many edges it has
 */
public record GraphInfo(String name, long nodeCount, long edgeCount) {
}
