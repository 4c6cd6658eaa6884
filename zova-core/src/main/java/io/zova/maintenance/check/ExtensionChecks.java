package io.zova.maintenance.check;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.InstalledExtensions;
import io.zova.format.SqliteFailure;

/**
 * Looks at the list of installed extensions and at who owns their tables. What is inside
 * them is the extension's own matter; so far there is only {@code trgm}.
 */
final class ExtensionChecks {

	private static final String ROWS = """
			select name, storage_prefix, required, version, zova_abi_min, capabilities, manifest_json
			from main._zova_extensions
			order by name""";

	private static final String STORAGE = """
			select name
			from main.sqlite_schema
			where substr(name, 1, 10) = '_zova_ext_'
			order by name""";

	private static final Pattern NAME = Pattern.compile("(?!(?i:_zova_))[A-Za-z0-9_.:-]{1,64}");

	private static final String TRIGRAM = "trgm";

	private final Inspection inspection;

	private final Findings findings;

	private final List<String> names = new ArrayList<>();

	private final Set<String> prefixes = new HashSet<>();

	private boolean readable = true;

	ExtensionChecks(Inspection inspection) {
		this.inspection = inspection;
		this.findings = inspection.findings();
	}

	void run() throws SQLException {
		this.inspection.each(ROWS, (row) -> {
			String name = String.valueOf(row.getString(1));
			this.names.add(name);
			this.prefixes.add(String.valueOf(row.getString(2)));
			this.readable &= NAME.matcher(name).matches() && ("_zova_ext_" + name + "_").equals(row.getString(2))
					&& row.getLong(3) == 1 && hasLength(row.getString(4), 1, 64) && hasLength(row.getString(5), 1, 64)
					&& hasLength(row.getString(6), 0, 512) && hasLength(row.getString(7), 0, 4096);
		});
		if (!this.readable) {
			this.findings.add(FindingKind.EXTENSION_REGISTRY_UNREADABLE, ZovaStatus.EXTENSION_INVALID);
			return;
		}
		if (hasUnknownStorage()) {
			return;
		}
		for (String name : this.names) {
			if (!name.equals(TRIGRAM)) {
				found(FindingKind.EXTENSION_UNAVAILABLE, name, ZovaStatus.EXTENSION_UNAVAILABLE);
			}
			else if (this.names.size() == 1) {
				trigrams();
			}
		}
	}

	long extensions() {
		return this.names.size();
	}

	private static boolean hasLength(@Nullable String text, int least, int most) {
		return text != null && text.length() >= least && text.length() <= most;
	}

	private boolean hasUnknownStorage() {
		List<String> unknown = new ArrayList<>();
		try {
			this.inspection.each(STORAGE, (row) -> {
				String name = String.valueOf(row.getString(1));
				if (this.prefixes.stream().noneMatch(name::startsWith)) {
					unknown.add(name);
				}
			});
		}
		catch (SQLException ex) {
			this.findings.add(FindingKind.EXTENSION_STORAGE_UNREADABLE, SqliteFailure.status(ex));
			return true;
		}
		if (!unknown.isEmpty()) {
			this.findings.add(new Finding(FindingKind.UNKNOWN_EXTENSION_STORAGE, unknown.get(0), Map.of()));
		}
		return false;
	}

	private void trigrams() throws SQLException {
		try {
			InstalledExtensions.validate(this.inspection.connection(), "The database");
		}
		catch (ZovaException ex) {
			switch (ex.status()) {
				case EXTENSION_INCOMPATIBLE -> found(FindingKind.EXTENSION_INCOMPATIBLE, TRIGRAM, ex.status());
				case EXTENSION_INVALID -> {
					if (!hasFoundStorage()) {
						found(FindingKind.TRGM_CHECK_FAILED, TRIGRAM, ex.status());
					}
				}
				default -> throw ex;
			}
		}
	}

	/** It has been said already. */
	private boolean hasFoundStorage() {
		return this.findings.byKind().containsKey(FindingKind.UNKNOWN_EXTENSION_STORAGE);
	}

	private void found(FindingKind kind, String name, ZovaStatus status) {
		this.findings.add(new Finding(kind, name + ": " + Findings.name(status), Map.of()));
	}

}
