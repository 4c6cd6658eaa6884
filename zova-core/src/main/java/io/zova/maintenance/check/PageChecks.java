package io.zova.maintenance.check;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.zova.ZovaStatus;
import io.zova.format.SchemaObject;
import io.zova.format.StoreRole;
import io.zova.format.ZovaSchema;

/**
 * Looks at pages, constraints, foreign keys and the definitions of Zova's own tables,
 * indexes and triggers.
 */
final class PageChecks {

	private static final String QUICK_CHECK = "pragma SCHEMAquick_check(1000)";

	/**
	 * These rows are about values; any other is about pages. SQLite's texts may quote
	 * values.
	 */
	private static final Pattern CONSTRAINT = Pattern
		.compile("(?:CHECK constraint failed in |(?:NULL|NUMERIC|TEXT|non-\\S+) value in |non-unique entry in index )"
				+ "(_zova_\\w+)?.*", Pattern.DOTALL);

	private static final String OBJECTS = """
			select type, name, sql
			from SCHEMA.sqlite_schema
			where substr(name, 1, 6) = '_zova_'""";

	/** The native library reads it and does not compare how it is defined. */
	private static final String META = "_zova_meta";

	private final Inspection inspection;

	private final Findings findings;

	PageChecks(Inspection inspection) {
		this.inspection = inspection;
		this.findings = inspection.findings();
	}

	/**
	 * Runs SQLite's own check.
	 * @param schema {@code main.}, or nothing for attached files, too
	 * @return whether the pages are sound, so that it makes sense to go on
	 * @throws SQLException if it was interrupted
	 */
	boolean quickCheck(String schema) throws SQLException {
		Watch watch = this.inspection.watch();
		watch.begin(CheckStep.PAGES, this.inspection.total("pragma main.page_count"));
		try (Statement statement = this.inspection.connection().createStatement();
				ResultSet rows = statement.executeQuery(QUICK_CHECK.replace("SCHEMA", schema))) {
			while (rows.next()) {
				String message = String.valueOf(rows.getString(1));
				Matcher constraint = CONSTRAINT.matcher(message);
				if (constraint.matches()) {
					String table = constraint.group(1);
					this.findings
						.add(new Finding(FindingKind.SQLITE_CONSTRAINT_VIOLATION, Findings.name(ZovaStatus.CONSTRAINT),
								(table != null) ? Map.of(Locator.TABLE, table) : Map.of()));
				}
				else if (!message.equals("ok")) {
					this.findings.add(new Finding(FindingKind.SQLITE_QUICK_CHECK, "CheckFailed", Map.of()));
					return false;
				}
			}
		}
		watch.end();
		return true;
	}

	void schema() throws SQLException {
		compare("main", ZovaSchema.objects());
		for (StoreRole role : StoreRole.values()) {
			String schema = this.inspection.schemas().of(role);
			if (this.inspection.schemas().has(role) && !schema.equals("main")) {
				compare(schema, role.schema());
			}
		}
	}

	private void compare(String schema, List<SchemaObject> expected) throws SQLException {
		Map<String, String> stored = new HashMap<>();
		this.inspection.each(OBJECTS.replace("SCHEMA", schema),
				(row) -> stored.put(row.getString(1) + " " + row.getString(2), String.valueOf(row.getString(3))));
		for (SchemaObject object : expected) {
			String sql = stored.get(object.toString());
			if (sql == null) {
				this.findings.add(switch (object.kind()) {
					case "table" -> FindingKind.PRIVATE_TABLE_MISSING;
					case "index" -> FindingKind.PRIVATE_INDEX_MISSING;
					default -> FindingKind.PRIVATE_TRIGGER_MISSING;
				}, ZovaStatus.NOT_ZOVA_DATABASE, Locator.TABLE, object.name());
			}
			else if (!object.name().equals(META) && !object.matches(sql)) {
				this.findings.add(FindingKind.PRIVATE_OBJECT_CHANGED, ZovaStatus.NOT_ZOVA_DATABASE, Locator.TABLE,
						object.name());
			}
		}
	}

	/** One finding for a table, however many of its rows are concerned. */
	void foreignKeys() throws SQLException {
		Set<String> tables = new LinkedHashSet<>();
		for (SchemaObject object : ZovaSchema.objects()) {
			if (object.kind().equals("table") && object.sql().contains("references")) {
				tables.add(object.name());
			}
		}
		for (String table : tables) {
			foreignKeys("main", table);
		}
		for (StoreRole role : StoreRole.values()) {
			String schema = this.inspection.schemas().of(role);
			if (this.inspection.schemas().has(role) && !schema.equals("main")) {
				for (SchemaObject object : role.schema()) {
					if (tables.contains(object.name())) {
						foreignKeys(schema, object.name());
					}
				}
			}
		}
	}

	private void foreignKeys(String schema, String table) throws SQLException {
		if (!this.inspection.hasTables(schema, table)) {
			return;
		}
		Set<Object> rows = new LinkedHashSet<>();
		long[] count = new long[1];
		this.inspection.each("pragma " + schema + ".foreign_key_check(" + table + ")", (row) -> {
			this.inspection.watch().row();
			// A row may break several of them, and is one row.
			Object rowid = row.getObject(2);
			if (rowid == null || rows.size() > 10_000 || rows.add(rowid)) {
				count[0]++;
			}
		});
		if (count[0] > 0) {
			this.findings.add(new Finding(FindingKind.FOREIGN_KEY_VIOLATION, Long.toString(count[0]),
					Map.of(Locator.TABLE, table)));
		}
	}

}
