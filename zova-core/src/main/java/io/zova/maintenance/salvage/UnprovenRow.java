package io.zova.maintenance.salvage;

/**
 * A row that came back although nothing proves that it is what was once stored. It is
 * told by its place, not by anything that is in it.
 *
 * @param what what kind of row it is
 * @param table its table in the new file
 * @param position how many rows of its table come before it in the order of their rowids,
 * or of namespaces and keys for key-values; -1 in a table without rowids, or if the row
 * could not be copied
 * @param page the page of the damaged file where it lay, from 1
 * @param cell its number in that page, from 0
 * @param reachable whether its table's tree led to it; else it was found on a page that
 * only looks like one of the table
 */
public record UnprovenRow(SalvageCounter what, String table, long position, long page, int cell, boolean reachable) {
}
