package io.zova.object;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.zova.OtherThreads;
import io.zova.ZovaDatabase;
import io.zova.ZovaStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

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
		assertThat(this.objects.looseChunks(Duration.ZERO)).isEqualTo(new LooseChunks(2, 4_000));
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
		assertThat(this.objects.looseChunks(Duration.ofNanos(1)).count()).isEqualTo(1);
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

	@Test
	void aWriterThatWasDroppedProtectsNothing() {
		this.objects.writer().write(random(300_000, 1));
		long stored = chunkRows();
		assertThat(stored).isPositive();
		long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
		while (chunkRows() > 0 && System.nanoTime() < deadline) {
			System.gc();
			this.objects.collectLooseChunks(Duration.ZERO);
		}
		assertThat(chunkRows()).isZero();
	}

	/**
	 * Writers of all kinds, of two databases on the file, while another thread collects
	 * without pause. The age protects what the other database writes.
	 */
	@Test
	@Timeout(60)
	void whatIsBeingWrittenIsNotCollected() throws Exception {
		AtomicBoolean stop = new AtomicBoolean();
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try (ZovaDatabase again = ZovaDatabase.open(this.file)) {
			Future<Integer> collecting = threads.submit(() -> {
				int rounds = 0;
				while (!stop.get()) {
					this.objects.looseChunks(Duration.ZERO);
					this.objects.collectLooseChunks(Duration.ZERO);
					new ObjectTemplate(again.sql()).collectLooseChunks(Duration.ofMinutes(1));
					rounds++;
				}
				return rounds;
			});
			List<Future<?>> writing = new ArrayList<>();
			for (int thread = 0; thread < 3; thread++) {
				int number = thread;
				writing.add(threads.submit(() -> {
					for (int i = 0; i < 40; i++) {
						// Chunks of objects that others delete would go with them.
						byte[] content = random(60_000 + 10_000 * number, 3 * i + number);
						ObjectId id;
						if (i % 4 == 0) {
							id = this.objects.put(content);
						}
						else {
							try (ObjectWriter writer = this.objects.writer()) {
								writer.write(content, 0, 30_000);
								writer.write(content, 30_000, content.length - 30_000);
								id = writer.finish();
							}
						}
						assertThat(this.objects.get(id)).isEqualTo(content);
						if (i % 3 == 0) {
							this.objects.delete(id);
						}
					}
					return null;
				}));
			}
			for (Future<?> each : writing) {
				each.get(50, TimeUnit.SECONDS);
			}
			stop.set(true);
			assertThat(collecting.get(10, TimeUnit.SECONDS)).isGreaterThan(1);
		}
		finally {
			stop.set(true);
			threads.shutdownNow();
		}
		this.objects.stream().forEach((object) -> assertThat(this.objects.get(object.id())).isNotEmpty());
		this.objects.collectLooseChunks(Duration.ZERO);
		assertThat(this.objects.looseChunks(Duration.ZERO)).isEqualTo(new LooseChunks(0, 0));
	}

	@Test
	@Timeout(60)
	void whoeverWaitsForTheWriteLockKeepsNobodyFromLookingAndHearsAnInterrupt() throws Exception {
		putLoose(1_000, 2);
		AtomicReference<Throwable> ending = new AtomicReference<>();
		Thread collecting = new Thread(
				() -> ending.set(catchThrowable(() -> this.objects.collectLooseChunks(Duration.ZERO))));
		ExecutorService another = Executors.newSingleThreadExecutor();
		try {
			this.transaction.executeWithoutResult((status) -> {
				this.objects.put(random(10, 1));
				collecting.start();
				OtherThreads.awaitParked(collecting);
				Future<LooseChunks> found = another.submit(() -> this.objects.looseChunks(Duration.ZERO));
				assertThat(found).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(new LooseChunks(1, 1_000));
				TransactionTemplate hurried = new TransactionTemplate(this.database.transactionManager());
				hurried.setReadOnly(true);
				hurried.setTimeout(1);
				Future<LooseChunks> inTime = another
					.submit(() -> hurried.execute((inner) -> this.objects.looseChunks(Duration.ZERO)));
				assertThat(inTime).succeedsWithin(Duration.ofSeconds(10));
				collecting.interrupt();
				assertThat(catchThrowable(() -> collecting.join(10_000))).isNull();
				assertThat(collecting.isAlive()).isFalse();
			});
		}
		finally {
			another.shutdownNow();
		}
		assertThat(ending.get()).isInstanceOf(CannotAcquireLockException.class).hasMessageContaining("Interrupted");
		assertThat(chunkRows()).isEqualTo(2);
	}

	private void putLoose(int size, long seed) {
		byte[] bytes = random(size, seed);
		this.objects.putChunk(ChunkId.ofContent(bytes), bytes);
	}

}
