package io.zova.graph;

import io.zova.ZovaDatabase;
import org.junit.jupiter.api.AfterEach;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same order when graphs answer from memory.
 */
class NeighborOrderInMemoryTests extends NeighborOrderTests {

	private ResidentGraphs residents;

	@Override
	GraphTemplate graphs(ZovaDatabase of) {
		this.residents = of.graphs().residents();
		this.residents.readAtOnce();
		return of.graphs();
	}

	@AfterEach
	void answersCameFromMemory() {
		assertThat(this.residents.hits()).isGreaterThan(50);
	}

}
