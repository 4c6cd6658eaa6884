package io.zova.vector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A file that a backup has taken the place of is searched as it is now, whatever was in
 * memory of the one before: both have the same collections, and up to a point the same
 * journal.
 */
class RestoredFileTests {

	private static final VectorSpace SPACE = VectorSpace.l2(2);

	@TempDir
	Path directory;

	private Path file() {
		return this.directory.resolve("restored.zova");
	}

	@Test
	void aDatabaseOpenedOnARestoredFileFindsWhatTheBackupHas() throws IOException {
		Path backup = this.directory.resolve("backup.zova");
		try (ZovaDatabase database = ZovaDatabase.create(file())) {
			VectorCollection collection = database.vectors().create("c", SPACE);
			collection.put("early", 1, 0);
			database.backup(backup);
			collection.put("late", 0, 0);
			collection.put("early", 9, 9);
			assertThat(collection.search(2, 0, 0)).extracting(VectorMatch::id).containsExactly("late", "early");
		}
		Files.delete(file());
		ZovaDatabase.restore(backup, file());
		try (ZovaDatabase database = ZovaDatabase.open(file())) {
			VectorCollection collection = database.vectors().collection("c");
			assertThat(collection.search(9, 0, 0)).containsExactly(new VectorMatch("early", 1));
			// The same revision as before, in another history.
			collection.put("other", 2, 0);
			assertThat(collection.search(9, 0, 0)).containsExactly(new VectorMatch("early", 1),
					new VectorMatch("other", 2));
			assertThat(database.vectors().statistics().scans()).isZero();
		}
	}

	@RepeatedTest(2)
	void anIndexOfAnotherStateFindsWhatAScanFindsWhicheverBackupIsRestored() throws IOException {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		List<Path> backups = new ArrayList<>();
		ZovaDatabase.create(file()).close();
		// Kept while the file is replaced and opened anew, as no database keeps its own.
		try (VectorMemory index = new VectorMemory(new ScanThreads(0), 1 << 20)) {
			for (int round = 0; round < 25; round++) {
				try (ZovaDatabase database = ZovaDatabase.open(file())) {
					VectorTemplate vectors = new VectorTemplate(database.sql(), index);
					if (round == 0) {
						vectors.create("c", SPACE);
					}
					for (int step = 0; step < 12; step++) {
						change(vectors, random);
						if (random.nextInt(8) == 0) {
							backups.add(this.directory.resolve("backup" + backups.size() + ".zova"));
							database.backup(backups.get(backups.size() - 1));
						}
						if (random.nextInt(3) > 0) {
							compare(database, index, random, "seed " + seed + ", round " + round + ", step " + step);
						}
					}
				}
				if (!backups.isEmpty() && random.nextInt(4) > 0) {
					Files.delete(file());
					ZovaDatabase.restore(backups.get(random.nextInt(backups.size())), file());
				}
				try (ZovaDatabase database = ZovaDatabase.open(file())) {
					compare(database, index, random, "seed " + seed + ", restored after round " + round);
				}
			}
			assertThat(index.hits()).isGreaterThan(100);
			// In a transaction that may be rolled back, nothing is read in for another
			// history.
			assertThat(index.scans()).as("seed %d", seed).isLessThan(index.hits() / 5);
		}
	}

	private static void change(VectorTemplate vectors, Random random) {
		VectorCollection collection = vectors.collection("c");
		switch (random.nextInt(12)) {
			case 0 -> {
				vectors.delete("c");
				vectors.create("c", SPACE);
			}
			case 1, 2, 3 -> collection.deleteAll(List.of(id(random), id(random), id(random)));
			default -> collection.putAll(List.of(VectorEntry.of(id(random), random.nextInt(5), random.nextInt(5)),
					VectorEntry.of(id(random), random.nextFloat(), random.nextInt(5))));
		}
	}

	private static String id(Random random) {
		return "v" + random.nextInt(40);
	}

	/** In one transaction, so that both see the same file even while it is replaced. */
	private static void compare(ZovaDatabase database, VectorMemory index, Random random, String step) {
		VectorQuery query = VectorQuery.near(random.nextInt(5), random.nextInt(5)).limit(1 + random.nextInt(50));
		DefaultTransactionDefinition transaction = new DefaultTransactionDefinition();
		// The index follows only what can't be rolled back.
		transaction.setReadOnly(random.nextInt(4) > 0);
		new TransactionTemplate(database.transactionManager(), transaction).executeWithoutResult((status) -> {
			VectorTemplate plain = new VectorTemplate(database.sql(), new VectorMemory(0));
			VectorTemplate resident = new VectorTemplate(database.sql(), index);
			assertThat(GoldenVectors.bits(resident.collection("c").search(query))).as(step)
				.isEqualTo(GoldenVectors.bits(plain.collection("c").search(query)));
		});
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aDatabaseWhoseFileIsReplacedMeanwhileSearchesTheOldOneAndNeverTheNewOne() throws Exception {
		Path backup = this.directory.resolve("backup.zova");
		Path restored = this.directory.resolve("new.zova");
		// Without a spare connection, which would have been opened before the move.
		ZovaOptions options = ZovaOptions.builder().minimumIdle(0).lockWaitTimeout(Duration.ofMillis(300)).build();
		try (ZovaDatabase database = ZovaDatabase.create(file(), options)) {
			VectorCollection collection = database.vectors().create("c", SPACE);
			collection.put("both", 1, 0);
			database.backup(backup);
			collection.put("old", 0, 0);
			assertThat(nearest(database)).containsExactly("old", "both");
			ZovaDatabase.restore(backup, restored);
			try (ZovaDatabase other = ZovaDatabase.open(restored)) {
				other.vectors().collection("c").put("new", 0, 0);
			}
			DefaultTransactionDefinition reading = new DefaultTransactionDefinition();
			reading.setReadOnly(true);
			new TransactionTemplate(database.transactionManager(), reading).executeWithoutResult((status) -> {
				assertThat(nearest(database)).containsExactly("old", "both");
				move(restored, file());
				// The only connection is in use, so this would open one more.
				assertThatThrownBy(() -> onAnotherThread(() -> nearest(database))).rootCause()
					.hasMessageContaining("was replaced by another file while it was open");
				assertThat(nearest(database)).containsExactly("old", "both");
			});
			assertThat(nearest(database)).containsExactly("old", "both");
		}
	}

	private static List<String> nearest(ZovaDatabase database) {
		return database.vectors().collection("c").search(9, 0, 0).stream().map(VectorMatch::id).toList();
	}

	private static void move(Path from, Path to) {
		try {
			Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static <T> T onAnotherThread(Supplier<T> work) {
		return CompletableFuture.supplyAsync(work).orTimeout(20, TimeUnit.SECONDS).join();
	}

}
