package io.zova.maintenance.check;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.zova.sqlite.lock.Interruption;

/**
 * Lets another thread do what rows need, in their order, while the next ones are read.
 * Little is under way at a time, whatever the size of the rows.
 */
final class Handover implements AutoCloseable {

	private static final int MOST_TASKS = 256;

	private static final int MOST_BYTES = 1 << 18;

	private static final int AHEAD = 4;

	private final ExecutorService thread = Executors.newSingleThreadExecutor((task) -> {
		Thread created = new Thread(task, "zova-check");
		created.setDaemon(true);
		return created;
	});

	private final Deque<Future<?>> underWay = new ArrayDeque<>();

	private List<Runnable> next = new ArrayList<>();

	private long bytes;

	void put(Runnable task, int size) throws SQLException {
		this.next.add(task);
		this.bytes += size;
		if (this.next.size() >= MOST_TASKS || this.bytes >= MOST_BYTES) {
			send();
			if (this.underWay.size() > AHEAD) {
				await(this.underWay.remove());
			}
		}
	}

	private void send() {
		List<Runnable> tasks = this.next;
		this.underWay.add(this.thread.submit(() -> tasks.forEach(Runnable::run)));
		this.next = new ArrayList<>();
		this.bytes = 0;
	}

	/** Waits until everything is done. */
	void finish() throws SQLException {
		send();
		while (!this.underWay.isEmpty()) {
			await(this.underWay.remove());
		}
	}

	private static void await(Future<?> tasks) throws SQLException {
		try {
			tasks.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			Interruption.check("checking the database");
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) ex.getCause();
		}
	}

	/** What has been found is complete then, also if the check is given up. */
	@Override
	public void close() {
		this.thread.shutdown();
		boolean interrupted = false;
		while (!this.thread.isTerminated()) {
			try {
				this.thread.awaitTermination(1, TimeUnit.MINUTES);
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
