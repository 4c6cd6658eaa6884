package io.zova.kv;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

import io.zova.ZovaDatabase;
import io.zova.ZovaOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Of threads that want to change a key on the same condition at the same time, one does.
 * Half of them use a database of their own on the same file.
 */
@Timeout(60)
class KeyValueRaceTests {

	private static final byte[] NS = { 'n' };

	private static final int THREADS = 4;

	private static final int KEYS = 40;

	private ZovaDatabase one;

	private ZovaDatabase other;

	private KeyValueTemplate kv;

	private ExecutorService executor;

	@BeforeEach
	void open(@TempDir Path directory) {
		ZovaOptions options = ZovaOptions.builder()
			.journalMode(ZovaOptions.JournalMode.WAL)
			.synchronous(ZovaOptions.Synchronous.NORMAL)
			.build();
		this.one = ZovaDatabase.create(directory.resolve("race.zova"), options);
		this.other = ZovaDatabase.open(directory.resolve("race.zova"), options);
		this.kv = this.one.keyValues();
		this.executor = Executors.newFixedThreadPool(THREADS);
	}

	@AfterEach
	void close() {
		this.executor.shutdownNow();
		this.other.close();
		this.one.close();
	}

	private static byte[] number(int number) {
		return ByteBuffer.allocate(4).putInt(number).array();
	}

	/**
	 * Lets all threads do something to each key at the same moment.
	 * @return for each key, what each thread got
	 */
	private <T> List<List<T>> race(Racer<T> racer) throws Exception {
		CyclicBarrier start = new CyclicBarrier(THREADS);
		List<Future<List<T>>> futures = new ArrayList<>();
		for (int t = 0; t < THREADS; t++) {
			int thread = t;
			KeyValueTemplate own = ((t % 2 == 0) ? this.one : this.other).keyValues();
			futures.add(this.executor.submit(() -> {
				List<T> results = new ArrayList<>();
				for (int key = 0; key < KEYS; key++) {
					start.await(30, TimeUnit.SECONDS);
					results.add(racer.run(own, number(key), thread));
				}
				return results;
			}));
		}
		List<List<T>> byThread = new ArrayList<>();
		for (Future<List<T>> future : futures) {
			byThread.add(future.get(50, TimeUnit.SECONDS));
		}
		return all((key) -> byThread.stream().map((results) -> results.get(key)).toList());
	}

	private static <T> List<T> all(IntFunction<T> of) {
		List<T> all = new ArrayList<>();
		for (int key = 0; key < KEYS; key++) {
			all.add(of.apply(key));
		}
		return all;
	}

	private void putAll(int value) {
		this.kv.namespace(NS).putAll(all((key) -> new KeyValue(number(key), number(value))));
	}

	@Test
	void oneThreadPutsWhatIsAbsent() throws Exception {
		List<List<Boolean>> won = race((own, key, thread) -> own.namespace(NS).putIfAbsent(key, number(thread)));
		for (int key = 0; key < KEYS; key++) {
			assertThat(won.get(key)).containsOnlyOnce(true);
			assertThat(this.kv.namespace(NS).find(number(key))).hasValue(number(won.get(key).indexOf(true)));
		}
	}

	@Test
	void oneThreadSetsWhatAllHaveCompared() throws Exception {
		putAll(-1);
		List<List<Boolean>> won = race(
				(own, key, thread) -> own.namespace(NS).compareAndSet(key, number(-1), number(thread)));
		for (int key = 0; key < KEYS; key++) {
			assertThat(won.get(key)).containsOnlyOnce(true);
			assertThat(this.kv.namespace(NS).find(number(key))).hasValue(number(won.get(key).indexOf(true)));
		}
	}

	@Test
	void oneThreadDeletesWhatAllHaveCompared() throws Exception {
		putAll(-1);
		List<List<Boolean>> won = race((own, key, thread) -> own.namespace(NS).compareAndDelete(key, number(-1)));
		assertThat(won).allSatisfy((results) -> assertThat(results).containsOnlyOnce(true));
		assertThat(this.kv.namespace(NS).count()).isZero();
	}

	@Test
	void oneThreadGetsWhatItDeletes() throws Exception {
		putAll(-1);
		List<List<Optional<byte[]>>> got = race((own, key, thread) -> own.namespace(NS).getAndDelete(key));
		assertThat(got).allSatisfy(
				(results) -> assertThat(results.stream().flatMap(Optional::stream)).containsExactly(number(-1)));
	}

	@Test
	void everyValueThatIsReplacedIsGotOnce() throws Exception {
		putAll(-1);
		List<List<byte[]>> got = race(
				(own, key, thread) -> own.namespace(NS).getAndPut(key, number(thread)).orElseThrow());
		for (int key = 0; key < KEYS; key++) {
			List<byte[]> seen = new ArrayList<>(got.get(key));
			seen.add(this.kv.namespace(NS).find(number(key)).orElseThrow());
			assertThat(seen.stream().map((bytes) -> ByteBuffer.wrap(bytes).getInt())).containsExactlyInAnyOrder(-1, 0,
					1, 2, 3);
		}
	}

	@Test
	void aKeyThatIsDeletedMeanwhileIsNotReplaced() throws Exception {
		putAll(-1);
		List<List<Boolean>> done = race((own, key, thread) -> (thread == 0) ? own.namespace(NS).delete(key)
				: own.namespace(NS).replace(key, number(thread)));
		assertThat(done).allSatisfy((results) -> assertThat(results.get(0)).isTrue());
		assertThat(this.kv.namespace(NS).count()).isZero();
	}

	/** What a thread does to a key. */
	@FunctionalInterface
	private interface Racer<T> {

		T run(KeyValueTemplate own, byte[] key, int thread);

	}

}
