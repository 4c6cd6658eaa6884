package io.zova.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

import io.zova.ZovaException;
import io.zova.ZovaStatus;
import io.zova.format.BoundStore;
import io.zova.format.StoreRole;

/**
 * One change of the stores of a main file: the connection on which it is made, alone with
 * the file, and its transaction.
 *
 * @param main the main file
 * @param connection a connection to it, without its stores
 * @param others those of this process who have it open
 * @param task what is done, for messages
 */
record StoreChange(MainFile main, Connection connection, MainFile.Others others, String task) {

	private static final String QUICK_CHECK = "pragma main.quick_check";

	/**
	 * Runs statements in a transaction that others wait for, and tells them which stores
	 * there are afterwards.
	 */
	void commit(Work work) throws SQLException {
		this.others.wait(this.task);
		execute("begin immediate");
		boolean committed = false;
		try {
			work.run();
			execute("commit");
			committed = true;
		}
		finally {
			if (!committed) {
				rollback();
			}
		}
		this.others.use(BoundStore.of(this.connection));
	}

	/** SQLite has rolled back already after some errors, such as a full disk. */
	void rollback() {
		try {
			execute("rollback");
		}
		catch (SQLException ex) {
			// Nothing is open any more, or closing the connection ends it.
		}
	}

	Optional<BoundStore> bound(StoreRole role) throws SQLException {
		return BoundStore.of(this.connection).stream().filter((store) -> store.role() == role).findFirst();
	}

	BoundStore require(StoreRole role) throws SQLException {
		return bound(role).orElseThrow(() -> new ZovaException(ZovaStatus.BOUND_STORE_NOT_FOUND,
				this.main.path() + " has no " + role.words() + ": it keeps that itself"));
	}

	void requireRollbackJournal(String schema, Path file, StoreOptions options) throws SQLException {
		if (!options.allowsWal() && "wal".equals(query("pragma " + schema + ".journal_mode"))) {
			throw new ZovaException(ZovaStatus.INVALID_ARGUMENT, file
					+ " is in WAL mode, where a crash can tear a commit over several files, so that the set does not "
					+ "open any more. Change it to a rollback journal (pragma journal_mode=delete), or say that it is "
					+ "meant: StoreOptions.defaults().allowingWal(), zova.stores.allow-wal");
		}
	}

	void quickCheck() throws SQLException {
		String answer = query(QUICK_CHECK);
		if (!answer.equals("ok")) {
			throw new ZovaException(ZovaStatus.CORRUPT, this.main.path() + " is damaged: SQLite's quick_check says '"
					+ answer + "'. Restore an older backup");
		}
	}

	int pageSize() throws SQLException {
		return Integer.parseInt(query("pragma main.page_size"));
	}

	private String query(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			return row.next() ? row.getString(1) : "";
		}
	}

	void execute(String sql) throws SQLException {
		execute(this.connection, sql);
	}

	static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Statements of a transaction.
	 */
	@FunctionalInterface
	interface Work {

		void run() throws SQLException;

	}

}
