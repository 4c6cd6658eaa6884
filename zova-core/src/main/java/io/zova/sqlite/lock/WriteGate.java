package io.zova.sqlite.lock;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/**
 * Lets one connection of this process write a file at a time, in the order of asking.
 * <p>
 * SQLite allows one writer per file and answers everybody else {@code SQLITE_BUSY}, after
 * polling with growing sleeps in which the luckiest, not the first, gets on. Here the
 * threads of a process queue in memory instead: the semaphore is fair, waiting parks the
 * thread (a virtual one leaves its carrier), can be interrupted, and ends at a deadline
 * with a message that names who is in the way.
 */
public final class WriteGate {

	private final Semaphore permit = new Semaphore(1, true);

	private volatile @Nullable Holder holder;

	private final LongAdder waits = new LongAdder();

	private final LongAdder waitedNanos = new LongAdder();

	private volatile @Nullable WorkObserver observer;

	/**
	 * Waits for the gate.
	 * @param owner the connection that will write
	 * @param deadline when to give up
	 * @throws SQLException if the deadline passed, the thread was interrupted, or the
	 * wait could never end because this very thread holds the gate through another
	 * connection
	 */
	void enter(Object owner, Deadline deadline) throws SQLException {
		try {
			// Not tryAcquire() without a time, which would push in front of the queue.
			if (!this.permit.tryAcquire(0, TimeUnit.NANOSECONDS)) {
				await(deadline);
			}
		}
		catch (InterruptedException ex) {
			throw LockErrors.interrupted("to write", ex);
		}
		this.holder = new Holder(owner, Thread.currentThread(), System.nanoTime());
	}

	private void await(Deadline deadline) throws SQLException, InterruptedException {
		Holder current = this.holder;
		if (current != null && current.thread == Thread.currentThread()) {
			throw LockErrors.wouldWaitForItself("a write transaction",
					"Join that transaction (PROPAGATION_REQUIRED), or do this work before it begins or after its commit "
							+ "(TransactionSynchronization.afterCommit). A savepoint (PROPAGATION_NESTED) will do with a "
							+ "JDBC transaction manager, but JPA's has none. If that transaction has only read, "
							+ "zova.transaction.begin: first-write makes this possible: it holds no lock then.");
		}
		if (current != null) {
			current.madeWait = true;
		}
		WorkObserver told = this.observer;
		WorkObserver.Work wait = (told != null) ? told.begin(WorkObserver.WAIT_TO_WRITE) : null;
		Throwable failure = null;
		long start = System.nanoTime();
		try {
			if (!this.permit.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
				throw LockErrors.timedOut("to write", deadline, describeHolder());
			}
		}
		catch (SQLException | InterruptedException ex) {
			failure = ex;
			throw ex;
		}
		finally {
			this.waits.increment();
			this.waitedNanos.add(System.nanoTime() - start);
			if (wait != null) {
				wait.end(failure);
			}
		}
	}

	/**
	 * Tells of the waits from now on.
	 * @param newObserver who is told, instead of who was before
	 */
	public void observe(WorkObserver newObserver) {
		this.observer = newObserver;
	}

	/**
	 * How often somebody had to wait.
	 * @return the number of waits that have ended
	 */
	public long waits() {
		return this.waits.sum();
	}

	/**
	 * How long these waits took.
	 * @return the sum
	 */
	public Duration waited() {
		return Duration.ofNanos(this.waitedNanos.sum());
	}

	/**
	 * How many wait now.
	 * @return the number of threads
	 */
	public int waiting() {
		return this.permit.getQueueLength();
	}

	/**
	 * Whether the one who is inside has made others wait.
	 * @return {@code true} if somebody waits, or did and gave up
	 */
	boolean makesWait() {
		Holder current = this.holder;
		return this.permit.hasQueuedThreads() || (current != null && current.madeWait);
	}

	/**
	 * Opens the gate for the next in the queue.
	 * @param owner the connection that entered
	 */
	void leave(Object owner) {
		Holder current = this.holder;
		if (current == null || current.owner != owner) {
			throw new IllegalStateException("The write gate is not held by " + owner);
		}
		this.holder = null;
		this.permit.release();
	}

	boolean isInside(Object owner) {
		Holder current = this.holder;
		return current != null && current.owner == owner;
	}

	private String describeHolder() {
		Holder current = this.holder;
		if (current == null) {
			return "it was being handed on";
		}
		return "thread '" + current.thread.getName() + "' has held it for "
				+ Deadline.format(System.nanoTime() - current.since);
	}

	/**
	 * Who is inside.
	 */
	private static final class Holder {

		private final Object owner;

		private final Thread thread;

		private final long since;

		private volatile boolean madeWait;

		Holder(Object owner, Thread thread, long since) {
			this.owner = owner;
			this.thread = thread;
			this.since = since;
		}

	}

}
