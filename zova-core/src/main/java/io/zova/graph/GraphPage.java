package io.zova.graph;

import java.util.List;

/**
 * A page of a graph's nodes and a page of its edges, both in the order of creation.
 *
 * @param nodes the nodes
 * @param edges the edges
 * @param hasMoreNodes whether nodes follow
 * @param hasMoreEdges whether edges follow
 * @param nodesEnd where the next page of nodes begins
 * @param edgesEnd where the next page of edges begins
 */
public record GraphPage(List<KeyedNode> nodes, List<KeyedEdge> edges, boolean hasMoreNodes, boolean hasMoreEdges,
		ScanCursor nodesEnd, ScanCursor edgesEnd) {
}
