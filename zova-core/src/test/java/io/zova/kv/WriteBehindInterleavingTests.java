package io.zova.kv;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.zova.TestSeed;
import io.zova.ZovaDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A buffered map beside a map in memory, through long random sequences of calls,
 * transactions and rollbacks, while a thread flushes all the time.
 */
@Timeout(60)
class WriteBehindInterleavingTests {

	private static final int STEPS = 400;

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 2, 3 })
	void aBufferedMapIsAMap(long offset) {
		long seed = TestSeed.value() + offset;
		try (ZovaDatabase database = ZovaDatabase.create(this.directory.resolve("random.zova"))) {
			KeyValueNamespace file = database.keyValues().namespace("n");
			WriteBehindOptions options = WriteBehindOptions.defaults()
				.flushInterval((offset % 2 == 0) ? Duration.ofMillis(1) : Duration.ofDays(1));
			WriteBehind buffer = file.writeBehind(options);
			Steps steps = new Steps(new Random(seed), database, buffer);
			for (int i = 0; i < STEPS; i++) {
				String step = steps.next();
				assertThat(new ArrayList<>(steps.buffered.entrySet())).as("seed %d, step %d: %s", seed, i, step)
					.isEqualTo(new ArrayList<>(steps.model.entrySet()));
			}
			buffer.close();
			assertThat(new ArrayList<>(file.navigableMap(Codecs.utf8(), Codecs.utf8()).entrySet())).as("seed %d", seed)
				.isEqualTo(new ArrayList<>(steps.model.entrySet()));
			assertThat(buffer.statistics().pendingBytes()).as("seed %d", seed).isZero();
		}
	}

	@Test
	void noUpdateIsLostBetweenThreads() throws Exception {
		int threads = 4;
		int rounds = 60;
		ExecutorService pool = Executors.newFixedThreadPool(threads);
		try (ZovaDatabase database = ZovaDatabase.create(this.directory.resolve("threads.zova"));
				WriteBehind buffer = database.keyValues()
					.namespace("n")
					.writeBehind(
							WriteBehindOptions.defaults().flushInterval(Duration.ofMillis(1)).capacityBytes(2000))) {
			ZovaMap<String, Long> map = buffer.map(Codecs.utf8(), Codecs.int64());
			TransactionTemplate transaction = new TransactionTemplate(database.transactionManager());
			List<Future<?>> done = new ArrayList<>();
			for (int t = 0; t < threads; t++) {
				String own = "own" + t;
				done.add(pool.submit(() -> {
					for (long i = 1; i <= rounds; i++) {
						long value = i;
						map.merge("shared", 1L, Long::sum);
						map.set(own, value);
						assertThat(map.get(own)).isEqualTo(value);
						transaction.executeWithoutResult((status) -> {
							map.set(own, -value);
							assertThat(map.get(own)).isEqualTo(-value);
							if (value % 2 == 0) {
								status.setRollbackOnly();
							}
						});
						assertThat(map.get(own)).isEqualTo((value % 2 == 0) ? value : -value);
					}
				}));
			}
			for (Future<?> future : done) {
				future.get(50, TimeUnit.SECONDS);
			}
			buffer.flush();
			ZovaMap<String, Long> file = database.keyValues().namespace("n").map(Codecs.utf8(), Codecs.int64());
			assertThat(file).containsEntry("shared", (long) threads * rounds).containsEntry("own0", (long) rounds);
			assertThat(file).isEqualTo(map);
		}
		finally {
			pool.shutdownNow();
		}
	}

	/**
	 * Does one random thing to both maps and compares what they answer.
	 */
	private static final class Steps {

		private final Random random;

		private final WriteBehind buffer;

		private final ZovaNavigableMap<String, String> buffered;

		private final TransactionTemplate transaction;

		private final TransactionTemplate nested;

		private TreeMap<String, String> model = new TreeMap<>();

		Steps(Random random, ZovaDatabase database, WriteBehind buffer) {
			this.random = random;
			this.buffer = buffer;
			this.buffered = buffer.navigableMap(Codecs.utf8(), Codecs.utf8());
			this.transaction = new TransactionTemplate(database.transactionManager());
			this.nested = new TransactionTemplate(database.transactionManager());
			this.nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		}

		String next() {
			int kind = this.random.nextInt(12);
			if (kind == 0) {
				this.buffer.flush();
				return "flush";
			}
			return (kind == 1) ? within(this.transaction, 0) : single();
		}

		private String within(TransactionTemplate template, int depth) {
			StringBuilder what = new StringBuilder("transaction(");
			TreeMap<String, String> before = new TreeMap<>(this.model);
			boolean rollback = this.random.nextBoolean();
			template.executeWithoutResult((status) -> {
				for (int i = this.random.nextInt(5); i >= 0; i--) {
					boolean inner = depth < 2 && this.random.nextInt(4) == 0;
					what.append(inner ? within(this.nested, depth + 1) : single()).append(' ');
					assertThat(new ArrayList<>(this.buffered.entrySet())).as("inside %s", what)
						.isEqualTo(new ArrayList<>(this.model.entrySet()));
				}
				if (rollback) {
					status.setRollbackOnly();
				}
			});
			if (rollback) {
				this.model = before;
			}
			return what.append(rollback ? "rollback)" : "commit)").toString();
		}

		private String single() {
			String key = "k" + this.random.nextInt(12);
			String value = "v" + this.random.nextInt(4);
			switch (this.random.nextInt(14)) {
				case 0 -> check("remove", this.buffered.remove(key), this.model.remove(key));
				case 1 ->
					check("putIfAbsent", this.buffered.putIfAbsent(key, value), this.model.putIfAbsent(key, value));
				case 2 ->
					check("replace", this.buffered.replace(key, "v1", value), this.model.replace(key, "v1", value));
				case 3 -> check("remove if", this.buffered.remove(key, value), this.model.remove(key, value));
				case 4 -> check("merge", this.buffered.merge(key, value, (a, b) -> "v1"),
						this.model.merge(key, value, (a, b) -> "v1"));
				case 5 -> check("poll", this.buffered.pollFirstEntry(), this.model.pollFirstEntry());
				case 6 -> {
					Map<String, String> some = Map.of(key, value, "x", "v0");
					this.buffered.putAll(some);
					this.model.putAll(some);
				}
				case 7 -> {
					this.buffered.headMap(key, true).clear();
					this.model.headMap(key, true).clear();
				}
				case 8 -> check("higher", this.buffered.higherEntry(key), this.model.higherEntry(key));
				case 9 -> check("size", this.buffered.tailMap(key).size(), this.model.tailMap(key).size());
				case 10, 11 -> check("put", this.buffered.put(key, value), this.model.put(key, value));
				default -> {
					this.buffered.set(key, value);
					this.model.put(key, value);
				}
			}
			return key + "=" + value;
		}

		private static void check(String what, Object ours, Object theirs) {
			assertThat(ours).as(what).isEqualTo(theirs);
		}

	}

}
