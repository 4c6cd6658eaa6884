package io.zova.graph;

/**
 * An edge with its key. A key stays valid until its edge is deleted; another edge may get
 * it then.
 *
 * @param key the edge's key
 * @param fromKey the key of the node it starts at
 * @param type its type
 * @param toKey the key of the node it ends at
 * @param createdOrder the edge's place in the order of creation
 */
public record KeyedEdge(long key, long fromKey, String type, long toKey, long createdOrder) {
}
