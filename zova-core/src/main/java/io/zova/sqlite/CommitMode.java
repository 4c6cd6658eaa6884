package io.zova.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.sqlite.SQLiteConnection;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

import io.zova.sqlite.extension.InternalKey;
import io.zova.sqlite.extension.NativeExtension;
import io.zova.sqlite.file.AttachedStores;
import io.zova.sqlite.lock.OpenFile;
import io.zova.sqlite.lock.SharedSync;

/**
 * Who waits for the disk when one connection commits: SQLite, or this process for many
 * commits at once ({@link SharedSync}).
 * <p>
 * A connection begins with "synchronous = full", with which SQLite waits for each commit.
 * Only where all files of a transaction have a write-ahead log on this connection, as its
 * pagers say at that moment and not as anybody has configured, a transaction of ours may
 * be written with "normal": then SQLite writes the same log and syncs it where it is
 * begun anew and before it is copied into the file, but not at each commit. Everything
 * that is not a transaction of ours is done with "full" again.
 */
final class CommitMode {

	/** By the name of a schema in which nobody's table of that name is looked for. */
	private static final String MAY_BE_SHARED = "select shared from temp.zova_log(?1, ?2)";

	private static final String SYNC = "select shared from temp.zova_log(?1, ?2, 1)";

	private final OpenFile file;

	private final SQLiteConnection driver;

	private final InternalKey key;

	private final boolean grouped;

	private List<String> schemas = List.of("main");

	/** The schemas whose logs {@link #openLogs} has found. */
	private List<String> logs = List.of();

	private final List<JDBC4PreparedStatement> questions = new ArrayList<>();

	/** Whether SQLite may not wait for commits. */
	private boolean shared;

	/** Whether the platform has the native library, which reaches the log. */
	private boolean available = true;

	CommitMode(OpenFile file, SQLiteConnection driver, InternalKey key, boolean grouped) {
		this.file = file;
		this.driver = driver;
		this.key = key;
		this.grouped = grouped;
	}

	/**
	 * Other files take part in each transaction from now on; SQLite attaches files with
	 * "full".
	 * @param stores the stores
	 * @throws SQLException if SQLite refuses
	 */
	void use(AttachedStores stores) throws SQLException {
		if (this.shared) {
			set("main", "full");
			this.shared = false;
		}
		this.questions.clear();
		this.schemas = stores.schemas();
	}

	/**
	 * A transaction of ours is about to begin to write; to be called inside the write
	 * gate.
	 * @param bypassed whether somebody has the driver's connection
	 * @throws SQLException if SQLite refuses
	 */
	void beforeWriting(boolean bypassed) throws SQLException {
		if (!this.grouped) {
			return;
		}
		if (bypassed || !mayBeShared()) {
			full();
		}
		else if (!this.shared) {
			this.shared = true;
			for (String schema : this.schemas) {
				set(schema, "normal");
			}
		}
	}

	/**
	 * Lets SQLite wait for each commit, if no transaction is open.
	 * @throws SQLException if SQLite refuses
	 */
	void full() throws SQLException {
		if (this.shared) {
			for (String schema : this.schemas) {
				set(schema, "full");
			}
			this.shared = false;
		}
	}

	/**
	 * Whether somebody must wait for the disk when SQLite has committed.
	 * @return {@code false} if SQLite has
	 */
	boolean isShared() {
		return this.shared;
	}

	/** If it cannot be told, it is not so: then SQLite waits. */
	private boolean mayBeShared() {
		if (!this.available || this.file.exclusion() != OpenFile.Exclusion.NEVER) {
			return false;
		}
		try {
			boolean all = true;
			for (int schema = 0; all && schema < this.schemas.size(); schema++) {
				all = answer(question(schema)) == 1;
			}
			return all;
		}
		catch (SQLException ex) {
			this.available = NativeExtension.instance().isLoaded();
			return false;
		}
	}

	private JDBC4PreparedStatement question(int schema) throws SQLException {
		// The driver gives a statement up after most errors.
		if (schema < this.questions.size() && !this.questions.get(schema).pointer.isClosed()) {
			return this.questions.get(schema);
		}
		this.questions.subList(Math.min(schema, this.questions.size()), this.questions.size()).clear();
		JDBC4PreparedStatement question = prepare(MAY_BE_SHARED, this.schemas.get(schema));
		this.questions.add(question);
		return question;
	}

	private JDBC4PreparedStatement prepare(String sql, String schema) throws SQLException {
		JDBC4PreparedStatement statement = (JDBC4PreparedStatement) this.driver.prepareStatement(sql);
		this.key.bind(statement, 1);
		statement.setString(2, schema);
		return statement;
	}

	private static int answer(JDBC4PreparedStatement question) throws SQLException {
		try (ResultSet row = question.executeQuery()) {
			return row.next() ? row.getInt(1) : 0;
		}
	}

	private void set(String schema, String synchronous) throws SQLException {
		this.driver.getDatabase().exec("pragma " + schema + ".synchronous=" + synchronous, false);
	}

	/**
	 * Reads each file, so that the connection has its log open from now on. It keeps it
	 * open for good, and with that all connections of all processes use this log. Stores
	 * with a rollback journal are left out: who has one attached lets SQLite wait.
	 * @throws SQLException if a file cannot be read, or the main file has no log
	 */
	void openLogs() throws SQLException {
		List<String> open = new ArrayList<>();
		for (String schema : this.schemas) {
			read("select count(*) from " + schema + ".sqlite_schema");
			if (read("pragma " + schema + ".journal_mode").equalsIgnoreCase("wal")) {
				open.add(schema);
			}
		}
		if (!open.contains("main")) {
			throw new SQLException("The main file has no write-ahead log");
		}
		this.logs = List.copyOf(open);
	}

	private String read(String sql) throws SQLException {
		try (JDBC4PreparedStatement statement = (JDBC4PreparedStatement) this.driver.prepareStatement(sql);
				ResultSet row = statement.executeQuery()) {
			return row.next() ? row.getString(1) : "";
		}
	}

	/**
	 * Syncs the logs that {@link #openLogs} has opened.
	 * @throws SQLException if the disk fails, or if it could not be asked
	 */
	void syncLogs() throws SQLException {
		for (String schema : this.logs) {
			try (JDBC4PreparedStatement sync = prepare(SYNC, schema)) {
				if (answer(sync) != 1) {
					throw new SQLException("The write-ahead log of " + schema + " is not open");
				}
			}
		}
	}

}
