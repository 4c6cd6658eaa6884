package io.zova.graph;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * A graph as walks see it: nodes are keys, and a node leads to others.
 */
interface Topology {

	/**
	 * Visits the edges at a node in the order of their creation.
	 * @param node the node's key
	 * @param direction which of its edges
	 * @param type the key of the only type that counts, nothing for every type
	 * @param limit how many edges at most
	 * @param visitor sees each edge until it has seen enough
	 * @throws SQLException if the file could not be read
	 */
	void expand(long node, Direction direction, @Nullable Long type, long limit, EdgeVisitor visitor)
			throws SQLException;

	/**
	 * The same as {@link #expand}, but without what {@link #id} and {@link #kind} need:
	 * {@link #load} has to come before them.
	 * @param node the node's key
	 * @param direction which of its edges
	 * @param type the key of the only type that counts, nothing for every type
	 * @param limit how many edges at most
	 * @param visitor sees each edge until it has seen enough
	 * @throws SQLException if the file could not be read
	 */
	void expandKeys(long node, Direction direction, @Nullable Long type, long limit, EdgeVisitor visitor)
			throws SQLException;

	/**
	 * Gets what there is to know about nodes.
	 * @param nodes their keys, all different
	 * @throws SQLException if the file could not be read
	 */
	void load(long[] nodes) throws SQLException;

	/**
	 * Tells whether a node exists that {@link #expandKeys} has named: an edge that other
	 * hands wrote may lead to none.
	 * @param node the node's key, after {@link #load}
	 * @return whether there is such a node
	 */
	boolean exists(long node);

	/**
	 * Finds the key of a node.
	 * @param id the node's id
	 * @return its key, or nothing if the graph has no such node
	 * @throws SQLException if the file could not be read
	 */
	@Nullable Long nodeKey(String id) throws SQLException;

	/**
	 * Finds the key of a node that must exist.
	 * @param graph the name of this graph
	 * @param id the node's id
	 * @return its key
	 * @throws SQLException if the file could not be read
	 */
	default long requiredNodeKey(String graph, String id) throws SQLException {
		Long key = nodeKey(id);
		if (key == null) {
			throw GraphRules.noNode(graph, id);
		}
		return key;
	}

	/**
	 * Finds the key of an edge type.
	 * @param name the type's name
	 * @return its key, or nothing if the graph never had an edge of this type
	 * @throws SQLException if the file could not be read
	 */
	@Nullable Long typeKey(String name) throws SQLException;

	/**
	 * Gives a node that {@link #nodeKey} or {@link #expand} has named.
	 * @param node the node's key
	 * @return its id
	 * @throws SQLException if the file could not be read
	 */
	String id(long node) throws SQLException;

	/**
	 * Gives the kind of a node that {@link #nodeKey} or {@link #expand} has named.
	 * @param node the node's key
	 * @return its kind
	 * @throws SQLException if the file could not be read
	 */
	String kind(long node) throws SQLException;

	/**
	 * Gives the name of an edge type.
	 * @param type the key that {@link #expand} has named
	 * @return its name
	 * @throws SQLException if the file could not be read
	 */
	String typeName(long type) throws SQLException;

	/**
	 * Sees the edges at a node.
	 */
	@FunctionalInterface
	interface EdgeVisitor {

		/**
		 * Sees an edge.
		 * @param neighbor the key of the node at its other end
		 * @param type the key of its type
		 * @return whether to go on
		 */
		boolean visit(long neighbor, long type) throws SQLException;

	}

	/**
	 * What a walk shows of a node.
	 *
	 * @param id its id
	 * @param kind its kind
	 */
	record Card(String id, String kind) {

		static Card required(@Nullable Card card, long key) {
			if (card == null) {
				throw new IllegalStateException("The node with the key " + key + " was not reached before");
			}
			return card;
		}

	}

}
