package io.zova.graph;

import io.zova.ZovaDatabase;

/**
 * The same traversals when graphs answer from memory.
 */
class GraphTraversalInMemoryTests extends GraphTraversalTests {

	@Override
	GraphTemplate graphs(ZovaDatabase of) {
		of.graphs().residents().readAtOnce();
		return of.graphs();
	}

}
