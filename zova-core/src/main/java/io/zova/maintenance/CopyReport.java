package io.zova.maintenance;

import java.time.Duration;
import java.util.Optional;

/**
 * What a copy has made.
 *
 * @param bytes the size of the copy
 * @param pages its number of pages
 * @param verification what was checked, empty if that was switched off
 * @param duration how long it took, verification included
 */
public record CopyReport(long bytes, long pages, Optional<VerificationReport> verification, Duration duration) {

}
