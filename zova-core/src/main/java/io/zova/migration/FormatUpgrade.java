package io.zova.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.FormatProbe;
import io.zova.format.SchemaObject;
import io.zova.format.SqliteFailure;
import io.zova.format.ZovaSchema;

/**
 * Brings a copy of a file of an older format to the current one.
 * <p>
 * The copy has no journal: whoever fails here throws it away. What needs other rows is
 * made anew, from the rows of the old file; what differs only in its rules, as objects
 * do, gets the new rules into SQLite's own table of the schema, which SQLite documents
 * for this purpose, and its rows stay where they are. Nothing is renamed: SQLite would
 * change the user's views and triggers.
 */
final class FormatUpgrade {

	private static final String SET_RULES = """
			update sqlite_schema
			set sql = ?
			where type = 'table' and name = ?""";

	private static final String SET_VERSION = """
			update _zova_meta
			set value = ?
			where key = 'format_version'""";

	private static final String SET_DATABASE_ID = """
			insert into _zova_meta(key, value)
			values ('database_id', ?)""";

	private static final String BOUND_STORES = """
			select role, name, path, store_id, bound_set_id, object_epoch, vector_epoch, created_at_unix
			from _zova_bound_stores
			order by rowid""";

	private static final String INSERT_BOUND_STORE = """
			insert into _zova_bound_stores(
				role, name, path, store_id, bound_set_id, object_epoch, vector_epoch, created_at_unix)
			values (?, ?, ?, ?, ?, ?, ?, ?)""";

	private static final String ORPHANS = """
			select "table", parent
			from pragma_foreign_key_check
			limit 1""";

	private final OldSource source;

	private final OldFormat format;

	private final Connection copy;

	private final Rows rows;

	private FormatUpgrade(OldSource source, Connection copy) {
		this.source = source;
		this.format = source.format();
		this.copy = copy;
		this.rows = new Rows(source.reader(), copy, source.name());
	}

	/**
	 * Upgrades a copy.
	 * @param source the old file
	 * @param copy a connection to a copy of it that nobody else knows, outside of
	 * transactions
	 * @return the user's indexes and triggers that don't fit any more
	 * @throws SQLException if SQLite failed; the copy is of no use then
	 * @throws ZovaException if the old file is damaged; the copy is of no use then
	 */
	static List<String> run(OldSource source, Connection copy) throws SQLException {
		return new FormatUpgrade(source, copy).run();
	}

	private List<String> run() throws SQLException {
		this.rows.execute("pragma journal_mode=off");
		this.rows.execute("pragma synchronous=off");
		this.rows.execute("pragma foreign_keys=off");
		this.rows.execute("begin exclusive");
		if (!this.format.rebuilt().isEmpty()) {
			// Afterwards they would be missing without a trace.
			requireNoOrphans();
		}
		List<String> lost;
		try {
			lost = upgrade();
		}
		catch (SQLException ex) {
			throw explained(ex);
		}
		requireNoOrphans();
		this.rows.execute("commit");
		return lost;
	}

	private List<String> upgrade() throws SQLException {
		UserSchema users = UserSchema.on(this.copy, this.format.rebuilt());
		for (String table : this.format.rebuilt()) {
			this.rows.execute("drop table " + table);
		}
		if (this.format.number() < 11) {
			setRules(ZovaSchema.OBJECTS, ZovaSchema.CHUNKS, ZovaSchema.OBJECT_CHUNKS);
		}
		create(ZovaSchema.EXTENSIONS);
		VectorUpgrade vectors = new VectorUpgrade(this.rows);
		if (this.format.number() <= 7) {
			vectors.rebuild();
		}
		vectors.addJournal();
		upgradeGraphs();
		create(ZovaSchema.KV);
		if (this.format.number() <= 6) {
			upgradeBoundStores();
		}
		identify();
		return users.recreate(this.copy);
	}

	private void upgradeGraphs() throws SQLException {
		GraphUpgrade graphs = new GraphUpgrade(this.rows);
		switch (this.format.number()) {
			case 3 -> graphs.create();
			case 4, 5, 6, 7 -> graphs.rebuild();
			case 8 -> graphs.rebuildEdges();
			default -> {
			}
		}
		graphs.addIndexes();
	}

	private void create(SchemaObject table) throws SQLException {
		if (!this.format.has(table)) {
			this.rows.execute(table.sql());
		}
	}

	/** The new rules allow what the old ones did, and the rows look the same. */
	private void setRules(SchemaObject... tables) throws SQLException {
		this.rows.execute("pragma writable_schema=on");
		for (SchemaObject table : tables) {
			this.rows.insert(SET_RULES, "CREATE TABLE" + table.sql().substring("create table".length()), table.name());
		}
		this.rows.execute("pragma writable_schema=reset");
	}

	/** Stores of graphs came with format 7. */
	private void upgradeBoundStores() throws SQLException {
		if (OldStore.of(this.source).isEmpty() && !hasBoundStores()) {
			return;
		}
		this.rows.execute("drop table _zova_bound_stores");
		this.rows.execute(ZovaSchema.BOUND_STORES.sql());
		this.rows.carry(BOUND_STORES, INSERT_BOUND_STORE, (row, target) -> {
			for (int i = 1; i <= 8; i++) {
				target.setObject(i, row.getObject(i));
			}
		});
	}

	private boolean hasBoundStores() throws SQLException {
		try (Statement statement = this.copy.createStatement();
				ResultSet row = statement
					.executeQuery("select 1 from sqlite_schema where type = 'table' and name = '_zova_bound_stores'")) {
			return row.next();
		}
	}

	/** Release 0.17 gave no id. */
	private void identify() throws SQLException {
		this.rows.insert(SET_VERSION, Integer.toString(ZovaSchema.FORMAT));
		if (FormatProbe.metaValue(this.copy, "main", "database_id") == null) {
			this.rows.insert(SET_DATABASE_ID, ZovaSchema.randomId());
		}
	}

	private void requireNoOrphans() throws SQLException {
		try (PreparedStatement query = this.copy.prepareStatement(ORPHANS); ResultSet row = query.executeQuery()) {
			if (row.next()) {
				throw this.rows.damaged("a row of the table " + row.getString(1) + " refers to a row of "
						+ row.getString(2) + " that is not there (PRAGMA foreign_key_check lists all of them)");
			}
		}
		catch (SQLException ex) {
			if (SqliteFailure.status(ex) != ZovaStatus.SQLITE_ERROR) {
				throw ex;
			}
			throw new ZovaException(ZovaStatus.NOT_ZOVA_DATABASE,
					this.source.name() + " can't be migrated: a foreign key of it leads nowhere (" + ex.getMessage()
							+ "). Drop the table or its foreign key in a copy of the file",
					ex);
		}
	}

	private SQLException explained(SQLException ex) {
		if (SqliteFailure.status(ex) == ZovaStatus.CONSTRAINT) {
			throw new ZovaException(ZovaStatus.NOT_ZOVA_DATABASE,
					this.source.name() + " is damaged and can't be migrated: a row breaks a rule of its table ("
							+ ex.getMessage() + "). Restore it from a backup",
					ex);
		}
		return ex;
	}

}
