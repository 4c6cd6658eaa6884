package io.zova.benchmarks.graph;

import java.util.ArrayList;
import java.util.List;

import io.zova.benchmarks.SampleData;
import io.zova.graph.FreshGraph;

/**
 * A graph whose edges lead from anywhere to anywhere.
 */
public final class RandomGraph {

	private static final List<String> TYPES = List.of("cites", "links", "mentions", "follows");

	private RandomGraph() {
	}

	/**
	 * Makes one.
	 * @param name its name
	 * @param nodes how many nodes it has
	 * @param edgesPerNode how many edges it has for each node
	 * @return the graph
	 */
	public static FreshGraph of(String name, int nodes, int edgesPerNode) {
		SampleData random = new SampleData(9);
		List<FreshGraph.Node> allNodes = new ArrayList<>(nodes);
		for (int i = 0; i < nodes; i++) {
			allNodes.add(new FreshGraph.Node(id(i), "doc"));
		}
		List<FreshGraph.Edge> allEdges = new ArrayList<>(nodes * edgesPerNode);
		for (int i = 0; i < nodes * edgesPerNode; i++) {
			int from = random.next() % nodes;
			String type = TYPES.get(random.next() % 4);
			allEdges.add(new FreshGraph.Edge(from, type, random.next() % nodes));
		}
		return new FreshGraph(name, allNodes, allEdges, FreshGraph.Duplicates.MERGE);
	}

	/**
	 * The id of a node.
	 * @param number its place
	 * @return its id
	 */
	public static String id(int number) {
		return "node-%07d".formatted(number);
	}

}
