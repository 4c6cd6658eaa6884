package io.zova.boot.actuate;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import io.zova.ZovaDatabase;
import io.zova.ZovaStatistics;
import io.zova.maintenance.DatabaseInfo;

/**
 * {@code /actuator/zova}: what the database is and what it has done, without any of its
 * content.
 */
@Endpoint(id = "zova")
public class ZovaEndpoint {

	private final ZovaDatabase database;

	private final FileFacts facts;

	/**
	 * An endpoint for a database.
	 * @param database the database
	 * @param facts reads what the file is
	 */
	public ZovaEndpoint(ZovaDatabase database, FileFacts facts) {
		this.database = database;
		this.facts = facts;
	}

	/**
	 * Describes the database. Counting takes longer the more there is in it.
	 * @return the description
	 */
	@ReadOperation
	public Descriptor zova() {
		return new Descriptor(this.facts.read(), this.database.info().counts(), this.database.statistics());
	}

	/**
	 * What the endpoint tells.
	 *
	 * @param file the file
	 * @param counts how many of each kind of thing are in it
	 * @param statistics what has been done with it since the application started
	 */
	public record Descriptor(FileFacts.Facts file, DatabaseInfo.Counts counts, ZovaStatistics statistics) {

	}

}
