package io.zova.sqlite.lock;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long a caller is willing to wait. The clock runs from the first look at it, since
 * most callers never wait and need no clock.
 */
public final class Deadline {

	private final Duration patience;

	private boolean running;

	private long nanoTime;

	private Deadline(Duration patience) {
		this.patience = patience;
	}

	public static Deadline after(Duration patience) {
		return new Deadline(patience);
	}

	public long remainingNanos() {
		long now = System.nanoTime();
		if (!this.running) {
			this.running = true;
			this.nanoTime = now + this.patience.toNanos();
		}
		return this.nanoTime - now;
	}

	public boolean isSoonerThan(Deadline other) {
		long now = System.nanoTime();
		return left(now) < other.left(now);
	}

	private long left(long now) {
		return this.running ? this.nanoTime - now : this.patience.toNanos();
	}

	String patienceText() {
		return format(this.patience.toNanos());
	}

	public static String format(long nanos) {
		long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
		return (millis < 10_000 && millis % 1000 != 0) ? millis + " ms" : (millis / 1000) + " s";
	}

}
