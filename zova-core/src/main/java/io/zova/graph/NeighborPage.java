package io.zova.graph;

import java.util.List;

/**
 * A page of a node's neighbors, in the order in which the edges were created.
 *
 * @param neighbors for each edge the node at its other end
 * @param hasMore whether edges follow; {@code false} if none was asked for
 * @param end where the next page begins
 */
public record NeighborPage(List<KeyedNeighbor> neighbors, boolean hasMore, NeighborCursor end) {
}
