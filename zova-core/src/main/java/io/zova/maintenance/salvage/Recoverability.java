package io.zova.maintenance.salvage;

import java.util.Locale;

/**
 * How much of a database can be saved.
 */
public enum Recoverability {

	/** All of it. */
	RECOVERABLE,

	/** Some of it. */
	PARTIALLY_RECOVERABLE,

	/** Nothing. */
	NOT_RECOVERABLE,

	/** Its pages are damaged, so that nobody can say. */
	UNKNOWN;

	/**
	 * The word in reports.
	 * @return such as {@code partially_recoverable}
	 */
	public String text() {
		return name().toLowerCase(Locale.ROOT);
	}

}
