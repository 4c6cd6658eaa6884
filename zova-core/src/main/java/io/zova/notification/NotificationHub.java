package io.zova.notification;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.zova.ZovaException;
import io.zova.ZovaOptions;
import io.zova.ZovaStatus;
import io.zova.sqlite.Feature;
import io.zova.sqlite.SqlAccess;
import io.zova.sqlite.function.SqlFunction;

/**
 * The meeting point of the connections of one database, which publish, and its
 * subscriptions, which receive.
 * <p>
 * Delivery only appends to queues in memory, under one lock, so that every subscription
 * sees the same order. It runs on the committing thread and never waits for a receiver.
 */
final class NotificationHub implements Feature<NotificationTemplate> {

	private static final Logger log = LoggerFactory.getLogger(NotificationHub.class);

	private final int queueCapacity;

	private final PendingLimits pendingLimits;

	private final AtomicLong sequence = new AtomicLong();

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<String, Set<QueuedSubscription>> byChannel = new HashMap<>();

	private final Set<QueuedSubscription> toAll = new LinkedHashSet<>();

	private final LongAdder published = new LongAdder();

	private final LongAdder discarded = new LongAdder();

	private final LongAdder delivered = new LongAdder();

	private final LongAdder dropped = new LongAdder();

	private final LongAdder failed = new LongAdder();

	private final ExecutorService listenerThreads;

	private int open;

	private long opened;

	private boolean closed;

	/**
	 * The hub of one database.
	 * @param options how much may wait for subscribers and for commits
	 */
	NotificationHub(ZovaOptions options) {
		this(options.notificationQueueCapacity(),
				new PendingLimits(options.notificationsPerTransaction(), options.notificationBytesPerTransaction()));
	}

	/**
	 * A hub with queues of another capacity.
	 * @param queueCapacity how many notifications wait in a subscription before the
	 * oldest is dropped
	 * @param pendingLimits how much may wait for one commit
	 */
	NotificationHub(int queueCapacity, PendingLimits pendingLimits) {
		if (queueCapacity < 1) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					"The capacity of a notification queue is at least 1, but got " + queueCapacity);
		}
		this.queueCapacity = queueCapacity;
		this.pendingLimits = pendingLimits;
		// Threads exist only while listeners have something to do, and don't keep the
		// process alive.
		this.listenerThreads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS,
				new SynchronousQueue<>(), new ListenerThreads());
	}

	@Override
	public List<SqlFunction> functions() {
		return List.of(new NotifyFunction(this).definition());
	}

	@Override
	public NotificationTemplate over(SqlAccess sql) {
		return new NotificationTemplate(sql, this);
	}

	/**
	 * The scope of a new connection.
	 * @param announcer lets things happen when the commit is durable
	 * @return a scope that publishes here
	 */
	NotificationScope newScope(Consumer<Consumer<Boolean>> announcer) {
		return new NotificationScope(this, announcer);
	}

	/**
	 * What happened so far.
	 * @return the counts
	 */
	NotificationStatistics statistics() {
		return new NotificationStatistics(this.published.sum(), this.discarded.sum(), this.delivered.sum(),
				this.dropped.sum(), this.failed.sum(), subscriptions());
	}

	/**
	 * Closes every subscription; receivers that wait are woken. What is published from
	 * now on reaches nobody.
	 */
	@Override
	public void close() {
		List<QueuedSubscription> all = new ArrayList<>();
		this.lock.lock();
		try {
			this.closed = true;
			all.addAll(this.toAll);
			this.byChannel.values().forEach(all::addAll);
		}
		finally {
			this.lock.unlock();
		}
		all.forEach(QueuedSubscription::close);
		this.listenerThreads.shutdown();
	}

	QueuedSubscription subscribe(@Nullable String channel, @Nullable NotificationListener listener) {
		QueuedSubscription subscription = new QueuedSubscription(channel, this.queueCapacity, this::forget);
		if (listener != null) {
			subscription.dispatchTo(new ListenerDispatch(subscription, listener, this.listenerThreads, this.failed));
		}
		this.lock.lock();
		try {
			if (this.closed) {
				throw new ZovaException(ZovaStatus.MISUSE, "The database is closed: nobody publishes here any more");
			}
			subscribers(channel).add(subscription);
			this.open++;
			this.opened++;
		}
		finally {
			this.lock.unlock();
		}
		return subscription;
	}

	Notification number(String channel, String payload) {
		return new Notification(channel, payload, this.sequence.incrementAndGet(), 0);
	}

	/**
	 * Numbers and delivers in one step, so that what several threads publish at once is
	 * received in the order of its numbers.
	 */
	void deliverNow(String channel, String payload) {
		this.lock.lock();
		try {
			deliver(List.of(number(channel, payload)));
		}
		finally {
			this.lock.unlock();
		}
	}

	void deliver(Collection<Notification> notifications) {
		if (notifications.isEmpty()) {
			return;
		}
		this.published.add(notifications.size());
		this.lock.lock();
		try {
			for (Notification notification : notifications) {
				offer(notification, this.byChannel.getOrDefault(notification.channel(), Set.of()));
				offer(notification, this.toAll);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Counts notifications that were not kept because nobody subscribed to them.
	 * @param notifications how many went out
	 * @param openedBefore what {@link #opened} said when the first was not kept
	 */
	void deliverUnheard(long notifications, long openedBefore) {
		if (notifications == 0) {
			return;
		}
		this.published.add(notifications);
		if (opened() != openedBefore) {
			log.warn(
					"{} notifications of one commit were not kept for it because nobody subscribed to their channels "
							+ "when they were published. Subscriptions opened since then and before the commit "
							+ "have missed those of their channels. Subscribe first, or set "
							+ "zova.notifications.max-per-transaction or max-bytes-per-transaction higher.",
					notifications);
		}
	}

	PendingLimits pendingLimits() {
		return this.pendingLimits;
	}

	/** Whether somebody subscribes to a channel now. */
	boolean isHeard(String channel) {
		this.lock.lock();
		try {
			return !this.toAll.isEmpty() || this.byChannel.containsKey(channel);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** How many subscriptions have been opened so far. */
	long opened() {
		this.lock.lock();
		try {
			return this.opened;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Uses up the number of a notification that nobody will see. */
	void skipNumber() {
		this.sequence.incrementAndGet();
	}

	void discard(long notifications) {
		this.discarded.add(notifications);
	}

	private void offer(Notification notification, Set<QueuedSubscription> subscribers) {
		for (QueuedSubscription subscriber : subscribers) {
			int lost = subscriber.offer(notification);
			if (lost >= 0) {
				this.delivered.increment();
				this.dropped.add(lost);
			}
		}
	}

	private int subscriptions() {
		this.lock.lock();
		try {
			return this.open;
		}
		finally {
			this.lock.unlock();
		}
	}

	private Set<QueuedSubscription> subscribers(@Nullable String channel) {
		return (channel == null) ? this.toAll : this.byChannel.computeIfAbsent(channel, (c) -> new LinkedHashSet<>());
	}

	private void forget(QueuedSubscription subscription) {
		String channel = subscription.channel().orElse(null);
		this.lock.lock();
		try {
			Set<QueuedSubscription> subscribers = subscribers(channel);
			subscribers.remove(subscription);
			if (channel != null && subscribers.isEmpty()) {
				this.byChannel.remove(channel);
			}
			this.open--;
		}
		finally {
			this.lock.unlock();
		}
	}

}
