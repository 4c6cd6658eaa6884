package io.zova.benchmarks.vector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.vector.ElementType;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorMatch;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The ten nearest of a collection in memory, by one thread, by many at once and for many
 * queries in one call, and vectors stored by the thousand.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init")
public class VectorCalls {

	private static final int BATCH = 1_000;

	/**
	 * A collection that is only searched.
	 */
	@State(Scope.Benchmark)
	@SuppressWarnings("NullAway.Init")
	public static class Filled {

		/** Larger on request: {@code -p size=50000x768,1000000x128}. */
		@Param({ "10000x384", "100000x384" })
		private String size;

		private Path folder;

		private ZovaDatabase database;

		private VectorCollection docs;

		private final List<VectorQuery> queries = new ArrayList<>();

		@Setup
		public void open() throws IOException {
			int cross = this.size.indexOf('x');
			int count = Integer.parseInt(this.size.substring(0, cross));
			int dimensions = Integer.parseInt(this.size.substring(cross + 1));
			this.folder = Files.createTempDirectory("vector-calls");
			this.database = ZovaDatabase.create(this.folder.resolve("bench.zova"),
					ZovaOptions.builder().vectorResidentMemory(4L << 30).build());
			PeerVectors data = new PeerVectors(ElementType.F32, dimensions, count);
			this.docs = this.database.vectors().create("docs", VectorSpace.cosine(dimensions));
			this.docs.putAll(data);
			for (int i = 0; i < 20; i++) {
				this.queries.add(VectorQuery.near(data.query()));
			}
		}

		@TearDown
		public void close() throws IOException {
			this.database.close();
			delete(this.folder);
		}

	}

	/**
	 * Where one thread is in the list of queries.
	 */
	@State(Scope.Thread)
	public static class Position {

		private int next;

	}

	/**
	 * A collection that is filled, anew in each iteration.
	 */
	@State(Scope.Benchmark)
	@SuppressWarnings("NullAway.Init")
	public static class Filling {

		private Path folder;

		private ZovaDatabase database;

		private VectorCollection docs;

		private final List<VectorEntry> entries = new ArrayList<>();

		private int next;

		@Setup(Level.Iteration)
		public void create() throws IOException {
			this.folder = Files.createTempDirectory("vector-calls");
			this.database = ZovaDatabase.create(this.folder.resolve("bench.zova"));
			this.docs = this.database.vectors().create("docs", VectorSpace.cosine(384));
			if (this.entries.isEmpty()) {
				new PeerVectors(ElementType.F32, 384, BATCH).forEachRemaining(this.entries::add);
			}
			this.next = 0;
		}

		private List<VectorEntry> batch() {
			List<VectorEntry> batch = new ArrayList<>(BATCH);
			for (VectorEntry entry : this.entries) {
				batch.add(new VectorEntry("doc-%09d".formatted(this.next++), entry.values()));
			}
			return batch;
		}

		@TearDown(Level.Iteration)
		public void close() throws IOException {
			this.database.close();
			delete(this.folder);
		}

	}

	private static void delete(Path folder) throws IOException {
		try (var files = Files.walk(folder)) {
			files.sorted((a, b) -> b.compareTo(a)).forEach((path) -> path.toFile().delete());
		}
	}

	@Benchmark
	public List<VectorMatch> search(Filled filled, Position position) {
		return filled.docs.search(filled.queries.get(position.next++ % filled.queries.size()));
	}

	@Benchmark
	@Threads(32)
	public List<VectorMatch> searchBy32Threads(Filled filled, Position position) {
		return search(filled, position);
	}

	@Benchmark
	@OperationsPerInvocation(20)
	public List<List<VectorMatch>> searchAll(Filled filled) {
		return filled.docs.searchAll(filled.queries);
	}

	/**
	 * The time for each vector; making the batch of ids is part of it.
	 */
	@Benchmark
	@OperationsPerInvocation(BATCH)
	public void putMany(Filling filling) {
		filling.docs.putAll(filling.batch());
	}

}
