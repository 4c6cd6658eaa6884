package io.zova.maintenance.check;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.zova.ZovaStatus;

/**
 * What has been found so far: all of it counted, the first ones kept.
 */
final class Findings {

	private final int limit;

	private final boolean unreadableOnly;

	private final List<Finding> kept = new ArrayList<>();

	private final Map<FindingKind, Long> counts = new EnumMap<>(FindingKind.class);

	/**
	 * Nothing found yet.
	 * @param limit how many findings to keep
	 */
	public Findings(int limit) {
		this(limit, false);
	}

	private Findings(int limit, boolean unreadableOnly) {
		this.limit = limit;
		this.unreadableOnly = unreadableOnly;
	}

	/**
	 * The same, but warnings are not even counted, except that of an object whose chunks
	 * do not fit its chunker, because it cannot be read.
	 */
	Findings unreadableOnly() {
		return new Findings(this.limit, true);
	}

	/** None yet, by the same rules. */
	Findings fresh() {
		return new Findings(this.limit, this.unreadableOnly);
	}

	void addAll(Findings others) {
		others.counts.forEach((kind, count) -> this.counts.merge(kind, count, Long::sum));
		others.kept.stream().limit(this.limit - this.kept.size()).forEach(this.kept::add);
	}

	/**
	 * Searches once more for what has been found already, in the order of reports. If
	 * that does not come to its end, what was found at first stays.
	 */
	void addInOrder(Findings first, Search search) throws SQLException {
		Findings ordered = fresh();
		try {
			search.into(ordered);
		}
		catch (SQLException | RuntimeException ex) {
			addAll(first);
			throw ex;
		}
		addAll(ordered);
	}

	void add(Finding finding) {
		if (this.unreadableOnly && finding.severity().compareTo(Severity.ERROR) < 0
				&& finding.kind() != FindingKind.OBJECT_CHUNKER_LAYOUT) {
			return;
		}
		this.counts.merge(finding.kind(), 1L, Long::sum);
		if (this.kept.size() < this.limit) {
			this.kept.add(finding);
		}
	}

	void add(FindingKind kind, ZovaStatus detail) {
		add(new Finding(kind, name(detail), Map.of()));
	}

	void add(FindingKind kind, ZovaStatus detail, Locator locator, String value) {
		add(new Finding(kind, name(detail), Map.of(locator, value)));
	}

	/** Counts findings of which nothing more is known. */
	void addUnkept(FindingKind kind, long count) {
		if (count > 0) {
			this.counts.merge(kind, count, Long::sum);
		}
	}

	/**
	 * How many there are.
	 * @return the number, also of those that are not kept
	 */
	public long count() {
		return this.counts.values().stream().mapToLong(Long::longValue).sum();
	}

	long count(Set<Severity> severities) {
		long count = 0;
		for (Map.Entry<FindingKind, Long> entry : this.counts.entrySet()) {
			if (severities.contains(entry.getKey().severity())) {
				count += entry.getValue();
			}
		}
		return count;
	}

	int limit() {
		return this.limit;
	}

	boolean isFatal() {
		return count(Set.of(Severity.FATAL)) > 0;
	}

	/**
	 * The first ones, in the order in which they were found.
	 * @return as many as the limit allows
	 */
	public List<Finding> kept() {
		return List.copyOf(this.kept);
	}

	Map<FindingKind, Long> byKind() {
		return this.counts;
	}

	/**
	 * A status as reports name errors.
	 * @param status the status
	 * @return such as {@code ObjectCorrupt}
	 */
	static String name(ZovaStatus status) {
		StringBuilder name = new StringBuilder();
		for (String word : status.name().split("_")) {
			name.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
		}
		return name.toString();
	}

	/**
	 * A part of a check.
	 */
	@FunctionalInterface
	interface Search {

		void into(Findings findings) throws SQLException;

	}

}
