package io.zova.notification;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.zova.Arguments;
import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * A queue in memory. What was published goes in while the writer's turn lasts.
 */
final class QueuedSubscription implements Subscription {

	private final @Nullable String channel;

	private final int capacity;

	private final Consumer<QueuedSubscription> onClose;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Condition emptied = this.lock.newCondition();

	private final Deque<Notification> queue = new ArrayDeque<>();

	private @Nullable ListenerDispatch dispatch;

	private long droppedSinceReceived;

	private long dropped;

	private boolean inListener;

	private boolean closed;

	QueuedSubscription(@Nullable String channel, int capacity, Consumer<QueuedSubscription> onClose) {
		this.channel = channel;
		this.capacity = capacity;
		this.onClose = onClose;
	}

	@Override
	public Optional<String> channel() {
		return Optional.ofNullable(this.channel);
	}

	@Override
	public Optional<Notification> tryReceive() {
		this.lock.lock();
		try {
			checkReceivable();
			return Optional.ofNullable(poll());
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public Optional<Notification> receive(Duration timeout) throws InterruptedException {
		Arguments.required("timeout", timeout);
		long nanos = TimeUnit.NANOSECONDS.convert(timeout);
		this.lock.lockInterruptibly();
		try {
			checkReceivable();
			while (this.queue.isEmpty() && nanos > 0) {
				nanos = this.changed.awaitNanos(nanos);
				checkReceivable();
			}
			return Optional.ofNullable(poll());
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public int waiting() {
		this.lock.lock();
		try {
			return this.queue.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public long dropped() {
		this.lock.lock();
		try {
			return this.dropped;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public boolean isClosed() {
		this.lock.lock();
		try {
			return this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public boolean awaitEmpty(Duration timeout) throws InterruptedException {
		Arguments.required("timeout", timeout);
		long nanos = TimeUnit.NANOSECONDS.convert(timeout);
		this.lock.lockInterruptibly();
		try {
			while (!this.closed && (this.inListener || !this.queue.isEmpty())) {
				if (nanos <= 0) {
					return false;
				}
				nanos = this.emptied.awaitNanos(nanos);
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void close() {
		this.lock.lock();
		try {
			if (this.closed) {
				return;
			}
			this.closed = true;
			this.queue.clear();
			this.changed.signalAll();
			this.emptied.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		this.onClose.accept(this);
	}

	void dispatchTo(ListenerDispatch dispatch) {
		this.dispatch = dispatch;
	}

	/**
	 * Puts a notification into the queue.
	 * @param notification what was published
	 * @return how many notifications were lost by that: 0 or 1, or -1 if this
	 * subscription is closed
	 */
	int offer(Notification notification) {
		ListenerDispatch dispatch = this.dispatch;
		int lost = enqueue(notification);
		if (lost >= 0 && dispatch != null) {
			dispatch.wake();
		}
		return lost;
	}

	/**
	 * What the listener is to be called with next, after its last call has returned.
	 */
	@Nullable Notification next() {
		this.lock.lock();
		try {
			this.inListener = false;
			Notification next = poll();
			this.inListener = next != null;
			return next;
		}
		finally {
			this.lock.unlock();
		}
	}

	private int enqueue(Notification notification) {
		this.lock.lock();
		try {
			if (this.closed) {
				return -1;
			}
			int lost = 0;
			if (this.queue.size() >= this.capacity) {
				this.queue.removeFirst();
				this.droppedSinceReceived++;
				this.dropped++;
				lost = 1;
			}
			this.queue.addLast(notification);
			this.changed.signal();
			return lost;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The head of the queue. What was dropped was always older than the head, so all of
	 * it lies between the last received one and this one.
	 */
	private @Nullable Notification poll() {
		Notification head = this.queue.pollFirst();
		if (this.queue.isEmpty()) {
			this.emptied.signalAll();
		}
		if (head == null) {
			return null;
		}
		long lost = this.droppedSinceReceived;
		this.droppedSinceReceived = 0;
		return head.afterLosing(lost);
	}

	private void checkReceivable() {
		if (this.closed) {
			throw new ZovaException(ZovaStatus.MISUSE, "The subscription to " + name() + " is closed");
		}
		if (this.dispatch != null) {
			throw new ZovaException(ZovaStatus.MISUSE, "The subscription to " + name()
					+ " has a listener, which receives its notifications: open another subscription to receive here");
		}
	}

	private String name() {
		return (this.channel != null) ? "channel '" + this.channel + "'" : "all channels";
	}

}
