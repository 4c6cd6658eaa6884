package io.zova.graph;

import io.zova.ZovaDatabase;

/**
 * Lets tests of other packages have every graph in memory from the first question about
 * it.
 */
public final class GraphsInMemory {

	private GraphsInMemory() {
	}

	/** Reads a graph at once from now on. */
	public static void readAtOnce(ZovaDatabase database) {
		database.graphs().residents().readAtOnce();
	}

}
