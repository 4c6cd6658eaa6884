package io.zova.graph;

import java.util.List;

import io.zova.Arguments;

/**
 * A whole graph, to be loaded at once into a file that has none. Edges name their nodes
 * by the position in the list of nodes.
 *
 * @param name the name of the graph to create
 * @param nodes the nodes
 * @param edges the edges
 * @param duplicates what happens to a node id or an edge that occurs twice
 */
public record FreshGraph(String name, List<Node> nodes, List<Edge> edges, Duplicates duplicates) {

	public FreshGraph {
		nodes = List.copyOf(Arguments.requiredEach("nodes", nodes));
		edges = List.copyOf(Arguments.requiredEach("edges", edges));
	}

	/**
	 * A node to load.
	 *
	 * @param id its id
	 * @param kind its kind
	 * @param target what it stands for
	 */
	public record Node(String id, String kind, NodeTarget target) {

		/**
		 * A node that stands for nothing outside its graph.
		 * @param id its id
		 * @param kind its kind
		 */
		public Node(String id, String kind) {
			this(id, kind, NodeTarget.NONE);
		}

	}

	/**
	 * An edge to load. The payload is not copied and must not change before the graph is
	 * loaded.
	 *
	 * @param from the position of the node it starts at
	 * @param type its type
	 * @param to the position of the node it ends at
	 * @param payload the bytes it carries
	 */
	public record Edge(int from, String type, int to, byte[] payload) {

		private static final byte[] EMPTY = {};

		/**
		 * An edge without payload.
		 * @param from the position of the node it starts at
		 * @param type its type
		 * @param to the position of the node it ends at
		 */
		public Edge(int from, String type, int to) {
			this(from, type, to, EMPTY);
		}

	}

	/**
	 * What happens to a node id or an edge that occurs twice.
	 */
	public enum Duplicates {

		/**
		 * They become one: of nodes the last kind and target win, of edges the first
		 * payload.
		 */
		MERGE,

		/** Nothing is loaded. */
		REFUSE

	}

	/**
	 * The keys of what was loaded.
	 *
	 * @param nodes the key of each node, in the order given
	 * @param edges the key of each edge, in the order given
	 */
	public record Keys(List<Long> nodes, List<Long> edges) {
	}

}
