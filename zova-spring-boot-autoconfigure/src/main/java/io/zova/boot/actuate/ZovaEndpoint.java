package io.zova.boot.actuate;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import io.zova.notification.NotificationCounts;
import io.zova.notification.NotificationOperations;

/**
 * {@code /actuator/zova}: what the database is and what it has done, without any of its
 * content.
 */
@Endpoint(id = "zova")
public class ZovaEndpoint {

	private final FileFacts facts;

	private final NotificationOperations notifications;

	/**
	 * An endpoint for a database.
	 * @param facts reads what the file is
	 * @param notifications its notifications
	 */
	public ZovaEndpoint(FileFacts facts, NotificationOperations notifications) {
		this.facts = facts;
		this.notifications = notifications;
	}

	@ReadOperation
	public Descriptor zova() {
		return new Descriptor(this.facts.read(), this.notifications.counts());
	}

	/**
	 * What the endpoint tells.
	 *
	 * @param file the file
	 * @param notifications what happened to notifications
	 */
	public record Descriptor(FileFacts.Facts file, NotificationCounts notifications) {

	}

}
