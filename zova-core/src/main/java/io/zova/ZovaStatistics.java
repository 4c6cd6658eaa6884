package io.zova;

import io.zova.notification.NotificationCounts;
import io.zova.object.ObjectStatistics;
import io.zova.sqlite.ConnectionStatistics;

/**
 * What an open database has done so far. Reading it costs nothing and asks the file
 * nothing.
 *
 * @param connections transactions, waits for the writer, compiled statements
 * @param objects bytes in and out
 * @param vectors the vectors that are kept in memory for search
 * @param notifications what was published and who heard of it
 */
public record ZovaStatistics(ConnectionStatistics connections, ObjectStatistics objects, Vectors vectors,
		NotificationCounts notifications) {

	/**
	 * Vectors in memory.
	 *
	 * @param residentBytes the memory that they take now
	 * @param residentCollections the collections that are in memory now
	 * @param residentSearches searches that were answered from memory
	 * @param scans searches that had to read the file
	 */
	public record Vectors(long residentBytes, int residentCollections, long residentSearches, long scans) {

	}

}
