package io.zova.maintenance.check;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What all parts of a check share: where to read, what was found, and how long to go on.
 */
final class Inspection {

	private static final String TABLES = "select name from SCHEMA.sqlite_schema where type in ('table', 'view')";

	private final Connection connection;

	private final Schemas schemas;

	private final Findings findings;

	private final Watch watch;

	private final List<SuggestedAction> missingStores = new ArrayList<>();

	private final boolean utf8;

	private final Set<String> tables = new HashSet<>();

	Inspection(Connection connection, Schemas schemas, Findings findings, Watch watch) throws SQLException {
		this.connection = connection;
		this.schemas = schemas;
		this.findings = findings;
		this.watch = watch;
		this.utf8 = "UTF-8".equals(text("pragma main.encoding"));
	}

	Connection connection() {
		return this.connection;
	}

	Schemas schemas() {
		return this.schemas;
	}

	Findings findings() {
		return this.findings;
	}

	Watch watch() {
		return this.watch;
	}

	List<SuggestedAction> missingStores() {
		return this.missingStores;
	}

	/** Whether the tables that a part of the check reads are there. */
	boolean hasTables(String schema, String... names) throws SQLException {
		if (this.tables.add(schema)) {
			each(TABLES.replace("SCHEMA", schema), (row) -> this.tables.add(schema + "." + row.getString(1)));
		}
		for (String name : names) {
			if (!this.tables.contains(schema + "." + name)) {
				return false;
			}
		}
		return true;
	}

	void each(String sql, RowWork work) throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet rows = statement.executeQuery(this.schemas.sql(sql))) {
			while (rows.next()) {
				work.row(rows);
			}
		}
	}

	/** Rows that count as progress. */
	void eachWatched(String sql, RowWork work) throws SQLException {
		each(sql, (row) -> {
			this.watch.row();
			work.row(row);
		});
	}

	long number(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet row = statement.executeQuery(this.schemas.sql(sql))) {
			return row.next() ? row.getLong(1) : 0;
		}
	}

	/** What a step has to do, if anybody wants to know. */
	long total(String sql) throws SQLException {
		return this.watch.listens() ? number(sql) : 0;
	}

	private @Nullable String text(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			return row.next() ? row.getString(1) : null;
		}
	}

	/** The bytes of a text as UTF-8, also where they are not valid. */
	byte @Nullable [] utf8(ResultSet row, int column) throws SQLException {
		if (this.utf8) {
			return row.getBytes(column);
		}
		String text = row.getString(column);
		return (text != null) ? text.getBytes(StandardCharsets.UTF_8) : null;
	}

	/**
	 * What to do with a row.
	 */
	@FunctionalInterface
	interface RowWork {

		void row(ResultSet row) throws SQLException;

	}

}
