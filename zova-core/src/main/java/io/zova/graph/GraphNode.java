package io.zova.graph;

/**
 * A node of a graph.
 *
 * @param id its id, unique in the graph: 1 to 512 bytes of UTF-8
 * @param kind its kind, such as {@code person}: 1 to 128 letters, digits and
 * {@code _ . : -}
 * @param target what it stands for outside the graph
 */
public record GraphNode(String id, String kind, NodeTarget target) {

	/**
	 * A node that stands for nothing outside its graph.
	 * @param id its id
	 * @param kind its kind
	 */
	public GraphNode(String id, String kind) {
		this(id, kind, NodeTarget.NONE);
	}

}
