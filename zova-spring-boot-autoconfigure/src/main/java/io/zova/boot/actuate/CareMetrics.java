package io.zova.boot.actuate;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import io.zova.boot.actuate.FileCheck.Result;
import io.zova.boot.backup.Backups;

/**
 * Meters of checks and backups: how many there were, how long they took, how they ended.
 */
public class CareMetrics implements MeterBinder {

	private final @Nullable FileCheck check;

	private final @Nullable DeepCheck deepCheck;

	private final @Nullable Backups backups;

	/**
	 * The meters of what there is.
	 * @param check the checks at an interval
	 * @param deepCheck the checks on demand
	 * @param backups the backups
	 */
	public CareMetrics(@Nullable FileCheck check, @Nullable DeepCheck deepCheck, @Nullable Backups backups) {
		this.check = check;
		this.deepCheck = deepCheck;
		this.backups = backups;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		if (this.check != null) {
			for (Result result : Result.values()) {
				if (result != Result.PENDING) {
					FunctionTimer
						.builder("zova.checks", this.check, (source) -> source.count(result),
								(source) -> source.nanos(result), TimeUnit.NANOSECONDS)
						.description("Checks of the database file at their interval, by what they found")
						.tag("result", result.name().toLowerCase(Locale.ROOT))
						.register(registry);
				}
			}
		}
		if (this.deepCheck != null) {
			FunctionTimer
				.builder("zova.checks.deep", this.deepCheck, DeepCheck::count, DeepCheck::nanos, TimeUnit.NANOSECONDS)
				.description("Deep checks of the database on demand")
				.register(registry);
		}
		if (this.backups != null) {
			for (boolean success : new boolean[] { true, false }) {
				FunctionTimer
					.builder("zova.backups", this.backups, (source) -> source.count(success),
							(source) -> source.nanos(success), TimeUnit.NANOSECONDS)
					.description("Backups, by whether they were made")
					.tag("result", success ? "made" : "failed")
					.register(registry);
			}
		}
	}

}
