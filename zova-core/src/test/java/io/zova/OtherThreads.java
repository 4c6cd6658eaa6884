package io.zova;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What tests do with a second thread.
 */
public final class OtherThreads {

	private OtherThreads() {
	}

	public static void awaitParked(Thread thread) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
		while (thread.getState() != Thread.State.TIMED_WAITING) {
			assertThat(System.nanoTime()).as("the thread waits").isLessThan(deadline);
			assertThat(thread.isAlive()).isTrue();
			Thread.sleep(1);
		}
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
