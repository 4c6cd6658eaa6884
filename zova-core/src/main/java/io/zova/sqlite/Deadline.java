package io.zova.sqlite;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The moment until which a caller is willing to wait.
 *
 * @param nanoTime that moment on the clock of {@link System#nanoTime()}
 * @param patience how long that was when the wait began, for messages
 */
record Deadline(long nanoTime, Duration patience) {

	static Deadline after(Duration patience) {
		return new Deadline(System.nanoTime() + patience.toNanos(), patience);
	}

	long remainingNanos() {
		return this.nanoTime - System.nanoTime();
	}

	String patienceText() {
		return format(this.patience.toNanos());
	}

	static String format(long nanos) {
		long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
		return (millis < 10_000) ? millis + " ms" : (millis / 1000) + " s";
	}

}
