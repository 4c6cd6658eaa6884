package io.zova.object;

import java.time.Duration;

import io.zova.ZovaStatus;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What belongs to no object and to no writer can be collected, and nothing else.
 */
class LooseChunkTests extends ObjectFixture {

	@Test
	void looseChunksAreCountedThenRemoved() {
		ObjectId id = this.objects.put(random(100_000, 1));
		long used = chunkRows();
		putLoose(1_000, 2);
		putLoose(3_000, 3);
		assertThat(this.objects.findLooseChunks(Duration.ZERO)).isEqualTo(new LooseChunks(2, 4_000));
		assertThat(chunkRows()).isEqualTo(used + 2);
		assertThat(this.objects.collectLooseChunks(Duration.ZERO)).isEqualTo(new LooseChunks(2, 4_000));
		assertThat(chunkRows()).isEqualTo(used);
		assertThat(this.objects.collectLooseChunks(Duration.ZERO)).isEqualTo(new LooseChunks(0, 0));
		assertThat(this.objects.get(id)).hasSize(100_000);
	}

	@Test
	void youngOnesStayAndTheirAgeCountsFromTheFirstLook() {
		putLoose(1_000, 2);
		assertThat(this.objects.collectLooseChunks(Duration.ofNanos(1)).count()).isZero();
		assertThat(this.objects.collectLooseChunks(Duration.ofHours(1)).count()).isZero();
		assertThat(this.objects.findLooseChunks(Duration.ofNanos(1)).count()).isEqualTo(1);
		putLoose(1_000, 3);
		assertThat(this.objects.collectLooseChunks(Duration.ofNanos(1)).count()).isEqualTo(1);
		assertThat(chunkRows()).isEqualTo(1);
		assertStatus(ZovaStatus.INVALID_ARGUMENT, () -> this.objects.collectLooseChunks(Duration.ofSeconds(-1)));
	}

	@Test
	void chunksOfAWriterStayUntilItEnds() {
		byte[] content = random(300_000, 1);
		byte[] reused = random(300_000, 1);
		ObjectWriter abandoned = this.objects.writer();
		abandoned.write(content, 0, 100_000);
		this.transaction.executeWithoutResult((status) -> abandoned.close());
		long loose = chunkRows();
		assertThat(loose).isPositive();
		// Relies on chunks that it found, and on some of its own.
		ObjectWriter writer = this.objects.writer();
		writer.write(reused, 0, 200_000);
		putLoose(1_000, 2);
		assertThat(this.objects.collectLooseChunks(Duration.ZERO)).isEqualTo(new LooseChunks(1, 1_000));
		writer.write(reused, 200_000, 100_000);
		ObjectId id = writer.finish();
		assertThat(this.objects.get(id)).isEqualTo(content);
		assertThat(this.objects.collectLooseChunks(Duration.ZERO).count()).isZero();
	}

	private void putLoose(int size, long seed) {
		byte[] bytes = random(size, seed);
		this.objects.putChunk(ChunkId.ofContent(bytes), bytes);
	}

}
