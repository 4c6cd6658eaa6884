package io.zova.kv;

import java.util.Optional;

/**
 * What a buffer holds and has done.
 *
 * @param pendingEntries how many values are not in the file yet
 * @param pendingBytes how much they count, see {@link WriteBehindOptions#capacityBytes()}
 * @param flushes how often values were written to the file
 * @param flushedEntries how many values were written
 * @param failures how often that failed
 * @param failure why the last attempt failed, as long as none has succeeded since
 */
public record WriteBehindStatistics(long pendingEntries, long pendingBytes, long flushes, long flushedEntries,
		long failures, Optional<RuntimeException> failure) {
}
