package io.zova.graph;

/**
 * A place in the order of creation, after which a page begins.
 *
 * @param order the created order of the last row seen
 * @param key the key of the last row seen
 */
public record ScanCursor(long order, long key) {

	/** Before the first row. */
	public static final ScanCursor START = new ScanCursor(0, 0);

}
