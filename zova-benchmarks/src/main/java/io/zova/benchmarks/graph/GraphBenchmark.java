package io.zova.benchmarks.graph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.benchmarks.Lcg;
import io.zova.benchmarks.PeerBench;
import io.zova.benchmarks.Figures;
import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.NeighborQuery;
import io.zova.graph.WalkQuery;

/**
 * Puts, neighbors and walks of a random graph, beside the real engine when
 * {@code -Dzova.peer} names it.
 *
 * <pre>
 * java -cp ... io.zova.benchmarks.graph.GraphBenchmark [nodes] [edges] [rounds] [directory]
 * </pre>
 */
public final class GraphBenchmark {

	private static final String[] TYPES = { "cites", "links", "mentions", "follows" };

	/** As the graphs of the other engine are. */
	private static final ZovaOptions FROM_FILE = ZovaOptions.builder().graphResidentMemory(0).build();

	private static final int BATCH = 10_000;

	private static final int NEIGHBOR_CALLS = 5_000;

	private static final int WALK_CALLS = 200;

	private final Figures figures = new Figures();

	private final int nodes;

	private final int edges;

	private GraphBenchmark(int nodes, int edges) {
		this.nodes = nodes;
		this.edges = edges;
	}

	public static void main(String[] args) throws IOException {
		int nodes = (args.length > 0) ? Integer.parseInt(args[0]) : 100_000;
		int edges = (args.length > 1) ? Integer.parseInt(args[1]) : 500_000;
		int rounds = (args.length > 2) ? Integer.parseInt(args[2]) : 5;
		Path parent = Path.of((args.length > 3) ? args[3] : System.getProperty("java.io.tmpdir"));
		Path directory = Files.createTempDirectory(parent, "zova-graph-benchmark");
		GraphBenchmark benchmark = new GraphBenchmark(nodes, edges);
		for (int round = 0; round < rounds; round++) {
			benchmark.round(directory);
			benchmark.figures.peer(PeerBench.run("""
					"workload":"graph","dir":"%s","replace":true,"keep":false,"nodes":%d,"edges":%d,"batch":%d,\
					"neighbor_calls":%d,"walk_calls":50""".formatted(directory, nodes, edges, BATCH, NEIGHBOR_CALLS)));
		}
		Files.delete(directory);
		System.out.printf("%,d nodes, %,d edges, %d rounds%n", nodes, edges, rounds);
		benchmark.figures.print();
	}

	private void round(Path directory) throws IOException {
		Path file = directory.resolve("ours.zova");
		List<GraphNode> nodeRows = nodeRows();
		List<GraphEdge> edgeRows = edgeRows();
		try (ZovaDatabase database = ZovaDatabase.create(file, FROM_FILE)) {
			Graph graph = database.graphs().create("g");
			this.figures.time("graph_put_nodes", this.nodes, () -> {
				for (int i = 0; i < this.nodes; i += BATCH) {
					graph.putNodes(nodeRows.subList(i, Math.min(i + BATCH, this.nodes)));
				}
			});
			this.figures.time("graph_put_edges", this.edges, () -> {
				for (int i = 0; i < this.edges; i += BATCH) {
					graph.putEdges(edgeRows.subList(i, Math.min(i + BATCH, this.edges)));
				}
			});
			this.figures.time("graph_neighbors (first)", NEIGHBOR_CALLS, () -> neighbors(graph, NEIGHBOR_CALLS));
			this.figures.time("graph_walk (first)", WALK_CALLS, () -> walks(graph, WALK_CALLS));
			neighbors(graph, 4 * NEIGHBOR_CALLS);
			this.figures.time("graph_neighbors", NEIGHBOR_CALLS, () -> neighbors(graph, NEIGHBOR_CALLS));
			walks(graph, 2 * WALK_CALLS);
			this.figures.time("graph_walk", WALK_CALLS, () -> walks(graph, WALK_CALLS));
			System.out.println("  our check: " + database.graphs().info("g") + ", neighbors "
					+ neighbors(graph, NEIGHBOR_CALLS) + ", walk_items " + walks(graph, 50));
		}
		Files.delete(file);
	}

	private List<GraphNode> nodeRows() {
		List<GraphNode> rows = new ArrayList<>(this.nodes);
		for (int i = 0; i < this.nodes; i++) {
			rows.add(new GraphNode(id(i), "doc"));
		}
		return rows;
	}

	private List<GraphEdge> edgeRows() {
		Lcg random = new Lcg(9);
		List<GraphEdge> rows = new ArrayList<>(this.edges);
		for (int i = 0; i < this.edges; i++) {
			String from = id(random.next() % this.nodes);
			String type = TYPES[random.next() % 4];
			rows.add(new GraphEdge(from, type, id(random.next() % this.nodes)));
		}
		return rows;
	}

	private long neighbors(Graph graph, int calls) {
		long found = 0;
		for (int i = 0; i < calls; i++) {
			found += graph.neighbors(NeighborQuery.of(start(i)).limit(100)).size();
		}
		return found;
	}

	private long walks(Graph graph, int calls) {
		long found = 0;
		for (int i = 0; i < calls; i++) {
			found += graph.walk(WalkQuery.from(start(i)).maxDepth(5).limit(1000)).size();
		}
		return found;
	}

	private String start(int call) {
		return id((int) (call * 7919L % this.nodes));
	}

	private static String id(int i) {
		return String.format("node-%07d", i);
	}

}
