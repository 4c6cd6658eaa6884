package io.zova.graph;

/**
 * One edge seen from one of its nodes, with the keys of both.
 *
 * @param edgeKey the edge's key
 * @param nodeKey the key of the node at the other end
 * @param nodeId the id of that node
 * @param kind the kind of that node
 * @param edgeType the type of the edge
 */
public record KeyedNeighbor(long edgeKey, long nodeKey, String nodeId, String kind, String edgeType) {
}
