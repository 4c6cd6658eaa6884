package io.zova.graph;

/**
 * Which edges of a node to follow.
 */
public enum Direction {

	/** The edges that start at the node. */
	OUTGOING,

	/** The edges that end at the node. */
	INCOMING

}
