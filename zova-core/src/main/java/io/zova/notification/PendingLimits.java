package io.zova.notification;

import io.zova.ZovaException;
import io.zova.ZovaStatus;

/**
 * How much may wait for the end of one transaction, or of one statement outside a
 * transaction. A commit that has more to say than listeners can take would fill the
 * memory of everybody.
 *
 * @param notifications how many notifications
 * @param bytes the length of their channels and payloads in UTF-8
 */
record PendingLimits(int notifications, long bytes) {

	PendingLimits {
		if (notifications < 1 || bytes < 1) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT,
					"At least 1 notification of 1 byte may wait, but got " + notifications + " of " + bytes);
		}
	}

	boolean allow(int notifications, long bytes) {
		return notifications <= this.notifications && bytes <= this.bytes;
	}

	String refusal(String channel, int waiting) {
		boolean tooMany = waiting >= this.notifications;
		String limit = tooMany ? this.notifications + " notifications" : this.bytes + " bytes of notifications";
		String option = tooMany ? "zova.notifications.max-per-transaction (notificationsPerTransaction in ZovaOptions)"
				: "zova.notifications.max-bytes-per-transaction (notificationBytesPerTransaction in ZovaOptions)";
		return "The notification on channel '" + channel + "' is not published: " + waiting
				+ " wait for this commit already, and at most " + limit + " may. Publish less in one transaction, or"
				+ " one notification for many changes, or set " + option + " higher. What was published before stays.";
	}

}
