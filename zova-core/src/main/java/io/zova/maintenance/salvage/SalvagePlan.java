package io.zova.maintenance.salvage;

import java.util.EnumMap;
import java.util.Map;

import io.zova.maintenance.check.Area;
import io.zova.maintenance.check.CheckReport;
import io.zova.maintenance.check.FindingKind;
import io.zova.maintenance.check.Severity;

/**
 * What a check of the source lets expect of a salvage.
 *
 * @param recoverability how much of it
 * @param recoverable how much should be recoverable
 * @param skipped how much will not be
 */
record SalvagePlan(Recoverability recoverability, Map<SalvageCounter, Long> recoverable,
		Map<SalvageCounter, Long> skipped) {

	static SalvagePlan of(CheckReport check, SourceCounts source) {
		Map<SalvageCounter, Long> counts = source.counts();
		Map<SalvageCounter, Long> skipped = new EnumMap<>(SalvageCounter.class);
		put(skipped, counts, SalvageCounter.OBJECTS, errors(check, Area.OBJECT));
		put(skipped, counts, SalvageCounter.CHUNKS, errors(check, Area.CHUNK));
		put(skipped, counts, SalvageCounter.LOOSE_CHUNKS,
				check.kindCounts().getOrDefault(FindingKind.LOOSE_CHUNK_INTEGRITY, 0L)
						+ check.kindCounts().getOrDefault(FindingKind.LOOSE_CHUNK_ID_SHAPE, 0L));
		put(skipped, counts, SalvageCounter.VECTORS, check.kindCounts().getOrDefault(FindingKind.VECTOR_INTEGRITY, 0L)
				+ check.kindCounts().getOrDefault(FindingKind.VECTOR_COLLECTION_MISSING, 0L));
		put(skipped, counts, SalvageCounter.GRAPH_EDGES, errors(check, Area.GRAPH));
		put(skipped, counts, SalvageCounter.KV_ENTRIES, errors(check, Area.KV));
		put(skipped, counts, SalvageCounter.EXTENSIONS, Long.MAX_VALUE);
		put(skipped, counts, SalvageCounter.EXTENSION_PRIVATE_OBJECTS, Long.MAX_VALUE);
		Map<SalvageCounter, Long> recoverable = new EnumMap<>(SalvageCounter.class);
		counts.forEach((counter, count) -> recoverable.put(counter, count - skipped.getOrDefault(counter, 0L)));
		return new SalvagePlan(recoverability(check, recoverable, skipped), recoverable, skipped);
	}

	private static Recoverability recoverability(CheckReport check, Map<SalvageCounter, Long> recoverable,
			Map<SalvageCounter, Long> skipped) {
		if (check.severityCounts().getOrDefault(Severity.FATAL, 0L) > 0) {
			return Recoverability.UNKNOWN;
		}
		boolean nothingSkipped = skipped.values().stream().allMatch((count) -> count == 0);
		if (check.isSound() && nothingSkipped) {
			return Recoverability.RECOVERABLE;
		}
		return recoverable.values().stream().anyMatch((count) -> count > 0) ? Recoverability.PARTIALLY_RECOVERABLE
				: Recoverability.NOT_RECOVERABLE;
	}

	private static long errors(CheckReport check, Area area) {
		return check.kindCounts()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().area() == area && entry.getKey().severity() == Severity.ERROR)
			.mapToLong(Map.Entry::getValue)
			.sum();
	}

	private static void put(Map<SalvageCounter, Long> skipped, Map<SalvageCounter, Long> counts, SalvageCounter counter,
			long damaged) {
		skipped.put(counter, Math.min(counts.getOrDefault(counter, 0L), damaged));
	}

}
