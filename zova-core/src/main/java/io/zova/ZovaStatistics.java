package io.zova;

import java.time.Duration;

import io.zova.notification.NotificationStatistics;
import io.zova.object.ObjectStatistics;
import io.zova.sqlite.ConnectionStatistics;
import io.zova.vector.VectorStatistics;

/**
 * What an open database has done so far. Reading it costs nothing and asks the file
 * nothing.
 *
 * @param connections transactions, waits for the writer, compiled statements
 * @param objects bytes in and out
 * @param vectors the vectors that are kept in memory for search
 * @param graphs the graphs that are kept in memory
 * @param notifications what was published and who heard of it
 */
public record ZovaStatistics(ConnectionStatistics connections, ObjectStatistics objects, VectorStatistics vectors,
		Graphs graphs, NotificationStatistics notifications) {

	/**
	 * Graphs in memory.
	 *
	 * @param residentBytes the memory that they take now
	 * @param residentGraphs the graphs that are in memory now, one with both directions
	 * counted twice
	 * @param residentReads reads of edges that were answered from memory
	 * @param fileReads reads of edges that were answered by the file
	 * @param loads how often a graph was read into memory
	 * @param loadTime how long that took
	 */
	public record Graphs(long residentBytes, int residentGraphs, long residentReads, long fileReads, long loads,
			Duration loadTime) {

	}

}
