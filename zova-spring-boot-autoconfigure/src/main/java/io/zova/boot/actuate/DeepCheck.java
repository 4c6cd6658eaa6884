package io.zova.boot.actuate;

import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;

import io.zova.ZovaDatabase;
import io.zova.maintenance.check.CheckOptions;
import io.zova.maintenance.check.CheckStep;
import io.zova.maintenance.check.DoctorReport;

/**
 * Runs deep checks on demand, one at a time, on a thread of their own.
 */
public class DeepCheck implements DisposableBean {

	private static final Logger log = LoggerFactory.getLogger(DeepCheck.class);

	private final ZovaDatabase database;

	private final ExecutorService thread = Executors.newSingleThreadExecutor((task) -> {
		Thread thread = new Thread(task, "zova-deep-check");
		thread.setDaemon(true);
		return thread;
	});

	private final AtomicBoolean running = new AtomicBoolean();

	private final AtomicLong count = new AtomicLong();

	private final AtomicLong nanos = new AtomicLong();

	private volatile State state = new State(Phase.NONE, null, null, 0, 0, null);

	/**
	 * Deep checks of a database.
	 * @param database the database
	 */
	public DeepCheck(ZovaDatabase database) {
		this.database = database;
	}

	/**
	 * Begins a check, if none is running.
	 * @return what is known of it, or of the one that is running
	 */
	public State start() {
		if (this.running.compareAndSet(false, true)) {
			Instant start = Instant.now();
			this.state = new State(Phase.RUNNING, start, CheckStep.PAGES, 0, 0, null);
			this.thread.execute(() -> run(start));
		}
		return this.state;
	}

	private void run(Instant start) {
		long from = System.nanoTime();
		try {
			DoctorReport report = this.database.doctor(CheckOptions.thorough()
				.withLimit(100)
				.reportingTo(
						(step, done, left) -> this.state = new State(Phase.RUNNING, start, step, done, left, null)));
			this.state = new State(Phase.DONE, start, null, 0, 0, report);
			if (report.needsAttention()) {
				log.error("A deep check has found damage: {} findings, such as {}", report.check().findingCount(),
						report.check().findings());
			}
		}
		catch (RuntimeException ex) {
			log.warn("The deep check could not be run", ex);
			this.state = new State(Phase.FAILED, start, null, 0, 0, null);
		}
		finally {
			this.count.incrementAndGet();
			this.nanos.addAndGet(System.nanoTime() - from);
			this.running.set(false);
		}
	}

	/**
	 * What is known of the last check.
	 * @return the state of this moment
	 */
	public State state() {
		return this.state;
	}

	/**
	 * How many checks have ended.
	 * @return the number since the application started
	 */
	public long count() {
		return this.count.get();
	}

	/**
	 * How long they have taken together.
	 * @return the nanoseconds
	 */
	public long nanos() {
		return this.nanos.get();
	}

	@Override
	public void destroy() {
		this.thread.shutdownNow();
	}

	/**
	 * How far a check is.
	 */
	public enum Phase {

		/** None was asked for. */
		NONE,

		/** It is running. */
		RUNNING,

		/** It has ended. */
		DONE,

		/** It could not be run. */
		FAILED

	}

	/**
	 * What is known of the last check.
	 *
	 * @param phase how far it is
	 * @param at when it began, {@code null} if there was none
	 * @param step what it is at while it is running
	 * @param done how much of that it has looked at
	 * @param left how much of that is left
	 * @param report what it has found, once it has ended
	 */
	public record State(Phase phase, @Nullable Instant at, @Nullable CheckStep step, long done, long left,
			@Nullable DoctorReport report) {

	}

}
