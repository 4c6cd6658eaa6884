package io.zova.vector;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.RandomTransaction;
import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever is written, undone and searched in whatever order, searching in memory gives
 * what the plain scan gives on the same connection.
 */
class VectorMemoryInterleavingTests {

	private static final VectorSpace SPACE = VectorSpace.l2(3);

	/** A longer run: {@code -Dzova.test.interleavings=100000}. */
	private static final int STEPS = Integer.getInteger("zova.test.interleavings", 2000);

	@TempDir
	Path directory;

	/** Two of them stand for two processes: they share the file and nothing else. */
	private final List<Side> sides = new ArrayList<>();

	@BeforeEach
	void openFile() {
		Path file = this.directory.resolve("interleaved.zova");
		ZovaOptions options = ZovaOptions.builder().journalMode(ZovaOptions.JournalMode.WAL).build();
		this.sides.add(new Side(ZovaDatabase.create(file, options)));
		this.sides.add(new Side(ZovaDatabase.open(file, options)));
		this.sides.forEach((side) -> side.remember(1 << 20));
	}

	@AfterEach
	void closeFile() {
		this.sides.forEach(Side::close);
	}

	@RepeatedTest(2)
	void anyOrderOfChangesAndSearchesGivesWhatTheScanGives(RepetitionInfo repetition) {
		changeAndSearch(TestSeed.value() + repetition.getCurrentRepetition());
		assertThat(this.sides.get(0).index.scans()).isLessThan(STEPS / 5);
	}

	@RepeatedTest(2)
	void soItDoesWhereOnlyAPartFitsIntoMemory(RepetitionInfo repetition) {
		long budget = VectorsInMemory.estimate(SPACE, 32);
		this.sides.forEach((side) -> side.remember(budget));
		changeAndSearch(TestSeed.value() + repetition.getCurrentRepetition());
		assertThat(this.sides.get(0).index.bytes()).isBetween(1L, budget);
		assertThat(this.sides.get(0).index.scans()).isGreaterThan(STEPS / 5);
	}

	private void changeAndSearch(long seed) {
		Random random = new Random(seed);
		this.sides.get(0).resident.create("c", SPACE);
		for (int i = 0; i < STEPS; i++) {
			Side side = this.sides.get(random.nextInt(2));
			String step = "seed " + seed + ", step " + i;
			switch (random.nextInt(8)) {
				case 0 -> side.transaction(random, step);
				case 1 -> side.readOnlyTransaction(this.sides.get(random.nextInt(2)), random, step);
				case 2 -> {
					if (random.nextInt(20) == 0) {
						side.resident.delete("c");
						side.resident.create("c", SPACE);
					}
				}
				default -> side.change(random);
			}
			side.compare(random, step);
		}
	}

	@Test
	void aPrunedJournalIsNoticed() {
		Side reader = this.sides.get(0);
		Side writer = this.sides.get(1);
		Random random = new Random(5);
		reader.resident.create("c", SPACE);
		for (int changes : new int[] { 10, 4352, 1, 9000, 1100, 300 }) {
			List<VectorEntry> entries = new ArrayList<>();
			for (int i = 0; i < changes; i++) {
				entries.add(entry(random));
			}
			writer.resident.collection("c").putAll(entries);
			writer.resident.collection("c").deleteAll(List.of("v1", "v2", "v3"));
			reader.compare(random, "after " + changes);
			writer.compare(random, "after " + changes);
		}
		assertThat(reader.index.scans()).isZero();
	}

	@Test
	void manyChangesInsideOneTransactionAreSearchedAndLaterFollowed() {
		Side side = this.sides.get(0);
		Random random = new Random(6);
		side.resident.create("c", SPACE);
		for (boolean commit : new boolean[] { true, false, true, true }) {
			new TransactionTemplate(side.database.transactionManager()).executeWithoutResult((status) -> {
				for (int i = 0; i < 3; i++) {
					for (int j = 0; j < 50; j++) {
						side.change(random);
					}
					side.compare(random, "inside");
				}
				if (!commit) {
					status.setRollbackOnly();
				}
			});
			side.compare(random, "after");
		}
		assertThat(side.index.scans()).isZero();
	}

