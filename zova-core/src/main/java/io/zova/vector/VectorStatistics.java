package io.zova.vector;

/**
 * What searches have done since the database was opened.
 *
 * @param residentBytes the memory that collections take now
 * @param residentCollections the collections that are in memory now
 * @param residentSearches searches that were answered from memory
 * @param scans searches that had to read stored vectors of a collection, all or those
 * that don't fit into memory
 */
public record VectorStatistics(long residentBytes, int residentCollections, long residentSearches, long scans) {

}
