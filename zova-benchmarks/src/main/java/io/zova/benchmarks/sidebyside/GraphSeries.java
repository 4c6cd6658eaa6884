package io.zova.benchmarks.sidebyside;

import java.nio.file.Path;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.Workload;
import io.zova.benchmarks.graph.RandomGraph;
import io.zova.graph.FreshGraph;
import io.zova.graph.Graph;
import io.zova.graph.NeighborQuery;
import io.zova.graph.WalkQuery;

/**
 * The same calls on graphs of growing size: what a call costs must not grow beyond the
 * depth of the indexes.
 */
public final class GraphSeries {

	private static final int CALLS = 20_000;

	private static final int WALKS = 200;

	private static final int MOST_WALKS_BEFORE = 5_000;

	private GraphSeries() {
	}

	/**
	 * The workload.
	 * @param full whether with the large sizes
	 * @return the workload
	 */
	public static Workload workload(boolean full) {
		List<Integer> sizes = full ? List.of(10_000, 100_000, 1_000_000) : List.of(10_000, 50_000);
		return new Workload("graph-series",
				"random graphs with 5 edges a node: %,d nodes got, %,d neighbors calls, %,d walks (depth 5, limit 1,000)"
					.formatted(CALLS, CALLS, WALKS),
				sizes.stream()
					.<Contender>map((nodes) -> new Sized("ours, %,d nodes".formatted(nodes), nodes))
					.toList());
	}

	/**
	 * Ours with a graph of some size.
	 */
	private record Sized(String name, int nodes) implements Contender {

		@Override
		public Measured run(Path folder) throws Exception {
			Measured measured = Measured.start();
			try (ZovaDatabase database = ZovaDatabase.create(folder.resolve("bench.zova"))) {
				Graph graph = database.graphs().graph("g");
				FreshGraph fresh = RandomGraph.of("g", this.nodes, 5);
				measured.time("graph_load_edges", this.nodes * 5L, () -> database.graphs().load(fresh));
				measured.time("graph_get_node", CALLS, () -> {
					for (int i = 0; i < CALLS; i++) {
						graph.getNode(pick(i));
					}
				});
				// The graph is read into memory meanwhile.
				measured.time("graph_neighbors_first", 3 * CALLS, () -> {
					for (int round = 0; round < 3; round++) {
						neighbors(graph);
					}
				});
				measured.notes().put("walks until the edges are in memory", String.valueOf(warmUp(database)));
				measured.time("graph_neighbors", CALLS, () -> neighbors(graph));
				measured.time("graph_walk", WALKS, () -> {
					for (int i = 0; i < WALKS; i++) {
						walk(graph, i);
					}
				});
				GraphNotes.add(measured, database);
			}
			return measured;
		}

		/** Reading a large graph has to pay first. */
		private int warmUp(ZovaDatabase database) {
			int walks = 0;
			while (database.statistics().graphs().loads() == 0 && walks < MOST_WALKS_BEFORE) {
				walk(database.graphs().graph("g"), walks++);
			}
			return walks;
		}

		private void walk(Graph graph, int call) {
			graph.walk(WalkQuery.from(pick(call)).maxDepth(5).limit(1000));
		}

		private void neighbors(Graph graph) {
			for (int i = 0; i < CALLS; i++) {
				graph.neighbors(NeighborQuery.of(pick(i)).limit(100));
			}
		}

		private String pick(int call) {
			return RandomGraph.id((int) ((call * 7919L) % this.nodes));
		}

	}

}
