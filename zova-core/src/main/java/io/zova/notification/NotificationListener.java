package io.zova.notification;

/**
 * Receives the notifications of one subscription, one after the other, on a thread of the
 * database and never on that of the publisher.
 */
@FunctionalInterface
public interface NotificationListener {

	/**
	 * Called for each notification, in the order of delivery. The next call starts when
	 * this one has returned.
	 * @param notification what was published
	 * @throws Exception anything: it is logged and counted, and the next notification
	 * follows
	 */
	void onNotification(Notification notification) throws Exception;

}
