package io.zova.benchmarks.sidebyside;

import io.zova.ZovaDatabase;
import io.zova.benchmarks.Measured;
import io.zova.graph.GraphStatistics;

/**
 * Tells what graphs in memory took.
 */
final class GraphNotes {

	private GraphNotes() {
	}

	static void add(Measured measured, ZovaDatabase database) {
		GraphStatistics graphs = database.statistics().graphs();
		measured.notes()
			.put("memory of the edges",
					"%,d KiB, read %,d times in %,d ms altogether; %,d answers from memory, %,d from the file"
						.formatted(graphs.residentBytes() >> 10, graphs.loads(), graphs.loadTime().toMillis(),
								graphs.residentReads(), graphs.fileReads()));
	}

}
