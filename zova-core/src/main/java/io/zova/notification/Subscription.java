package io.zova.notification;

import java.time.Duration;
import java.util.Optional;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * A queue of the notifications that were delivered since it was opened and not yet
 * received. Any thread may receive and close.
 * <p>
 * A full queue loses its oldest notification to the newest one: the publisher never waits
 * and never fails. The next notification received says how many were lost before it.
 */
public interface Subscription extends AutoCloseable {

	/**
	 * The channel that is subscribed to.
	 * @return the channel, or empty for a subscription to all of them
	 */
	Optional<String> channel();

	/**
	 * Takes the oldest notification that waits, without waiting for one.
	 * @return the notification, or empty if none waits
	 * @throws ZovaException with {@link ZovaStatus#MISUSE} if this subscription is closed
	 * or has a listener
	 */
	Optional<Notification> tryReceive();

	/**
	 * Takes the oldest notification, waiting for one if none is there. A virtual thread
	 * that waits here frees its carrier.
	 * @param timeout how long to wait at most; zero or less does not wait
	 * @return the notification, or empty if none came in time
	 * @throws InterruptedException if the thread was interrupted; no notification is lost
	 * by that
	 * @throws ZovaException with {@link ZovaStatus#MISUSE} if this subscription has a
	 * listener, is closed, or gets closed while waiting
	 */
	Optional<Notification> receive(Duration timeout) throws InterruptedException;

	/**
	 * How many notifications wait in the queue.
	 * @return the number, at most the queue's capacity
	 */
	int waiting();

	/**
	 * How many notifications this subscription has lost because its queue was full.
	 * @return the number since it was opened
	 */
	long dropped();

	/**
	 * Whether this subscription was closed, by itself or with its database.
	 * @return whether it is closed
	 */
	boolean isClosed();

	/**
	 * Waits until nothing waits in the queue any more and the listener, if there is one,
	 * has returned. It is how an application finishes what was delivered before it stops.
	 * @param timeout how long to wait at most
	 * @return whether all was received in time; {@code true} if this subscription is
	 * closed
	 * @throws InterruptedException if the thread was interrupted
	 */
	boolean awaitEmpty(Duration timeout) throws InterruptedException;

	/**
	 * Ends the subscription and forgets what waits in its queue. A listener that is being
	 * called finishes that call. Closing again does nothing.
	 */
	@Override
	void close();

}
