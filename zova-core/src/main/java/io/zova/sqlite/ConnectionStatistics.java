package io.zova.sqlite;

import java.time.Duration;
import java.util.List;

/**
 * What the connections of a database have done since it was opened.
 *
 * @param commits writing transactions that were committed; a writing statement outside a
 * transaction is one by itself
 * @param rollbacks writing transactions that were rolled back, or failed
 * @param readTransactions transactions that could only read and have ended, however
 * @param writeWaits how often a thread of this process had to wait for another one that
 * wrote. This and the next two are about the file, whoever in this process has opened it
 * @param writeWaitTime how long these threads have waited, all together
 * @param writersWaiting how many threads wait to write at this moment
 * @param unusedWriteLocks transactions that held the write lock, wrote nothing, and made
 * others wait for it. If they only read, {@code @Transactional(readOnly = true)} cures
 * that
 * @param unusedWriteLockHolders the names of these transactions, of the first hundred
 * @param statementsCached how often a compiled statement was found in the cache
 * @param statementsCompiled how often a statement had to be compiled
 * @param groupedCommits commits that have waited for the disk together with others
 * ({@code zova.sqlite.synchronous: grouped}). This and the next three are about the file,
 * whoever in this process has opened it
 * @param sharedSyncs the fsyncs that these have shared; commits divided by fsyncs is the
 * size of a group
 * @param sharedSyncTime how long these fsyncs took, all together
 * @param durabilityWaitTime how long these commits have waited for them, all together
 */
public record ConnectionStatistics(long commits, long rollbacks, long readTransactions, long writeWaits,
		Duration writeWaitTime, int writersWaiting, long unusedWriteLocks, List<String> unusedWriteLockHolders,
		long statementsCached, long statementsCompiled, long groupedCommits, long sharedSyncs, Duration sharedSyncTime,
		Duration durabilityWaitTime) {

}
