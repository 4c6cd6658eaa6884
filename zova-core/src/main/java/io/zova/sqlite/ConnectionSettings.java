package io.zova.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

import io.zova.sqlite.file.AttachedStores;
import io.zova.sqlite.lock.OpenFile;

/**
 * What all connections of a database have in common.
 *
 * @param name the database's name in messages
 * @param locks the locks of the file in this process
 * @param readOnlyFile whether the file was opened for reading only
 * @param lockWaitTimeout how long a thread waits for another one of this process
 * @param statementTimeout how long a statement may run, zero for as long as it takes
 * @param statementCacheSize how many compiled statements a connection keeps
 * @param beginsAtFirstWrite whether transactions begin with their first write
 * @param functionsThatMayWrite the functions that may write or publish, in lower case
 * @param counters counts what the connections do
 * @param foreignTransactions notices writes inside transactions of others
 * @param groupsCommits whether commits share an fsync where they can
 * @param log syncs the write-ahead log for them
 * @param storesOfFile finds the stores that the main file names now
 */
record ConnectionSettings(String name, OpenFile locks, boolean readOnlyFile, Duration lockWaitTimeout,
		Duration statementTimeout, int statementCacheSize, boolean beginsAtFirstWrite,
		Set<String> functionsThatMayWrite, ConnectionCounters counters, ForeignTransactions foreignTransactions,
		boolean groupsCommits, LogKeeper log, StoresOfFile storesOfFile) {

	/**
	 * Reads the main file anew.
	 */
	@FunctionalInterface
	interface StoresOfFile {

		AttachedStores find() throws SQLException;

	}

	/**
	 * The isolation of transactions that ask for none.
	 * @return the level of JDBC
	 */
	int isolation() {
		return this.beginsAtFirstWrite ? Connection.TRANSACTION_READ_COMMITTED : Connection.TRANSACTION_SERIALIZABLE;
	}

}
