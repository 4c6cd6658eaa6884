package io.zova;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What tests do with a second thread.
 */
public final class OtherThreads {

	private static final int PATIENCE_SECONDS = 30;

	private OtherThreads() {
	}

	/** Waits until something is so. */
	public static void await(BooleanSupplier condition) {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
		}
	}

	/** Waits until another thread has got so far. */
	public static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("the other thread has got so far").isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Waits for all. */
	public static void await(CyclicBarrier barrier) {
		try {
			barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException | BrokenBarrierException | TimeoutException ex) {
			throw new AssertionError("not all have got so far", ex);
		}
	}

	/** Waits until a thread waits for something that has a deadline. */
	public static void awaitParked(Thread thread) {
		await(() -> {
			assertThat(thread.getState()).isNotEqualTo(Thread.State.TERMINATED);
			return thread.getState() == Thread.State.TIMED_WAITING;
		});
	}

	public static void inAnotherThread(Runnable task) {
		Thread[] thread = new Thread[1];
		CompletableFuture<Void> done = new CompletableFuture<>();
		thread[0] = new Thread(() -> {
			try {
				task.run();
				done.complete(null);
			}
			catch (Throwable ex) {
				done.completeExceptionally(ex);
			}
		});
		thread[0].start();
		try {
			done.get(20, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw new AssertionError(ex.getCause());
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

}
