package io.zova.benchmarks.vector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import io.zova.vector.ElementType;
import io.zova.vector.Metric;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorMatch;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorTemplate;

/**
 * Stores vectors in batches, then searches for the nearest: one query at a time, as the
 * real engine's benchmark does, and from many threads at once.
 * <p>
 * Arguments: number of vectors, dimensions, then optionally metric, element type, queries
 * in a round, rounds, threads. Prints what the real engine's {@code bench vectors} prints
 * as {@code check}, so that the answers can be compared.
 */
public final class VectorBenchmark {

	private static final int BATCH = 1000;

	private static final int LIMIT = 10;

	private VectorBenchmark() {
	}

	public static void main(String[] arguments) throws IOException, InterruptedException {
		int count = number(arguments, 0, 100_000);
		int dimensions = number(arguments, 1, 384);
		Metric metric = (arguments.length > 2) ? Metric.valueOf(arguments[2].toUpperCase(Locale.ROOT)) : Metric.COSINE;
		ElementType type = (arguments.length > 3) ? ElementType.valueOf(arguments[3].toUpperCase(Locale.ROOT))
				: ElementType.F32;
		int queries = number(arguments, 4, 200);
		int rounds = number(arguments, 5, 7);
		int threads = number(arguments, 6, 32);
		Path directory = Files.createTempDirectory("zova-vectors");
		Path file = directory.resolve("bench.zova");
		PeerVectors data = new PeerVectors(type, dimensions, count);
		System.out.printf("%,d vectors of %d %s, %s%n", count, dimensions, type, metric);
		try {
			try (ZovaDatabase database = ZovaDatabase.create(file)) {
				store(database, new VectorSpace(dimensions, metric, type), data, count);
			}
			List<VectorQuery> searches = new ArrayList<>();
			for (int i = 0; i < queries; i++) {
				searches.add(VectorQuery.near(data.query()).limit(LIMIT));
			}
			try (ZovaDatabase database = ZovaDatabase.open(file, memory(Long.MAX_VALUE / 2))) {
				search(database.vectors(), searches, rounds, threads, (long) count * dimensions * type.bytes());
			}
			if ((long) count * dimensions <= 40_000_000L) {
				try (ZovaDatabase database = ZovaDatabase.open(file, memory(0))) {
					scan(database.vectors(), searches);
				}
			}
		}
		finally {
			Files.deleteIfExists(file);
			Files.deleteIfExists(directory);
		}
	}

	private static ZovaOptions memory(long bytes) {
		return ZovaOptions.builder().vectorResidentMemory(bytes).build();
	}

	private static int number(String[] arguments, int index, int otherwise) {
		return (arguments.length > index) ? Integer.parseInt(arguments[index]) : otherwise;
	}

	private static void store(ZovaDatabase database, VectorSpace space, PeerVectors data, int count) {
		VectorCollection docs = database.vectors().create("docs", space);
		double[] rates = new double[(count + BATCH - 1) / BATCH];
		double seconds = 0;
		for (int batch = 0; batch < rates.length; batch++) {
			List<VectorEntry> entries = new ArrayList<>(BATCH);
			while (data.hasNext() && entries.size() < BATCH) {
				entries.add(data.next());
			}
			long start = System.nanoTime();
			docs.putAll(entries);
			double took = (System.nanoTime() - start) / 1e9;
			seconds += took;
			rates[batch] = entries.size() / took;
		}
		Arrays.sort(rates);
		System.out.printf("put many, %d a batch       %,10.0f /s in all, %,.0f /s median batch%n", BATCH,
				count / seconds, rates[rates.length / 2]);
	}

	private static void search(VectorTemplate vectors, List<VectorQuery> searches, int rounds, int threads,
			long rawBytes) throws InterruptedException {
		VectorCollection docs = vectors.collection("docs");
		long start = System.nanoTime();
		List<VectorMatch> first = docs.search(searches.get(0));
		System.out.printf("first search, index built  %10.1f ms%n", (System.nanoTime() - start) / 1e6);
		System.out.printf("resident memory            %10.1f MB, %.3f of the raw vectors%n",
				vectors.statistics().residentBytes() / 1e6, (double) vectors.statistics().residentBytes() / rawBytes);
		double[] medians = new double[rounds];
		double[] all = new double[searches.size()];
		int found = 0;
		for (int round = 0; round < rounds; round++) {
			found = 0;
			for (int i = 0; i < all.length; i++) {
				start = System.nanoTime();
				found += docs.search(searches.get(i)).size();
				all[i] = (System.nanoTime() - start) / 1e6;
			}
			Arrays.sort(all);
			medians[round] = all[all.length / 2];
			System.out.printf("  round %d: median %.3f ms, best %.3f, p90 %.3f%n", round, medians[round], all[0],
					all[all.length * 9 / 10]);
		}
		Arrays.sort(medians);
		System.out.printf("search, top %d              %10.3f ms (median of %d rounds; best round %.3f, worst %.3f)%n",
				LIMIT, medians[rounds / 2], rounds, medians[0], medians[rounds - 1]);
		System.out.printf("found %d in all; first query: %s%n", found, first);
		for (int n : new int[] { 1, 2, threads }) {
			System.out.printf("%3d threads               %10.0f searches/s%n", n, throughput(docs, searches, n));
		}
	}

	private static double throughput(VectorCollection docs, List<VectorQuery> searches, int threads)
			throws InterruptedException {
		Thread[] workers = new Thread[threads];
		int each = Math.max(1, 2 * searches.size() / threads);
		long start = System.nanoTime();
		for (int i = 0; i < threads; i++) {
			int offset = i;
			workers[i] = new Thread(() -> {
				for (int j = 0; j < each; j++) {
					docs.search(searches.get((offset + j) % searches.size()));
				}
			});
			workers[i].start();
		}
		for (Thread worker : workers) {
			worker.join();
		}
		return threads * each / ((System.nanoTime() - start) / 1e9);
	}

	private static void scan(VectorTemplate vectors, List<VectorQuery> searches) {
		VectorCollection docs = vectors.collection("docs");
		double[] all = new double[5];
		for (int i = 0; i < all.length; i++) {
			long start = System.nanoTime();
			docs.search(searches.get(i));
			all[i] = (System.nanoTime() - start) / 1e6;
		}
		Arrays.sort(all);
		System.out.printf("plain scan in the database %10.1f ms%n", all[all.length / 2]);
	}

}
