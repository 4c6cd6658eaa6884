package io.zova.object;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that hash long content beside the caller. They take what they are given in
 * order, never wait for one another, and end when they have nothing to do. Not the common
 * pool: where that has one thread only, {@code CompletableFuture} starts a thread for
 * each task instead.
 */
final class Hashing {

	static final Executor THREADS = threads();

	private static final int MOST_THREADS = 4;

	private static final long IDLE_SECONDS = 10;

	private Hashing() {
	}

	private static Executor threads() {
		int count = Math.max(1, Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors() - 1));
		ThreadPoolExecutor threads = new ThreadPoolExecutor(count, count, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), (task) -> {
					Thread thread = new Thread(task, "zova-hashing");
					thread.setDaemon(true);
					return thread;
				});
		threads.allowCoreThreadTimeOut(true);
		return threads;
	}

}
