package io.zova.maintenance.salvage;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.zova.maintenance.check.CheckReport;

/**
 * What a salvage has found and saved.
 *
 * @param dryRun whether nothing was to be written
 * @param published whether there is a new file
 * @param verified whether the check of the new file found no error
 * @param recoverability how much can be saved, as far as the source's check tells
 * @param recoverable how much should be recoverable
 * @param copied how much was copied, all 0 for a dry run
 * @param skipped how much was not, or will not be
 * @param unproven how much of what was copied nothing proves to be what was once stored:
 * rows of user tables, key-values, edges with what they carry, and vectors, in which a
 * norm proves neither the signs of elements nor their order; all 0 unless pages were read
 * one by one
 * @param unprovenRows which rows these are, those first that no tree led to; as many as
 * findings are kept, so {@link SalvageOptions#withLimit} decides how many
 * @param pages what was found page by page, empty if the source was read by SQLite
 * @param source the check of the source
 * @param destination the check of the new file, empty if there was none
 * @param duration how long it took
 */
public record SalvageReport(boolean dryRun, boolean published, boolean verified, Recoverability recoverability,
		Map<SalvageCounter, Long> recoverable, Map<SalvageCounter, Long> copied, Map<SalvageCounter, Long> skipped,
		Map<SalvageCounter, Long> unproven, List<UnprovenRow> unprovenRows, Optional<PagesReport> pages,
		CheckReport source, Optional<CheckReport> destination, Duration duration) {

	public SalvageReport {
		recoverable = complete(recoverable);
		copied = complete(copied);
		skipped = complete(skipped);
		unproven = complete(unproven);
		unprovenRows = List.copyOf(unprovenRows);
	}

	private static Map<SalvageCounter, Long> complete(Map<SalvageCounter, Long> counts) {
		Map<SalvageCounter, Long> complete = new EnumMap<>(SalvageCounter.class);
		for (SalvageCounter counter : SalvageCounter.values()) {
			complete.put(counter, counts.getOrDefault(counter, 0L));
		}
		return Collections.unmodifiableMap(complete);
	}

	/**
	 * What was found page by page.
	 *
	 * @param headerSound whether the first page said how big a page is; else it was
	 * guessed
	 * @param schemaWhole whether the way to all definitions of tables was there
	 * @param freelistReadable whether unused pages could be told from lost ones; if not,
	 * rows that were deleted may have come back
	 * @param reachableRows rows that a tree led to
	 * @param rescuedRows rows on pages that no tree led to any more
	 * @param lostAndFoundRows rows that fit no table or more than one, or whose key was
	 * taken: they are in the table {@code lost_and_found}
	 * @param damagedRows rows that could not be read
	 * @param unprovenRescued how many of the rescued rows have no proof
	 */
	public record PagesReport(boolean headerSound, boolean schemaWhole, boolean freelistReadable, long reachableRows,
			long rescuedRows, long lostAndFoundRows, long damagedRows, Map<SalvageCounter, Long> unprovenRescued) {

		public PagesReport {
			unprovenRescued = complete(unprovenRescued);
		}

	}

}
