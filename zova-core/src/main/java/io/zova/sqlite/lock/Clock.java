package io.zova.sqlite.lock;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Calls back when some time has passed: one thread for all databases, which comes with
 * the first call and goes when there have been none for a while.
 */
public final class Clock {

	private static final long IDLE_SECONDS = 30;

	private static final ScheduledThreadPoolExecutor THREAD = new ScheduledThreadPoolExecutor(1, (task) -> {
		Thread thread = new Thread(task, "zova-clock");
		thread.setDaemon(true);
		return thread;
	});

	static {
		THREAD.setRemoveOnCancelPolicy(true);
		THREAD.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
		THREAD.allowCoreThreadTimeOut(true);
	}

	private Clock() {
	}

	/**
	 * Asks for a call.
	 * @param task what to call; it must be short
	 * @param nanos after how long
	 * @return by which the call can be cancelled
	 */
	public static ScheduledFuture<?> schedule(Runnable task, long nanos) {
		return THREAD.schedule(task, nanos, TimeUnit.NANOSECONDS);
	}

}
