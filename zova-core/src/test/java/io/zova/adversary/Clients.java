package io.zova.adversary;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Threads that use a database at the same time.
 */
final class Clients {

	private static final int COUNT = 3;

	private Clients() {
	}

	/**
	 * Runs some of them to their end.
	 * @param <T> what each comes back with
	 * @param first the number of the first
	 * @param work what the one of a number does
	 * @return what they came back with
	 * @throws Exception if one failed
	 */
	static <T> List<T> run(int first, IntFunction<Callable<T>> work) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(COUNT);
		try {
			List<T> results = new ArrayList<>();
			for (Future<T> result : threads.invokeAll(IntStream.range(first, first + COUNT).mapToObj(work).toList())) {
				results.add(result.get());
			}
			return results;
		}
		finally {
			threads.shutdownNow();
		}
	}

}
