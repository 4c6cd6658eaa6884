package io.zova.boot.actuate;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import io.zova.boot.backup.Backups;
import io.zova.maintenance.check.DoctorReport;

/**
 * Reports the last check of the database file, whether it is still in its place, and when
 * the last good backup was made, and what is free on the disk; no names, paths or values.
 */
public class ZovaHealthIndicator extends AbstractHealthIndicator {

	private final FileCheck check;

	private final @Nullable Backups backups;

	private final Status failedBackup;

	private final @Nullable DiskSpace disk;

	/**
	 * An indicator that repeats what a check has found.
	 * @param check the check
	 */
	public ZovaHealthIndicator(FileCheck check) {
		this(check, null, Status.UNKNOWN, null);
	}

	/**
	 * An indicator that repeats what a check has found, and how the last backup ended.
	 * @param check the check
	 * @param backups the backups, if there are any
	 * @param failedBackup the status after a backup that failed
	 * @param disk where the files lie, if anybody shall look
	 */
	public ZovaHealthIndicator(FileCheck check, @Nullable Backups backups, Status failedBackup,
			@Nullable DiskSpace disk) {
		super("The check of the Zova database could not be read");
		this.check = check;
		this.backups = backups;
		this.failedBackup = failedBackup;
		this.disk = disk;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		FileCheck.Outcome outcome = this.check.last();
		switch (outcome.result()) {
			case SOUND, INCOMPLETE -> builder.up();
			case PENDING -> builder.unknown();
			case DAMAGED, MOVED, UNSYNCED, FAILED -> builder.down();
		}
		builder.withDetail("check", outcome.result().name().toLowerCase(Locale.ROOT));
		if (outcome.result() != FileCheck.Result.PENDING) {
			builder.withDetail("at", outcome.at()).withDetail("took", outcome.took());
		}
		DoctorReport report = outcome.report();
		if (report != null) {
			Map<String, Long> counts = new TreeMap<>();
			report.check().severityCounts().forEach((severity, count) -> counts.put(severity.text(), count));
			builder.withDetail("findings", counts);
		}
		if (this.backups != null) {
			backups(builder, this.backups.state(), outcome.result());
		}
		if (this.disk != null) {
			space(builder, this.disk);
		}
	}

	private static void space(Health.Builder builder, DiskSpace disk) {
		disk.free().ifPresent((free) -> {
			builder.withDetail("freeSpace", free).withDetail("minimumFreeSpace", disk.threshold());
			if (free < disk.threshold()) {
				builder.down();
			}
		});
	}

	private void backups(Health.Builder builder, Backups.State state, FileCheck.Result result) {
		Instant lastGood = state.lastGood();
		builder.withDetail("lastBackup", (lastGood != null) ? lastGood.toString() : "none");
		Backups.Outcome last = state.last();
		if (last != null && !last.success()) {
			builder.withDetail("backup", "failed");
			boolean worse = result == FileCheck.Result.DAMAGED || result == FileCheck.Result.MOVED
					|| result == FileCheck.Result.UNSYNCED || result == FileCheck.Result.FAILED;
			if (!worse) {
				builder.status(this.failedBackup);
			}
		}
	}

}
