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
import io.zova.benchmarks.Contender;
import io.zova.benchmarks.Measured;
import io.zova.benchmarks.RealEngine;
import io.zova.benchmarks.SampleData;
import io.zova.benchmarks.Workload;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorMatch;
import io.zova.vector.VectorSpace;

/**
 * The ten nearest vectors by cosine, exactly, in collections of growing size.
 */
public final class ExactSearch {

	static final int QUERIES = 20;

	static final int LIMIT = 10;

	private static final int BATCH = 1_000;

	private ExactSearch() {
	}

	/**
	 * The workloads.
	 * @param full whether with the large sizes
	 * @return the workloads
	 */
	public static List<Workload> workloads(boolean full) {
		List<Workload> workloads = new ArrayList<>();
		for (int count : full ? new int[] { 10_000, 100_000 } : new int[] { 10_000, 30_000 }) {
			Data data = new Data(count, 384);
			workloads.add(new Workload("vectors-" + count / 1_000 + "k",
					"%,d vectors of 384 f32 elements: put 1,000 a batch; exact top 10 by cosine".formatted(count),
					List.of(new Ours(data),
							new RealEngine("vectors", Map.of("n", count, "dim", 384, "queries", QUERIES),
									List.of("first_query")),
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
		public Measured run(Path folder) throws Exception {
			Measured measured = Measured.start();
			SampleData random = new SampleData(42);
			try (ZovaDatabase database = ZovaDatabase.create(folder.resolve("bench.zova"))) {
				VectorCollection docs = database.vectors().create("docs", VectorSpace.cosine(this.data.dimensions()));
				long nanos = 0;
				for (int first = 0; first < this.data.count(); first += BATCH) {
					List<VectorEntry> batch = new ArrayList<>(BATCH);
					for (int i = first; i < Math.min(first + BATCH, this.data.count()); i++) {
						batch.add(VectorEntry.of(id(i), random.vector(this.data.dimensions())));
					}
					long start = System.nanoTime();
					docs.putMany(batch);
					nanos += System.nanoTime() - start;
				}
				measured.perSecond().put("vector_put_many", this.data.count() * 1e9 / nanos);
				List<float[]> queries = new ArrayList<>();
				for (int i = 0; i < QUERIES; i++) {
					queries.add(random.vector(this.data.dimensions()));
				}
				measured.check("first_query",
						docs.search(LIMIT, queries.get(0)).stream().map(VectorMatch::id).toList());
				measured.time("vector_search", QUERIES, () -> {
					for (float[] query : queries) {
						docs.search(LIMIT, query);
					}
				});
			}
			return measured;
		}

	}

}
