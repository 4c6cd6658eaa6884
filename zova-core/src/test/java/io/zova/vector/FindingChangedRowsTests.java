package io.zova.vector;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.zova.TestSeed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows in memory are found by their keys and ids, at first by looking through all of
 * them, later by tables.
 */
class FindingChangedRowsTests {

	private static final VectorSpace SPACE = VectorSpace.l2(4);

	private static final int ROWS = 1300;

	@Test
	void whatIsChangedIsFoundBeforeAndAfterThereAreTables() {
		long seed = TestSeed.value();
		Random random = new Random(seed);
		for (int run = 0; run < 40; run++) {
			VectorsInMemory vectors = new VectorsInMemory(SPACE);
			QuantizedRow values = new QuantizedRow(SPACE);
			values.set(VectorValues.of(1, 2, 3, 4).stored(), 0, 16, Double.NaN);
			Map<Long, Integer> hashes = new HashMap<>();
			for (long key = 0; key < ROWS; key++) {
				int hash = random.nextInt(50);
				vectors.add(key, hash, values);
				hashes.put(key, hash);
			}
			for (int step = 0; step < 60; step++) {
				long key = random.nextInt(ROWS + 50);
				if (random.nextBoolean()) {
					vectors.remove(key);
					hashes.remove(key);
				}
				else {
					int hash = random.nextInt(50);
					vectors.put(key, hash, values);
					hashes.put(key, hash);
				}
				int wanted = random.nextInt(50);
				Set<Long> expected = new HashSet<>();
				hashes.forEach((each, hash) -> {
					if (hash == wanted) {
						expected.add(each);
					}
				});
				Set<Long> found = new HashSet<>();
				vectors.addKeysOfId(wanted, found);
				assertThat(found).as("seed %d, run %d, step %d", seed, run, step).isEqualTo(expected);
				assertThat(vectors.size()).isEqualTo(hashes.size());
			}
		}
	}

}
