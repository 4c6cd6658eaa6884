package io.zova.boot.actuate;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import io.zova.ZovaDatabase;
import io.zova.maintenance.DatabaseInfo;
import io.zova.notification.NotificationCounts;
import io.zova.notification.NotificationOperations;

/**
 * {@code /actuator/zova}: what the database is and what it has done, without any of its
 * content.
 */
@Endpoint(id = "zova")
public class ZovaEndpoint {

	private final ZovaDatabase database;

	private final FileFacts facts;

	private final NotificationOperations notifications;

	/**
	 * An endpoint for a database.
	 * @param database the database
	 * @param facts reads what the file is
	 * @param notifications its notifications
	 */
	public ZovaEndpoint(ZovaDatabase database, FileFacts facts, NotificationOperations notifications) {
		this.database = database;
		this.facts = facts;
		this.notifications = notifications;
	}

	/**
	 * Describes the database. Counting takes longer the more there is in it.
	 * @return the description
	 */
	@ReadOperation
	public Descriptor zova() {
		return new Descriptor(this.facts.read(), this.database.info().counts(), this.notifications.counts());
	}

	/**
	 * What the endpoint tells.
	 *
	 * @param file the file
	 * @param counts how many of each kind of thing are in it
	 * @param notifications what happened to notifications
	 */
	public record Descriptor(FileFacts.Facts file, DatabaseInfo.Counts counts, NotificationCounts notifications) {

	}

}
