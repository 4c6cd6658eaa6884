package io.zova.notification;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Names the threads that call listeners.
 */
final class ListenerThreads implements ThreadFactory {

	private final AtomicInteger number = new AtomicInteger();

	@Override
	public Thread newThread(Runnable task) {
		Thread thread = new Thread(task, "zova-notifications-" + this.number.incrementAndGet());
		thread.setDaemon(true);
		return thread;
	}

}
