package io.zova.boot.backup;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.scheduling.support.CronExpression;

/**
 * When backups are made: after each interval, such as {@code 6h}, or at the times of a
 * cron expression, such as {@code 0 0 3 * * *}.
 */
public final class BackupSchedule {

	private final @Nullable Duration interval;

	private final @Nullable CronExpression cron;

	private BackupSchedule(@Nullable Duration interval, @Nullable CronExpression cron) {
		this.interval = interval;
		this.cron = cron;
	}

	/**
	 * Reads a schedule.
	 * @param text an interval or a cron expression
	 * @return the schedule
	 * @throws IllegalArgumentException if it is neither
	 */
	public static BackupSchedule parse(String text) {
		if (text.trim().contains(" ") || text.startsWith("@")) {
			CronExpression cron = CronExpression.parse(text.trim());
			if (cron.next(ZonedDateTime.now()) == null) {
				throw new IllegalArgumentException("there is no such time, now or later");
			}
			return new BackupSchedule(null, cron);
		}
		try {
			Duration interval = DurationStyle.detectAndParse(text.trim());
			if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
				throw new IllegalArgumentException("an interval is at least 1 second");
			}
			return new BackupSchedule(interval, null);
		}
		catch (DateTimeParseException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

	/**
	 * How long to wait for the next backup.
	 * @param now the time
	 * @return the delay, {@code null} if there will be none any more
	 */
	@Nullable Duration delay(ZonedDateTime now) {
		if (this.interval != null) {
			return this.interval;
		}
		ZonedDateTime next = (this.cron != null) ? this.cron.next(now) : null;
		return (next != null) ? Duration.between(now, next) : null;
	}

}
