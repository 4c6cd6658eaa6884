package io.zova.object;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How often chunks are named, remembered in a table that grows.
 */
class ReferenceCountsTests {

	@Test
	void countsStayRightWhileTheTableGrows() {
		Random random = new Random(1);
		ReferenceCounts counts = new ReferenceCounts();
		Map<Integer, Integer> expected = new HashMap<>();
		for (int step = 0; step < 100_000; step++) {
			int chunk = random.nextInt(10_000);
			int change = (expected.getOrDefault(chunk, 0) > 0 && random.nextInt(3) == 0) ? -1 : 1;
			counts.add(hash(chunk), change);
			expected.merge(chunk, change, Integer::sum);
			if (step % 97 == 0) {
				expected.forEach(
						(known, count) -> assertThat(counts.count(hash(known))).as("chunk %d", known).isEqualTo(count));
			}
		}
	}

	@Test
	void aChunkThatMadeTheTableGrowIsStillKnownWhenItGrowsAgain() {
		ReferenceCounts counts = new ReferenceCounts();
		for (int chunk = 0; chunk < 3_000; chunk++) {
			counts.add(hash(chunk), 1);
		}
		for (int chunk = 0; chunk < 3_000; chunk++) {
			assertThat(counts.count(hash(chunk))).as("chunk %d", chunk).isEqualTo(1);
		}
	}

	private static byte[] hash(int chunk) {
		return ByteBuffer.allocate(Sha256.LENGTH).putLong(new Random(chunk).nextLong()).array();
	}

}
