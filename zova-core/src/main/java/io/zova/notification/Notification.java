package io.zova.notification;

/**
 * A message that was published and whose transaction has committed.
 *
 * @param channel the channel it was published on
 * @param payload what was published
 * @param sequence its number among everything published on the same database since it was
 * opened, counting also what was never delivered; numbers of one transaction ascend
 * @param droppedBefore how many notifications this subscription lost, because its queue
 * was full, between the one it received before and this one
 */
public record Notification(String channel, String payload, long sequence, long droppedBefore) {

	Notification afterLosing(long dropped) {
		return (dropped == 0) ? this : new Notification(this.channel, this.payload, this.sequence, dropped);
	}

}
