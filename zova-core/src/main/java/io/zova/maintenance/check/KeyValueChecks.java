package io.zova.maintenance.check;

import java.sql.SQLException;

import io.zova.ZovaStatus;

/**
 * Looks at the types and lengths of key-values, and at none of their bytes.
 */
final class KeyValueChecks {

	private static final String ENTRIES = """
			select typeof(namespace) = 'blob' and typeof(key) = 'blob' and typeof(value) = 'blob',
				length(namespace) + length(key) + length(value)
			from main._zova_kv
			order by namespace, key""";

	/** What the native library's SQLite allows for a row. */
	private static final long LONGEST_ROW = 1_000_000_000;

	private final Inspection inspection;

	private final long longest;

	private long entries;

	KeyValueChecks(Inspection inspection) {
		this(inspection, LONGEST_ROW);
	}

	KeyValueChecks(Inspection inspection, long longest) {
		this.inspection = inspection;
		this.longest = longest;
	}

	void run() throws SQLException {
		this.inspection.watch()
			.begin(CheckStep.KEY_VALUES, this.inspection.total("select count(*) from main._zova_kv"));
		this.inspection.eachWatched(ENTRIES, (row) -> {
			if (row.getLong(1) == 0) {
				found(FindingKind.KV_TYPE_INVALID);
			}
			else if (row.getLong(2) > this.longest) {
				found(FindingKind.KV_TOO_LARGE);
			}
			this.entries++;
		});
		this.inspection.watch().end();
	}

	long entries() {
		return this.entries;
	}

	private void found(FindingKind kind) {
		this.inspection.findings()
			.add(kind, (kind == FindingKind.KV_TOO_LARGE) ? ZovaStatus.KV_TOO_LARGE : ZovaStatus.KV_CORRUPT,
					Locator.ENTRY, Long.toString(this.entries));
	}

}