	@Test
	@Timeout(value = 60, unit = TimeUnit.SECONDS)
	void threadsThatSearchWhileOthersWriteSeeTheirOwnSnapshot() throws InterruptedException {
		Side side = this.sides.get(0);
		side.resident.create("c", SPACE);
		AtomicBoolean stop = new AtomicBoolean();
		AtomicInteger compared = new AtomicInteger();
		AtomicReference<Throwable> failure = new AtomicReference<>();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			int number = i;
			threads.add(new Thread(() -> {
				Random random = new Random(number);
				try {
					while (!stop.get() && failure.get() == null) {
						if (number < 2) {
							side.transaction(random, "thread " + number);
						}
						else {
							DefaultTransactionDefinition reading = new DefaultTransactionDefinition();
							reading.setReadOnly(true);
							new TransactionTemplate(side.database.transactionManager(), reading)
								.executeWithoutResult((status) -> side.compare(random, "thread " + number));
							compared.incrementAndGet();
						}
					}
				}
				catch (Throwable ex) {
					failure.compareAndSet(null, ex);
				}
			}));
		}
		threads.forEach(Thread::start);
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
		while (compared.get() < 500 && failure.get() == null && System.nanoTime() < deadline) {
			Thread.onSpinWait();
			Thread.yield();
		}
		stop.set(true);
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(failure.get()).isNull();
		assertThat(compared.get()).isGreaterThan(100);
	}

	private static VectorEntry entry(Random random) {
		return VectorEntry.of(id(random), random.nextInt(5), random.nextInt(5), random.nextFloat());
	}

	private static String id(Random random) {
		return "v" + random.nextInt(60);
	}

	private static final class Side {

		private final ZovaDatabase database;

		private VectorMemory index;

		private VectorTemplate resident;

		private final VectorTemplate plain;

		private final JdbcTemplate jdbc;

		Side(ZovaDatabase database) {
			this.database = database;
			this.index = new VectorMemory(0);
			this.resident = new VectorTemplate(database.sql(), this.index);
			this.plain = new VectorTemplate(database.sql(), new VectorMemory(0));
			this.jdbc = new JdbcTemplate(database.dataSource());
		}

		void remember(long budget) {
			this.resident.close();
			this.index = new VectorMemory(new ScanThreads(1), budget);
			this.resident = new VectorTemplate(this.database.sql(), this.index);
		}

		void change(Random random) {
			VectorCollection collection = this.resident.collection("c");
			switch (random.nextInt(7)) {
				case 0, 1 -> collection.putAll(List.of(entry(random), entry(random)));
				case 2 -> collection.deleteAll(List.of(id(random), id(random)));
				case 3 -> this.jdbc.update("update or ignore _zova_vectors set vector_id = ? where vector_id = ?",
						id(random), id(random));
				case 4 -> this.jdbc.update("insert or replace into _zova_vectors(collection_key, vector_id, \"values\")"
						+ " select collection_key, ?, x'0000803f0000803f0000803f' from _zova_vector_collections",
						id(random));
				case 5 -> this.jdbc.update(
						"update or ignore _zova_vectors set vector_key = abs(vector_key * 7 % 101) where vector_id = ?",
						id(random));
				default -> {
					VectorEntry entry = entry(random);
					collection.put(entry.id(), entry.values());
				}
			}
		}

		void transaction(Random random, String step) {
			RandomTransaction.run(this.database.transactionManager(), random, () -> change(random),
					() -> maybeCompare(random, step));
		}

		/** An old snapshot, searched after others have written and searched. */
		void readOnlyTransaction(Side other, Random random, String step) {
			DefaultTransactionDefinition reading = new DefaultTransactionDefinition();
			reading.setReadOnly(true);
			new TransactionTemplate(this.database.transactionManager(), reading).executeWithoutResult((status) -> {
				compare(random, step);
				Thread thread = new Thread(() -> {
					other.change(random);
					other.change(random);
					other.compare(random, step);
				});
				thread.start();
				try {
					thread.join();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				compare(random, step);
			});
		}

		private void maybeCompare(Random random, String step) {
			if (random.nextBoolean()) {
				compare(random, step);
			}
		}

		/** Both searches in one transaction, so that they see the same state. */
		void compare(Random random, String step) {
			VectorQuery query = VectorQuery.near(random.nextInt(5), random.nextInt(5), random.nextInt(2))
				.limit(1 + random.nextInt(80));
			DefaultTransactionDefinition reading = new DefaultTransactionDefinition();
			reading.setReadOnly(random.nextBoolean());
			boolean wrap = !org.springframework.transaction.support.TransactionSynchronizationManager
				.isActualTransactionActive();
			if (wrap && random.nextBoolean()) {
				// On its own, so that the index follows; then once more beside the scan.
				this.resident.collection("c").search(query);
			}
			new TransactionTemplate(this.database.transactionManager(), reading).executeWithoutResult((status) -> {
				List<String> inMemory = GoldenVectors.bits(this.resident.collection("c").search(query));
				assertThat(inMemory).as(step).isEqualTo(GoldenVectors.bits(this.plain.collection("c").search(query)));
			});
		}

		void close() {
			this.resident.close();
			this.plain.close();
			this.database.close();
		}

	}

}
