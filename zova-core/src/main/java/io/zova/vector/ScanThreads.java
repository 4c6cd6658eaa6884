package io.zova.vector;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Lends threads to large scans: at most one fewer than there are processors, all searches
 * together, because each caller works too. A scan never waits for a thread that has not
 * begun; under many concurrent searches each simply runs on its caller.
 */
final class ScanThreads implements AutoCloseable {

	/** Below this, waking another thread costs more than it saves. */
	private static final long BYTES_PER_THREAD = 2 << 20;

	private static final AtomicInteger NUMBER = new AtomicInteger();

	private final int helpers;

	private final ThreadPoolExecutor pool;

	/** How many scans are going on: each has a processor to itself, with luck. */
	private final AtomicInteger scanning = new AtomicInteger();

	ScanThreads(int helpers) {
		this.helpers = helpers;
		this.pool = new ThreadPoolExecutor(0, Math.max(1, helpers), 30, TimeUnit.SECONDS, new SynchronousQueue<>(),
				(task) -> {
					Thread thread = new Thread(task, "zova-vector-scan-" + NUMBER.incrementAndGet());
					thread.setDaemon(true);
					return thread;
				});
	}

	static ScanThreads forThisMachine() {
		return new ScanThreads(Runtime.getRuntime().availableProcessors() - 1);
	}

	/** Into how many parts a scan of the blocks for so many queries should be divided. */
	int share(List<VectorBlock> blocks, int queries) {
		if (blocks.isEmpty()) {
			return 1;
		}
		long bytes = 4L * queries * blocks.get(0).columns().capacity() * blocks.size();
		return 1 + (int) Math.min(this.helpers, bytes / BYTES_PER_THREAD);
	}

	/** Runs the first part here and the others where a thread is free, then returns. */
	void run(Runnable[] parts) {
		int others = Math.min(parts.length - 1, this.helpers - this.scanning.getAndIncrement());
		try {
			run(parts, Math.max(others, 0));
		}
		finally {
			this.scanning.decrementAndGet();
		}
	}

	private void run(Runnable[] parts, int helping) {
		Part[] others = new Part[helping];
		int started = 0;
		try {
			while (started < others.length) {
				others[started] = new Part(parts[started + 1]);
				this.pool.execute(others[started]);
				started++;
			}
		}
		catch (RejectedExecutionException ex) {
			// All are busy with other searches: fewer parts then do the work.
		}
		try {
			parts[0].run();
		}
		finally {
			for (int i = 0; i < started; i++) {
				others[i].finish();
			}
		}
		for (int i = 0; i < started; i++) {
			others[i].throwFailure();
		}
	}

	/**
	 * Runs work on another thread, if one is free.
	 * @return the running work, or nothing if it was not started
	 */
	@Nullable Part tryStart(Runnable work) {
		Part part = new Part(work);
		try {
			if (this.helpers > 0) {
				this.pool.execute(part);
				return part;
			}
		}
		catch (RejectedExecutionException ex) {
			// All are busy with searches.
		}
		return null;
	}

	@Override
	public void close() {
		this.pool.shutdownNow();
	}

	/** Is begun either by a thread of the pool or, in order to skip it, by the caller. */
	static final class Part implements Runnable {

		private final Runnable work;

		private final AtomicBoolean begun = new AtomicBoolean();

		private final CountDownLatch done = new CountDownLatch(1);

		private volatile @Nullable Throwable failure;

		Part(Runnable work) {
			this.work = work;
		}

		@Override
		public void run() {
			if (this.begun.compareAndSet(false, true)) {
				try {
					this.work.run();
				}
				catch (RuntimeException | Error ex) {
					this.failure = ex;
				}
				finally {
					this.done.countDown();
				}
			}
		}

		/** Waits for what has begun, which ends within one block; skips what has not. */
		void finish() {
			if (this.begun.compareAndSet(false, true)) {
				return;
			}
			await();
		}

		/** Waits for what was started. */
		void await() {
			Interrupts.defer(() -> {
				this.done.await();
				return true;
			});
		}

		void throwFailure() {
			Throwable thrown = this.failure;
			if (thrown != null) {
				throw new IllegalStateException("A part of a vector scan failed", thrown);
			}
		}

	}

}
