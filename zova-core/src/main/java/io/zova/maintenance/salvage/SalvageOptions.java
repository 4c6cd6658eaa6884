package io.zova.maintenance.salvage;

import java.time.Duration;

import io.zova.Arguments;
import io.zova.maintenance.check.CheckOptions;
import io.zova.maintenance.check.CheckProgress;

/**
 * How to salvage.
 *
 * @param forceDamaged whether to go on where pages are damaged: the file is read page by
 * page then, without SQLite
 * @param keepUnverified whether the new file gets its name even if its check finds errors
 * @param check how to check the source and the new file: how many findings to keep, who
 * hears of the progress, how long to wait for locks
 */
public record SalvageOptions(boolean forceDamaged, boolean keepUnverified, CheckOptions check) {

	private static final SalvageOptions DEFAULTS = new SalvageOptions(false, false, CheckOptions.thorough());

	public SalvageOptions {
		Arguments.required("check options", check);
	}

	/**
	 * Stops at damaged pages.
	 * @return the defaults
	 */
	public static SalvageOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * The same, but damaged pages are gone through one by one.
	 * @return the new options
	 */
	public SalvageOptions withDamagedPages() {
		return new SalvageOptions(true, this.keepUnverified, this.check);
	}

	/**
	 * The same, but the new file is kept even if its check finds errors.
	 * @return the new options
	 */
	public SalvageOptions keepingUnverified() {
		return new SalvageOptions(this.forceDamaged, true, this.check);
	}

	/**
	 * The same with another number of findings to keep.
	 * @param limit how many, 0 for none
	 * @return the new options
	 */
	public SalvageOptions withLimit(int limit) {
		return new SalvageOptions(this.forceDamaged, this.keepUnverified, this.check.withLimit(limit));
	}

	/**
	 * The same with a listener.
	 * @param progress who hears how far the checks of source and new file have come
	 * @return the new options
	 */
	public SalvageOptions reportingTo(CheckProgress progress) {
		return new SalvageOptions(this.forceDamaged, this.keepUnverified, this.check.reportingTo(progress));
	}

	/**
	 * The same with another patience for locks.
	 * @param busyTimeout how long to wait for a lock that another process holds
	 * @return the new options
	 */
	public SalvageOptions withBusyTimeout(Duration busyTimeout) {
		return new SalvageOptions(this.forceDamaged, this.keepUnverified, this.check.withBusyTimeout(busyTimeout));
	}

}
