package io.zova.boot.event;

import io.zova.notification.Notification;

/**
 * A notification as an application event, published after the commit of the transaction
 * that it was published in.
 *
 * <pre>{@code
 * &#64;EventListener(condition = "#n.channel == 'orders'")
 * void on(ZovaNotification n) {
 * 	...
 * }
 * }</pre>
 *
 * @param channel the channel it was published on
 * @param payload what was published
 * @param sequence its number among everything published on the database since it was
 * opened
 * @param droppedBefore how many notifications were lost just before this one, because
 * listeners were so slow that the queue was full
 */
public record ZovaNotification(String channel, String payload, long sequence, long droppedBefore) {

	static ZovaNotification of(Notification notification) {
		return new ZovaNotification(notification.channel(), notification.payload(), notification.sequence(),
				notification.droppedBefore());
	}

}
