package io.zova.maintenance.check;

import java.time.Duration;
import java.util.Optional;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * How to check.
 *
 * @param deep whether the content is looked at, beyond pages and schema
 * @param limit how many findings are kept with their details; all of them are counted
 * @param timeLimit how long the check may take; what was not looked at by then is left
 * out
 * @param progress who hears how far it has come
 * @param busyTimeout how long to wait for a lock that another process holds on a file
 * that is named by its path
 */
public record CheckOptions(boolean deep, int limit, Optional<Duration> timeLimit, CheckProgress progress,
		Duration busyTimeout) {

	private static final int DEFAULT_LIMIT = 10;

	private static final Duration DEFAULT_BUSY_TIMEOUT = Duration.ofSeconds(5);

	public CheckOptions {
		Arguments.required("time limit", timeLimit);
		Arguments.required("progress listener", progress);
		Arguments.required("busyTimeout", busyTimeout);
		if (limit < 0) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT, "At least 0 findings are kept, but it is " + limit);
		}
		if (busyTimeout.isNegative() || busyTimeout.toMillis() > Integer.MAX_VALUE) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					"The busy timeout is from 0 to 2147483647 milliseconds, but it is " + busyTimeout.toMillis());
		}
	}

	/**
	 * A quick check: pages, constraints, schema, bound stores, extensions.
	 * @return the options, which keep 10 findings
	 */
	public static CheckOptions quick() {
		return new CheckOptions(false, DEFAULT_LIMIT, Optional.empty(), CheckProgress.NONE, DEFAULT_BUSY_TIMEOUT);
	}

	/**
	 * A deep check: also every object, chunk, vector, node, edge and key-value.
	 * @return the options, which keep 10 findings
	 */
	public static CheckOptions thorough() {
		return new CheckOptions(true, DEFAULT_LIMIT, Optional.empty(), CheckProgress.NONE, DEFAULT_BUSY_TIMEOUT);
	}

	/**
	 * The same with another number of findings to keep.
	 * @param limit how many, 0 for none
	 * @return the new options
	 */
	public CheckOptions withLimit(int limit) {
		return new CheckOptions(this.deep, limit, this.timeLimit, this.progress, this.busyTimeout);
	}

	/**
	 * The same with a time limit.
	 * @param timeLimit how long the check may take
	 * @return the new options
	 */
	public CheckOptions within(Duration timeLimit) {
		return new CheckOptions(this.deep, this.limit, Optional.of(timeLimit), this.progress, this.busyTimeout);
	}

	/**
	 * The same with a listener.
	 * @param progress who hears how far the check has come
	 * @return the new options
	 */
	public CheckOptions reportingTo(CheckProgress progress) {
		return new CheckOptions(this.deep, this.limit, this.timeLimit, progress, this.busyTimeout);
	}

	/**
	 * The same with another patience for locks.
	 * @param busyTimeout how long to wait for a lock that another process holds, zero for
	 * not at all
	 * @return the new options
	 */
	public CheckOptions withBusyTimeout(Duration busyTimeout) {
		return new CheckOptions(this.deep, this.limit, this.timeLimit, this.progress, busyTimeout);
	}

	int busyTimeoutMillis() {
		return (int) this.busyTimeout.toMillis();
	}

}
