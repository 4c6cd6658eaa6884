package io.zova.graph;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same order when graphs answer from memory.
 */
class NeighborOrderInMemoryTests extends NeighborOrderTests {

	private GraphMemory residents;

	@BeforeEach
	void readGraph() {
		GraphsInMemory.read(database(), "g");
		this.residents = database().graphs().residents();
	}

	@AfterEach
	void answersCameFromMemory() {
		assertThat(this.residents.hits()).isGreaterThan(50);
	}

}
