package io.zova.notification;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * Publishes short messages to the rest of the application, and receives them.
 * <p>
 * What a transaction publishes is delivered after its commit, in the order of publishing;
 * what is rolled back, wholly or to a savepoint, is never delivered. Outside a
 * transaction delivery is immediate. Notifications reach the subscriptions of the same
 * database in the same process, are not stored, and are not repeated.
 * <p>
 * A channel has 1 to 128 of the characters {@code A-Z a-z 0-9 _ . : -}, is
 * case-sensitive, and does not start with {@code _zova_} in any case. A payload has up to
 * 65,536 bytes in UTF-8.
 * <p>
 * One transaction, and outside of one a single statement, may publish up to
 * {@value NotificationHub#DEFAULT_PENDING} notifications and 32 MiB of channels and
 * payloads, unless the options say otherwise. What is published beyond that is refused if
 * somebody subscribes to its channel, and only counted if nobody does.
 */
public interface NotificationOperations {

	/**
	 * Publishes a message with the commit of the current transaction, or at once if there
	 * is none.
	 * @param channel the channel
	 * @param payload the message; may be empty
	 * @throws ZovaException with {@link ZovaStatus#INVALID_ARGUMENT} if the channel or
	 * the payload is not allowed, or {@link ZovaStatus#MISUSE} if as much as the options
	 * allow waits for the commit already; nothing is published then, what was published
	 * before stays, and the transaction can go on
	 */
	void publish(String channel, String payload);

	/**
	 * Opens a queue of what is delivered on a channel from now on. This is not part of
	 * the transaction, so what the current transaction has published before is received
	 * too when it commits, except for what was beyond the limits and had no subscriber
	 * then; that is logged.
	 * @param channel the channel
	 * @return the subscription, to be closed by the caller
	 * @throws ZovaException with {@link ZovaStatus#INVALID_ARGUMENT} if the channel is
	 * not allowed, or {@link ZovaStatus#MISUSE} if the database is closed
	 */
	Subscription subscribe(String channel);

	/**
	 * Calls a listener with what is delivered on a channel from now on.
	 * @param channel the channel
	 * @param listener called on a thread of its own, one notification after the other
	 * @return the subscription, to be closed by the caller
	 * @throws ZovaException with {@link ZovaStatus#INVALID_ARGUMENT} if the channel is
	 * not allowed, or {@link ZovaStatus#MISUSE} if the database is closed
	 */
	Subscription subscribe(String channel, NotificationListener listener);

	/**
	 * Opens a queue of what is delivered on any channel from now on.
	 * @return the subscription, to be closed by the caller
	 * @throws ZovaException with {@link ZovaStatus#MISUSE} if the database is closed
	 */
	Subscription subscribeToAll();

	/**
	 * Calls a listener with what is delivered on any channel from now on.
	 * @param listener called on a thread of its own, one notification after the other
	 * @return the subscription, to be closed by the caller
	 * @throws ZovaException with {@link ZovaStatus#MISUSE} if the database is closed
	 */
	Subscription subscribeToAll(NotificationListener listener);

	/**
	 * What happened to notifications since the database was opened.
	 * @return the counts
	 */
	NotificationStatistics statistics();

}
