package io.zova.boot.event;

import java.time.Duration;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

import io.zova.notification.Subscription;

/**
 * Subscribes before the application takes requests, and unsubscribes after it has
 * finished them and what they published has been heard.
 */
abstract class SubscribingLifecycle implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(SubscribingLifecycle.class);

	/** Web servers are 1,024 and 2,048 below the default. */
	private static final int BEFORE_WEB_SERVERS = DEFAULT_PHASE - 4096;

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private List<Subscription> subscriptions = List.of();

	private volatile boolean running;

	protected abstract List<Subscription> subscribe();

	@Override
	public synchronized void start() {
		if (!this.running) {
			this.subscriptions = subscribe();
			this.running = true;
		}
	}

	/**
	 * Waits without this object's lock, which a listener that is still being called may
	 * need.
	 */
	@Override
	public void stop() {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		for (Subscription subscription : takeSubscriptions()) {
			finish(subscription, Duration.ofNanos(deadline - System.nanoTime()));
			subscription.close();
		}
	}

	private synchronized List<Subscription> takeSubscriptions() {
		List<Subscription> taken = this.subscriptions;
		this.subscriptions = List.of();
		this.running = false;
		return taken;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return BEFORE_WEB_SERVERS;
	}

	private void finish(Subscription subscription, Duration patience) {
		try {
			if (!subscription.awaitEmpty(patience)) {
				log.warn("{} notifications were not heard before the application stopped", subscription.waiting());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
