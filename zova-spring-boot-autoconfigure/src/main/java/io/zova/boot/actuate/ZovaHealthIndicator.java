package io.zova.boot.actuate;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Reports the last check of the database file, and whether it is still in its place.
 */
public class ZovaHealthIndicator extends AbstractHealthIndicator {

	private final FileCheck check;

	/**
	 * An indicator that repeats what a check has found.
	 * @param check the check
	 */
	public ZovaHealthIndicator(FileCheck check) {
		super("The check of the Zova database could not be read");
		this.check = check;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		FileCheck.Outcome outcome = this.check.last();
		switch (outcome.result()) {
			case SOUND, INCOMPLETE -> builder.up();
			case PENDING -> builder.unknown();
			case DAMAGED, MOVED, FAILED -> builder.down();
		}
		builder.withDetail("check", outcome.result().name().toLowerCase(java.util.Locale.ROOT));
		if (outcome.result() != FileCheck.Result.PENDING) {
			builder.withDetail("at", outcome.at()).withDetail("took", outcome.took());
		}
		if (!outcome.problems().isEmpty()) {
			builder.withDetail("problems", outcome.problems());
		}
	}

}
