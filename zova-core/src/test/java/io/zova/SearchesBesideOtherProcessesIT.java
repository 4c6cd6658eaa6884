package io.zova;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

import io.zova.ZovaOptions.JournalMode;
import io.zova.sqlite.Feature;
import io.zova.vector.VectorCollection;
import io.zova.vector.VectorEntry;
import io.zova.vector.VectorMatch;
import io.zova.vector.VectorQuery;
import io.zova.vector.VectorSpace;
import io.zova.vector.VectorTemplate;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * While another process changes a collection, drops it and makes it again, each search in
 * memory finds what a scan of the same snapshot finds.
 */
@Timeout(120)
class SearchesBesideOtherProcessesIT {

	private static final int CHANGES = 2_000;

	private static final VectorSpace SPACE = VectorSpace.l2(3);

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource(names = { "WAL", "DELETE" })
	void searchesBesideAWriterAreThoseOfAScan(JournalMode mode) throws Exception {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		Path file = this.directory.resolve("shared.zova");
		ZovaOptions options = ZovaOptions.builder().journalMode(mode).build();
		try (ZovaDatabase database = ZovaDatabase.create(file, options);
				Feature<VectorTemplate> nothing = VectorTemplate.feature(OptionalLong.of(0));
				VectorTemplate plain = nothing.over(database.sql())) {
			database.vectors().create("c", SPACE).put("v0", 1, 2, 3);
			TransactionTemplate snapshot = new TransactionTemplate(database.transactionManager());
			snapshot.setReadOnly(true);
			int searches = 0;
			List<String> states = new ArrayList<>();
			try (ChildJvm writer = ChildJvm.start(List.of(), Writer.class, file, mode, seed, CHANGES)) {
				for (String line = writer.readLine(); line != null; line = writer.readLine()) {
					VectorQuery query = query(random);
					database.vectors().collection("c").search(query);
					List<VectorMatch> found = snapshot.execute((status) -> {
						List<VectorMatch> inMemory = database.vectors().collection("c").search(query);
						assertThat(inMemory).as("seed %d", seed).isEqualTo(plain.collection("c").search(query));
						return inMemory;
					});
					states.add(String.valueOf(found));
					searches++;
				}
			}
			assertThat(searches).isEqualTo(CHANGES / 10);
			assertThat(states.stream().distinct().count()).isGreaterThan(searches / 4);
			assertThat(database.vectors().statistics().residentSearches()).isGreaterThan(searches);
		}
	}

	private static VectorQuery query(Random random) {
		return VectorQuery.near(random.nextInt(5), random.nextInt(5), random.nextInt(5)).limit(1 + random.nextInt(60));
	}

	/**
	 * Changes vectors at random and says so after every tenth change.
	 */
	static final class Writer {

		private Writer() {
		}

		public static void main(String[] arguments) {
			ZovaOptions options = ZovaOptions.builder().journalMode(JournalMode.valueOf(arguments[1])).build();
			Random random = new Random(Long.parseLong(arguments[2]) + 1);
			try (ZovaDatabase database = ZovaDatabase.open(Path.of(arguments[0]), options)) {
				TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
				for (int i = 1; i <= Integer.parseInt(arguments[3]); i++) {
					transaction.executeWithoutResult((status) -> {
						change(database, random);
						if (random.nextInt(5) == 0) {
							status.setRollbackOnly();
						}
					});
					if (i % 10 == 0) {
						System.out.println(i);
					}
				}
			}
		}

		private static void change(ZovaDatabase database, Random random) {
			VectorCollection collection = database.vectors().collection("c");
			switch (random.nextInt(40)) {
				case 0 -> {
					database.vectors().delete("c");
					database.vectors().create("c", SPACE);
				}
				case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> collection.deleteAll(List.of(id(random), id(random)));
				default -> collection.putAll(List.of(entry(random), entry(random)));
			}
		}

		private static VectorEntry entry(Random random) {
			return VectorEntry.of(id(random), random.nextInt(5), random.nextInt(5), random.nextFloat());
		}

		private static String id(Random random) {
			return "v" + random.nextInt(80);
		}

	}

}
