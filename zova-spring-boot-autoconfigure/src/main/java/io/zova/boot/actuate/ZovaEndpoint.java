package io.zova.boot.actuate;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

import io.zova.ZovaDatabase;
import io.zova.ZovaStatistics;
import io.zova.boot.backup.Backups;
import io.zova.maintenance.DatabaseInfo;
import io.zova.maintenance.check.CheckOptions;

/**
 * {@code /actuator/zova}: what the database is and what it has done, without any of its
 * content; below it the doctor's report ({@code doctor}), deep checks ({@code check}) and
 * backups ({@code backup}) on demand.
 */
@Endpoint(id = "zova")
public class ZovaEndpoint {

	private final ZovaDatabase database;

	private final FileFacts facts;

	private final DeepCheck deepCheck;

	private final @Nullable Backups backups;

	private final Duration timeout;

	/**
	 * An endpoint for a database.
	 * @param database the database
	 * @param facts reads what the file is
	 * @param deepCheck checks on demand
	 * @param backups makes backups on demand, if there is a directory for them
	 * @param timeout how long the doctor may look while somebody waits
	 */
	public ZovaEndpoint(ZovaDatabase database, FileFacts facts, DeepCheck deepCheck, @Nullable Backups backups,
			Duration timeout) {
		this.database = database;
		this.facts = facts;
		this.deepCheck = deepCheck;
		this.backups = backups;
		this.timeout = timeout;
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
	 * Tells more.
	 * @param task {@code doctor} for a quick check now, {@code check} for the state of
	 * the last deep check, {@code backup} for that of the last backup
	 * @return what there is to tell, {@code null} for another task
	 */
	@ReadOperation
	public @Nullable Object task(@Selector String task) {
		return switch (task) {
			case "doctor" -> this.database.doctor(CheckOptions.quick().within(this.timeout));
			case "check" -> this.deepCheck.state();
			case "backup" -> (this.backups != null) ? this.backups.state() : null;
			default -> null;
		};
	}

	/**
	 * Begins something, unless it is running already, and does not wait for its end.
	 * @param task {@code check} for a deep check, {@code backup} for a backup into the
	 * configured directory
	 * @return how far it is, {@code null} for another task or without a directory
	 */
	@WriteOperation
	public @Nullable Object start(@Selector String task) {
		return switch (task) {
			case "check" -> this.deepCheck.start();
			case "backup" -> (this.backups != null) ? this.backups.start() : null;
			default -> null;
		};
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
