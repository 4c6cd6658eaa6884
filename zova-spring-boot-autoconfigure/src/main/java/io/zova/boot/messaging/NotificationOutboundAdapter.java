package io.zova.boot.messaging;

import org.springframework.integration.handler.AbstractMessageHandler;
import org.springframework.messaging.Message;

import io.zova.notification.NotificationOperations;

/**
 * Publishes messages as notifications of a channel: after the commit of the transaction
 * that handles the message, and never if it is rolled back. The payload is the text of
 * the message's.
 */
public class NotificationOutboundAdapter extends AbstractMessageHandler {

	private final NotificationOperations notifications;

	private final String channel;

	/**
	 * An adapter for one channel.
	 * @param notifications where notifications go
	 * @param channel the channel
	 */
	public NotificationOutboundAdapter(NotificationOperations notifications, String channel) {
		this.notifications = notifications;
		this.channel = channel;
	}

	@Override
	public String getComponentType() {
		return "zova:outbound-channel-adapter";
	}

	@Override
	protected void handleMessageInternal(Message<?> message) {
		this.notifications.publish(this.channel, message.getPayload().toString());
	}

}
