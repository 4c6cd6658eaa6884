package io.zova.migration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.zova.format.FormatVersion;
import io.zova.format.StoreRole;
import io.zova.maintenance.VerificationReport;

/**
 * What a migration has made.
 *
 * @param from the format of the old file
 * @param file the new file
 * @param stores the new files in which it keeps objects, vectors or graphs; empty for a
 * file that keeps everything itself
 * @param kept where the old file is now
 * @param bytes the size of all new files
 * @param leftOut indexes and triggers of the user on tables of Zova that named columns
 * which the new tables don't have, such as {@code index i on _zova_vectors}
 * @param verification what was checked, empty if that was switched off
 * @param duration how long it took, verification included
 */
public record MigrationReport(FormatVersion from, Path file, Map<StoreRole, Path> stores, Path kept, long bytes,
		List<String> leftOut, Optional<VerificationReport> verification, Duration duration) {

	public MigrationReport {
		stores = Map.copyOf(stores);
		leftOut = List.copyOf(leftOut);
	}

}
