package io.zova.notification;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a listener with what its subscription receives, one notification at a time.
 * <p>
 * Implementation note: {@code busy} is set by the wake-up that hands a run to the
 * executor and cleared by that run when the queue is empty, so that a listener never runs
 * twice at once and uses a thread only while there is something to do.
 */
final class ListenerDispatch implements Runnable {

	private static final Logger log = LoggerFactory.getLogger(ListenerDispatch.class);

	private final QueuedSubscription subscription;

	private final NotificationListener listener;

	private final Executor executor;

	private final LongAdder failures;

	private final AtomicBoolean busy = new AtomicBoolean();

	ListenerDispatch(QueuedSubscription subscription, NotificationListener listener, Executor executor,
			LongAdder failures) {
		this.subscription = subscription;
		this.listener = listener;
		this.executor = executor;
		this.failures = failures;
	}

	void wake() {
		if (!this.busy.compareAndSet(false, true)) {
			return;
		}
		try {
			this.executor.execute(this);
		}
		catch (RuntimeException | OutOfMemoryError ex) {
			// No thread to be had. The queue keeps the notification, and the next wake-up
			// tries again: a publisher must not fail because a listener can't run.
			this.busy.set(false);
			log.warn("No thread for the listener of notifications: it is called with the next one", ex);
		}
	}

	@Override
	public void run() {
		do {
			drain();
			this.busy.set(false);
			// What came between the last look into the queue and here has found us busy.
		}
		while (this.subscription.waiting() > 0 && this.busy.compareAndSet(false, true));
	}

	private void drain() {
		for (Notification next = this.subscription.next(); next != null; next = this.subscription.next()) {
			try {
				this.listener.onNotification(next);
			}
			catch (Throwable ex) {
				this.failures.increment();
				log.error("A listener of notification channel '{}' failed at notification {}; the next one follows",
						next.channel(), next.sequence(), ex);
			}
		}
	}

}
