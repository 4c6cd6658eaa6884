package io.zova.kv;

import java.time.Duration;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * How much a buffer holds and when it is written to the file. Immutable; each method
 * gives a changed copy.
 *
 * @param capacityBytes how much it holds at most; writers wait when it is full. An entry
 * counts its key, its value and 128 bytes for the memory around them
 * @param flushBytes from here on it is written
 * @param flushInterval how long a value waits at most before it is written
 * @param maxWait how long a writer waits for room at most
 */
public record WriteBehindOptions(long capacityBytes, long flushBytes, Duration flushInterval, Duration maxWait) {

	/**
	 * Checks the limits.
	 * @throws ZovaException if one is not positive, with the status
	 * {@code INVALID_ARGUMENT}
	 */
	public WriteBehindOptions {
		positive("capacity in bytes", capacityBytes);
		positive("number of bytes at which to flush", flushBytes);
		positive("interval between flushes, in ns,", nanos("flush interval", flushInterval));
		positive("time to wait for room, in ns,", nanos("time to wait for room", maxWait));
		flushBytes = Math.min(flushBytes, capacityBytes);
	}

	private static void positive(String what, long value) {
		if (value <= 0) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					"The " + what + " is " + value + ": it must be positive");
		}
	}

	/** A century is for ever. */
	private static long nanos(String what, Duration duration) {
		Duration given = KeyValueRules.required(what, duration);
		return (given.toDays() > 36_500) ? Long.MAX_VALUE / 4 : given.toNanos();
	}

	/**
	 * Holds 64 MiB, writes from 16 MiB on or after a second, and lets writers wait for 30
	 * seconds.
	 * @return the options
	 */
	public static WriteBehindOptions defaults() {
		return new WriteBehindOptions(64L << 20, 16L << 20, Duration.ofSeconds(1), Duration.ofSeconds(30));
	}

	/**
	 * The same with another capacity. Where it is smaller than the size at which to
	 * flush, that becomes as small.
	 * @param bytes how much the buffer holds at most
	 * @return the options
	 */
	public WriteBehindOptions capacityBytes(long bytes) {
		return new WriteBehindOptions(bytes, this.flushBytes, this.flushInterval, this.maxWait);
	}

	/**
	 * The same, written at another size.
	 * @param bytes from here on the buffer is written, the capacity at most
	 * @return the options
	 */
	public WriteBehindOptions flushBytes(long bytes) {
		return new WriteBehindOptions(this.capacityBytes, bytes, this.flushInterval, this.maxWait);
	}

	/**
	 * The same, written after another time.
	 * @param interval how long a value waits at most
	 * @return the options
	 */
	public WriteBehindOptions flushInterval(Duration interval) {
		return new WriteBehindOptions(this.capacityBytes, this.flushBytes, interval, this.maxWait);
	}

	/**
	 * The same with another patience.
	 * @param maxWait how long a writer waits for room at most
	 * @return the options
	 */
	public WriteBehindOptions maxWait(Duration maxWait) {
		return new WriteBehindOptions(this.capacityBytes, this.flushBytes, this.flushInterval, maxWait);
	}

	long flushNanos() {
		return nanos("flush interval", this.flushInterval);
	}

	long maxWaitNanos() {
		return nanos("time to wait for room", this.maxWait);
	}

}
