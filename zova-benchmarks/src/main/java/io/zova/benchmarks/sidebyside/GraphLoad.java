package io.zova.benchmarks.sidebyside;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.RealEngine;
import io.zova.benchmarks.SampleData;
import io.zova.benchmarks.Workload;
import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.GraphNode;
import io.zova.graph.NeighborQuery;
import io.zova.graph.WalkQuery;

import org.springframework.transaction.support.TransactionTemplate;

/**
 * A random graph: nodes and edges in batches, neighbors, and walks of depth 5.
 */
public final class GraphLoad {

	private static final int BATCH = 10_000;

	private static final List<String> TYPES = List.of("cites", "links", "mentions", "follows");

	private GraphLoad() {
	}

	/**
	 * The workload.
	 * @param full whether with the large sizes
	 * @return the workload
	 */
	public static Workload workload(boolean full) {
		int nodes = full ? 100_000 : 20_000;
		int edges = full ? 500_000 : 100_000;
		int neighborCalls = full ? 20_000 : 2_000;
		int walkCalls = full ? 100 : 20;
		return new Workload("graph",
				"%,d nodes, %,d random edges in batches of 10,000, %,d neighbors calls, %,d walks (depth 5, limit 1,000)"
					.formatted(nodes, edges, neighborCalls, walkCalls),
				List.of(new Ours("ours", ZovaOptions.defaults(), nodes, edges, neighborCalls, walkCalls),
						new Ours("ours, 64 MiB cache", ZovaOptions.builder().cacheSizeKiB(64 << 10).build(), nodes,
								edges, neighborCalls, walkCalls),
						new RealEngine(
								"graph", Map.of("nodes", nodes, "edges", edges, "neighbor_calls", neighborCalls,
										"walk_calls", walkCalls),
								List.of("node_count", "edge_count", "neighbors", "walk_items"))));
	}

	/**
	 * Ours.
	 */
	private record Ours(String name, ZovaOptions options, int nodes, int edges, int neighborCalls,
			int walkCalls) implements Contender {

		@Override
		public Measured run(Path folder) throws Exception {
			Measured measured = Measured.start();
			try (ZovaDatabase database = ZovaDatabase.create(folder.resolve("bench.zova"), this.options)) {
				Graph graph = database.graphs().create("g");
				List<GraphNode> allNodes = nodeRows();
				measured.time("graph_put_nodes", this.nodes, () -> {
					for (int i = 0; i < this.nodes; i += BATCH) {
						graph.putNodes(allNodes.subList(i, Math.min(i + BATCH, this.nodes)));
					}
				});
				List<GraphEdge> allEdges = edges(allNodes);
				measured.time("graph_put_edges", this.edges, () -> putInBatches(graph, allEdges));
				ask(measured, graph);
				GraphNotes.add(measured, database);
				measured.check("node_count", database.graphs().info("g").nodeCount());
				measured.check("edge_count", database.graphs().info("g").edgeCount());
			}
			putAtOnce(measured, "graph_put_edges_in_one_call", folder.resolve("one-call.zova"),
					(database, all) -> database.graphs().graph("g").putEdges(all));
			putAtOnce(measured, "graph_put_edges_in_one_transaction", folder.resolve("one-transaction.zova"),
					(database, all) -> new TransactionTemplate(database.transactionManager())
						.executeWithoutResult((status) -> putInBatches(database.graphs().graph("g"), all)));
			return measured;
		}

		private void putAtOnce(Measured measured, String name, Path file, BiConsumer<ZovaDatabase, List<GraphEdge>> put)
				throws Exception {
			try (ZovaDatabase database = ZovaDatabase.create(file, this.options)) {
				database.graphs().create("g");
				List<GraphNode> allNodes = nodeRows();
				database.graphs().graph("g").putNodes(allNodes);
				List<GraphEdge> allEdges = edges(allNodes);
				measured.time(name, this.edges, () -> put.accept(database, allEdges));
			}
		}

		private static void putInBatches(Graph graph, List<GraphEdge> all) {
			for (int i = 0; i < all.size(); i += BATCH) {
				graph.putEdges(all.subList(i, Math.min(i + BATCH, all.size())));
			}
		}

		private List<GraphNode> nodeRows() {
			List<GraphNode> allNodes = new ArrayList<>();
			for (int i = 0; i < this.nodes; i++) {
				allNodes.add(new GraphNode(id(i), "doc"));
			}
			return allNodes;
		}

		private void ask(Measured measured, Graph graph) throws Exception {
			long[] found = new long[3];
			// The graph is read into memory meanwhile.
			measured.time("graph_neighbors_first", this.neighborCalls, () -> found[2] = neighbors(graph));
			measured.time("graph_neighbors", this.neighborCalls, () -> found[0] = neighbors(graph));
			measured.time("graph_walk", this.walkCalls, () -> {
				for (int i = 0; i < this.walkCalls; i++) {
					found[1] += graph.walk(WalkQuery.from(pick(i)).maxDepth(5).limit(1000)).size();
				}
			});
			measured.check("neighbors", found[0]);
			measured.check("walk_items", found[1]);
			if (found[2] != found[0]) {
				throw new IllegalStateException("First " + found[2] + " neighbors, then " + found[0]);
			}
		}

		private long neighbors(Graph graph) {
			long found = 0;
			for (int i = 0; i < this.neighborCalls; i++) {
				found += graph.neighbors(NeighborQuery.of(pick(i)).limit(100)).size();
			}
			return found;
		}

		private List<GraphEdge> edges(List<GraphNode> all) {
			SampleData random = new SampleData(9);
			List<GraphEdge> edges = new ArrayList<>();
			for (int i = 0; i < this.edges; i++) {
				String from = all.get(random.next() % this.nodes).id();
				String type = TYPES.get(random.next() % 4);
				edges.add(new GraphEdge(from, type, all.get(random.next() % this.nodes).id()));
			}
			return edges;
		}

		private String pick(int call) {
			return id((int) ((call * 7919L) % this.nodes));
		}

		private static String id(int number) {
			return "node-%07d".formatted(number);
		}

	}

}
