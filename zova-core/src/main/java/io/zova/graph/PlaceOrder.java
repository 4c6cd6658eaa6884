package io.zova.graph;

import java.util.Arrays;

/**
 * Sorts rows that are kept as columns, without an object for each.
 *
 * <p>
 * Each column takes one pass, the last column first. A pass sorts numbers whose upper
 * half is the value and whose lower half is the place in the order of the pass before:
 * equal values so stay in that order.
 */
final class PlaceOrder {

	private static final long LOWER_HALF = 0xFFFF_FFFFL;

	private PlaceOrder() {
	}

	/**
	 * Sorts by several columns.
	 * @param columns the columns, the most significant first
	 * @return the places of the rows; equal rows in the order of their places
	 */
	static int[] of(long[]... columns) {
		int rows = columns[0].length;
		int[] places = new int[rows];
		Arrays.setAll(places, (place) -> place);
		long[] pass = new long[rows];
		for (int column = columns.length - 1; column >= 0; column--) {
			long[] values = fitting(columns[column]);
			for (int i = 0; i < rows; i++) {
				pass[i] = values[places[i]] << Integer.SIZE | i;
			}
			Arrays.sort(pass);
			int[] before = places.clone();
			for (int i = 0; i < rows; i++) {
				places[i] = before[(int) (pass[i] & LOWER_HALF)];
			}
		}
		return places;
	}

	/**
	 * Makes values that fit into half a number and have the same order.
	 */
	private static long[] fitting(long[] values) {
		if (Arrays.stream(values).allMatch((value) -> value == (int) value)) {
			return values;
		}
		long[] sorted = Arrays.stream(values).sorted().distinct().toArray();
		return Arrays.stream(values).map((value) -> Arrays.binarySearch(sorted, value)).toArray();
	}

}
