package io.zova.graph;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same order when graphs answer from memory.
 */
class NeighborOrderInMemoryTests extends NeighborOrderTests {

	private GraphMemory memory;

	@BeforeEach
	void readGraph() {
		GraphsInMemory.read(database(), "g");
		this.memory = database().graphs().memory();
	}

	@AfterEach
	void answersCameFromMemory() {
		assertThat(this.memory.hits()).isGreaterThan(50);
	}

}
