package io.zova;

import io.zova.graph.GraphStatistics;
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
 * @param vectors searches, and the vectors that are kept in memory
 * @param graphs reads, and the graphs that are kept in memory
 * @param notifications what was published and who heard of it
 */
public record ZovaStatistics(ConnectionStatistics connections, ObjectStatistics objects, VectorStatistics vectors,
		GraphStatistics graphs, NotificationStatistics notifications) {

}
