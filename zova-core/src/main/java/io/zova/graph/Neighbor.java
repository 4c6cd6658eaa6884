package io.zova.graph;

/**
 * One edge seen from one of its nodes: a neighbor appears as often as edges lead to it.
 *
 * @param nodeId the id of the node at the other end
 * @param kind the kind of that node
 * @param edgeType the type of the edge
 */
public record Neighbor(String nodeId, String kind, String edgeType) {
}
