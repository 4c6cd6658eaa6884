package io.zova.graph;

/**
 * A node with its key. A key stays valid until its node is deleted; another node may get
 * it then.
 *
 * @param key the node's key
 * @param id the node's id
 * @param kind the node's kind
 * @param createdOrder the node's place in the order of creation
 */
public record KeyedNode(long key, String id, String kind, long createdOrder) {
}
