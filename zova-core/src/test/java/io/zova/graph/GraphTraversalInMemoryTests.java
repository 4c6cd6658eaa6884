package io.zova.graph;

import io.zova.ZovaDatabase;
import org.junit.jupiter.api.BeforeEach;

/**
 * The same traversals when graphs answer from memory.
 */
class GraphTraversalInMemoryTests extends GraphTraversalTests {

	@Override
	GraphTemplate graphs(ZovaDatabase of) {
		return of.graphs();
	}

	@BeforeEach
	void readGraph() {
		GraphsInMemory.read(database(), "g");
	}

}
