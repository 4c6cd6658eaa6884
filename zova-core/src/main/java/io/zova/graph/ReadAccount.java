package io.zova.graph;

import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Adds up what file reads of one graph and direction cost, to decide when to load it, and
 * keeps the graph once it is loaded. Only reads count that one and the same graph in
 * memory would have answered.
 */
final class ReadAccount {

	/** Below this cost the file version isn't checked. */
	private static final long FIRST_LOOK = 100_000;

	private static final int LOOKS = 8;

	private static final int MOST_FAILURES = 10;

	private final AtomicLong paid = new AtomicLong();

	private volatile long nextLook = FIRST_LOOK;

	private volatile @Nullable GraphInMemory resident;

	private volatile long lastUsed;

	private @Nullable Period period;

	private int failures;

	@Nullable GraphInMemory resident() {
		return this.resident;
	}

	void resident(@Nullable GraphInMemory graph) {
		this.resident = graph;
	}

	void used() {
		this.lastUsed = System.nanoTime();
	}

	/**
	 * How long it was not asked.
	 * @param now the time
	 */
	long idle(long now) {
		return now - this.lastUsed;
	}

	/**
	 * Adds costs.
	 * @param cost about as many nanoseconds
	 * @return whether it is time to {@linkplain #settle look}
	 */
	boolean pay(long cost) {
		return this.paid.addAndGet(cost) >= this.nextLook;
	}

	/** Takes costs back that no graph in memory could have saved. */
	void refund(long cost) {
		this.paid.addAndGet(-cost);
	}

	/**
	 * Looks whether the graph should be read now.
	 * @param now what a graph in memory would have to match
	 * @param price asks for the cost of reading the graph
	 * @return whether enough was paid
	 */
	<X extends Exception> boolean settle(Period now, Price<X> price) throws X {
		if (isNew(now)) {
			return false;
		}
		// Without the monitor: asking may have to wait for a writer to let readers in.
		return settle(now, price.get());
	}

	private synchronized boolean isNew(Period now) {
		if (now.equals(this.period)) {
			return false;
		}
		restart(now);
		return true;
	}

	private synchronized boolean settle(Period now, long price) {
		if (!now.equals(this.period)) {
			// Another has looked meanwhile.
			return false;
		}
		long due = price << this.failures;
		long soFar = this.paid.get();
		if (soFar >= due) {
			restart(now);
			return true;
		}
		this.nextLook = Math.min(due, soFar + Math.max(FIRST_LOOK, due / LOOKS));
		return false;
	}

	private void restart(Period now) {
		this.period = now;
		this.paid.set(0);
		this.nextLook = FIRST_LOOK;
	}

	/** Lets the next attempt wait twice as long. */
	synchronized void failed() {
		this.failures = Math.min(MOST_FAILURES, this.failures + 1);
	}

	synchronized void succeeded() {
		this.failures = 0;
	}

	/**
	 * A time in which the graph has not changed but at marked nodes.
	 *
	 * @param version the version of the file
	 * @param rewritten how often this process has changed more of the graph than it marks
	 */
	record Period(long version, long rewritten) {
	}

	/**
	 * Finds out what reading the graph costs.
	 *
	 * @param <X> what may go wrong
	 */
	@FunctionalInterface
	interface Price<X extends Exception> {

		long get() throws X;

	}

}
