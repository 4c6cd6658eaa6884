package io.zova.benchmarks.sidebyside;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.RealEngine;
import io.zova.benchmarks.SampleData;
import io.zova.benchmarks.Workload;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorMatch;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import org.jspecify.annotations.Nullable;

/**
 * The ten nearest vectors by cosine, exactly, in collections of growing size.
 */
public final class ExactSearch {

	static final int QUERIES = 20;

	static final int LIMIT = 10;

	static final int BATCH = 1_000;

	/** How often the queries are repeated, until the JIT compiler is done with them. */
	private static final int WARM_UP = 10;

	/** So many are stored and read until the same is true for that. */
	private static final int WARM_UP_VECTORS = 400_000;

	private static final int THREADS = 32;

	private static final List<Data> SMALL = List.of(new Data(10_000, 384), new Data(30_000, 384));

	private static final List<Data> FULL = List.of(new Data(10_000, 384), new Data(100_000, 384), new Data(50_000, 768),
			new Data(10_000, 128), new Data(100_000, 128), new Data(1_000_000, 128));

	private ExactSearch() {
	}

	/**
	 * The workloads.
	 * @param full whether with the large sizes
	 * @return the workloads
	 */
	public static List<Workload> workloads(boolean full) {
		List<Workload> workloads = new ArrayList<>();
		for (Data data : full ? FULL : SMALL) {
			workloads.add(new Workload(data.name(),
					"%,d vectors of %d f32 elements: put 1,000 a batch; exact top 10 by cosine, after opening and then again"
						.formatted(data.count(), data.dimensions()),
					List.of(new Ours(data), new BareVectorRows(data),
							new ScanningEngine(new RealEngine("vectors",
									Map.of("n", data.count(), "dim", data.dimensions(), "queries", QUERIES),
									List.of("first_query"))),
							new PythonPeer("sqlite-vec", data), new PythonPeer("usearch", data),
							new PythonPeer("numpy", data))));
		}
		return workloads;
	}

	static String id(int number) {
		return "doc-%07d".formatted(number);
	}

	/**
	 * Random vectors, then as many queries.
	 *
	 * @param count how many vectors
	 * @param dimensions how long they are
	 */
	record Data(int count, int dimensions) {

		String name() {
			return "vectors-" + this.count / 1_000 + "k" + ((this.dimensions == 384) ? "" : "x" + this.dimensions);
		}

		int warmUps() {
			return Math.max(1, WARM_UP_VECTORS / this.count);
		}

		void write(Path file) throws IOException {
			SampleData random = new SampleData(42);
			try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
				ByteBuffer bytes = ByteBuffer.allocate(4 * this.dimensions).order(ByteOrder.LITTLE_ENDIAN);
				for (int i = 0; i < this.count + QUERIES; i++) {
					bytes.asFloatBuffer().put(random.vector(this.dimensions));
					out.write(bytes.array());
				}
			}
		}

	}

	/**
	 * Ours.
	 */
	private record Ours(Data data) implements Contender {

		@Override
		public String name() {
			return "ours";
		}

		@Override
		public int warmUps() {
			return this.data.warmUps();
		}

		@Override
		public Measured run(Path folder) throws Exception {
			Measured measured = Measured.start();
			SampleData random = new SampleData(42);
			Path file = folder.resolve("bench.zova");
			try (ZovaDatabase database = ZovaDatabase.create(file)) {
				put(database.vectors().create("docs", VectorSpace.cosine(this.data.dimensions())), random, measured);
			}
			List<VectorQuery> queries = new ArrayList<>();
			for (int i = 0; i < QUERIES; i++) {
				queries.add(VectorQuery.near(random.vector(this.data.dimensions())).limit(LIMIT));
			}
			ZovaOptions options = ZovaOptions.builder().vectorResidentMemory(4L << 30).build();
			try (ZovaDatabase database = ZovaDatabase.open(file, options)) {
				search(database, queries, random.vector(this.data.dimensions()), measured);
			}
			return measured;
		}

		private void put(VectorCollection docs, SampleData random, Measured measured) {
			long nanos = 0;
			for (int first = 0; first < this.data.count(); first += BATCH) {
				List<VectorEntry> batch = new ArrayList<>(BATCH);
				for (int i = first; i < Math.min(first + BATCH, this.data.count()); i++) {
					batch.add(VectorEntry.of(id(i), random.vector(this.data.dimensions())));
				}
				long start = System.nanoTime();
				docs.putAll(batch);
				nanos += System.nanoTime() - start;
			}
			measured.perSecond().put("vector_put_many", this.data.count() * 1e9 / nanos);
		}

		private void search(ZovaDatabase database, List<VectorQuery> queries, float[] later, Measured measured)
				throws Exception {
			VectorCollection docs = database.vectors().collection("docs");
			List<VectorMatch> first = new ArrayList<>();
			measured.time("first_search", 1, () -> first.addAll(docs.search(queries.get(0))));
			measured.check("first_query", first.stream().map(VectorMatch::id).toList());
			for (int i = 0; i < WARM_UP; i++) {
				queries.forEach(docs::search);
			}
			measured.time("vector_search", QUERIES, () -> queries.forEach(docs::search));
			measured.time("vector_search_all", QUERIES, () -> docs.searchAll(queries));
			measured.time("vector_search_by_32_threads", THREADS * QUERIES, () -> byThreads(docs, queries));
			docs.put("later", later);
			measured.time("search_after_put", 1, () -> docs.search(queries.get(1)));
			long bytes = database.vectors().statistics().residentBytes();
			measured.notes()
				.put("memory of the index", "%,d KiB, %.2f times the vectors".formatted(bytes >> 10,
						bytes / (4.0 * this.data.count() * this.data.dimensions())));
		}

		private static void byThreads(VectorCollection docs, List<VectorQuery> queries) throws InterruptedException {
			Thread[] threads = new Thread[THREADS];
			for (int i = 0; i < THREADS; i++) {
				threads[i] = new Thread(() -> queries.forEach(docs::search));
				threads[i].start();
			}
			for (Thread thread : threads) {
				thread.join();
			}
		}

	}

	/**
	 * An engine without an index in memory: each of its searches is like the first.
	 */
	private record ScanningEngine(RealEngine engine) implements Contender {

		@Override
		public String name() {
			return this.engine.name();
		}

		@Override
		public @Nullable String absent() {
			return this.engine.absent();
		}

		@Override
		public Measured run(Path folder) throws Exception {
			Measured measured = this.engine.run(folder);
			Double search = measured.perSecond().get("vector_search");
			if (search != null) {
				measured.perSecond().put("first_search", search);
			}
			return measured;
		}

	}

}
