package io.zova.conformance;

import java.nio.file.Path;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random sequences of operations give the same answers, the same errors and the same
 * files in our engine and in the real one, and each goes on with the file of the other.
 * {@link Seeds} tells how to repeat one sequence and how to run more of them,
 * {@code -Dzova.conformance.steps=N} makes them shorter or longer.
 */
@RequiresPeer
class DifferentialTests {

	/**
	 * Seeds that are run each time. When another one finds a difference, it is made
	 * shorter with fewer steps and is added here with what it found.
	 */
	private static final long[] KEPT = { 1, 2, 3, 4, 5, 6, 7, 8 };

	private static final int STEPS = Integer.getInteger("zova.conformance.steps", 800);

	private static long graphReadsInMemory;

	@TempDir
	Path folder;

	static LongStream seeds() {
		return Seeds.or(KEPT);
	}

	/**
	 * The same with objects, vectors and graphs in stores of their own. Without chunks of
	 * the streaming profile, which the real engine does not copy out of a store.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 2, 3, 4, 6, 9 })
	void bothEnginesAgreeOnSetsOfFiles(long seed) {
		try (TwoEngines engines = TwoEngines.withStores(this.folder, seed);
				TransactionSteps transactions = new TransactionSteps(engines)) {
			RecordSteps.createTables(engines);
			new GraphSteps(engines).createFirst();
			new VectorSteps(engines).createAll();
			for (int half = 0; half < 2; half++) {
				run(engines, transactions, false);
				engines.sameContent();
				engines.exchangeFiles(this.folder);
			}
			assertThat(engines.accepted()).as(engines.summary()).isGreaterThan(STEPS / 3);
			assertThat(engines.searchesInMemory()).as(engines.summary()).isPositive();
			assertThat(engines.copiesVerifiedByTheRealEngine()).isEqualTo(2);
		}
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
			assertThat(engines.searchesInMemory()).as(engines.summary()).isPositive();
			graphReadsInMemory += engines.graphReadsInMemory();
			if (seed % 2 == 1) {
				assertThat(engines.copiesVerifiedByTheRealEngine()).isEqualTo(2);
			}
		}
	}

	@AfterAll
	static void graphsWereAskedInMemoryToo() {
		assertThat(graphReadsInMemory).isPositive();
	}

	private static void run(TwoEngines engines, TransactionSteps transactions, boolean streaming) {
		RecordSteps records = new RecordSteps(engines);
		GraphSteps graphs = new GraphSteps(engines);
		VectorSteps vectors = new VectorSteps(engines);
		KeyValueSteps keyValues = new KeyValueSteps(engines);
		ObjectSteps objects = new ObjectSteps(engines, transactions::isOpen, streaming);
		KeyedGraphSteps keyed = new KeyedGraphSteps(engines);
		NotificationSteps notifications = new NotificationSteps(engines);
		for (int i = 0; i < STEPS / 2; i++) {
			switch (engines.random().nextInt(12)) {
				case 0 -> transactions.step();
				case 10 -> notifications.step();
				case 11 -> keyed.step();
				case 1 -> records.step();
				case 2, 3, 4 -> vectors.step();
				case 5 -> keyValues.step();
				case 6, 7 -> objects.step();
				default -> graphs.step();
			}
			engines.sameTotals();
			if (i % 40 == 0) {
				engines.sameContent();
			}
		}
		transactions.end(engines.chance(0.7));
		notifications.receiveAll();
		// With nothing written in between, much of this is answered from memory.
		for (int i = 0; i < STEPS / 8; i++) {
			graphs.question();
			vectors.question();
		}
	}

}
