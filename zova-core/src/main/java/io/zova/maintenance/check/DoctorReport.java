package io.zova.maintenance.check;

import java.util.List;

/**
 * How a database is.
 *
 * @param check what its check has found
 * @param userTables how many tables are not Zova's own, 0 if the pages are damaged
 * @param privateTables how many tables are Zova's own, 0 if the pages are damaged
 * @param leftovers the names of what killed copies and migrations have left in the
 * directory of the file; empty for an open database, which looks at itself only
 */
public record DoctorReport(CheckReport check, long userTables, long privateTables, List<String> leftovers) {

	public DoctorReport {
		leftovers = List.copyOf(leftovers);
	}

	/**
	 * Whether somebody should do something.
	 * @return {@code true} if there is an error or a fatal finding
	 */
	public boolean needsAttention() {
		return !this.check.isSound();
	}

}
