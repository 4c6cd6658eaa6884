package io.zova.conformance;

import java.nio.file.Path;
import java.util.stream.LongStream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random sequences of operations give the same answers, the same errors and the same
 * files in our engine and in the real one, and each goes on with the file of the other.
 * {@code -Dzova.differential.seed=N} repeats one sequence,
 * {@code -Dzova.differential.sequences=N} runs more of them.
 */
@RequiresPeer
class DifferentialTests {

	private static final int STEPS = 800;

	@TempDir
	Path folder;

	static LongStream seeds() {
		Long seed = Long.getLong("zova.differential.seed");
		return (seed != null) ? LongStream.of(seed)
				: LongStream.rangeClosed(1, Long.getLong("zova.differential.sequences", 6));
	}

	@ParameterizedTest
	@MethodSource("seeds")
	void bothEnginesAgreeOnEverything(long seed) {
		try (TwoEngines engines = new TwoEngines(this.folder, seed);
				TransactionSteps transactions = new TransactionSteps(engines)) {
			RecordSteps.createTables(engines);
			new GraphSteps(engines).createFirst();
			new VectorSteps(engines).createAll();
			for (int half = 0; half < 2; half++) {
				run(engines, transactions, seed % 2 == 0);
				engines.sameContent();
				engines.exchangeFiles(this.folder);
			}
			System.out.println(engines.summary());
			assertThat(engines.accepted()).as(engines.summary()).isGreaterThan(STEPS / 3);
		}
	}

	private static void run(TwoEngines engines, TransactionSteps transactions, boolean streaming) {
		RecordSteps records = new RecordSteps(engines);
		GraphSteps graphs = new GraphSteps(engines);
		VectorSteps vectors = new VectorSteps(engines);
		KeyValueSteps keyValues = new KeyValueSteps(engines);
		ObjectSteps objects = new ObjectSteps(engines, transactions, streaming);
		NotificationSteps notifications = new NotificationSteps(engines);
		for (int i = 0; i < STEPS / 2; i++) {
			switch (engines.random().nextInt(11)) {
				case 0 -> transactions.step();
				case 10 -> notifications.step();
				case 1 -> records.step();
				case 2, 3, 4 -> vectors.step();
				case 5 -> keyValues.step();
				case 6, 7 -> objects.step();
				default -> graphs.step();
			}
			if (i % 40 == 0) {
				engines.sameContent();
			}
		}
		transactions.end(engines.chance(0.7));
		notifications.receiveAll();
	}

}
