package io.zova.boot.messaging;

import org.jspecify.annotations.Nullable;

import org.springframework.integration.endpoint.MessageProducerSupport;

import io.zova.notification.Notification;
import io.zova.notification.NotificationOperations;
import io.zova.notification.Subscription;

/**
 * Sends the notifications of a channel as messages, one after the other: the payload is
 * the notification's text, and the headers {@link #CHANNEL} and {@link #SEQUENCE} tell
 * where it came from.
 */
public class NotificationInboundAdapter extends MessageProducerSupport {

	/** The header with the channel of the notification. */
	public static final String CHANNEL = "zova_channel";

	/** The header with the number of the notification. */
	public static final String SEQUENCE = "zova_sequence";

	private final NotificationOperations notifications;

	private final String channel;

	private @Nullable Subscription subscription;

	/**
	 * An adapter for one channel.
	 * @param notifications where notifications come from
	 * @param channel the channel
	 */
	public NotificationInboundAdapter(NotificationOperations notifications, String channel) {
		this.notifications = notifications;
		this.channel = channel;
	}

	@Override
	public String getComponentType() {
		return "zova:inbound-channel-adapter";
	}

	@Override
	protected void doStart() {
		this.subscription = this.notifications.subscribe(this.channel, this::send);
	}

	@Override
	protected void doStop() {
		if (this.subscription != null) {
			this.subscription.close();
		}
	}

	private void send(Notification notification) {
		sendMessage(getMessageBuilderFactory().withPayload(notification.payload())
			.setHeader(CHANNEL, notification.channel())
			.setHeader(SEQUENCE, notification.sequence())
			.build());
	}

}
