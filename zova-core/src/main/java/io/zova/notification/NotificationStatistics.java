package io.zova.notification;

/**
 * What happened to notifications since the database was opened.
 *
 * @param published notifications that went out: outside a transaction, or with its commit
 * @param discarded notifications that were rolled back and never went out
 * @param delivered notifications put into the queue of a subscription, counted once for
 * each subscription
 * @param dropped notifications removed unread from a full queue
 * @param failed notifications whose listener threw an exception
 * @param subscriptions subscriptions that are open now
 */
public record NotificationStatistics(long published, long discarded, long delivered, long dropped, long failed,
		int subscriptions) {

}
