package io.zova.boot.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.dao.QueryTimeoutException;

import io.zova.ZovaDatabase;
import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.maintenance.check.CheckOptions;
import io.zova.maintenance.check.CheckReport;
import io.zova.maintenance.check.DoctorReport;

/**
 * Lets the quick doctor look at the database file in the background, at an interval, and
 * remembers what it said.
 * <p>
 * A check looks at the file's place and schema, and lets SQLite check its pages for a
 * bounded time. So a probe never scans the file, however large it is.
 */
public class FileCheck implements InitializingBean, DisposableBean {

	private static final Logger log = LoggerFactory.getLogger(FileCheck.class);

	private final ZovaDatabase database;

	private final Duration interval;

	private final Duration timeout;

	private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "zova-health");
		thread.setDaemon(true);
		return thread;
	});

	private final Map<Result, Tally> tallies = new EnumMap<>(Result.class);

	private volatile Outcome last = new Outcome(Result.PENDING, Instant.now(), Duration.ZERO, null);

	/**
	 * A check that starts with the application.
	 * @param database what to check
	 * @param interval how long to wait after a check before the next one
	 * @param timeout how long a check may take
	 */
	public FileCheck(ZovaDatabase database, Duration interval, Duration timeout) {
		this.database = database;
		this.interval = interval;
		this.timeout = timeout;
		for (Result result : Result.values()) {
			this.tallies.put(result, new Tally());
		}
	}

	/**
	 * The result of the last check, but where the file is, is looked at now.
	 * @return the outcome, {@link Result#PENDING} before the first check has ended
	 */
	public Outcome last() {
		Outcome moved = moved();
		return (moved != null) ? moved : this.last;
	}

	private @Nullable Outcome moved() {
		Instant start = Instant.now();
		try {
			this.database.requireFileInPlace();
			return null;
		}
		catch (ZovaException ex) {
			// The log has said what happened and what to do.
			return outcome((ex.status() == ZovaStatus.OUTCOME_UNKNOWN) ? Result.UNSYNCED : Result.MOVED, start, null);
		}
	}

	/**
	 * Checks the file now, on the calling thread.
	 * @return the outcome
	 */
	public Outcome check() {
		Outcome moved = moved();
		Outcome outcome = (moved != null) ? moved : outcome(Instant.now());
		if (outcome.result() == Result.DAMAGED && this.last.result() != Result.DAMAGED) {
			DoctorReport report = outcome.report();
			log.error("The database file is damaged: {}. Keep a copy of it and restore the last good backup",
					(report != null) ? report.check().findings() : "its identity is not that of a Zova file");
		}
		this.last = outcome;
		Tally tally = tally(outcome.result());
		tally.count.incrementAndGet();
		tally.nanos.addAndGet(outcome.took().toNanos());
		return outcome;
	}

	@Override
	public void afterPropertiesSet() {
		this.thread.scheduleWithFixedDelay(this::check, 0, this.interval.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public void destroy() {
		this.thread.shutdownNow();
	}

	/**
	 * How many checks had a result.
	 * @param result the result
	 * @return the number since the application started
	 */
	public long count(Result result) {
		return tally(result).count.get();
	}

	/**
	 * How long the checks with a result have taken together.
	 * @param result the result
	 * @return the nanoseconds
	 */
	public long nanos(Result result) {
		return tally(result).nanos.get();
	}

	private Tally tally(Result result) {
		return this.tallies.getOrDefault(result, new Tally());
	}

	private Outcome outcome(Instant start) {
		try {
			DoctorReport report = this.database.doctor(CheckOptions.quick().within(this.timeout));
			return outcome(result(report.check()), start, report);
		}
		catch (QueryTimeoutException ex) {
			return outcome(Result.INCOMPLETE, start, null);
		}
		catch (ZovaException ex) {
			return outcome(Result.DAMAGED, start, null);
		}
		catch (RuntimeException ex) {
			// Whatever it is: the next check must come.
			log.warn("The check of the database file could not be run", ex);
			return outcome(Result.FAILED, start, null);
		}
	}

	private static Result result(CheckReport check) {
		if (!check.isSound()) {
			return Result.DAMAGED;
		}
		return check.complete() ? Result.SOUND : Result.INCOMPLETE;
	}

	private static Outcome outcome(Result result, Instant start, @Nullable DoctorReport report) {
		return new Outcome(result, start, Duration.between(start, Instant.now()), report);
	}

	/**
	 * Counts checks.
	 */
	private static final class Tally {

		private final AtomicLong count = new AtomicLong();

		private final AtomicLong nanos = new AtomicLong();

	}

	/**
	 * What a check found.
	 */
	public enum Result {

		/** No check has ended yet. */
		PENDING,

		/** Everything was looked at and is sound. */
		SOUND,

		/** What could be looked at in the time allowed is sound. */
		INCOMPLETE,

		/** The file's identity, schema or pages are not what they should be. */
		DAMAGED,

		/** The file was deleted, renamed or replaced while it was open. */
		MOVED,

		/**
		 * An fsync of the write-ahead log has failed: nobody can tell what is on disk,
		 * and nothing is written any more.
		 */
		UNSYNCED,

		/** The check could not be run. */
		FAILED

	}

	/**
	 * The result of one check.
	 *
	 * @param result what it found
	 * @param at when it started
	 * @param took how long it took
	 * @param report what the doctor said, {@code null} if it could not look
	 */
	public record Outcome(Result result, Instant at, Duration took, @Nullable DoctorReport report) {

	}

}
