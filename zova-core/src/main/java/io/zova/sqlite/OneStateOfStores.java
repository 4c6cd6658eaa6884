package io.zova.sqlite;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.concurrent.locks.LockSupport;

import io.zova.sqlite.driver.ControlStatements;
import io.zova.sqlite.file.AttachedStores;

/**
 * Lets a reading transaction see one state of all files. In WAL mode another one can
 * commit between the looks at two of them; then their counts of changes differ, and the
 * transaction begins once more.
 */
final class OneStateOfStores {

	/** A commit takes no longer. */
	private static final int COMMIT_TRIES = 40;

	private static final long BETWEEN_COMMITS_NANOS = 200_000;

	private OneStateOfStores() {
	}

	/**
	 * Looks at all files.
	 * @param sql the connection, on which a transaction has just begun
	 * @param stores the files besides the main one
	 * @throws StoresMovedException if another process has changed which these are
	 * @throws SQLException if they show different states for long; the transaction is
	 * rolled back then
	 */
	static void find(ControlStatements sql, AttachedStores stores) throws SQLException {
		boolean same = false;
		try {
			for (int tries = 0; !same; tries++) {
				if (tries > 0) {
					requireUntorn(tries);
					sql.run("rollback");
					LockSupport.parkNanos(tries * BETWEEN_COMMITS_NANOS);
					sql.run("begin");
				}
				String answer = sql.query(stores.sameCounts());
				if (answer.equals(AttachedStores.OTHERS)) {
					throw new StoresMovedException("the database");
				}
				same = answer.equals("1");
			}
		}
		finally {
			if (!same) {
				sql.run("rollback");
			}
		}
	}

	private static void requireUntorn(int tries) throws SQLException {
		if (tries > COMMIT_TRIES) {
			throw new SQLNonTransientConnectionException("The main file and its stores have seen different changes: "
					+ "in WAL mode a disk was full at a commit, or another process has died there, or the files are "
					+ "not those that belong together. Close "
					+ "the database and restore a backup of the set, or bind the store again to take its content as "
					+ "it is (Stores.of(mainFile).bind)", "08007");
		}
	}

}
