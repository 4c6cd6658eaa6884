package io.zova.object;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;

import io.zova.RandomBytes;
import io.zova.TestSeed;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The hashes that two threads compute together are those of the JDK.
 */
class HashedContentTests {

	private final long seed = TestSeed.value();

	private final Random random = new Random(this.seed);

	@Test
	void theHashesOfContentAndChunksAreTheSameWhereverTheyAreComputed() {
		for (int size : new int[] { 0, 1, 70_000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 9 << 20 }) {
			byte[] bytes = RandomBytes.of(size, this.random);
			for (int largest : new int[] { size, 9_000, 300_000 }) {
				compare(bytes, Math.max(1, largest),
						"seed %d, %d bytes, %d a chunk".formatted(this.seed, size, largest));
			}
		}
	}

	private void compare(byte[] bytes, int largest, String context) {
		MessageDigest digest = Sha256.newDigest();
		HashedContent content = new HashedContent(bytes);
		int end = 0;
		while (end < bytes.length) {
			int start = end;
			end = Math.min(bytes.length, start + 1 + this.random.nextInt(largest));
			content.add(end);
			if (this.random.nextInt(20) == 0) {
				int last = content.count() - 1;
				assertThat(content.hash(last)).as(context)
					.isEqualTo(digest.digest(Arrays.copyOfRange(bytes, start, end)));
			}
		}
		for (int chunk = 0; chunk < content.count(); chunk++) {
			int from = content.offset(chunk);
			assertThat(content.hash(chunk)).as(context)
				.isEqualTo(digest.digest(Arrays.copyOfRange(bytes, from, from + content.size(chunk))));
		}
		assertThat(content.hash()).as(context).isEqualTo(digest.digest(bytes));
		assertThat(content.hash()).as(context).isEqualTo(digest.digest(bytes));
	}

}
