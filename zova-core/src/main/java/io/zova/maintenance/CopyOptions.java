package io.zova.maintenance;

import java.time.Duration;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * How to make a copy.
 *
 * @param verify whether the copy is read back and checked before it gets its name
 * @param progress who hears how far the copy has come
 * @param busyTimeout how long to wait for a lock that another process holds on a source
 * that is named by its path
 */
public record CopyOptions(boolean verify, CopyProgress progress, Duration busyTimeout) {

	private static final CopyOptions DEFAULTS = new CopyOptions(true, CopyProgress.NONE, Duration.ofSeconds(5));

	public CopyOptions {
		Arguments.required("progress listener", progress);
		Arguments.required("busyTimeout", busyTimeout);
		if (busyTimeout.isNegative() || busyTimeout.toMillis() > Integer.MAX_VALUE) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					"The busy timeout is from 0 to 2147483647 milliseconds, but it is " + busyTimeout.toMillis());
		}
	}

	/**
	 * With verification, without a listener, and with 5 seconds of patience for locks.
	 * @return the defaults
	 */
	public static CopyOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * The same without verification: faster, and damage of the source is copied
	 * unnoticed.
	 * @return the new options
	 */
	public CopyOptions withoutVerification() {
		return new CopyOptions(false, this.progress, this.busyTimeout);
	}

	/**
	 * The same with a listener.
	 * @param progress who hears how far the copy has come
	 * @return the new options
	 */
	public CopyOptions reportingTo(CopyProgress progress) {
		return new CopyOptions(this.verify, progress, this.busyTimeout);
	}

	/**
	 * The same with another patience for locks.
	 * @param busyTimeout how long to wait for a lock that another process holds, zero for
	 * not at all
	 * @return the new options
	 */
	public CopyOptions withBusyTimeout(Duration busyTimeout) {
		return new CopyOptions(this.verify, this.progress, busyTimeout);
	}

	/**
	 * The patience for locks as SQLite takes it.
	 * @return milliseconds
	 */
	public int busyTimeoutMillis() {
		return (int) this.busyTimeout.toMillis();
	}

}
