package io.zova.sqlite;

import java.sql.SQLException;

import io.zova.sqlite.driver.ControlStatements;
import io.zova.sqlite.file.AttachedStores;

/**
 * What the main file says of its stores, as one connection sees it.
 * <p>
 * Implementation note. Most files have never had a store, and no table for them. Whether
 * there is that table is asked anew only when the schema has changed.
 */
final class StoreRecords {

	private static final String SCHEMA_VERSION = "select schema_version from pragma_schema_version";

	private static final String TABLE = "select 'yes' from main.sqlite_schema where name = '_zova_bound_stores'";

	private final ControlStatements sql;

	private String schemaVersion = "";

	private boolean hasTable;

	StoreRecords(ControlStatements sql) {
		this.sql = sql;
	}

	/**
	 * Reads it.
	 * @return a text to compare with {@link AttachedStores#recorded()}
	 * @throws SQLException if the file cannot be read
	 */
	String read() throws SQLException {
		String version = this.sql.query(SCHEMA_VERSION);
		if (!version.equals(this.schemaVersion)) {
			this.hasTable = !this.sql.query(TABLE).isEmpty();
			this.schemaVersion = version;
		}
		return this.hasTable ? this.sql.query(AttachedStores.RECORDED) : "";
	}

}
