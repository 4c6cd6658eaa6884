package io.zova.graph;

import java.time.Duration;

/**
 * What reads of graphs have done since the database was opened.
 *
 * @param residentBytes the memory that graphs take now
 * @param residentGraphs the graphs that are in memory now, one with both directions
 * counted twice
 * @param residentReads reads of edges that were answered from memory
 * @param fileReads reads of edges that were answered by the stored edges
 * @param loads how often a graph was read into memory
 * @param loadTime how long that took
 */
public record GraphStatistics(long residentBytes, int residentGraphs, long residentReads, long fileReads, long loads,
		Duration loadTime) {

}
