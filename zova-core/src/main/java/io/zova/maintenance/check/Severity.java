package io.zova.maintenance.check;

import java.util.Locale;

/**
 * How bad a finding is.
 */
public enum Severity {

	/** Good to know. */
	INFO,

	/** Odd, and nothing is lost or wrong because of it. */
	WARNING,

	/** Something is damaged. */
	ERROR,

	/** The file's pages are damaged, and the check has ended there. */
	FATAL;

	/**
	 * The severity's name in reports.
	 * @return such as {@code warning}
	 */
	public String text() {
		return name().toLowerCase(Locale.ROOT);
	}

}
