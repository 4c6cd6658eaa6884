package io.zova.graph;

/**
 * A directed edge of a graph: its three parts are also its identity.
 *
 * @param from the id of the node it starts at
 * @param type its type, such as {@code cites}: 1 to 128 letters, digits and
 * {@code _ . : -}
 * @param to the id of the node it ends at
 */
public record GraphEdge(String from, String type, String to) {
}
