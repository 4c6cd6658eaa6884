package io.zova.maintenance.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a check has found.
 *
 * @param deep whether the content was looked at
 * @param complete whether the check came to its end within its time limit
 * @param constraintsChecked whether CHECK constraints were looked at, which SQLite does
 * not do for a file that it can't write
 * @param checked how much was looked at, all 0 for a quick check
 * @param objectStorage how the objects are stored, empty for a quick check or if that
 * could not be read
 * @param findingCount how much was found
 * @param areaCounts how much was found in each area
 * @param severityCounts how much was found of each severity
 * @param kindCounts how much was found of each kind, without the kinds that were not
 * @param findings the first findings
 * @param actions what to do
 * @param duration how long it took
 */
public record CheckReport(boolean deep, boolean complete, boolean constraintsChecked, Checked checked,
		Optional<ObjectStorage> objectStorage, long findingCount, Map<Area, Long> areaCounts,
		Map<Severity, Long> severityCounts, Map<FindingKind, Long> kindCounts, List<Finding> findings,
		List<SuggestedAction> actions, Duration duration) {

	private static final Set<FindingKind> OTHER_SET = Set.of(FindingKind.BOUND_SET_ID_MISMATCH,
			FindingKind.OBJECT_EPOCH_MISMATCH, FindingKind.VECTOR_EPOCH_MISMATCH, FindingKind.GRAPH_EPOCH_MISMATCH);

	public CheckReport {
		areaCounts = Collections.unmodifiableMap(new EnumMap<>(areaCounts));
		severityCounts = Collections.unmodifiableMap(new EnumMap<>(severityCounts));
		kindCounts = Map.copyOf(kindCounts);
		findings = List.copyOf(findings);
		actions = List.copyOf(actions);
	}

	static CheckReport of(Inspection inspection, Checked checked, Optional<ObjectStorage> storage, boolean deep,
			boolean complete, boolean constraintsChecked, Duration duration) {
		Findings findings = inspection.findings();
		Map<Area, Long> areas = new EnumMap<>(Area.class);
		Map<Severity, Long> severities = new EnumMap<>(Severity.class);
		for (Area area : Area.values()) {
			areas.put(area, 0L);
		}
		for (Severity severity : Severity.values()) {
			severities.put(severity, 0L);
		}
		findings.byKind().forEach((kind, count) -> {
			areas.merge(kind.area(), count, Long::sum);
			severities.merge(kind.severity(), count, Long::sum);
		});
		return new CheckReport(deep, complete, constraintsChecked, checked, storage, findings.count(), areas,
				severities, findings.byKind(), findings.kept(), actions(findings, inspection.missingStores()),
				duration);
	}

	/**
	 * The report of a check that was not run.
	 * @return a report without findings, which is not complete
	 */
	public static CheckReport notRun() {
		return new CheckReport(false, false, false, new Checked(0, 0, 0, 0, 0, 0, 0, 0, 0), Optional.empty(), 0,
				new EnumMap<>(Map.of(Area.SQLITE, 0L)), new EnumMap<>(Map.of(Severity.INFO, 0L)), Map.of(), List.of(),
				List.of(), Duration.ZERO);
	}

	private static List<SuggestedAction> actions(Findings findings, List<SuggestedAction> missingStores) {
		if (findings.count() == 0) {
			return List.of(SuggestedAction.NOTHING);
		}
		List<SuggestedAction> actions = new ArrayList<>(List.of(SuggestedAction.RESTORE_BACKUP,
				SuggestedAction.DEEP_CHECK, SuggestedAction.SALVAGE_DRY_RUN, SuggestedAction.SALVAGE));
		actions.addAll(missingStores);
		if (!Collections.disjoint(findings.byKind().keySet(), OTHER_SET)) {
			actions.add(SuggestedAction.RESTORE_WHOLE_SET);
		}
		if (findings.byKind().keySet().stream().anyMatch((kind) -> kind.area() == Area.EXTENSION)) {
			actions.add(SuggestedAction.LIST_EXTENSIONS);
			actions.add(SuggestedAction.CHECK_EXTENSIONS);
		}
		return actions;
	}

	/**
	 * Whether nothing is damaged; there may be warnings.
	 * @return {@code true} if there is neither an error nor a fatal finding
	 */
	public boolean isSound() {
		return this.severityCounts.getOrDefault(Severity.ERROR, 0L) == 0
				&& this.severityCounts.getOrDefault(Severity.FATAL, 0L) == 0;
	}

	/**
	 * Whether more was found than is kept with its details.
	 * @return {@code true} if findings are missing from the list
	 */
	public boolean truncated() {
		return this.findingCount > this.findings.size();
	}

	/**
	 * How much a check has looked at.
	 *
	 * @param extensions installed extensions
	 * @param objects objects with a well-formed id
	 * @param chunks entries of the objects' lists of chunks
	 * @param looseChunks chunks that belong to no object
	 * @param vectors vectors
	 * @param graphs graphs
	 * @param graphNodes nodes
	 * @param graphEdges edges
	 * @param keyValues key-values
	 */
	public record Checked(long extensions, long objects, long chunks, long looseChunks, long vectors, long graphs,
			long graphNodes, long graphEdges, long keyValues) {

	}

	/**
	 * How objects are stored.
	 *
	 * @param logicalBytes the sizes of all objects
	 * @param physicalChunkBytes the sizes of all chunks
	 * @param referencedChunkBytes the sizes of the chunks that are in an object
	 * @param fastcdcManifestRows entries of the lists of objects cut by content
	 * @param fixedManifestRows entries of the lists of objects cut every 1 MiB
	 * @param fastcdcChunkRows chunks in objects cut by content
	 * @param fixedChunkRows chunks in objects cut every 1 MiB
	 * @param deduplicatedBytes what is saved because chunks are shared
	 */
	public record ObjectStorage(long logicalBytes, long physicalChunkBytes, long referencedChunkBytes,
			long fastcdcManifestRows, long fixedManifestRows, long fastcdcChunkRows, long fixedChunkRows,
			long deduplicatedBytes) {

	}

}
