package io.zova.benchmarks.graph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.graph.Graph;
import io.zova.graph.GraphNode;
import io.zova.graph.Neighbor;
import io.zova.graph.NeighborQuery;
import io.zova.graph.WalkQuery;
import io.zova.graph.WalkStep;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Single calls on a random graph with five edges a node: a node, its neighbors, and a
 * walk of depth 5 to 1,000 nodes; with the edges in memory and without.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init")
public class GraphCalls {

	/** The small one suits a quick look: {@code -p nodes=10000}. */
	@Param({ "10000", "100000", "1000000" })
	private int nodes;

	/** Whether the edges may be kept in memory. */
	@Param({ "true", "false" })
	private boolean resident;

	private Path folder;

	private ZovaDatabase database;

	private Graph graph;

	private int next;

	@Setup
	public void open() throws IOException {
		this.folder = Files.createTempDirectory("graph-calls");
		ZovaOptions.Builder options = ZovaOptions.builder();
		if (!this.resident) {
			options.graphResidentMemory(0);
		}
		this.database = ZovaDatabase.create(this.folder.resolve("bench.zova"), options.build());
		this.graph = this.database.graphs().graph("g");
		this.database.graphs().load(RandomGraph.of("g", this.nodes, 5));
		while (this.resident && this.database.statistics().graphs().loads() == 0) {
			walk();
		}
	}

	@TearDown
	public void close() throws IOException {
		this.database.close();
		Files.walk(this.folder).sorted((a, b) -> b.compareTo(a)).forEach((path) -> path.toFile().delete());
	}

	private String id() {
		this.next = (this.next + 7919) % this.nodes;
		return RandomGraph.id(this.next);
	}

	@Benchmark
	public GraphNode node() {
		return this.graph.getNode(id());
	}

	@Benchmark
	public List<Neighbor> neighbors() {
		return this.graph.neighbors(NeighborQuery.of(id()).limit(100));
	}

	@Benchmark
	public List<WalkStep> walk() {
		return this.graph.walk(WalkQuery.from(id()).maxDepth(5).limit(1_000));
	}

}
