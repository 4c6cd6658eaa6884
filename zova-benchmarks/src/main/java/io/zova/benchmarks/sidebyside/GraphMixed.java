package io.zova.benchmarks.sidebyside;

import java.nio.file.Path;
import java.util.List;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.Workload;
import io.zova.benchmarks.graph.RandomGraph;
import io.zova.graph.Graph;
import io.zova.graph.GraphEdge;
import io.zova.graph.NeighborQuery;
import io.zova.graph.WalkQuery;

/**
 * A graph that is read while it grows, as an application does it: an edge is put with a
 * commit of its own, then some neighbors are asked for and a walk is made.
 */
public final class GraphMixed {

	private static final int WARM_UP = 20_000;

	private static final int NEIGHBORS = 50;

	private GraphMixed() {
	}

	/**
	 * The workload.
	 * @param full whether with the large sizes
	 * @return the workload
	 */
	public static Workload workload(boolean full) {
		int nodes = full ? 100_000 : 20_000;
		int edges = full ? 2_000 : 500;
		return new Workload("graph-mixed",
				("%,d nodes, %,d edges in memory; %,d times an edge put, %d neighbors calls, a walk (depth 5, limit"
						+ " 1,000); write-ahead log, synchronous NORMAL")
					.formatted(nodes, 5 * nodes, edges, NEIGHBORS),
				List.of(new Ours(nodes, edges)));
	}

	/**
	 * Ours.
	 *
	 * @param nodes the size of the graph
	 * @param edges how many edges are put
	 */
	private record Ours(int nodes, int edges) implements Contender {

		@Override
		public String name() {
			return "ours";
		}

		@Override
		public Measured run(Path folder) throws Exception {
			Measured measured = Measured.start();
			ZovaOptions options = ZovaOptions.builder()
				.journalMode(ZovaOptions.JournalMode.WAL)
				.synchronous(ZovaOptions.Synchronous.NORMAL)
				.build();
			try (ZovaDatabase database = ZovaDatabase.create(folder.resolve("bench.zova"), options)) {
				database.graphs().load(RandomGraph.of("g", this.nodes, 5));
				Graph graph = database.graphs().graph("g");
				for (int i = 0; i < WARM_UP; i++) {
					neighbors(graph, i);
				}
				measured.time("graph_mixed_neighbors", (long) this.edges * NEIGHBORS, () -> {
					for (int i = 0; i < this.edges; i++) {
						put(graph, i, "seen");
						for (int call = 0; call < NEIGHBORS; call++) {
							neighbors(graph, i * NEIGHBORS + call);
						}
					}
				});
				measured.time("graph_mixed_walk", this.edges, () -> {
					for (int i = 0; i < this.edges; i++) {
						put(graph, i, "walked");
						graph.walk(WalkQuery.from(pick(i)).maxDepth(5).limit(1000));
					}
				});
				GraphNotes.add(measured, database);
			}
			return measured;
		}

		private void put(Graph graph, int call, String type) {
			graph.putEdge(new GraphEdge(pick(call), type, pick(call + 1)));
		}

		private void neighbors(Graph graph, int call) {
			graph.neighbors(NeighborQuery.of(pick(call)).limit(100));
		}

		private String pick(int call) {
			return RandomGraph.id((int) (call * 7919L % this.nodes));
		}

	}

}
